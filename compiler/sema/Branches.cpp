//===- Branches.cpp - if ------------------------------------------------------------------------===//
//
// Stage: sema. A condition that is known now chooses now. One of the run becomes scf.if, which
// gives the value of the branch taken and the variables that either assigns; where their sizes differ they have one of
// their own (Note [Sizes where paths meet] in OpenSizes.h). One that depends on
// an index of a comprehension makes both branches, and each value is chosen element by element. What is chosen may be
// a function (Choices.cpp).
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Carried.h"
#include "compiler/sema/Guards.h"
#include "compiler/sema/LoopPlaces.h"
#include "compiler/sema/OpenSizes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using mlir::scf::IfOp;

namespace {
/// Brings what two branches give to one form: numbers of one type, strings, structures of them.
class BranchJoin {
public:
  BranchJoin(Elaborator &e, SymbolId mark, const Branching &branching, SourceRange ranges[2])
      : e(e), mark(mark), branching(branching), ranges(ranges), sizes(e, branching.range) {}

  /// Makes a value from the results of the scf.if.
  using Build = std::function<Value(mlir::ValueRange)>;
  /// Takes in two corresponding values of what is called `name`, if it has one; null where they have no common form.
  Build match(const Value &first, const Value &second, const std::string &name);
  /// Why not, where the forms themselves would do, and the way round.
  std::string limit, hint;

  llvm::SmallVector<mlir::Type> types();
  /// The values of one branch, at its end.
  llvm::SmallVector<mlir::Value> outputs(unsigned branch);
  /// The results are there, so their sizes are.
  void bindSizes(mlir::ValueRange results);

private:
  struct Part {
    Value of[2];
    bool isString = false;
    int64_t first[2] = {-1, -1}; ///< Of a function: the place of its number, or of its first one.
    ElementType element = ElementType::F32;
    Shape shape = {};
    unsigned lift = 0;
  };
  Build matchNumbers(const Value &first, const Value &second, const std::string &name);
  Build matchStrings(const Value &first, const Value &second);
  Build matchStructures(const Value &first, const Value &second, const std::string &name);
  Build matchRanges(const Value &first, const Value &second, const std::string &name);
  Build matchUnset(const Value &value, unsigned branch, const std::string &name);
  /// The size that is the first on one side and the second on the other.
  Dim meet(const Dim &first, const Dim &second, const std::string &name, unsigned axis, unsigned rank);
  Build matchFunctions(const Value &first, const Value &second);
  static bool isNumber(const Value &value) { return as<LiteralValue>(value) || as<TensorValue>(value); }

  Elaborator &e;
  const SymbolId mark; ///< Symbols from here on are made in a branch.
  const Branching &branching;
  SourceRange *ranges;
  OpenSizes sizes;
  std::map<std::pair<Dim, Dim>, Dim> met;
  std::vector<Part> parts;
};
} // namespace

/// What has no name is told by its condition.
static std::string describe(Elaborator &e, SourceRange condition) {
  constexpr size_t longest = 24;
  std::string_view text = e.sources.text(condition);
  bool isShort = text.size() <= longest && text.find('\n') == std::string_view::npos;
  return "if " + (isShort ? std::string(text) : "…");
}

Dim BranchJoin::meet(const Dim &first, const Dim &second, const std::string &name, unsigned axis, unsigned rank) {
  if (first == second)
    return first;
  auto [known, isNew] = met.try_emplace({first, second});
  if (isNew)
    known->second = sizes.open(name.empty() ? describe(e, branching.condition) : name, axis, rank, name.empty());
  return known->second;
}

