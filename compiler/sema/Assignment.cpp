//===- Assignment.cpp - x = …, x[i] = …, r.w += …, (a, b) = … ---------------------------------===//
//
// Stage: sema. Tensors and structures are values: an assignment makes the new value of the variable
// at the root of its target, and rebinds it.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/CallHints.h"
#include "compiler/sema/Carried.h"
#include "compiler/sema/ChosenElements.h"
#include "compiler/sema/FirstNumbers.h"
#include "compiler/sema/Imports.h"
#include "compiler/sema/Literals.h"
#include "compiler/sema/LoopPlaces.h"
#include "compiler/sema/OpenSizes.h"
#include "compiler/sema/RunLists.h"
#include "compiler/sema/Sequences.h"
#include "compiler/sema/Subscripts.h"
#include "compiler/sema/TypeNames.h"
#include "compiler/syntax/StatementForms.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mdl;

/// `option = 3`, where nothing is called so: the name of the option is missing, and with it that of its uses.
static bool reportNameless(Elaborator &e, const ast::Assign &stmt) {
  auto *target = stmt.op ? nullptr : ast::as<ast::NameRef>(stmt.target);
  bool declares = target && (target->name == "option" || target->name == "param" || target->name == "state");
  if (!declares || e.scope->find(target->name))
    return false;
  const syntax::StatementForm *form = syntax::statementForm(target->name);
  e.diags.report(diag::UnexpectedToken, stmt.opRange, {std::string(form->named), "`=`"})
      .hint(std::string(form->form))
      .hint("`let " + target->name + " = …` or `var " + target->name + " = …` makes a value of this name");
  noteMissingNames(*e.scope);
  return true;
}

void Elaborator::assign(const ast::Assign &stmt) {
  if (reportNameless(*this, stmt))
    return;
  auto *name = ast::as<ast::NameRef>(stmt.target);
  bool isReturned = name && name->name == hidden::Result;
  Value number = isReturned ? numberGivenBack(*this, stmt.value) : nullptr;
  Value value = number ? number : expression(stmt.value);
  if (!value)
    return;
  if (stmt.op) {
    Binding *variable = name ? scope->find(name->name) : nullptr;
    Value current = variable && variable->number ? asWritten(*this, *variable) : expression(stmt.target);
    // As many elements as a place that has no size of the program: `y[::k] += v` is checked as `y[::k] = v` is.
    auto *place = as<TensorValue>(current);
    bool isPart = place && stmt.target->kind == ast::ExprKind::Index &&
                  llvm::any_of(place->shape, [&](auto &size) { return !dims.isWritable(size.dim); });
    if (isPart && (as<TensorValue>(value) || (as<ListValue>(value) && isTensorLike(value)))) {
      Tensor given = tensor(value, stmt.value->range, place->element);
      value = given ? withSizesOfPlace(*this, given, place->shape, stmt.value->range) : nullptr;
      if (!value)
        return;
    }
    value = binary(*stmt.op, current, value, stmt.range, stmt.target->range, stmt.value->range, stmt.opRange);
    if (!value)
      return;
  }
  auto *targets = ast::as<ast::Tuple>(stmt.target);
  if (!targets) {
    assignInto(stmt.target, nullptr, value, stmt.value->range);
    return;
  }
  // `(a, b) = (b, a)`: all of the right side is there before anything changes.
  if (reportValuesOnly(*this, stmt.value, value, targets->elements.size(), stmt.target->range))
    return;
  std::vector<Value> parts = partsToBind(*this, value, targets->elements.size(), stmt.value->range);
  if (parts.size() != targets->elements.size()) {
    diags.report(diag::PatternMismatch, stmt.target->range,
                 {"a tuple of " + std::to_string(targets->elements.size()), typeName(value)});
    return;
  }
  for (size_t i = 0; i < parts.size(); ++i)
    assignInto(targets->elements[i], nullptr, parts[i], stmt.value->range);
}

