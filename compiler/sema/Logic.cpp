//===- Logic.cpp - and, or --------------------------------------------------------------------===//
//
// Stage: sema. The right side is looked at only where the left one leaves the answer open, as in
// Python. What is known now decides now; inside a comprehension the left side guards the right one
// (Guards.h); a number of the run becomes scf.if where the right side can fail or costs something.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Attempt.h"
#include "compiler/sema/Guards.h"
#include "compiler/sema/ModelStates.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using mlir::scf::IfOp;

static bool isOneBool(const Value &value) {
  auto *truth = as<TensorValue>(value);
  return truth && truth->element == ElementType::Bool && truth->rank() == 0 && truth->lift == 0;
}

/// Whether an operation does no more than some arithmetic on single numbers, so that it may as well be done always.
static bool isHarmless(mlir::Operation &op) {
  auto isNumber = [](mlir::Type type) {
    auto shaped = mlir::dyn_cast<mlir::ShapedType>(type);
    return !shaped || (shaped.hasRank() && shaped.getRank() == 0);
  };
  return op.getNumRegions() == 0 && mlir::isPure(&op) && llvm::all_of(op.getResultTypes(), isNumber);
}

/// `n == 3 or 4`: the hint that asks for one of several values, with all of them; "" for another condition.
static std::string hintForAlternatives(const Elaborator &e, const ast::Logic &expr) {
  bool isAnd = expr.op == ast::LogicOp::And;
  std::string values(e.sources.text(expr.rhs->range));
  const ast::Expr *first = expr.lhs;
  for (auto *inner = ast::as<ast::Logic>(first); inner && inner->op == expr.op; inner = ast::as<ast::Logic>(first)) {
    values = std::string(e.sources.text(inner->rhs->range)) + ", " + values;
    first = inner->lhs;
  }
  auto *comparison = ast::as<ast::Compare>(first);
  if (!comparison || comparison->op != (isAnd ? ast::CompareOp::Ne : ast::CompareOp::Eq))
    return "";
  return "`" + std::string(e.sources.text(comparison->lhs->range)) + (isAnd ? " not in [" : " in [") +
         std::string(e.sources.text(comparison->rhs->range)) + ", " + values + "]` asks for each of them";
}

/// Reports a side that is no condition, the right one also where the left one has decided.
static Value reportNoCondition(Elaborator &e, const ast::Logic &expr, const ast::Expr *side, const std::string &found) {
  const char *op = expr.op == ast::LogicOp::And ? "and" : "or";
  auto report = e.diags.report(diag::ExpectedBool, side->range, {op, found});
  std::string hint = hintForAlternatives(e, expr);
  report.hint(hint.empty() ? "`x != 0` asks whether a number is not 0" : hint);
  return nullptr;
}

static Value bothSides(Elaborator &e, const ast::Logic &expr, const Value &lhs, const Value &rhs) {
  const char *op = expr.op == ast::LogicOp::And ? "and" : "or";
  auto *condition = as<TensorValue>(rhs);
  if (condition && condition->element != ElementType::Bool)
    return reportNoCondition(e, expr, expr.rhs, e.typeName(rhs));
  return e.elementwise(op, {lhs, rhs}, {expr.lhs->range, expr.rhs->range}, expr.range);
}

/// The type of what is written where a condition is expected; "" for anything that may be one.
static std::string typeOfLiteral(const ast::Expr *expr) {
  return ast::as<ast::IntLiteral>(expr)      ? "i64"
         : ast::as<ast::FloatLiteral>(expr)  ? "f32"
         : ast::as<ast::StringLiteral>(expr) ? "string"
                                             : "";
}

