//===- Train.cpp - The `train` block -----------------------------------------------------===//
//
// Stage: sema. The block becomes a call of `fit` in stdlib/train.mdl, once its settings have the form that `fit` takes
// for granted; and what `fit` tells the runtime of a training run.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Callables.h"
#include "compiler/sema/ChosenElements.h"
#include "compiler/sema/DataSets.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

//===--- The block -----------------------------------------------------------------------------===//

namespace {

/// A setting as it is written, and what it is.
struct Setting {
  const ast::Name &name;
  const ast::Expr *written;
  Value value;
};

/// What a setting has to be. A check reports and gives false.
struct SettingForm {
  const char *name;
  bool (*check)(Elaborator &, const Setting &);
};

} // namespace

static DiagnosticEngine::Builder reportForm(Elaborator &e, const Setting &setting, const std::string &expected) {
  return e.diags.report(diag::PatternMismatch, setting.written->range, {expected, e.typeName(setting.value)});
}

/// Whether it is a record with these fields, and maybe others.
static bool hasFields(const Value &value, llvm::ArrayRef<llvm::StringRef> names) {
  auto *record = as<RecordValue>(value);
  return record && llvm::all_of(names, [&](llvm::StringRef name) {
           return llvm::any_of(record->fields, [&](auto &field) { return field.first == name; });
         });
}

static std::string textOf(Elaborator &e, const ast::Expr &expr) { return std::string(e.sources.text(expr.range)); }

/// `name` as a call is written that gives what the block wants: `sgd()`, `one_cycle(lr_max=…)`.
static std::string callOf(const std::string &name, const FunctionValue *function) {
  std::string needed;
  if (function)
    for (auto &parameter : function->decl->parameters)
      if (!parameter.defaultValue && parameter.pattern->kind == ast::Pattern::Bind)
        needed += (needed.empty() ? "" : ", ") + parameter.pattern->name.text + "=…";
  return "`" + name + "(" + needed + ")`";
}

/// The function that the program means by a text in its place; null if there is none of that name.
static const FunctionValue *functionQuoted(Elaborator &e, const Value &value) {
  auto name = e.knownText(value);
  Binding *binding = name ? e.scope->find(*name) : nullptr;
  return binding ? as<FunctionValue>(binding->value) : nullptr;
}

static bool isWhole(Elaborator &e, const Setting &setting) {
  auto *literal = as<LiteralValue>(setting.value);
  auto *t = as<TensorValue>(setting.value);
  if (literal ? literal->isInt : t && t->rank() == 0 && isInteger(t->element))
    return true;
  reportForm(e, setting, "a whole number");
  return false;
}

static bool isFunction(Elaborator &e, const Setting &setting) {
  if (isCallable(setting.value))
    return true;
  auto report = reportForm(e, setting, "a function of predictions and targets");
  if (functionQuoted(e, setting.value))
    report.hint("`" + *e.knownText(setting.value) + "`, without quotes, is the function");
  return false;
}

static bool areFunctions(Elaborator &e, const Setting &setting) {
  auto *list = as<ListValue>(setting.value);
  if (!list) {
    auto report = reportForm(e, setting, "a list of functions");
    if (isCallable(setting.value))
      report.hint("`" + setting.name.text + ": [" + textOf(e, *setting.written) + "]`");
    return false;
  }
  auto *written = ast::as<ast::List>(setting.written);
  bool fits = true;
  for (size_t i = 0; i < list->elements.size(); ++i)
    fits &=
        isFunction(e, {setting.name, written && i < written->elements.size() ? written->elements[i] : setting.written,
                       list->elements[i]});
  return fits;
}

/// A number without a name is what PyTorch takes for the learning rate, and is none here.
static bool namesItsNumbers(Elaborator &e, const Setting &setting) {
  auto *call = ast::as<ast::Call>(setting.written);
  auto *callee = call ? ast::as<ast::NameRef>(call->callee) : nullptr;
  Binding *binding = callee ? e.scope->find(callee->name) : nullptr;
  auto *function = as<FunctionValue>(binding ? binding->value : nullptr);
  if (!function || !e.sources.isLibrary(function->decl->range) || call->arguments.empty() || call->arguments[0].name)
    return true;
  const ast::Expr &number = *call->arguments[0].value;
  std::string text = textOf(e, number), first = function->decl->parameters[0].pattern->name.text;
  e.diags.report(diag::BadArgument, number.range, {callee->name, "its first number is no learning rate"})
      .hint("the schedule says the learning rate: `schedule: constant(lr=" + text + ")`")
      .hint("`" + callee->name + "(" + first + "=" + text + ")` is what it takes this for");
  return false;
}

static bool isOptimizer(Elaborator &e, const Setting &setting) {
  if (hasFields(setting.value, {"init", "step"}))
    return namesItsNumbers(e, setting);
  auto report = reportForm(e, setting, "an optimizer (a record of `init` and `step`)");
  if (auto *function = as<FunctionValue>(setting.value))
    report.hint(callOf(textOf(e, *setting.written), function) + " makes one");
  else if (auto *quoted = functionQuoted(e, setting.value))
    report.hint(callOf(quoted->decl->name.text, quoted) + " makes one");
  return false;
}