/// Whether two values have one type, but for sizes that the run knows.
static bool isAlike(Elaborator &e, const Value &first, const Value &second) {
  auto *a = as<TensorValue>(first), *b = as<TensorValue>(second);
  if (a && b)
    return a->element == b->element && a->rank() == b->rank() && llvm::all_of(llvm::seq(a->rank()), [&](unsigned axis) {
             return canMeet(a->shape[a->lift + axis].dim, b->shape[b->lift + axis].dim);
           });
  std::vector<Value> parts = partsOf(first), others = partsOf(second);
  if (parts.empty() || first->kind != second->kind || parts.size() != others.size())
    return e.typeName(first) == e.typeName(second);
  return llvm::all_of(llvm::zip(parts, others),
                      [&](auto pair) { return isAlike(e, std::get<0>(pair), std::get<1>(pair)); });
}

/// `xs[1] = …` in a list or a tuple that is no tensor: the whole with that element; null if reported, nothing for
/// others.
static std::optional<Value> withElement(Elaborator &e, const Value &base, const ast::Index &index, const Value &value,
                                        SourceRange range) {
  if (auto *ofRun = as<RunListValue>(base))
    return withElementOfRunList(e, *ofRun, index, value, range);
  auto *list = as<ListValue>(base);
  auto *tuple = as<TupleValue>(base);
  bool isTensor = list && !list->fixed && e.isTensorLike(base);
  if ((!list && !tuple) || isTensor || index.subscripts.size() != 1 || index.subscripts[0].kind != ast::Subscript::At)
    return std::nullopt;
  SourceRange at = index.subscripts[0].range;
  Value given = e.subscriptPart(index.subscripts[0].at);
  auto place = e.constantInt(given);
  if (!given)
    return Value();
  std::vector<Value> elements = partsOf(base);
  auto fittedTo = [&](const Value &element) -> Value {
    auto *old = as<TensorValue>(element);
    Value fitted = old && e.isTensorLike(value) ? Value(e.tensor(value, range, old->element)) : value;
    if (!fitted || !list || isAlike(e, element, fitted))
      return fitted;
    auto [own, other] = typeNamesApart(e, element, value);
    e.diags.report(diag::TypeChanges, index.range, {std::string(e.sources.text(index.range)), own, other});
    return nullptr;
  };
  if (!place) {
    Value fitted = fittedTo(elements.empty() ? value : elements.front());
    std::vector<Value> changed;
    if (fitted)
      changed = withElementOfRun(e, base, elements, given, at, fitted, range);
    return changed.empty() ? Value() : withParts(base, changed);
  }
  int64_t count = elements.size(), position = *place < 0 ? *place + count : *place;
  if (position < 0 || position >= count) {
    e.diags.report(diag::IndexOutOfRange, at, {std::to_string(*place), std::to_string(count)});
    return Value();
  }
  elements[position] = fittedTo(elements[position]);
  return elements[position] ? withParts(base, elements) : nullptr;
}

