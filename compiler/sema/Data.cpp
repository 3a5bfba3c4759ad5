//===- Data.cpp - Data sets, batches, the report of a training run ------------------------------===//
//
// Stage: sema. The schema of a data set is read when the program is compiled; its rows are
// read by the runtime. A data set's length is a size of its own.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Elaborator.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mdl;

std::string mdl::findData(const Compilation &compilation, const std::string &path) {
  return data::findData(path, {compilation.programFolder});
}

static std::shared_ptr<DataValue> open(Elaborator &e, data::SchemaResult found, SourceRange range) {
  if (!found.error.empty()) {
    auto report = e.diags.report(diag::BadData, range, {found.error});
    if (!found.candidates.empty()) {
      std::string list;
      for (size_t i = 0; i < found.candidates.size() && i < 12; ++i)
        list += (i ? ", `" : "`") + found.candidates[i] + "`";
      report.hint("it has " + list + (found.candidates.size() > 12 ? ", …" : ""));
    }
    return nullptr;
  }
  auto data = std::make_shared<DataValue>();
  data->schema = std::move(found.schema);
  data->origin = range;
  return data;
}

static std::optional<std::string> pathOf(Elaborator &e, const CallArguments::Item &item) {
  auto path = e.constantString(item.value);
  if (!path)
    e.diags.report(diag::PatternMismatch, item.range, {"a path (a string)", e.typeName(item.value)});
  return path;
}

/// `csv(path, label="digit", features=f32[8, 8])`.
static Value csv(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"path", "label", "features?"});
  if (!bound)
    return nullptr;
  auto path = pathOf(e, *(*bound)[0]);
  auto label = e.constantString((*bound)[1]->value);
  if (!path)
    return nullptr;
  if (!label) {
    e.diags.report(diag::PatternMismatch, (*bound)[1]->range,
                   {"a column's name (a string)", e.typeName((*bound)[1]->value)});
    return nullptr;
  }
  auto found = data::readCsvSchema(findData(e.compilation, *path), *label);
  if (!found.error.empty() && !found.candidates.empty()) {
    auto report = e.diags.report(diag::BadData, (*bound)[1]->range, {found.error});
    if (std::string near = nearestName(*label, found.candidates); !near.empty())
      report.hint("did you mean `" + near + "`?");
    return nullptr;
  }
  auto data = open(e, std::move(found), (*bound)[0]->range);
  if (!data)
    return nullptr;
  if (auto *features = (*bound)[2]) {
    auto *type = as<TensorTypeValue>(features->value);
    auto *element = as<ElementTypeValue>(features->value);
    if (!type && !element) {
      e.diags.report(diag::PatternMismatch, features->range,
                     {"a type such as `f32[8, 8]`", e.typeName(features->value)});
      return nullptr;
    }
    int64_t columns = 1, wanted = 1;
    for (int64_t size : data->schema.featureDims)
      columns *= size;
    std::vector<int64_t> sizes;
    if (type)
      for (auto &size : type->shape) {
        auto constant = size.dim.constant();
        if (!constant) {
          e.diags.report(diag::ExpectedConstant, size.origin, {e.dims.print(size.dim)});
          return nullptr;
        }
        sizes.push_back(*constant);
        wanted *= *constant;
      }
    if (type && wanted != columns) {
      e.diags.report(diag::BadData, features->range,
                     {"`" + *path + "` has " + std::to_string(columns) + " feature columns, " +
                      std::string(e.sources.text(features->range)) + " has " + std::to_string(wanted) + " elements"});
      return nullptr;
    }
    if (type ? type->type != ElementType::F32 : element->type != ElementType::F32) {
      e.diags.report(diag::BadData, features->range, {"the features of a CSV are f32"});
      return nullptr;
    }
    if (type)
      data->schema.featureDims = sizes;
  }
  mlir::Value at = e.stringPointer((*bound)[0]->value, (*bound)[0]->range);
  data->handle = e.emit.runtime(
      "mdl_open_csv",
      {at, e.emit.string(*label), e.emit.string(data::dataSchema(data->schema)), e.where((*bound)[0]->range)},
      e.emit.pointer());
  mlir::Value rows = e.emit.runtime("mdl_data_rows", data->handle, e.emit.builder.getI64Type());
  data->rows = e.freshDim("rows", call.range, e.emit.toIndex(rows));
  return data;
}