/// What the schedule gives at the start; null, and nothing reported, where that cannot be told.
static Value scheduledFirst(Elaborator &e, const Setting &setting) {
  size_t reported = e.diags.all().size();
  Value first;
  e.speculate([&] {
    CallArguments arguments;
    arguments.range = setting.written->range;
    arguments.callee = setting.name.text;
    arguments.items.push_back({"", e.scalarConstant(ElementType::F32, 0), setting.written->range});
    first = e.callValue(setting.value, arguments);
  });
  e.diags.rewind(reported);
  return first;
}

static bool isSchedule(Elaborator &e, const Setting &setting) {
  const std::string expected = "a schedule (from progress, 0 to 1, to `lr` and `momentum`)";
  if (!isCallable(setting.value)) {
    auto report = reportForm(e, setting, expected);
    if (auto *quoted = functionQuoted(e, setting.value))
      report.hint(callOf(quoted->decl->name.text, quoted) + " makes one");
    else if (e.isTensorLike(setting.value))
      report.hint("`schedule: constant(lr=" + textOf(e, *setting.written) + ")`");
    return false;
  }
  Value first = scheduledFirst(e, setting);
  if (!first || as<RecordValue>(first))
    return true;
  if (isCallable(first)) {
    reportForm(e, setting, expected)
        .hint(callOf(textOf(e, *setting.written), as<FunctionValue>(setting.value)) + " makes one");
    return false;
  }
  e.diags
      .report(diag::PatternMismatch, setting.written->range, {expected, "a function that gives " + e.typeName(first)})
      .hint("such as `t => {lr: 0.01 * (1 - t), momentum: 0.9}`");
  return false;
}

static const SettingForm settingForms[] = {
    {"batch", isWhole},       {"loss", isFunction}, {"metrics", areFunctions}, {"optimizer", isOptimizer},
    {"schedule", isSchedule}, {"epochs", isWhole},  {"seed", isWhole},
};

/// A setting's value. What lacks its arguments may be meant as the function that it is.
static Value settingValue(Elaborator &e, const ast::Name &name, const ast::Expr *written) {
  size_t reported = e.diags.all().size();
  Value value = e.expression(written);
  if (value || (name.text != "loss" && name.text != "metrics"))
    return value;
  for (size_t i = reported; i < e.diags.all().size(); ++i)
    if (const Diagnostic &one = e.diags.all()[i]; one.kind == diag::MissingArgument) {
      llvm::StringRef text(e.sources.text(one.range));
      DiagnosticEngine::Builder(e.diags, i)
          .hint("`" + text.take_until([](char c) { return c == '('; }).str() +
                "`, without a call, is the function itself");
    }
  return nullptr;
}

/// Whether there is something to train on and something to validate on: of a data set, or of tensors of one's own.
static bool hasParts(const Value &data) {
  auto *set = as<DataValue>(data);
  return set ? set->hasParts : hasFields(data, {"train", "valid"});
}

void Elaborator::train(const ast::Train &stmt) {
  CallArguments arguments;
  arguments.callee = "fit";
  arguments.range = stmt.range;
  Value model = expression(stmt.model), data = expression(stmt.data);
  bool failed = !model || !data;
  arguments.items.push_back({"", model, stmt.model->range});
  arguments.items.push_back({"", data, stmt.data->range});
  if (model && !as<ModelValue>(model)) {
    auto report = diags.report(diag::PatternMismatch, stmt.model->range, {"a model", typeName(model)});
    hintForTraining(report, model);
    failed = true;
  }
  if (data && !hasParts(data)) {
    auto report = diags.report(diag::PatternMismatch, stmt.data->range,
                               {"a data set with a training and a validation part", typeName(data)});
    if (as<DataValue>(data))
      report.hint("`.split(valid=0.2, seed=42)` makes them");
    else
      report.hint("tensors of your own are `let data = {train: (x, y), valid: (x_valid, y_valid)}`");
    failed = true;
  }
  if (auto *parts = as<RecordValue>(data); parts && hasParts(data))
    for (auto &[name, part] : parts->fields)
      if ((name == "train" || name == "valid") && isTensorLike(part)) {
        diags.report(diag::PatternMismatch, stmt.data->range, {"inputs and targets in `" + name + "`", typeName(part)})
            .hint("they are a tuple: `{train: (x, y), valid: (x_valid, y_valid)}`");
        failed = true;
      }
  for (auto &[name, written] : stmt.settings) {
    auto *form = llvm::find_if(settingForms, [&](auto &one) { return name.text == one.name; });
    if (form == std::end(settingForms)) {
      auto report = diags.report(diag::UnknownSetting, name.range, {name.text});
      std::vector<std::string> names;
      for (auto &known : settingForms)
        names.emplace_back(known.name);
      if (std::string hint = nameHint(name.text, names, NameUse::Argument); !hint.empty())
        report.hint(hint);
      failed = true;
      continue;
    }
    Value value = settingValue(*this, name, written);
    failed |= !value || !form->check(*this, {name, written, value});
    arguments.items.push_back({name.text, value, written->range, name.range});
  }
  Binding *fit = scope->find("fit");
  if (failed || !fit)
    return;
  auto *name = ast::as<ast::NameRef>(stmt.model);
  Value trained;
  {
    Restore<const Binding *> within(inTrainBlock, name ? scope->find(name->name) : nullptr);
    trained = callValue(fit->value, arguments);
  }
  if (name && trained)
    assignVariable(name->name, trained, stmt.model->range);
}