Value Elaborator::logic(const ast::Logic &expr) {
  bool isAnd = expr.op == ast::LogicOp::And;
  for (const ast::Expr *side : {expr.lhs, expr.rhs})
    if (std::string found = typeOfLiteral(side); !found.empty())
      return reportNoCondition(*this, expr, side, found);
  Value lhs = expression(expr.lhs);
  if (axes.empty() && isOneBool(lhs)) {
    auto known = constantBool(lhs);
    if (!known)
      return logicOfRun(expr, std::static_pointer_cast<const TensorValue>(lhs));
    if (*known != isAnd)
      return lhs;
    Value rhs = expression(expr.rhs);
    return isOneBool(rhs) ? rhs : bothSides(*this, expr, lhs, rhs);
  }
  GuardScope guard(*this, lhs, /*isNegated=*/!isAnd);
  Value rhs = expression(expr.rhs);
  Value result = bothSides(*this, expr, lhs, rhs);
  if (axes.empty())
    return result;
  return withRegion(result, isAnd ? regionOf(lhs) & regionOf(rhs) : regionOf(lhs) | regionOf(rhs));
}

/// `a and b` is `if a { b } else { false }`, `a or b` is `if a { true } else { b }`.
static Value asBranch(Elaborator &e, const ast::Logic &expr, const Elaborator::Tensor &lhs) {
  bool isAnd = expr.op == ast::LogicOp::And;
  ast::BoolLiteral decided(expr.range);
  decided.value = !isAnd;
  ast::Block then;
  then.range = isAnd ? expr.rhs->range : expr.range;
  then.result = isAnd ? expr.rhs : &decided;
  ast::If branch(expr.range);
  branch.condition = expr.lhs;
  branch.then = &then;
  branch.otherwise = isAnd ? &decided : expr.rhs;
  return e.branchOfRun({assignedNames(&branch),
                        {branch.then->range, branch.otherwise->range},
                        branch.condition->range,
                        branch.range,
                        [&](bool taken) { return e.takeBranch(branch, taken); }},
                       lhs);
}

Value Elaborator::logicOfRun(const ast::Logic &expr, const Tensor &lhs) {
  if (!assignedVariables(*this, assignedNames(expr.rhs)).empty())
    return asBranch(*this, expr, lhs);
  bool isAnd = expr.op == ast::LogicOp::And;
  auto &builder = emit.builder;
  Attempt attempt(*this);
  StatesThen before = statesNow();
  emit.setPlace(expr.range);
  mlir::Value chosen = scalar(lhs);
  auto untyped = builder.create<IfOp>(emit.location, mlir::TypeRange{}, chosen, /*withElseRegion=*/true);
  mlir::Block *blocks[2] = {untyped.thenBlock(), untyped.elseBlock()};
  for (mlir::Block *block : blocks)
    if (!block->empty())
      block->back().erase();
  mlir::Block *open = blocks[isAnd ? 0 : 1], *decided = blocks[isAnd ? 1 : 0];
  Value rhs;
  mlir::Value answer;
  {
    mlir::OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(open);
    rhs = expression(expr.rhs);
    if (isOneBool(rhs))
      answer = ssa(*as<TensorValue>(rhs));
  }
  if (!changedStates(*this, before, {}, untyped->getBlock()).empty()) {
    attempt.undo();
    return asBranch(*this, expr, lhs);
  }
  if (!answer || llvm::all_of(*open, isHarmless)) {
    untyped->getBlock()->getOperations().splice(untyped->getIterator(), open->getOperations());
    untyped.erase();
    return bothSides(*this, expr, lhs, rhs);
  }
  mlir::OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(open);
  builder.create<mlir::scf::YieldOp>(emit.location, answer);
  builder.setInsertionPointToEnd(decided);
  builder.create<mlir::scf::YieldOp>(emit.location, ssa(scalarConstant(ElementType::Bool, !isAnd)));
  builder.setInsertionPoint(untyped);
  auto typed = builder.create<IfOp>(emit.location, answer.getType(), chosen, /*addThenBlock=*/false,
                                    /*addElseBlock=*/false);
  typed.getThenRegion().takeBody(untyped.getThenRegion());
  typed.getElseRegion().takeBody(untyped.getElseRegion());
  untyped.erase();
  return make(typed.getResult(0), ElementType::Bool, {});
}
