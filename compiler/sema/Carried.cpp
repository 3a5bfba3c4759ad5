//===- Carried.cpp - Variables that go through loops and branches ------------------===//

#include "compiler/sema/Carried.h"
#include "compiler/sema/CarriedParts.h"
#include "compiler/sema/Exits.h"
#include "compiler/sema/FirstNumbers.h"
#include "compiler/sema/Literals.h"
#include "compiler/sema/LoopPlaces.h"
#include "compiler/sema/ModelStates.h"
#include "compiler/sema/OpenSizes.h"
#include "compiler/sema/RunLists.h"
#include "compiler/sema/RunTexts.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/STLExtras.h"

using namespace mdl;

Carried::Carried(Elaborator &e, const std::set<std::string> &names, SourceRange range, bool mayGrow)
    : e(e), range(range), variables(assignedVariables(e, names)), mayGrow(mayGrow) {
  for (auto [v, variable] : llvm::enumerate(variables))
    if (variable.number && asWritten(e, *variable.binding) == variable.number)
      startsOpen.insert(v);
  count();
}

void Carried::count() {
  before.clear();
  written.clear();
  names.clear();
  counts.clear();
  texts.clear();
  choices.clear();
  open.clear();
  for (auto &variable : variables)
    count(variable);
}

void Carried::count(const AssignedVariable &variable) {
  llvm::append_range(choices, partsThat(variable.before, isChoice));
  size_t first = before.size();
  e.leaves(variable.before, before);
  for (size_t leaf = first; leaf < before.size(); ++leaf)
    if (auto numbers = writtenNumbers(before[leaf])) {
      before[leaf] = numbers->exact;
      written.insert({leaf, *numbers});
    }
  e.leafNames(variable.before, variable.name, names);
  counts.push_back(before.size());
  for (auto &text : textsOf(variable.before))
    if (isRunText(text))
      texts.push_back(as<StringValue>(text)->pieces[0].pointer);
  size_t places = 0;
  for (auto &leaf : before)
    places += leaf->shape.size();
  open.resize(places);
}

void Carried::build(llvm::function_ref<mlir::Operation *()> make) {
  mlir::Operation *loop = nullptr;
  outside = e.emit.builder.getInsertionBlock();
  states = e.statesNow();
  openKnown([](auto &, size_t, unsigned, const Dim &size) { return size.isConstant(0); });
  makeUntilStands(e, [&] {
    again = false;
    failed.clear();
    auto ofOthers = std::exchange(e.resized, {});
    auto typesOfOthers = std::exchange(e.retyped, {});
    std::set<size_t> tried = growing;
    size_t errors = e.diags.errorCount();
    startTyped();
    loop = make();
    if (e.diags.errorCount() != errors && !reconsiderTypes())
      reconsiderGrowth(tried);
    e.resized.merge(ofOthers);
    e.retyped.merge(typesOfOthers);
    return !again;
  });
  bind(loop->getResults().take_front(size()));
  for (auto &variable : variables) {
    if (!variable.binding)
      continue;
    variable.binding->number = nullptr;
    if (failed.count(variable.binding))
      variable.binding->value = nullptr;
  }
}

bool Carried::takeInStates() {
  std::vector<AssignedVariable> changed = changedStates(e, states, variables, outside);
  for (auto &state : changed) {
    variables.push_back(state);
    count(state);
  }
  return !changed.empty();
}

void Carried::passStates(llvm::MutableArrayRef<mlir::Value> values) const {
  for (size_t v = 0; v < variables.size(); ++v)
    if (variables[v].state)
      values[counts[v] - 1] = e.ssa(e.tensor(variables[v].now(e), range));
}

void Carried::settleTypes(llvm::function_ref<void()> pass, SourceRange range) {
  auto isOpen = [&](const AssignedVariable &variable) {
    return variable.isUnset() || hasOpenType(variable.before) || !textsOf(variable.before).empty() ||
           !partsThat(variable.before, isEmptyList).empty() ||
           (mayGrow && as<ListValue>(variable.before) && formOfElements(e, variable.before)) ||
           canBeChosen(variable.before, e.scope.get());
  };
  if (e.axes.empty() && llvm::none_of(variables, isOpen))
    return;
  // One may make another depend on an index, or be known no longer; that ends after at most a round for each.
  for (size_t round = 0; round <= variables.size() && tryPass(pass, range); ++round)
    ;
  count();
}

