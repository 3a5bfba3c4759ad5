//===- Branches.cpp - if ------------------------------------------------------------------------===//
//
// Stage: sema. A condition that is known now chooses now. One of the run becomes scf.if, which
// gives the value of the branch taken and the variables that either assigns; where their sizes differ they have one of
// their own (Note [Sizes where paths meet] in OpenSizes.h). One that depends on
// an index of a comprehension makes both branches, and each value is chosen element by element. What is chosen may be
// a function (Choices.cpp).
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/BranchJoin.h"
#include "compiler/sema/CarriedParts.h"
#include "compiler/sema/ChosenElements.h"
#include "compiler/sema/FirstNumbers.h"
#include "compiler/sema/Guards.h"
#include "compiler/sema/Literals.h"
#include "compiler/sema/LoopPlaces.h"
#include "compiler/sema/ModelStates.h"
#include "compiler/sema/Ragged.h"
#include "compiler/sema/RunLists.h"
#include "compiler/sema/TextsOfIndex.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using mlir::scf::IfOp;

//===--- The expression -------------------------------------------------------------------===//

Elaborator::Tensor Elaborator::condition(const Value &value, SourceRange range, const char *ofMany) {
  if (as<TupleValue>(value) || as<RecordValue>(value)) {
    diags.report(diag::ExpectedScalarBool, range, {typeName(value)})
        .hint("structures are compared part by part: `a == c and b == d`, or `a != c or b != d`");
    return nullptr;
  }
  Tensor truth = value ? tensor(value, range) : nullptr;
  if (!truth || (truth->element == ElementType::Bool && truth->rank() == 0))
    return truth;
  auto report = diags.report(diag::ExpectedScalarBool, range, {typeName(truth)});
  if (truth->element == ElementType::Bool)
    report.hint(ofMany);
  else if (truth->rank() == 0)
    report.hint("`x != 0` asks whether a number is not 0");
  return nullptr;
}

Value Elaborator::ifExpression(const ast::If &expr) {
  Value condition = expression(expr.condition);
  Tensor truth =
      this->condition(condition, expr.condition->range,
                      "`all(…)` and `any(…)` make one of many, `where(condition, a, b)` chooses element by element");
  if (!truth)
    return nullptr;
  // What is known now chooses now: recursion ends, other types do not matter.
  if (auto known = constantBool(condition))
    return takeBranch(expr, *known);
  auto *flag = ast::as<ast::NameRef>(expr.condition);
  Binding *returned = flag && flag->name == hidden::Return ? scope->find(hidden::Result) : nullptr;
  bool isReturned = returned && returned->given.isValid() && expr.otherwise;
  return branch({assignedNames(&expr),
                 {isReturned ? returned->given : expr.then->range, expr.otherwise ? expr.otherwise->range : expr.range},
                 expr.condition->range,
                 expr.range,
                 [&](bool taken) { return takeBranch(expr, taken); },
                 isReturned},
                truth);
}

/// What code has that needs none; `lacking`, where that is an `if`.
static Value noValue(SourceRange lacking, bool isBranch = false) {
  auto unit = std::make_shared<UnitValue>();
  unit->lacking = lacking;
  unit->isBranch = isBranch;
  return unit;
}

/// Of two branches of which one at least has no value.
static Value noValueOf(const Branching &branching, const Value &first, const Value &second) {
  auto *unit = as<UnitValue>(first), *other = as<UnitValue>(second);
  if (unit && unit->lacking.isValid())
    return first;
  if ((other && other->lacking.isValid()) || (unit && other))
    return second;
  return noValue(branching.ranges[unit ? 0 : 1], /*isBranch=*/true);
}

Value Elaborator::takeBranch(const ast::If &expr, bool taken) {
  Value value;
  if (taken)
    value = block(*expr.then, std::make_shared<Scope>(scope));
  else if (expr.otherwise)
    value = evaluate(expr.otherwise);
  return expr.otherwise || (taken && !value) ? value : noValue(expr.range);
}

Value Elaborator::branch(const Branching &branching, const Tensor &condition) {
  return condition->lift ? branchOfIndex(branching, condition) : branchOfRun(branching, condition);
}

/// Of two numbers as written, whose type stays open; nothing for others.
static std::optional<Value> chosenAmongWritten(Elaborator &e, const std::vector<Value> &parts,
                                               const std::vector<SourceRange> &ranges, SourceRange range) {
  auto isNumber = [](const Value &value) {
    auto *t = as<TensorValue>(value);
    return as<LiteralValue>(value) || (t && !t->rank());
  };
  auto first = writtenNumbers(parts[1]), second = writtenNumbers(parts[2]);
  if (!first || !second || !isNumber(parts[1]) || !isNumber(parts[2]))
    return std::nullopt;
  WrittenNumbers both = eitherOf(*first, *second);
  Value chosen = e.elementwise(
      "select", {parts[0], e.tensor(parts[1], ranges[1], both.element), e.tensor(parts[2], ranges[2], both.element)},
      ranges, range);
  both.exact = chosen ? e.tensor(chosen, range) : nullptr;
  return both.exact ? withOpenType(e, both) : nullptr;
}