Value Elaborator::assignInto(const ast::Expr *target, const Value &, const Value &value, SourceRange valueRange) {
  if (auto *name = ast::as<ast::NameRef>(target)) {
    assignVariable(name->name, value, name->range);
    return value;
  }
  if (auto *access = ast::as<ast::Member>(target)) {
    Value base = expression(access->base);
    if (!member(base, access->name, access->range))
      return nullptr;
    Value old = member(base, access->name, access->range);
    Value fitted = value;
    if (isTensorLike(value) && as<TensorValue>(old))
      fitted = tensor(value, valueRange, as<TensorValue>(old)->element);
    Value changed;
    if (auto *record = as<RecordValue>(base)) {
      auto copy = std::make_shared<RecordValue>(*record);
      for (auto &field : copy->fields)
        if (field.first == access->name.text)
          field.second = fitted;
      changed = copy;
    } else if (auto *model = as<ModelValue>(base)) {
      auto copy = std::make_shared<ModelValue>(*model);
      for (auto &part : copy->members)
        if (part.name == access->name.text) {
          // Its shape is the constructor's: a call relies on it.
          if (fitted && !isAlike(*this, old, fitted)) {
            diags.report(diag::TypeChanges, target->range,
                         {std::string(sources.text(target->range)), typeName(old), typeName(fitted)});
            return nullptr;
          }
          part.value = fitted;
        }
      changed = copy;
    } else if (auto *tuple = as<TupleValue>(base)) {
      auto copy = std::make_shared<TupleValue>(*tuple);
      copy->elements[std::stoul(access->name.text)] = fitted;
      changed = copy;
    } else {
      diags.report(diag::NotAVariable, target->range, {std::string(sources.text(target->range))});
      return nullptr;
    }
    return assignInto(access->base, nullptr, changed, valueRange);
  }
  if (auto *index = ast::as<ast::Index>(target)) {
    Value base = expression(index->base);
    if (!base)
      return nullptr;
    if (as<StringValue>(base)) {
      diags.report(diag::NotAVariable, target->range, {std::string(sources.text(target->range))})
          .hint("a text stays as it is; another one can be made of its parts");
      return nullptr;
    }
    Restore<std::unordered_map<const ast::Expr *, Value>> own(subscriptParts, {});
    if (auto changed = withElement(*this, base, *index, value, valueRange))
      return *changed ? assignInto(index->base, nullptr, *changed, valueRange) : nullptr;
    if (as<RecordValue>(base)) {
      diags.report(diag::CannotIndex, index->base->range, {typeName(base)}).hint(fieldHint(*this, *index));
      return nullptr;
    }
    Tensor whole = tensor(base, index->base->range);
    if (!whole)
      return nullptr;
    Value changed = updateTensor(whole, index->subscripts, value, valueRange, index->range);
    return changed ? assignInto(index->base, nullptr, changed, valueRange) : nullptr;
  }
  diags.report(diag::NotAVariable, target->range, {std::string(sources.text(target->range))});
  return nullptr;
}

/// What is returned, beside what another `return` has given.
static void assignResult(Elaborator &e, Binding &result, const Value &value, SourceRange range) {
  bool isOpen = as<UnsetValue>(result.value) || hasOpenType(result.value) || isEmptyList(result.value);
  Value given = settleOpen(e, value, range);
  if (given && (isOpen || hasOpenType(given) || isAlike(e, result.value, given)))
    result.value = given;
  else if (given)
    e.diags
        .report(diag::PatternMismatch, range,
                {e.typeName(result.value) + " as another `return` gives", e.typeName(given)})
        .note(result.given, "the other `return`");
  result.given = range;
}

/// The number that a variable begins with, written as one of another type: `1.0.f64()` for `var a = 1`; empty where it
/// begins with anything else.
static std::string firstNumber(const SourceManager &sources, SourceRange name, ElementType type) {
  if (!name.isValid())
    return ""; // Of a module.
  llvm::StringRef text = llvm::StringRef(sources.text(name.file)).substr(name.end);
  text = text.take_until([](char c) { return c == '\n' || c == '#'; }).trim();
  if (!text.consume_front("="))
    return "";
  std::string number = text.trim().str();
  llvm::StringRef digits = llvm::StringRef(number).ltrim('-');
  if (digits.empty() || (digits != "inf" && digits.find_first_not_of("0123456789_.") != llvm::StringRef::npos))
    return "";
  if (digits != "inf" && !digits.contains('.'))
    number += ".0";
  if (type == ElementType::F32)
    return number;
  return (number[0] == '-' ? "(" + number + ")" : number) + "." + elementTypeName(type) + "()";
}

/// A list that is no tensor.
static bool isOtherList(const Elaborator &e, const Value &value) {
  return as<RunListValue>(value) || (as<ListValue>(value) && !e.isTensorLike(value));
}

/// The literal that a variable has then, as one of the kind of numbers that the variable holds; null without one.
static Value numberAfter(const Value &assigned, const Value &held) {
  auto *literal = as<LiteralValue>(assigned);
  auto *number = as<TensorValue>(held);
  if (!literal || !number)
    return nullptr;
  auto result = std::make_shared<LiteralValue>(*literal);
  result->isInt &= !isFloat(number->element);
  return result;
}