/// A number that is known before the loop and another one after a pass is not known in it.
static Value unlessChanged(Elaborator &e, const Value &start, const Value &after) {
  auto *number = as<TensorValue>(start);
  if (!number || !number->known || e.constantInt(after) == e.constantInt(start))
    return start;
  return e.make(e.ssa(*number), number->element, number->shape, number->lift);
}

/// A bool that is known before the loop, or a number that a variable begins with, as a pass finds it: any pass may have
/// changed it.
static Value asCarried(Elaborator &e, const Value &value, bool isNumber) {
  if (!as<TensorValue>(value) || !(e.constantBool(value) || (isNumber && e.constantNumber(value))))
    return value;
  auto flag = std::static_pointer_cast<const TensorValue>(value);
  return e.make(e.emit.op("barrier", e.ssa(flag), e.emit.tensorType(flag->element, flag->shape)), flag->element,
                flag->shape, flag->lift);
}

bool Carried::tryPass(llvm::function_ref<void()> pass, SourceRange range) {
  std::vector<Value> after;
  SymbolId mark = e.dims.count();
  size_t reported = e.diags.all().size();
  int64_t sites = e.randomSites;
  Restore<bool> trying(e.triesPass, true);
  e.speculate([&] {
    for (auto &variable : variables)
      variable.set(e, asCarried(e, withOpenRows(variable), variable.number != nullptr));
    pass();
    for (auto &variable : variables)
      after.push_back(settleOpen(e, variable.now(e), range));
  });
  e.randomSites = sites;
  e.diags.rewind(reported);
  for (auto &variable : variables)
    if (variable.binding)
      variable.binding->number = variable.number;
  bool changed = false;
  for (size_t i = 0; i < variables.size(); ++i) {
    auto &variable = variables[i];
    if (after[i] && !as<UnsetValue>(after[i])) {
      Value start = unlessChanged(e, startFor(variable.before, after[i], mark, range), after[i]);
      changed |= start != variable.before;
      variable.before = start;
    }
    variable.set(e, variable.before);
  }
  return changed;
}

/// A number as written whose type is open, as one that may be what a pass leaves.
static Elaborator::Tensor withTypeOf(Elaborator &e, const Elaborator::Tensor &value, const TensorValue &after,
                                     SourceRange range) {
  if (!value->written)
    return value;
  if (!after.written)
    return inTypeOf(e, *value, after.element, range);
  WrittenNumbers both = eitherOf(*value->written, *after.written);
  if (both.element == value->written->element && both.least == value->written->least &&
      both.most == value->written->most)
    return value;
  both.exact = inTypeOf(e, *value, both.element, range);
  return withOpenType(e, both);
}

Value Carried::withChoices(const Value &start, const Value &after) {
  if (!canBeChosen(start, e.scope.get()) || !canBeChosen(after, e.scope.get()) || isSameConstant(start, after))
    return start;
  auto choice = std::make_shared<ChoiceValue>();
  choice->functions = functionsOf(start);
  for (auto &function : functionsOf(after))
    if (!placeOfFunction(choice->functions, function))
      choice->functions.push_back(function);
  if (isChoice(start) && choice->functions.size() == as<ChoiceValue>(start)->functions.size())
    return start;
  choice->number = e.numberOfChoice(start, 0, range);
  return choice;
}

/// The variable with a tensor for each `[]` that a pass makes one of.
static Value withEmptyRows(Elaborator &e, const Value &before, const Value &after, SymbolId mark) {
  auto *rows = as<TensorValue>(after);
  if (rows && isEmptyList(before) && rows->rank()) {
    Value none = emptyRows(e, *rows, mark);
    return none ? none : before;
  }
  if (auto form = isEmptyList(before) ? formOfElements(e, after) : nullptr) {
    Value none = emptyRunList(e, form, mark);
    return none ? none : before;
  }
  std::vector<Value> parts = partsOf(before), others = partsOf(after);
  bool changed = false;
  for (size_t i = 0; i < parts.size() && parts.size() == others.size(); ++i) {
    Value begun = withEmptyRows(e, parts[i], others[i], mark);
    changed |= begun != parts[i];
    parts[i] = begun;
  }
  return changed ? withParts(before, parts) : before;
}