/// Of two values the one that the condition says for each index: `parts` are the condition and these. What has another
/// size on each side is not brought to one by broadcasting, as in arithmetic; it is rows of different lengths.
static Value chosenByIndex(Elaborator &e, const Branching &branching, std::vector<Value> parts,
                           const std::vector<SourceRange> &ranges) {
  if (auto written = chosenAmongWritten(e, parts, ranges, branching.range))
    return *written;
  bool isWritten = false;
  for (size_t i : {1, 2}) {
    isWritten |= as<LiteralValue>(parts[i]) != nullptr;
    if (as<ListValue>(parts[i]))
      parts[i] = e.tensor(parts[i], ranges[i]);
  }
  auto *first = as<TensorValue>(parts[1]), *second = as<TensorValue>(parts[2]);
  if (isWritten || !first || !second)
    return e.elementwise("select", parts, ranges, branching.range);
  if (first->rank() != second->rank()) {
    e.diags
        .report(diag::PatternMismatch, ranges[2],
                {e.typeName(parts[1]) + ", as the other branch gives", e.typeName(parts[2])})
        .note(ranges[1], "the other branch is here");
    return nullptr;
  }
  bool isOneShape = true, isKnown = true;
  for (unsigned axis = 0; axis < first->rank(); ++axis) {
    const Dim &size = first->shape[first->lift + axis].dim, &other = second->shape[second->lift + axis].dim;
    isOneShape &= size == other;
    isKnown &= size.constant() && other.constant();
  }
  if (isOneShape)
    return e.elementwise("select", parts, ranges, branching.range);
  if (!isKnown) {
    e.diags.report(diag::RaggedRows, branching.range, {"this `if`"})
        .note(ranges[1], e.typeName(parts[1]))
        .note(ranges[2], e.typeName(parts[2]));
    return nullptr;
  }
  Value place = e.cast(e.tensor(parts[0], ranges[0]), ElementType::I64);
  return elementOfRun(e, parts[1], {parts[2], parts[1]}, place, branching.range);
}

/// Whether neither branch has assigned a variable that begins with a number.
static bool isUnchanged(const AssignedVariable &variable, const Value &first, const Value &second) {
  return variable.number && first == variable.number && second == variable.number;
}

/// What both branches have made of a variable: of one that begins with a number, that may still be one.
static void assignJoined(Elaborator &e, const AssignedVariable &variable, const Value &value, SourceRange range) {
  variable.set(e, variable.number ? e.settle(value, range) : value);
  if (variable.binding)
    variable.binding->number = variable.number && value && writtenNumbers(value) ? value : nullptr;
}