/// `idx(folder)`: `train` and `valid`, each with `images` and `labels`.
static Value idx(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"path"});
  auto path = bound ? pathOf(e, *(*bound)[0]) : std::nullopt;
  if (!path)
    return nullptr;
  auto found = data::readIdxSchema(findData(e.compilation, *path));
  bool missing = !found.error.empty();
  auto data = open(e, std::move(found), (*bound)[0]->range);
  (void)missing;
  if (!data)
    return nullptr;
  data->isIdx = true;
  data->hasParts = data->schema.hasValid;
  mlir::Value at = e.stringPointer((*bound)[0]->value, (*bound)[0]->range);
  data->handle =
      e.emit.runtime("mdl_open_idx", {at, e.emit.string(data::dataSchema(data->schema)), e.where((*bound)[0]->range)},
                     e.emit.pointer());
  mlir::Value rows = e.emit.runtime("mdl_data_rows", data->handle, e.emit.builder.getI64Type());
  data->rows = e.freshDim("rows", call.range, e.emit.toIndex(rows));
  return data;
}

/// `data.split(valid=0.2, seed=42)`; of a tensor see the shape builtins.
Value splitData(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"data", "valid?", "seed?"});
  if (!bound)
    return nullptr;
  auto *data = as<DataValue>((*bound)[0]->value);
  double share = 0.2;
  if (auto *valid = (*bound)[1]) {
    auto number = e.constantNumber(valid->value);
    if (!number || *number <= 0 || *number >= 1) {
      e.diags.report(diag::BadArgument, valid->range, {"split", "`valid` is a share between 0 and 1"});
      return nullptr;
    }
    share = *number;
  }
  mlir::Value seed = e.emit.constantI64(42);
  if (auto *given = (*bound)[2]) {
    auto size = e.size(given->value, given->range);
    if (!size)
      return nullptr;
    seed = e.emit.i64(size->dim, e.dims);
  }
  auto result = std::make_shared<DataValue>();
  result->schema = data->schema;
  result->isIdx = data->isIdx;
  result->origin = data->origin;
  result->hasParts = true;
  result->rows = data->rows;
  result->handle = e.emit.runtime("mdl_data_split", {data->handle, e.emit.constantF64(share), seed}, e.emit.pointer());
  return result;
}

static ElementType fieldType(const DataValue &data, unsigned field) {
  if (field == 1)
    return ElementType::I64;
  return data.schema.featureType == "u8" ? ElementType::U8 : ElementType::F32;
}
static Shape fieldShape(const DataValue &data, unsigned field, const Dim &rows) {
  Shape shape{{rows, data.origin}};
  if (field == 0)
    for (int64_t size : data.schema.featureDims)
      shape.push_back({Dim(size), data.origin});
  return shape;
}

Value dataMember(Elaborator &e, const std::shared_ptr<const DataValue> &data, const std::string &name) {
  if (name == "classes")
    return e.knownScalar(Dim(static_cast<int64_t>(data->schema.classes.size())));
  bool inEntry = e.entry && e.emit.builder.getInsertionBlock() == e.entry;
  if (data->hasParts) {
    if (name != "train" && name != "valid")
      return nullptr;
    unsigned which = name == "valid";
    if (data->parts.size() > which && data->parts[which])
      return data->parts[which];
    auto part = std::make_shared<DataValue>();
    part->schema = data->schema;
    part->isIdx = data->isIdx;
    part->origin = data->origin;
    part->handle = e.emit.runtime("mdl_data_part", {data->handle, e.emit.constantI64(which)}, e.emit.pointer());
    mlir::Value rows = e.emit.runtime("mdl_data_rows", part->handle, e.emit.builder.getI64Type());
    part->rows = e.freshDim(name, data->origin, e.emit.toIndex(rows));
    if (inEntry) {
      data->parts.resize(2);
      data->parts[which] = part;
    }
    return part;
  }
  unsigned field;
  if (name == "inputs" || (data->isIdx && name == "images"))
    field = 0;
  else if (name == "targets" || name == "labels")
    field = 1;
  else
    return nullptr;
  if (data->fields.size() > field && data->fields[field])
    return data->fields[field];
  ElementType element = fieldType(*data, field);
  Shape shape = fieldShape(*data, field, data->rows);
  Value value =
      e.make(e.emit.runtimeFill("mdl_data_read", {data->handle, e.emit.constantI64(field)}, element, shape, e.dims),
             element, shape);
  // What is read in the program's own block is there for all that follows.
  if (inEntry) {
    data->fields.resize(2);
    data->fields[field] = value;
  }
  return value;
}

