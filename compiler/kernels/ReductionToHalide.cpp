//===- ReductionToHalide.cpp - Reductions of linalg to Halide updates --------------===//
//
// Stage: kernels. See LinalgToHalide.h. A reduction is two Funcs: `acc`, whose update
// runs over an RDom, and `func`, which reads it and is what a tile is made of.
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/LinalgToHalide.h"

#include "compiler/kernels/ScalarToHalide.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

#include <limits>

using namespace mlir;
using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::Var;

namespace mdl::kernels {

Expr identityOf(Operation *combiner, Halide::Type type) {
  using Halide::Internal::make_const;
  double infinity = std::numeric_limits<double>::infinity();
  return llvm::TypeSwitch<Operation *, Expr>(combiner)
      .Case<arith::AddFOp, arith::AddIOp, arith::OrIOp, arith::XOrIOp>(
          [&](auto) { return Halide::Internal::make_zero(type); })
      .Case<arith::MulFOp, arith::MulIOp>([&](auto) { return Halide::Internal::make_one(type); })
      .Case<arith::MaximumFOp, arith::MaxNumFOp>([&](auto) { return make_const(type, -infinity); })
      .Case<arith::MinimumFOp, arith::MinNumFOp>([&](auto) { return make_const(type, infinity); })
      .Case<arith::MaxSIOp>([&](auto) { return type.min(); })
      .Case<arith::MinSIOp>([&](auto) { return type.max(); })
      .Case<arith::AndIOp>([&](auto) { return type.is_bool() ? Halide::Internal::const_true() : make_const(type, -1); })
      .Default([](Operation *) { return Expr(); });
}

Operation *combinerOf(linalg::LinalgOp op) {
  if (op->getNumResults() != 1)
    return nullptr;
  BlockArgument accumulator = op.getRegionOutputArgs()[0];
  Operation *combiner = op.getBlock()->getTerminator()->getOperand(0).getDefiningOp();
  if (!combiner || combiner->getNumOperands() != 2 || !accumulator.hasOneUse() || *accumulator.user_begin() != combiner)
    return nullptr;
  return combiner;
}

/// True when the body is acc + a * b, casts of a and b aside.
static bool isMultiplyAdd(linalg::LinalgOp op) {
  Operation *add = combinerOf(op);
  if (!add || !isa<arith::AddFOp, arith::AddIOp>(add) || op.getNumDpsInputs() != 2)
    return false;
  Value product = add->getOperand(add->getOperand(0) == op.getRegionOutputArgs()[0] ? 1 : 0);
  Operation *multiply = product.getDefiningOp();
  if (!multiply || !isa<arith::MulFOp, arith::MulIOp>(multiply))
    return false;
  auto source = [](Value value) {
    while (Operation *cast = value.getDefiningOp()) {
      if (!isa<CastOpInterface>(cast))
        return BlockArgument();
      value = cast->getOperand(0);
    }
    return dyn_cast<BlockArgument>(value);
  };
  BlockArgument a = source(multiply->getOperand(0)), b = source(multiply->getOperand(1));
  return a && b && a != b;
}

/// Chooses the two reads that tell the parts of loops: `b` moves along dimension 0 of the result and `a` does not, and
/// each has a loop of the result that the other lacks.
static bool chooseOperands(const Node &node, ContractionLoops &parts) {
  auto hasAlone = [&](const Read &has, const Read &lacks) {
    return llvm::any_of(node.dims, [&](int loop) { return has.uses(loop) && !lacks.uses(loop); });
  };
  for (auto [b, right] : llvm::enumerate(node.reads))
    for (auto [a, left] : llvm::enumerate(node.reads))
      if (right.uses(node.dims[0]) && !left.uses(node.dims[0]) && hasAlone(left, right)) {
        parts.a = a;
        parts.b = b;
        return true;
      }
  return false;
}

/// Fills in the parts of a contraction; false when some loop is no batch, m, n or k. The n of the rules is the part
/// that has dimension 0 of the result.
static bool inferContraction(Node &node, bool isChosen) {
  ContractionLoops &parts = node.contraction;
  if (node.reads.size() < 2 || (node.reads.size() > 2 && (node.dims.empty() || !chooseOperands(node, parts))))
    return false;
  for (const Read &read : node.reads) {
    llvm::SmallDenseSet<int> seen;
    for (int loop : read.loops)
      if (loop == Read::Other ? read.windows.empty() : loop >= 0 && !seen.insert(loop).second)
        return false;
  }
  if (node.reads.size() == 2 && !node.dims.empty() && node.reads[0].uses(node.dims[0]) &&
      !node.reads[1].uses(node.dims[0]))
    std::swap(parts.a, parts.b);
  const Read &a = node.reads[parts.a], &b = node.reads[parts.b];
  for (int loop = 0; loop < static_cast<int>(node.loops.size()); ++loop) {
    bool inA = a.uses(loop), inB = b.uses(loop), reduced = node.loops[loop].reduced;
    bool isUnit = node.loops[loop].size == 1; // No loop at all.
    if (reduced && (isUnit || (inA && inB)))
      parts.k.push_back(loop);
    else if (!reduced && inA && !inB)
      parts.m.push_back(loop);
    else if (!reduced && inB && !inA)
      parts.n.push_back(loop);
    else if (!reduced && (inA || isUnit || node.reads.size() > 2 || isChosen))
      parts.batch.push_back(loop); // of both, or of the other reads or the condition only
    else
      return false;
  }
  // A window's own loop as columns of the result would make vectors of three.
  bool isWindow = !a.windows.empty() || !b.windows.empty();
  if (isWindow &&
      (node.dims.empty() || (node.loops[node.dims[0]].size != RunTime && node.loops[node.dims[0]].size < 6)))
    return false;
  return !parts.k.empty();
}

const Read *mainRead(const Node &node) {
  auto loopsOf = [&](const Read &read) {
    return llvm::count_if(llvm::seq<int>(0, node.loops.size()),
                          [&](int loop) { return node.loops[loop].size != 1 && read.uses(loop); });
  };
  const Read *main = nullptr;
  for (const Read &read : node.reads)
    if (!main || loopsOf(read) > loopsOf(*main))
      main = &read;
  return main;
}

bool Translator::addReduction(linalg::LinalgOp op, Node node) {
  Halide::Region ranges;
  for (Loop &loop : node.loops)
    if (loop.reduced)
      ranges.push_back(Halide::Range(0, loop.extent));
  RDom domain(ranges, node.name + "_r");
  int next = 0;
  for (Loop &loop : node.loops)
    if (loop.reduced)
      loop.rvar = domain[next++];

  Choice choice;
  if (!classifyReduction(op, node, /*formulas=*/true, choice))
    return false;
  if (node.cls == NodeClass::Contraction && choice.element)
    return addChosenSums(op, node, choice);
  // An update that no loop occurs in would be made once: whatever is read stays a call.
  if (!classifyReduction(op, node, /*formulas=*/false, choice))
    return false;
  return node.cls == NodeClass::RowReduction ? addRowReduction(op, node) : addPlainReduction(op, node);
}

/// A first translation of the body says what is read; combinations of known kind go on from there.
bool Translator::classifyReduction(linalg::LinalgOp op, Node &node, bool formulas, Choice &choice) {
  Body probe;
  probe.formulas = formulas;
  for (const Loop &loop : node.loops)
    probe.addLoop(loop, loop.index());
  std::vector<Expr> accumulators, ignored;
  for (Value result : op->getResults())
    accumulators.push_back(
        Halide::Internal::make_zero(halideType(cast<ShapedType>(result.getType()).getElementType())));
  if (!readArguments(op, probe, accumulators) || !translateBody(op, probe, ignored))
    return false;
  node.reads = probe.reads;
  node.cost = probe.cost;
  node.contraction = {};
  node.multiplyAdd = isMultiplyAdd(op);
  choice = choiceOf(op, probe);

  Operation *combiner = combinerOf(op);
  bool isKnown = combiner && identityOf(combiner, accumulators[0].type()).defined();
  const Read *main = mainRead(node);
  bool alongRow = main && !main->loops.empty() && main->loops[0] >= 0 && node.loops[main->loops[0]].reduced;
  // Bodies other than a multiply-add have the same tiles.
  if ((node.multiplyAdd || (isKnown && node.cost < ExpensiveCost)) &&
      inferContraction(node, choice.element != nullptr) && !node.contraction.n.empty() && !node.contraction.m.empty())
    node.cls = NodeClass::Contraction;
  else
    node.cls = alongRow && isKnown ? NodeClass::RowReduction : NodeClass::Reduction;
  return true;
}

// Note [Several accumulators]: Halide 21 stores the values of a Tuple one after the other when it does not see that a
// later one reads an earlier one, and it does not see a read that is an argument of a call, such as a strict
// comparison. So whatever reads an accumulator comes before it.
static bool defineTuple(Func &acc, const std::vector<Var> &vars, const std::vector<Expr> &inits,
                        const std::vector<Expr> &accumulators, std::vector<Expr> &results, std::vector<int> &place) {
  int count = results.size();
  auto name = [&](int index) { return accumulators[index].as<Halide::Internal::Variable>()->name; };
  std::vector<int> order;
  while (static_cast<int>(order.size()) < count) {
    int next = -1;
    for (int candidate = 0; candidate < count && next < 0; ++candidate) {
      bool ready = !llvm::is_contained(order, candidate);
      for (int reader = 0; reader < count; ++reader)
        ready = ready && (reader == candidate || llvm::is_contained(order, reader) ||
                          !Halide::Internal::expr_uses_var(results[reader], name(candidate)));
      if (ready)
        next = candidate;
    }
    if (next < 0)
      return false;
    order.push_back(next);
  }
  place.assign(count, 0);
  std::vector<Expr> first, values;
  for (auto [position, index] : llvm::enumerate(order)) {
    place[index] = position;
    first.push_back(inits[index]);
  }
  acc(vars) = Halide::Tuple(first);
  for (int index : order) {
    Expr value = results[index];
    for (int other = 0; other < count; ++other)
      value = Halide::Internal::substitute(name(other), Expr(acc(vars)[place[other]]), value);
    values.push_back(value);
  }
  acc(vars) = Halide::Tuple(values);
  return true;
}

bool Translator::addPlainReduction(linalg::LinalgOp op, Node &node) {
  std::vector<Var> vars;
  for (int dim : node.dims)
    vars.push_back(node.loops[dim].var);
  for (Value init : op.getDpsInits()) {
    Read read;
    read.node = tensorOf(init).node;
    read.loops = node.dims;
    if (read.node < 0)
      return fail(op, "a reduction starts from an empty tensor");
    node.reads.push_back(read);
  }
  Body body;
  body.formulas = false;
  for (const Loop &loop : node.loops)
    body.addLoop(loop, loop.index());
  if (node.cls == NodeClass::Contraction)
    tileContraction(op, node, body);
  std::vector<Expr> places, inits;
  for (int dim : node.dims)
    places.push_back(body.indices[dim]);
  for (Value init : op.getDpsInits())
    inits.push_back(call(tensorOf(init).node, places));
  Func acc(node.name + "_acc");
  bool single = inits.size() == 1;
  if (single)
    acc(vars) = inits[0];
  std::vector<Expr> accumulators, results;
  for (size_t index = 0; index < inits.size(); ++index)
    accumulators.push_back(
        single ? Expr(acc(vars))
               : Halide::Internal::Variable::make(inits[index].type(), node.name + "_so_far" + std::to_string(index)));
  if (!readArguments(op, body, accumulators) || !translateBody(op, body, results))
    return false;
  std::vector<int> place = {0}; // Of each result in the Tuple.
  if (single) {
    acc(vars) = results[0];
  } else if (!defineTuple(acc, vars, inits, accumulators, results, place)) {
    return fail(op, "its results depend on each other in a circle");
  }
  node.acc = acc;
  int first = kernel.nodes.size();
  for (auto [index, result] : llvm::enumerate(op->getResults())) {
    Node one = node;
    one.name = freshName("f");
    one.func = Func(one.name);
    one.func(vars) = single ? Expr(acc(vars)) : Expr(acc(vars)[place[index]]);
    one.accOwner = first;
    addNode(std::move(one), result, tensorOf(op.getDpsInitOperand(index)->get()));
  }
  return true;
}

/// The index, or the last one where it is beyond the end. The promise says that nothing is read of an empty axis, where
/// the last one would be -1.
static Expr keepInside(const Expr &index, const Expr &extent) {
  return Halide::unsafe_promise_clamped(Halide::min(index, extent - 1), 0, extent - 1);
}

// Note [Tiles beyond the end]: A tile is always computed whole, so that its accumulators stay in registers, and only
// its stores are guarded. What it would read beyond the end is kept inside: rows are clamped where they are read,
// columns where B is packed.
void Translator::tileContraction(linalg::LinalgOp op, Node &node, Body &body) {
  Halide::Type type = halideType(cast<ShapedType>(op->getResult(0).getType()).getElementType());
  node.tile = chooseTile(node, type, machine);
  const Tile &tile = node.tile;
  if (tile.clamp)
    body.indices[tile.row] = keepInside(body.indices[tile.row], node.loops[tile.row].extent);
  if (!tile.pack)
    return;
  packColumns(op, node, body);
  // What else has columns is not packed.
  int columns = node.dims[0];
  bool ragged = node.loops[columns].size == RunTime || node.loops[columns].size % tile.width() != 0;
  if (ragged && node.reads.size() > 2)
    body.indices[columns] = keepInside(body.indices[columns], node.loops[columns].extent);
}

// The packed copy has n innermost, then the loops of k in the order in which they go by, then the rest.
void Translator::packColumns(linalg::LinalgOp op, Node &node, Body &body) {
  OpOperand &operand = op->getOpOperand(node.reads[node.contraction.b].operand);
  if (node.tile.windows)
    return packWindows(operand.get(), op.getMatchingIndexingMap(&operand), op.getMatchingBlockArgument(&operand), node,
                       body);
  std::vector<int> order = {node.dims[0]};
  order.insert(order.end(), node.contraction.k.rbegin(), node.contraction.k.rend());
  for (const std::vector<int> *part : {&node.contraction.n, &node.contraction.batch})
    for (int loop : *part)
      if (loop != node.dims[0])
        order.push_back(loop);
  Body inside;
  std::vector<Var> vars;
  std::vector<Expr> places;
  for (const Loop &loop : node.loops)
    inside.addLoop(loop, Expr(0));
  for (int loop : order) {
    vars.push_back(Var(loop == node.dims[0] ? "n" : "p" + std::to_string(loop)));
    inside.indices[loop] = vars.back();
    places.push_back(body.indices[loop]);
  }
  inside.indices[node.dims[0]] = keepInside(vars[0], node.loops[node.dims[0]].extent);
  if (!node.pack.defined()) {
    node.pack = Func(node.name + "_pack");
    node.pack(vars) = readOperand(operand.get(), op.getMatchingIndexingMap(&operand), inside);
  }
  body.values[op.getMatchingBlockArgument(&operand)] = node.pack(places);
}

// The copy has n innermost, then the other axes of B as they are: elements that several windows read are in it once.
void Translator::packWindows(Value operand, AffineMap map, Value argument, Node &node, Body &body) {
  const Tensor &source = tensorOf(operand);
  const Read &read = node.reads[node.contraction.b];
  std::vector<Var> vars = {Var("n")};
  std::vector<Expr> places = {body.indices[node.dims[0]]}, from(read.loops.size());
  for (auto [dim, result] : llvm::enumerate(llvm::reverse(map.getResults()))) {
    if (read.loops[dim] == node.dims[0]) {
      from[dim] = keepInside(vars[0], node.loops[node.dims[0]].extent);
      continue;
    }
    vars.push_back(Var("s" + std::to_string(dim)));
    from[dim] = vars.back();
    places.push_back(affineToHalide(result, body.indices));
  }
  if (!node.pack.defined()) {
    node.pack = Func(node.name + "_pack");
    node.pack(vars) = call(source.node, from);
  }
  body.values[argument] = node.pack(places);
}

} // namespace mdl::kernels