Value Elaborator::branchOfIndex(const Branching &branching, const Tensor &condition) {
  std::function<Value(const Value &, const Value &)> select = [&](const Value &first, const Value &second) -> Value {
    if (first == second || as<UnsetValue>(second))
      return first;
    if (as<UnsetValue>(first))
      return second;
    if (as<UnitValue>(first) || as<UnitValue>(second))
      return noValueOf(branching, first, second);
    std::vector<SourceRange> ranges{branching.condition, branching.ranges[0], branching.ranges[1]};
    auto choose = [&](const std::vector<Value> &parts) { return chosenByIndex(*this, branching, parts, ranges); };
    if (as<StringValue>(first) && as<StringValue>(second)) {
      Tensor number = textNumber(*this, first, ranges[1]), other = textNumber(*this, second, ranges[2]);
      Value chosen = number && other ? choose({condition, number, other}) : nullptr;
      return chosen ? textOfNumber(*this, tensor(chosen, branching.range)) : nullptr;
    }
    // `[]` is a tensor without rows beside one.
    const Value &other = isEmptyList(first) ? second : first;
    bool isBesideEmpty = isEmptyList(first) != isEmptyList(second);
    if (auto *rows = as<TensorValue>(other); isBesideEmpty && rows && rows->rank()) {
      Value none = emptyRows(*this, *rows, dims.count());
      return isEmptyList(first) ? choose({condition, none, second}) : choose({condition, first, none});
    }
    if (auto *rows = as<RaggedValue>(other); isBesideEmpty && rows)
      return reportRagged(*this, *rows, branching.range);
    if (canBeChosen(first, scope.get()) && canBeChosen(second, scope.get())) {
      auto choice = std::make_shared<ChoiceValue>();
      choice->functions = functionsOf(first);
      auto count = static_cast<int64_t>(choice->functions.size());
      llvm::append_range(choice->functions, functionsOf(second));
      choice->number = choose({condition, numberOfChoice(first, 0, branching.ranges[0]),
                               numberOfChoice(second, count, branching.ranges[1])});
      return choice->number ? choice : nullptr;
    }
    std::vector<Value> parts = partsOf(first), others = partsOf(second);
    if (first->kind != second->kind || parts.size() != others.size() || textsOf(first).empty())
      return mapStructures({condition, first, second}, ranges, branching.range, choose);
    for (size_t i = 0; i < parts.size(); ++i) {
      parts[i] = select(parts[i], others[i]);
      if (!parts[i])
        return nullptr;
    }
    return withParts(first, parts);
  };
  auto variables = assignedVariables(*this, branching.assigned);
  auto guarded = [&](bool taken) {
    GuardScope guard(*this, condition, /*isNegated=*/!taken);
    return branching.take(taken);
  };
  Value first = guarded(true);
  std::vector<Value> assigned;
  for (auto &variable : variables) {
    assigned.push_back(asWritten(*this, *variable.binding));
    variable.binding->value = variable.before;
    variable.binding->number = variable.number;
  }
  Value second = guarded(false);
  for (auto [variable, own] : llvm::zip_equal(variables, assigned)) {
    Value other = asWritten(*this, *variable.binding);
    if (own && other && !isUnchanged(variable, own, other))
      assignJoined(*this, variable, select(own, other), branching.range);
  }
  return first && second ? select(first, second) : nullptr;
}

/// Notes where the two would give a variable known sizes that differ: a loop around may have them change.
static void noteResized(Elaborator &e, const AssignedVariable &variable, const Value &first, const Value &second) {
  std::vector<Elaborator::Tensor> a, b;
  e.leaves(first, a);
  e.leaves(second, b);
  for (size_t leaf = 0; leaf < a.size() && a.size() == b.size(); ++leaf)
    for (unsigned axis = 0; axis < a[leaf]->rank() && a[leaf]->rank() == b[leaf]->rank(); ++axis)
      if (!canMeet(a[leaf]->shape[a[leaf]->lift + axis].dim, b[leaf]->shape[b[leaf]->lift + axis].dim))
        e.resized.insert({variable.binding, leaf, axis});
}

/// The states of models that either branch has changed are variables, too; none of them has a name that it assigns.
static void addStates(Elaborator &e, const StatesThen &before, const StatesThen (&after)[2],
                      std::vector<AssignedVariable> &variables, std::vector<Value> (&assigned)[2], mlir::Block *place) {
  size_t named = variables.size();
  for (auto &states : after) {
    e.restoreStates(states);
    llvm::append_range(variables, changedStates(e, before, variables, place));
  }
  for (unsigned which : {0u, 1u}) {
    e.restoreStates(after[which]);
    for (auto &state : llvm::ArrayRef(variables).drop_front(named))
      assigned[which].push_back(state.now(e));
  }
  e.restoreStates(before);
}