Value Carried::startFor(const Value &before, const Value &after, SymbolId mark, SourceRange range) {
  if (as<UnsetValue>(before))
    return withRunTexts(placeholder(e, after, mark), after, range);
  if (as<LiteralValue>(before)) {
    auto *number = as<TensorValue>(after);
    return e.tensor(before, range, number ? std::optional(number->element) : std::nullopt);
  }
  if (canBeChosen(before, e.scope.get()))
    return withChoices(before, after);
  if (Value begun = withEmptyRows(e, before, after, mark); begun != before)
    return startFor(begun, after, mark, range);
  if (Value list = mayGrow ? likeRunLists(e, after, before, range, mark) : nullptr; list && list != before)
    return list;
  // What starts as one number and comes to depend on an index is a number for each index from the start.
  std::vector<Elaborator::Tensor> start, end;
  e.leaves(before, start);
  e.leaves(after, end);
  bool changed = false;
  for (size_t leaf = 0; leaf < start.size() && start.size() == end.size(); ++leaf) {
    if (end[leaf]->rank() != start[leaf]->rank())
      continue;
    Elaborator::Tensor begun = withTypeOf(e, withIndices(e, start[leaf], *end[leaf]), *end[leaf], range);
    changed |= begun != start[leaf];
    start[leaf] = begun;
  }
  size_t next = 0;
  return withRunTexts(changed ? e.rebuild(before, start, next) : before, after, range);
}

Value Carried::withRunTexts(const Value &start, const Value &after, SourceRange range) {
  std::vector<Value> end = textsOf(after);
  if (textsOf(start).size() != end.size())
    return start;
  size_t next = 0;
  return mapTexts(start, [&](const Value &text) {
    const Value &changed = end[next++];
    return isRunText(text) || isSameConstant(text, changed) ? text : textOfRun(e.stringPointer(text, range));
  });
}

llvm::SmallVector<mlir::Value> Carried::initial() {
  llvm::SmallVector<mlir::Value> values;
  for (size_t i = 0; i < before.size(); ++i)
    values.push_back(withAnySize(e, e.ssa(before[i]), typeOf(i), isOpen(i)));
  llvm::append_range(values, texts);
  for (auto &choice : choices)
    values.push_back(e.ssa(e.tensor(as<ChoiceValue>(choice)->number, range)));
  return values;
}

llvm::SmallVector<mlir::Type> Carried::types() {
  llvm::SmallVector<mlir::Type> result;
  for (size_t i = 0; i < before.size(); ++i)
    result.push_back(typeOf(i));
  result.append(texts.size(), e.emit.pointer());
  result.append(choices.size(), e.emit.tensorType(ElementType::I64, {}));
  return result;
}

void Carried::bind(mlir::ValueRange values) {
  shapes.clear();
  for (auto &leaf : before)
    shapes.push_back(leaf->shape);
  OpenSizes sizes(e, range);
  std::map<size_t, Dim> opened;
  forEachAxis([&](size_t leaf, size_t axis, size_t place) {
    if (!open[place])
      return;
    const TensorValue &old = *before[leaf];
    auto [it, isNew] = opened.try_emplace(*open[place]);
    if (isNew)
      it->second = sizes.open(names[leaf], axis - old.lift, old.rank());
    shapes[leaf][axis] = {it->second, range};
  });
  std::vector<Elaborator::Tensor> leaves;
  for (size_t i = 0; i < before.size(); ++i) {
    sizes.bind(shapes[i], values[i]);
    leaves.push_back(e.make(values[i], before[i]->element, shapes[i], before[i]->lift));
    if (auto open = written.find(i); open != written.end()) {
      open->second.exact = leaves.back();
      leaves.back() = withOpenType(e, open->second);
    }
  }
  size_t next = 0, nextText = before.size(), nextChoice = nextText + texts.size();
  for (auto &variable : variables) {
    Value now = mapTexts(e.rebuild(variable.before, leaves, next),
                         [&](const Value &text) { return isRunText(text) ? textOfRun(values[nextText++]) : text; });
    now = mapParts(now, isChoice, [&](const Value &choice) {
      auto bound = std::make_shared<ChoiceValue>(*as<ChoiceValue>(choice));
      bound->number = e.make(values[nextChoice++], ElementType::I64, {});
      return bound;
    });
    if (variable.name != hidden::Result)
      now = namedNumber(e, now, {variable.name, variable.defined()});
    if (auto *value = as<TensorValue>(now); value && e.outlines)
      e.notes.noteName(value->ssa, variable.name);
    variable.set(e, now);
  }
}