//===--- Batches ------------------------------------------------------------------------------===//

/// `batches(data or tensors, 64, shuffle=true, seed=1, drop_last=false)`.
static Value batches(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"data", "size?", "shuffle?", "seed?", "drop_last?"});
  if (!bound)
    return nullptr;
  auto result = std::make_shared<BatchesValue>();
  auto &source = *(*bound)[0];
  if (as<DataValue>(source.value)) {
    result->data = std::static_pointer_cast<const DataValue>(source.value);
    if (result->data->hasParts) {
      e.diags.report(diag::BadArgument, source.range, {"batches", "the data set has two parts"})
          .hint("`.train` or `.valid` names one");
      return nullptr;
    }
  } else {
    result->source = e.settle(source.value, source.range);
    std::vector<Elaborator::Tensor> parts;
    e.leaves(result->source, parts);
    if (parts.empty()) {
      e.diags.report(diag::BadArgument, source.range,
                     {"batches", "expected a data set or tensors, found " + e.typeName(source.value)});
      return nullptr;
    }
    for (auto &part : parts)
      if (part->rank() == 0 || part->shape[0].dim != parts[0]->shape[0].dim) {
        auto report = e.diags.report(
            diag::BadArgument, source.range,
            {"batches", "the tensors have different lengths: " + e.typeName(parts[0]) + " and " + e.typeName(part)});
        e.noteOrigin(report, parts[0]->shape[0]);
        if (part->rank())
          e.noteOrigin(report, part->shape[0]);
        return nullptr;
      }
  }
  auto flag = [&](unsigned index, bool fallback) -> std::optional<bool> {
    auto *item = (*bound)[index];
    if (!item)
      return fallback;
    auto value = e.constantBool(item->value);
    if (!value)
      e.diags.report(diag::ExpectedConstant, item->range, {std::string(e.sources.text(item->range))});
    return value;
  };
  auto literal = std::make_shared<LiteralValue>();
  literal->intValue = 64;
  literal->floatValue = 64;
  result->batch = (*bound)[1] ? (*bound)[1]->value : Value(literal);
  if (auto constant = e.constantInt(result->batch); constant && *constant < 1) {
    e.diags.report(diag::BadArgument, (*bound)[1]->range, {"batches", "a batch has at least one row"});
    return nullptr;
  }
  if ((*bound)[1] && !e.size(result->batch, (*bound)[1]->range))
    return nullptr;
  auto shuffle = flag(2, false), dropLast = flag(4, false);
  if (!shuffle || !dropLast)
    return nullptr;
  result->shuffle = *shuffle;
  result->dropLast = *dropLast;
  result->seed = (*bound)[3] ? (*bound)[3]->value : nullptr;
  if (result->seed && !e.size(result->seed, (*bound)[3]->range))
    return nullptr;
  return result;
}

mlir::Value beginBatches(Elaborator &e, const BatchesValue &batches, SourceRange range) {
  mlir::Value data, rows;
  if (batches.data) {
    data = batches.data->handle;
    rows = e.emit.i64(batches.data->rows, e.dims);
  } else {
    data = e.emit.builder.create<mlir::LLVM::ZeroOp>(e.emit.location, e.emit.pointer());
    std::vector<Elaborator::Tensor> parts;
    e.leaves(batches.source, parts);
    rows = e.emit.i64(parts[0]->shape[0].dim, e.dims);
  }
  mlir::Value size = e.emit.i64(e.size(batches.batch, range)->dim, e.dims);
  mlir::Value seed = batches.seed      ? e.emit.i64(e.size(batches.seed, range)->dim, e.dims)
                     : batches.shuffle ? e.emit.runtime("mdl_next_seed", e.emit.constantI64(e.randomSites++),
                                                        e.emit.builder.getI64Type())
                                       : e.emit.constantI64(0);
  return e.emit.runtime(
      "mdl_batches_begin",
      {data, rows, size, e.emit.constantBool(batches.shuffle), e.emit.constantBool(batches.dropLast), seed},
      e.emit.pointer());
}