void Elaborator::assignVariable(const std::string &name, const Value &value, SourceRange range) {
  Binding *binding = nullptr;
  bool crossed = false, isParameter = false;
  for (Scope *s = scope.get(); s && !binding; s = s->parent.get()) {
    if (auto it = s->names.find(name); it != s->names.end()) {
      binding = &it->second;
      isParameter = s->isFunction && !crossed;
    } else {
      crossed |= s->isFunction;
    }
  }
  if (!binding) {
    if (!hasMissingNames(*scope))
      diags.report(diag::UnknownName, range, {name})
          .hint("`let " + name + " = …` or `var " + name + " = …` makes a new name");
    // Bound all the same, so that no use of it is another error.
    scope->names[name] = Binding{nullptr, true, range};
    return;
  }
  if (!binding->isVar) {
    auto report = diags.report(diag::NotAVariable, range, {name});
    if (binding->range.isValid())
      report.note(binding->range, isBoundByLoop(*this, name) ? "bound by the loop, for each pass" : "defined here");
    if (isBoundByLoop(*this, name))
      report.hint("`var " +
                  std::string(name.size() > 1 ? "own"
                              : name == "j"   ? "k"
                                              : "j") +
                  " = " + name + "` can be assigned");
    else if (isParameter)
      report.hint("a parameter keeps its value: `var " + std::string(name == "own" ? "mine" : "own") + " = " + name +
                  "` can be assigned");
    else if (binding->isEarlier)
      report.hint("`" + std::string(binding->decl && binding->decl->kind == ast::StmtKind::Option ? "option" : "let") +
                  " " + name + " = …` gives the name another value, `var " + name + "` can be assigned");
    else if (binding->decl && binding->decl->kind == ast::StmtKind::Option)
      report.hint("an option gets its value from the command line: `--" + name + " …`; `var own = " + name +
                  "` can be assigned");
    else if (binding->range.isValid())
      report.hint("`var " + name + "` can be assigned");
    else
      report.hint(binding == globals->find(name)
                      ? "it is the library's: `var " + name + " = …` makes a name of the program"
                      : "a call changes no parameter of its model; `state " + name + " = …` is kept from call to call");
    return;
  }
  if (crossed && !binding->isState) {
    diags.report(diag::AssignInFunction, range, {name}).hint("give the new value back as the function's result");
    return;
  }
  if (!binding->value)
    return; // Its definition failed.
  if (name == hidden::Result && (!isEmptyList(value) || !as<TensorValue>(binding->value)))
    return assignResult(*this, *binding, value, range);
  Value fitted = value;
  auto *old = as<TensorValue>(binding->value);
  bool isRunList = as<RunListValue>(binding->value) || as<RunListValue>(value);
  if (old && isTensorLike(value)) {
    Tensor t = tensor(value, range, old->element);
    if (!t)
      return;
    if (t->element != old->element && !mayTakeType(binding->number, t->element)) {
      auto report = diags.report(diag::TypeChanges, range, {name, typeName(binding->value), typeName(value)});
      if (binding->range.isValid())
        report.note(binding->range, "defined here");
      std::string first = isFloat(t->element) ? firstNumber(sources, binding->range, t->element) : "";
      std::string from = std::string(elementTypeName(t->element)) + " from the start";
      if (isFloat(t->element) && !isFloat(old->element))
        report.hint("`var " + name + " = " + (first.empty() ? "0.0" : first) + "` would be " + from +
                    "; `//` divides whole numbers, `.i64()` cuts off");
      else if (!first.empty())
        report.hint("`var " + name + " = " + first + "` would be " + from);
      binding->value = nullptr; // What it has now is in doubt.
      return;
    }
    fitted = t;
  } else if (old && old->rank() && isEmptyList(value)) {
    fitted = emptyRows(*this, *old, dims.count());
  } else if (isEmptyList(binding->value)) {
    fitted = settle(value, range); // `[]` is of every kind.
  } else if ((isRunList ? !isOtherList(*this, binding->value) || !isOtherList(*this, value)
                        : isStructure(binding->value) != isStructure(value)) ||
             (old && !isTensorLike(value))) {
    diags.report(diag::TypeChanges, range, {name, typeName(binding->value), typeName(value)})
        .note(binding->range, "defined here");
    binding->value = nullptr;
    return;
  }
  if (!isAlike(*this, binding->value, fitted))
    placeAssignment(*this, name, range);
  binding->value = namedNumber(*this, settle(fitted, range), {name, range});
  binding->number = binding->number ? numberAfter(value, binding->value) : nullptr;
  nameSizes(*this, binding->value, name);
}