Value Elaborator::branchOfRun(const Branching &branching, const Tensor &condition) {
  SourceRange ranges[2] = {branching.ranges[0], branching.ranges[1]};
  auto variables = assignedVariables(*this, branching.assigned);
  auto &builder = emit.builder;
  mlir::Value chosen = scalar(condition);
  auto op = builder.create<IfOp>(emit.location, mlir::TypeRange{}, chosen, /*withElseRegion=*/true);
  SymbolId mark = dims.count();
  Value results[2];
  std::vector<Value> assigned[2];
  StatesThen before = statesNow(), after[2];
  size_t errors = diags.errorCount();
  bool failed = false;
  for (bool taken : {true, false}) {
    unsigned which = taken ? 0 : 1;
    mlir::OpBuilder::InsertionGuard guard(builder);
    mlir::Block *body = taken ? op.thenBlock() : op.elseBlock();
    if (!body->empty())
      body->back().erase();
    builder.setInsertionPointToEnd(body);
    // A literal takes the type of the other branch.
    auto settled = [&](const Value &value) {
      return as<LiteralValue>(value) ? value : underEqualities(settleOpen(*this, value, ranges[which]));
    };
    results[which] = settled(branching.take(taken));
    failed |= !results[which];
    for (auto &variable : variables) {
      assigned[which].push_back(settled(asWritten(*this, *variable.binding)));
      failed |= !assigned[which].back();
      variable.binding->value = variable.before;
      variable.binding->number = variable.number;
    }
    after[which] = statesNow();
    restoreStates(before);
  }
  addStates(*this, before, after, variables, assigned, op->getBlock());
  // Lists of different lengths are lists of the run in both.
  auto meet = [&](Value &first, Value &second) {
    Value given[2] = {first, second};
    for (unsigned which : {0u, 1u}) {
      mlir::OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToEnd(which ? op.elseBlock() : op.thenBlock());
      Value &own = which ? second : first;
      own = given[0] && given[1] ? likeRunLists(*this, given[1 - which], own, ranges[which], mark) : own;
      failed |= !own;
    }
  };
  meet(results[0], results[1]);
  for (size_t i = 0; i < variables.size(); ++i)
    meet(assigned[0][i], assigned[1][i]);
  failed |= diags.errorCount() != errors;
  // Without a value in one branch, the `if` is a statement.
  bool statement = as<UnitValue>(results[0]) || as<UnitValue>(results[1]);
  BranchJoin join(*this, mark, branching, ranges);
  auto mismatch = [&](const Value &first, const Value &second, const AssignedVariable *variable) {
    failed = true;
    if (diags.errorCount() != errors)
      return;
    if (!join.limit.empty()) {
      auto report = diags.report(diag::Unsupported, ranges[1], {join.limit});
      report.note(ranges[0], "the other branch is here");
      if (!join.hint.empty())
        report.hint(join.hint);
      if (as<ModelClassValue>(first))
        hintForClasses(report);
    } else if (variable && variable->defined().isValid()) {
      noteResized(*this, *variable, first, second);
      bool isSecond = typeName(first) == typeName(variable->before); // Which of the two changes it.
      noteRetyped(*this, variable->binding, variable->number, isSecond ? second : first);
      reportTypeChange(*this, variable->name, variable->defined(), isSecond ? first : second, isSecond ? second : first,
                       branching.range);
    } else {
      std::string gives = branching.isReturned ? ", as what follows the loop gives" : ", as the other branch gives";
      unsigned at = branching.isReturned ? 0 : 1;
      const Value &expected = at ? first : second, &found = at ? second : first;
      auto report = diags.report(diag::PatternMismatch, ranges[at], {typeName(expected) + gives, typeName(found)});
      report.note(ranges[1 - at], branching.isReturned ? "this is what follows" : "the other branch is here");
      if (as<ModelValue>(first) && as<ModelValue>(second))
        hintForClasses(report);
      noteRetyped(*this, first, second);
      noteRetyped(*this, second, first);
    }
  };
  std::vector<BranchJoin::Build> builds;
  std::optional<size_t> mismatched;
  for (size_t i = 0; !failed && i < variables.size(); ++i) {
    builds.push_back(join.match(assigned[0][i], assigned[1][i], variables[i].name));
    if (!builds.back()) {
      mismatch(assigned[0][i], assigned[1][i], &variables[i]);
      mismatched = i;
    }
  }
  BranchJoin::Build result;
  if (!failed && !statement) {
    result = join.match(results[0], results[1], "");
    if (!result)
      mismatch(results[0], results[1], nullptr);
  }
  if (failed) {
    for (size_t i = 0; i < variables.size(); ++i) {
      if (!variables[i].binding)
        continue;
      if (!assigned[0][i] || !assigned[1][i] || i == mismatched)
        variables[i].binding->value = nullptr;
      else if (triesPass) // A list that one branch makes longer, and the other one reads as if it were empty still.
        for (auto &branch : assigned)
          if (typeName(branch[i]) != typeName(variables[i].before))
            variables[i].binding->value = placeholder(*this, branch[i], mark);
    }
    op.erase();
    return nullptr;
  }
  for (unsigned which : {0u, 1u}) {
    mlir::OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(which ? op.elseBlock() : op.thenBlock());
    auto outputs = join.outputs(which);
    builder.create<mlir::scf::YieldOp>(emit.location, outputs);
  }
  auto typed =
      builder.create<IfOp>(emit.location, join.types(), chosen, /*addThenBlock=*/false, /*addElseBlock=*/false);
  typed.getThenRegion().takeBody(op.getThenRegion());
  typed.getElseRegion().takeBody(op.getElseRegion());
  op.erase();
  join.bindSizes(typed.getResults());
  for (size_t i = 0; i < variables.size(); ++i) {
    if (isUnchanged(variables[i], assigned[0][i], assigned[1][i]))
      continue;
    Value made = namedNumber(*this, builds[i](typed.getResults()), {variables[i].name, variables[i].defined()});
    assignJoined(*this, variables[i], made, branching.range);
  }
  return statement ? noValueOf(branching, results[0], results[1]) : result(typed.getResults());
}