Value batchValue(Elaborator &e, const BatchesValue &batches, mlir::Value iterator, const Dim &rows) {
  if (batches.data) {
    auto pair = std::make_shared<TupleValue>();
    for (unsigned field : {0u, 1u}) {
      ElementType element = fieldType(*batches.data, field);
      Shape shape = fieldShape(*batches.data, field, rows);
      pair->elements.push_back(
          e.make(e.emit.runtimeFill("mdl_batches_field", {iterator, e.emit.constantI64(field)}, element, shape, e.dims),
                 element, shape));
    }
    return pair;
  }
  std::vector<Elaborator::Tensor> parts;
  e.leaves(batches.source, parts);
  for (auto &part : parts) {
    Shape shape = part->shape;
    shape[0].dim = rows;
    part = e.make(e.emit.runtimeFill("mdl_batches_rows", {iterator, e.ssa(part)}, part->element, shape, e.dims),
                  part->element, shape);
  }
  size_t next = 0;
  return e.rebuild(batches.source, parts, next);
}

//===--- The report of a training run: used by `fit` in stdlib/train.mdl ---------------------------===//

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
  e.emit.runtime("mdl_train_step", e.scalar(loss));
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
static Value rows(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"data"});
  auto *data = bound ? as<DataValue>((*bound)[0]->value) : nullptr;
  return data ? Value(e.knownScalar(data->rows)) : nullptr;
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

void Elaborator::train(const ast::Train &stmt) {
  static const std::vector<std::string> settings{"batch", "loss", "metrics", "optimizer", "schedule", "epochs", "seed"};
  CallArguments arguments;
  arguments.callee = "fit";
  arguments.range = stmt.range;
  Value model = expression(stmt.model), data = expression(stmt.data);
  bool failed = !model || !data;
  arguments.items.push_back({"", model, stmt.model->range});
  arguments.items.push_back({"", data, stmt.data->range});
  if (model && !as<ModelValue>(model)) {
    diags.report(diag::PatternMismatch, stmt.model->range, {"a model", typeName(model)});
    failed = true;
  }
  auto *set = as<DataValue>(data);
  if (data && (!set || !set->hasParts)) {
    auto report = diags.report(diag::PatternMismatch, stmt.data->range,
                               {"a data set with a training and a validation part", typeName(data)});
    if (set)
      report.hint("`.split(valid=0.2, seed=42)` makes them");
    failed = true;
  }
  for (auto &[name, value] : stmt.settings) {
    if (std::find(settings.begin(), settings.end(), name.text) == settings.end()) {
      auto report = diags.report(diag::UnknownSetting, name.range, {name.text});
      if (std::string near = nearestName(name.text, settings); !near.empty())
        report.hint("did you mean `" + near + "`?");
      failed = true;
      continue;
    }
    arguments.items.push_back({name.text, expression(value), value->range});
    failed |= !arguments.items.back().value;
  }
  Binding *fit = scope->find("fit");
  if (failed || !fit)
    return;
  Value trained = callValue(fit->value, arguments);
  if (!trained)
    return;
  if (auto *name = ast::as<ast::NameRef>(stmt.model))
    assignVariable(name->name, trained, stmt.model->range);
}

void mdl::addDataBuiltins(Elaborator &elaborator) {
  elaborator.addBuiltins({{"csv", csv},
                          {"idx", idx},
                          {"batches", batches},
                          {"rows", rows},
                          {"train_begin", trainBegin},
                          {"train_epoch", trainEpoch},
                          {"train_step", trainStep},
                          {"train_valid", trainValid},
                          {"train_epoch_end", trainEpochEnd},
                          {"train_end", trainEnd},
                          {"interrupted", interrupted},
                          {"in_training", inTraining},
                          {"with_state", withState}});
}