/// Whether all that is no number is the same in both.
static bool sameConstants(const Value &first, const Value &second) {
  if (as<TensorValue>(first) || first == second || (isRunText(first) && as<StringValue>(second)))
    return true;
  if (isChoice(first))
    return (isChoice(second) || !as<ChoiceValue>(second)) && llvm::all_of(functionsOf(second), [&](auto &function) {
             return placeOfFunction(functionsOf(first), function).has_value();
           });
  if (auto *list = as<RunListValue>(first))
    return as<RunListValue>(second) && isSameForm(list->form, as<RunListValue>(second)->form);
  std::vector<Value> a = partsOf(first), b = partsOf(second);
  if (a.size() != b.size() || first->kind != second->kind)
    return false;
  if (a.empty())
    return isSameConstant(first, second);
  for (size_t i = 0; i < a.size(); ++i)
    if (!sameConstants(a[i], b[i]))
      return false;
  return true;
}

std::optional<llvm::SmallVector<mlir::Value>> Carried::current(SourceRange range) {
  llvm::SmallVector<mlir::Value> values, strings, numbers;
  std::vector<Elaborator::Tensor> after;
  for (auto &variable : variables)
    if (!variable.now(e))
      failed.insert(variable.binding);
  size_t from = 0;
  for (size_t v = 0; v < variables.size(); ++v) {
    auto &variable = variables[v];
    Value value = e.underEqualities(settleOpen(e, variable.now(e), range));
    value = value ? likeRunLists(e, variable.before, value, range) : nullptr;
    if (!value)
      return std::nullopt;
    std::vector<Elaborator::Tensor> now;
    e.leaves(value, now);
    bool same = now.size() == counts[v] - from;
    for (size_t i = 0; same && i < now.size(); ++i) {
      auto &old = before[from + i];
      if (now[i]->written)
        now[i] = inTypeOf(e, *now[i], old->element, range);
      if (!now[i])
        return std::nullopt;
      if (old->lift >= now[i]->lift && old->rank() == now[i]->rank())
        now[i] = withIndices(e, now[i], *old);
      same = mayFollow(from + i, *now[i]);
      after.push_back(now[i]);
    }
    bool hasSameConstants = same && sameConstants(variable.before, value);
    if (!hasSameConstants)
      failed.insert(variable.binding);
    if (same && !hasSameConstants) {
      auto report = e.diags.report(
          diag::Unsupported, range,
          {variable.name == hidden::Result
               ? "a `return` of " + e.typeName(value) + " in a loop whose passes are only known in the run"
               : "`" + variable.name + "`, " + e.typeName(value) + ", changes in a loop of the run"});
      if (as<ListValue>(value))
        report.hint("how many functions or models a list has is known when the program is compiled");
      return std::nullopt;
    }
    if (!same && variable.name == hidden::Result) {
      e.diags.report(diag::PatternMismatch, range,
                     {e.typeName(variable.before) + " as another `return` gives", e.typeName(value)});
      return std::nullopt;
    }
    if (!same) {
      noteRetyped(e, variable.binding, variable.number, value);
      reportTypeChange(e, variable.name, variable.defined(), variable.before, value, range);
      return std::nullopt;
    }
    from = counts[v];
    std::vector<Value> start = textsOf(variable.before), end = textsOf(value);
    for (size_t i = 0; i < start.size(); ++i)
      if (isRunText(start[i]))
        strings.push_back(e.stringPointer(end[i], range));
    forEachChoice(variable.before, value, [&](const Value &choice, const Value &after) {
      numbers.push_back(e.ssa(e.tensor(numberAmong(e, functionsOf(choice), after, range), range)));
    });
  }
  again = takeInStates() || openSizes(after);
  if (again)
    return std::nullopt;
  for (size_t i = 0; i < after.size(); ++i)
    values.push_back(withAnySize(e, e.ssa(after[i]), typeOf(i), isOpen(i)));
  llvm::append_range(values, strings);
  llvm::append_range(values, numbers);
  return values;
}

void Carried::yield(mlir::ValueRange arguments, SourceRange range) {
  auto values = current(range);
  if (!values)
    values = llvm::SmallVector<mlir::Value>(arguments);
  e.emit.builder.create<mlir::scf::YieldOp>(e.emit.location, *values);
}