BranchJoin::Build BranchJoin::matchNumbers(const Value &first, const Value &second, const std::string &name) {
  Part part{{first, second}};
  auto *a = as<TensorValue>(first), *b = as<TensorValue>(second);
  auto *literalA = as<LiteralValue>(first), *literalB = as<LiteralValue>(second);
  if (a || b)
    part.element = a ? a->element : b->element;
  else if (literalA->isInt && literalB->isInt)
    part.element = ElementType::I64;
  if (a && b && a->element != b->element)
    return nullptr;
  for (auto *literal : {literalA, literalB})
    if (literal && (part.element == ElementType::Bool || (!literal->isInt && !isFloat(part.element))))
      return nullptr;
  unsigned liftA = a ? a->lift : 0, liftB = b ? b->lift : 0;
  if ((a ? a->rank() : 0) != (b ? b->rank() : 0))
    return nullptr;
  // Inside a comprehension one may depend on fewer of its indices than the other.
  part.lift = std::max(liftA, liftB);
  auto isOne = [](const TensorValue *value, unsigned lift, unsigned axis) {
    return axis >= lift || value->shape[axis].dim.isConstant(1);
  };
  for (unsigned axis = 0; axis < part.lift; ++axis)
    part.shape.push_back(isOne(a, liftA, axis) && isOne(b, liftB, axis) ? Size{Dim(1), {}} : e.axes[axis].size);
  for (unsigned axis = 0; a && b && axis < a->rank(); ++axis) {
    const Dim &of = a->shape[liftA + axis].dim, &other = b->shape[liftB + axis].dim;
    if (!canMeet(of, other))
      return nullptr;
    part.shape.push_back(of == other ? b->shape[liftB + axis]
                                     : Size{meet(of, other, name, axis, a->rank()), branching.range});
  }
  parts.push_back(part);
  return [this, part, at = parts.size() - 1](mlir::ValueRange results) {
    return e.make(results[at], part.element, part.shape, part.lift);
  };
}

BranchJoin::Build BranchJoin::matchStrings(const Value &first, const Value &second) {
  if (isSameConstant(first, second))
    return [first](mlir::ValueRange) { return first; };
  Part part{{first, second}};
  part.isString = true;
  parts.push_back(part);
  return [at = parts.size() - 1](mlir::ValueRange results) {
    auto string = std::make_shared<StringValue>();
    string->pieces.push_back({"", nullptr, "", nullptr, results[at]});
    return string;
  };
}

static std::string partName(const Value &whole, size_t i) {
  if (auto *record = as<RecordValue>(whole))
    return record->fields[i].first;
  auto *model = as<ModelValue>(whole);
  return model ? model->members[i].name : std::to_string(i);
}

BranchJoin::Build BranchJoin::matchStructures(const Value &first, const Value &second, const std::string &name) {
  if (auto *a = as<RecordValue>(first))
    for (size_t i = 0; i < a->fields.size() && i < as<RecordValue>(second)->fields.size(); ++i)
      if (a->fields[i].first != as<RecordValue>(second)->fields[i].first)
        return nullptr;
  if (auto *a = as<ModelValue>(first); a && a->cls->decl != as<ModelValue>(second)->cls->decl)
    return nullptr;
  std::vector<Value> ofFirst = partsOf(first), ofSecond = partsOf(second);
  if (ofFirst.size() != ofSecond.size())
    return nullptr;
  std::vector<Build> builds;
  for (size_t i = 0; i < ofFirst.size(); ++i) {
    builds.push_back(match(ofFirst[i], ofSecond[i], name.empty() ? name : name + "." + partName(first, i)));
    if (!builds.back())
      return nullptr;
  }
  return [second, builds](mlir::ValueRange results) {
    std::vector<Value> made;
    for (auto &build : builds)
      made.push_back(build(results));
    return withParts(second, made);
  };
}

BranchJoin::Build BranchJoin::matchRanges(const Value &first, const Value &second, const std::string &name) {
  auto *a = as<RangeValue>(first), *b = as<RangeValue>(second);
  if (!a->end != !b->end)
    return nullptr;
  auto bound = [&](const Value &of, const Value &other) -> Build {
    auto known = e.constantInt(of);
    if (known && known == e.constantInt(other))
      return [of](mlir::ValueRange) { return of; };
    return match(of, other, name);
  };
  Build begin = bound(a->begin, b->begin), end = a->end ? bound(a->end, b->end) : nullptr;
  if (!begin || (a->end && !end))
    return nullptr;
  return [begin, end](mlir::ValueRange results) {
    auto range = std::make_shared<RangeValue>();
    range->begin = begin(results);
    range->end = end ? end(results) : nullptr;
    return range;
  };
}

/// A choice between the functions of both.
BranchJoin::Build BranchJoin::matchFunctions(const Value &first, const Value &second) {
  std::vector<Value> functions = functionsOf(first), others = functionsOf(second);
  Part part{{first, second}};
  part.first[0] = 0;
  part.first[1] = static_cast<int64_t>(functions.size());
  part.element = ElementType::I64;
  functions.insert(functions.end(), others.begin(), others.end());
  parts.push_back(part);
  return [this, functions, at = parts.size() - 1](mlir::ValueRange results) {
    auto choice = std::make_shared<ChoiceValue>();
    choice->functions = functions;
    choice->number = e.make(results[at], ElementType::I64, {});
    return choice;
  };
}