//===--- What `fit` in stdlib/train.mdl tells the runtime -----------------------------------------===//

static Value unit() { return std::make_shared<UnitValue>(); }

/// `train_begin(epochs, metrics)`: the columns are the metrics' names.
static Value trainBegin(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"epochs", "metrics"});
  auto epochs = bound ? e.size((*bound)[0]->value, (*bound)[0]->range) : std::nullopt;
  if (!epochs)
    return nullptr;
  std::string columns;
  if (auto *list = as<ListValue>((*bound)[1]->value))
    for (size_t i = 0; i < list->elements.size(); ++i) {
      auto *function = as<FunctionValue>(list->elements[i]);
      columns += (i ? "," : "") + (function ? function->decl->name.text : "metric_" + std::to_string(i));
    }
  e.emit.runtime("mdl_train_begin", {e.emit.i64(epochs->dim, e.dims), e.emit.string(columns)});
  return unit();
}
static Value trainEpoch(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"epoch", "batches"});
  auto epoch = bound ? e.size((*bound)[0]->value, (*bound)[0]->range) : std::nullopt;
  auto count = epoch ? e.size((*bound)[1]->value, (*bound)[1]->range) : std::nullopt;
  if (!count)
    return nullptr;
  e.emit.runtime("mdl_train_epoch", {e.emit.i64(epoch->dim, e.dims), e.emit.i64(count->dim, e.dims)});
  return unit();
}
static Value trainStep(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"loss"});
  auto loss = bound ? e.tensor((*bound)[0]->value, (*bound)[0]->range) : nullptr;
  if (!loss)
    return nullptr;
  e.emit.runtime("mdl_train_step", {e.scalar(loss), e.where(call.range)});
  return unit();
}
static Value trainValid(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"metric", "value", "rows"});
  auto metric = bound ? e.constantInt((*bound)[0]->value) : std::nullopt;
  auto value = metric ? e.tensor((*bound)[1]->value, (*bound)[1]->range) : nullptr;
  auto rows = value ? e.size((*bound)[2]->value, (*bound)[2]->range) : std::nullopt;
  if (!rows)
    return nullptr;
  if (value->rank() != 0) {
    e.diags.report(diag::BadArgument, (*bound)[1]->range,
                   {"train", "a metric gives one number, found " + e.typeName(value)});
    return nullptr;
  }
  if (!isFloat(value->element))
    value = e.cast(value, ElementType::F32);
  e.emit.runtime("mdl_train_valid", {e.emit.constantI64(*metric), e.scalar(value), e.emit.i64(rows->dim, e.dims)});
  return unit();
}
static Value trainEpochEnd(Elaborator &e, CallArguments &call) {
  if (!e.bindArguments(call, {}))
    return nullptr;
  e.emit.runtime("mdl_train_epoch_end", {});
  return unit();
}
static Value trainEnd(Elaborator &e, CallArguments &call) {
  if (!e.bindArguments(call, {}))
    return nullptr;
  e.emit.runtime("mdl_train_end", {});
  return unit();
}
static Value interrupted(Elaborator &e, CallArguments &call) {
  if (!e.bindArguments(call, {}))
    return nullptr;
  return e.make(e.emit.fromScalar(e.emit.runtime("mdl_interrupted", {}, e.emit.builder.getI1Type())), ElementType::Bool,
                {});
}
/// `in_training(() => …)` elaborates its function with `training` true.
static Value inTraining(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"f"});
  if (!bound)
    return nullptr;
  Restore<bool> restore(e.training, true);
  CallArguments none;
  none.range = call.range;
  none.callee = "f";
  return e.callValue((*bound)[0]->value, none);
}

/// `with_state(model)`: the model with the state that its calls have left.
static Value withState(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"model"});
  if (!bound)
    return nullptr;
  std::vector<Elaborator::Tensor> parts;
  e.leaves((*bound)[0]->value, parts);
  for (auto &part : parts)
    part = e.latestState(part);
  size_t next = 0;
  return e.rebuild((*bound)[0]->value, parts, next);
}

void mdl::addTrainBuiltins(Elaborator &elaborator) {
  elaborator.addBuiltins({{"train_begin", trainBegin},
                          {"train_epoch", trainEpoch},
                          {"train_step", trainStep},
                          {"train_valid", trainValid},
                          {"train_epoch_end", trainEpochEnd},
                          {"train_end", trainEnd},
                          {"interrupted", interrupted},
                          {"in_training", inTraining},
                          {"with_state", withState}});
}
