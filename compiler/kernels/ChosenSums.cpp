//===- ChosenSums.cpp - Contractions under a condition ------------------------------===//
//
// Stage: kernels. See LinalgToHalide.h.
//
// Note [Conditions of sums]: `sum(a[i, l] * b[l, j] for l if l <= i)` leaves elements out
// and never multiplies them. A condition that is an inequality of the indices says for a
// whole tile of results which l it lets through for all of them, for some, or for none.
// So the sum has several updates, each over a range of its own: first a plain product where
// every inequality holds in all of the tile; then, for each inequality, the few l where it
// holds in a part of the tile only, with a choice between the old and the new sum. What
// holds nowhere in the tile is not gone over. The predicates of the ranges speak of tiles,
// by which Halide cuts the loops. Their order follows from sizes alone.
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/Conditions.h"
#include "compiler/kernels/LinalgToHalide.h"
#include "compiler/kernels/ScalarToHalide.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::Var;

namespace mdl::kernels {

/// Each inequality is code for one more tile.
constexpr size_t MostInequalities = 4;

Translator::Choice Translator::choiceOf(linalg::LinalgOp op, Body &probe) {
  Choice choice;
  Operation *combiner = combinerOf(op);
  if (!combiner)
    return choice;
  Value element = combiner->getOperand(combiner->getOperand(0) == op.getRegionOutputArgs()[0] ? 1 : 0);
  Expr identity = identityOf(combiner, halideType(element.getType()));
  while (auto select = element.getDefiningOp<arith::SelectOp>()) {
    Expr otherwise = scalar(select.getFalseValue(), &probe);
    if (!identity.defined() || !select->hasOneUse() || !otherwise.defined() ||
        !Halide::Internal::equal(otherwise, identity))
      break;
    choice.conditions.push_back(scalar(select.getCondition(), &probe));
    choice.element = element = select.getTrueValue();
  }
  return choice;
}

/// The indices of the node's loops, the reduced ones in `domain`.
static std::vector<Expr> indicesIn(const Node &node, const RDom &domain) {
  std::vector<Expr> indices;
  int next = 0;
  for (const Loop &loop : node.loops)
    indices.push_back(loop.reduced ? Expr(domain[next++]) : Expr(loop.var));
  return indices;
}

/// Update 0 has what every inequality lets through in all of the tile; the one after inequality q what those before q
/// let through in all of it, and q in a part.
static void restrict(RDom &domain, const Condition &condition, size_t update, const std::vector<Expr> &indices,
                     const Box &box) {
  for (auto [q, inequality] : llvm::enumerate(condition.parts)) {
    if (update == 0 || q + 1 < update)
      domain.where(holdsForAll(inequality, indices, box));
    else
      domain.where(holdsForSome(inequality, indices, box));
    if (q + 1 == update)
      domain.where(!holdsForAll(inequality, indices, box));
  }
}

/// Whether the element is let through, in update `update`; undefined where it surely is.
static Expr isLetThrough(const Node &node, const Condition &condition, size_t update, const std::vector<Expr> &indices,
                         const std::vector<Expr> &inside) {
  Expr result;
  auto join = [&](const Expr &part) { result = result.defined() ? result && part : part; };
  for (size_t q = update; update && q <= condition.parts.size(); ++q)
    join(holds(condition.parts[q - 1], indices));
  if (condition.other.defined()) {
    std::map<std::string, Expr> values;
    for (auto [loop, index] : llvm::zip_equal(node.loops, inside))
      values[loop.index().as<Halide::Internal::Variable>()->name] = index;
    join(Halide::Internal::substitute(values, condition.other));
  }
  return result;
}

bool Translator::addChosenSums(linalg::LinalgOp op, Node &node, const Choice &choice) {
  const Tensor &init = tensorOf(op.getDpsInitOperand(0)->get());
  if (init.node < 0)
    return fail(op, "a reduction starts from an empty tensor");
  Condition condition = takeApart(choice.conditions, node, MostInequalities);
  std::vector<Var> vars;
  for (int dim : node.dims)
    vars.push_back(node.loops[dim].var);
  Func acc(node.name + "_acc");
  acc(vars) = call(init.node, {vars.begin(), vars.end()});
  node.tile = chooseTile(node, acc.types()[0], machine);
  Box box(node.loops.size(), 1);
  box[node.dims[0]] = node.tile.width();
  if (node.tile.row >= 0)
    box[node.tile.row] = node.tile.rows;
  Halide::Region ranges;
  for (const Loop &loop : node.loops)
    if (loop.reduced)
      ranges.push_back(Halide::Range(0, loop.extent));

  Operation *combiner = combinerOf(op);
  bool oldFirst = combiner->getOperand(0) == op.getRegionOutputArgs()[0];
  for (size_t update = 0; update <= condition.parts.size(); ++update) {
    RDom domain(ranges, node.name + "_r" + (update ? std::to_string(update) : ""));
    std::vector<Expr> indices = indicesIn(node, domain), ignored;
    restrict(domain, condition, update, indices, box);
    Body body;
    for (auto [loop, index] : llvm::zip_equal(node.loops, indices))
      body.addLoop(loop, index);
    tileContraction(op, node, body);
    Expr old = acc(vars);
    if (!readArguments(op, body, {old}) || !translateBody(op, body, ignored))
      return false;
    Expr element = scalar(choice.element, &body);
    Expr sum = scalarToHalide(combiner, oldFirst ? std::vector{old, element} : std::vector{element, old});
    Expr isIn = isLetThrough(node, condition, update, indices, body.indices);
    acc(vars) = isIn.defined() ? Halide::select(isIn, sum, old) : sum;
    node.domains.push_back(domain);
  }
  node.acc = acc;
  Read initRead;
  initRead.node = init.node;
  initRead.loops = node.dims;
  node.reads.push_back(initRead);
  node.accOwner = kernel.nodes.size();
  node.func = Func(node.name);
  node.func(vars) = acc(vars);
  addNode(std::move(node), op->getResult(0), init);
  return true;
}

} // namespace mdl::kernels