/// What only one branch gives (the value of a `return`) is a placeholder in the other.
BranchJoin::Build BranchJoin::matchUnset(const Value &value, unsigned branch, const std::string &name) {
  if (as<LiteralValue>(value)) // Its type is still open.
    return [value](mlir::ValueRange) { return value; };
  Value zeros = placeholder(e, value, mark);
  return branch ? match(zeros, value, name) : match(value, zeros, name);
}

BranchJoin::Build BranchJoin::match(const Value &first, const Value &second, const std::string &name) {
  if (first == second)
    return [first](mlir::ValueRange) { return first; };
  if (as<UnsetValue>(first) && as<UnsetValue>(second))
    return [first](mlir::ValueRange) { return first; };
  if (as<UnsetValue>(first))
    return matchUnset(second, 1, name);
  if (as<UnsetValue>(second))
    return matchUnset(first, 0, name);
  if (isNumber(first) && isNumber(second))
    return matchNumbers(first, second, name);
  if (isSameConstant(first, second))
    return [first](mlir::ValueRange) { return first; };
  if (canBeChosen(first, e.scope.get()) && canBeChosen(second, e.scope.get()))
    return matchFunctions(first, second);
  if (first->kind != second->kind && (e.typeName(first) != "function" || e.typeName(second) != "function"))
    return nullptr;
  switch (first->kind) {
  case ValueKind::String:
    return matchStrings(first, second);
  case ValueKind::Range:
    return matchRanges(first, second, name);
  case ValueKind::Tuple:
  case ValueKind::List:
  case ValueKind::Record:
  case ValueKind::Model:
    return matchStructures(first, second, name);
  default:
    limit = "which " + e.typeName(first) + " it is must be known when the program is compiled";
    if (e.typeName(first) == "function")
      hint = "choose between what they give: `x => if c { f(x) } else { g(x) }`";
    return nullptr;
  }
}

llvm::SmallVector<mlir::Type> BranchJoin::types() {
  llvm::SmallVector<mlir::Type> result;
  for (auto &part : parts)
    result.push_back(part.isString ? e.emit.pointer() : e.emit.tensorType(part.element, part.shape));
  return result;
}

llvm::SmallVector<mlir::Value> BranchJoin::outputs(unsigned branch) {
  llvm::SmallVector<mlir::Value> values;
  for (auto &part : parts) {
    if (part.isString) {
      values.push_back(e.stringPointer(part.of[branch], ranges[branch]));
      continue;
    }
    Value given = part.of[branch];
    if (part.first[branch] >= 0)
      given = e.numberOfChoice(given, part.first[branch], ranges[branch]);
    auto value = e.tensor(given, ranges[branch], part.element);
    value = e.liftTo(value, part.lift);
    Shape shape = value->shape; // With all the indices that it may depend on.
    llvm::copy(llvm::ArrayRef(part.shape).take_front(part.lift), shape.begin());
    mlir::Value yielded = e.ssa(e.broadcast(value, shape, part.lift));
    values.push_back(withAnySize(e, yielded, e.emit.tensorType(part.element, part.shape)));
  }
  return values;
}

void BranchJoin::bindSizes(mlir::ValueRange results) {
  for (auto [part, result] : llvm::zip(parts, results))
    if (!part.isString)
      sizes.bind(part.shape, result);
}

//===--- The expression -------------------------------------------------------------------===//

Value Elaborator::ifExpression(const ast::If &expr) {
  Value condition = expression(expr.condition);
  Tensor truth = condition ? tensor(condition, expr.condition->range) : nullptr;
  if (!truth)
    return nullptr;
  if (truth->element != ElementType::Bool || truth->rank() != 0) {
    auto report = diags.report(diag::ExpectedScalarBool, expr.condition->range, {typeName(truth)});
    if (truth->element == ElementType::Bool)
      report.hint("`all(…)` and `any(…)` make one of many, `where(condition, a, b)` chooses element by element");
    else if (truth->rank() == 0)
      report.hint("`x != 0` asks whether a number is not 0");
    return nullptr;
  }
  // What is known now chooses now: recursion ends, other types do not matter.
  if (auto known = constantBool(condition))
    return takeBranch(expr, *known);
  return branch({assignedNames(&expr),
                 {expr.then->range, expr.otherwise ? expr.otherwise->range : expr.range},
                 expr.condition->range,
                 expr.range,
                 !expr.otherwise,
                 [&](bool taken) { return takeBranch(expr, taken); }},
                truth);
}

Value Elaborator::takeBranch(const ast::If &expr, bool taken) {
  if (taken)
    return block(*expr.then, std::make_shared<Scope>(scope));
  return expr.otherwise ? expression(expr.otherwise) : std::make_shared<UnitValue>();
}

Value Elaborator::branch(const Branching &branching, const Tensor &condition) {
  return condition->lift ? branchOfIndex(branching, condition) : branchOfRun(branching, condition);
}

Value Elaborator::branchOfIndex(const Branching &branching, const Tensor &condition) {
  auto select = [&](const Value &first, const Value &second) -> Value {
    if (first == second || as<UnsetValue>(second))
      return first;
    if (as<UnsetValue>(first) || as<UnitValue>(second))
      return second;
    if (as<UnitValue>(first))
      return first;
    std::vector<SourceRange> ranges{branching.condition, branching.ranges[0], branching.ranges[1]};
    auto choose = [&](const std::vector<Value> &parts) {
      return elementwise("select", parts, ranges, branching.range);
    };
    if (canBeChosen(first, scope.get()) && canBeChosen(second, scope.get())) {
      auto choice = std::make_shared<ChoiceValue>();
      choice->functions = functionsOf(first);
      auto count = static_cast<int64_t>(choice->functions.size());
      llvm::append_range(choice->functions, functionsOf(second));
      choice->number = choose({condition, numberOfChoice(first, 0, branching.ranges[0]),
                               numberOfChoice(second, count, branching.ranges[1])});
      return choice->number ? choice : nullptr;
    }
    return mapStructures({condition, first, second}, ranges, branching.range, choose);
  };
  auto variables = assignedVariables(*this, branching.assigned);
  auto guarded = [&](bool taken) {
    GuardScope guard(*this, condition, /*isNegated=*/!taken);
    return branching.take(taken);
  };
  Value first = guarded(true);
  std::vector<Value> assigned;
  for (auto &variable : variables) {
    assigned.push_back(variable.binding->value);
    variable.binding->value = variable.before;
  }
  Value second = guarded(false);
  for (size_t i = 0; i < variables.size(); ++i)
    if (assigned[i] && variables[i].binding->value)
      variables[i].binding->value = select(assigned[i], variables[i].binding->value);
  return first && second ? select(first, second) : nullptr;
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
      return as<LiteralValue>(value) ? value : underEqualities(settle(value, ranges[which]));
    };
    results[which] = settled(branching.take(taken));
    failed |= !results[which];
    for (auto &variable : variables) {
      assigned[which].push_back(settled(variable.binding->value));
      failed |= !assigned[which].back();
      variable.binding->value = variable.before;
    }
  }
  failed |= diags.errorCount() != errors;
  // Without a value in one branch, the `if` is a statement.
  bool statement = branching.isStatement || as<UnitValue>(results[0]) || as<UnitValue>(results[1]);
  BranchJoin join(*this, mark, branching, ranges);
  auto mismatch = [&](const Value &first, const Value &second, const AssignedVariable *variable) {
    failed = true;
    if (!join.limit.empty()) {
      auto report = diags.report(diag::Unsupported, ranges[1], {join.limit});
      report.note(ranges[0], "the other branch is here");
      if (!join.hint.empty())
        report.hint(join.hint);
    } else if (variable && variable->binding->range.isValid()) {
      bool isSecond = typeName(first) == typeName(variable->before); // Which of the two changes it.
      reportTypeChange(*this, variable->name, variable->binding->range, isSecond ? first : second,
                       isSecond ? second : first, branching.range);
    } else {
      diags
          .report(diag::PatternMismatch, ranges[1], {typeName(first) + ", as the other branch gives", typeName(second)})
          .note(ranges[0], "the other branch is here");
    }
  };
  std::vector<BranchJoin::Build> builds;
  for (size_t i = 0; !failed && i < variables.size(); ++i) {
    builds.push_back(join.match(assigned[0][i], assigned[1][i], variables[i].name));
    if (!builds.back())
      mismatch(assigned[0][i], assigned[1][i], &variables[i]);
  }
  BranchJoin::Build result = [](mlir::ValueRange) { return std::make_shared<UnitValue>(); };
  if (!failed && !statement) {
    result = join.match(results[0], results[1], "");
    if (!result)
      mismatch(results[0], results[1], nullptr);
  }
  if (failed) {
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
  for (size_t i = 0; i < variables.size(); ++i)
    variables[i].binding->value =
        namedNumber(*this, builds[i](typed.getResults()), {variables[i].name, variables[i].binding->range});
  return result(typed.getResults());
}
