//===- ScatterToHalide.cpp - What linalg cannot say: scatters and scans ---------------===//
//
// Stage: kernels. See LinalgToHalide.h. Each becomes a copy of what it starts from and an
// update in a fixed order, so that places that recur add up the same in every run.
//
//===----------------------------------------------------------------------===//
#include "compiler/dialect/Mdl.h"
#include "compiler/kernels/LinalgToHalide.h"
#include "compiler/kernels/ScalarToHalide.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::Var;

namespace mdl::kernels {

static Expr affineWithSymbols(AffineMap map, unsigned result, const std::vector<Expr> &dims,
                              const std::vector<Expr> &symbols) {
  // Symbols become further dimensions, then there is one way for both.
  MLIRContext *context = map.getContext();
  SmallVector<AffineExpr> renamed;
  for (unsigned symbol = 0; symbol < map.getNumSymbols(); ++symbol)
    renamed.push_back(getAffineDimExpr(map.getNumDims() + symbol, context));
  std::vector<Expr> all = dims;
  all.insert(all.end(), symbols.begin(), symbols.end());
  return affineToHalide(map.getResult(result).replaceSymbols(renamed), all);
}

/// The axis of the result that is exactly axis `axis` of the updates and depends on nothing else; -1 if there is none.
static int pureAxis(AffineMap map, unsigned axis) {
  int found = -1;
  for (auto [position, result] : llvm::enumerate(map.getResults())) {
    if (auto dim = dyn_cast<AffineDimExpr>(result); dim && dim.getPosition() == axis) {
      if (found >= 0)
        return -1;
      found = position;
    } else if (result.isFunctionOfDim(axis)) {
      return -1;
    }
  }
  return found;
}

bool Translator::translateAffineScatter(Operation *op) {
  auto scatter = cast<mdl::AffineScatterOp>(op);
  const Tensor updates = tensorOf(scatter.getUpdates());
  auto type = cast<RankedTensorType>(scatter.getType());
  int rank = type.getRank(), updateRank = updates.sizes.size();
  AffineMap map = scatter.getMap();
  Tensor shape;
  unsigned dynamic = 0;
  for (int axis = 0; axis < rank; ++axis) {
    int64_t size = type.getDimSize(axis);
    bool known = !ShapedType::isDynamic(size);
    shape.sizes.insert(shape.sizes.begin(), known ? size : RunTime);
    shape.extents.insert(shape.extents.begin(),
                         known ? Expr(static_cast<int>(size)) : scalar(scatter.getDynamicSizes()[dynamic++], nullptr));
  }
  std::vector<Expr> symbols;
  for (Value symbol : scatter.getSymbols())
    symbols.push_back(scalar(symbol, nullptr));
  Node node;
  node.name = freshName("scatter");
  shapeLike(node, shape);
  std::vector<Expr> dims(updateRank);
  Halide::Region ranges;
  std::vector<int> reduced;
  Read read;
  read.node = updates.node;
  read.loops.assign(updateRank, Read::Other);
  for (int axis = updateRank - 1; axis >= 0; --axis) {
    int target = pureAxis(map, axis), dim = updateRank - 1 - axis;
    if (target >= 0 && Halide::Internal::equal(shape.extents[rank - 1 - target], updates.extents[dim])) {
      dims[axis] = node.var(rank - 1 - target);
      read.loops[dim] = rank - 1 - target;
      continue;
    }
    ranges.push_back(Halide::Range(0, updates.extents[dim]));
    reduced.push_back(axis);
  }
  if (!ranges.empty()) {
    RDom domain(ranges, node.name + "_r");
    for (auto [index, axis] : llvm::enumerate(reduced))
      dims[axis] = domain[index];
  }
  std::vector<Expr> places, from;
  for (int axis = rank - 1; axis >= 0; --axis) {
    Expr place = affineWithSymbols(map, axis, dims, symbols);
    if (!place.defined())
      return fail(op, "the map has no translation");
    places.push_back(place);
  }
  for (int axis = updateRank - 1; axis >= 0; --axis)
    from.push_back(dims[axis]);
  Halide::Type element = halideType(type.getElementType());
  node.reads.push_back(read);
  return addUpdate(std::move(node), scatter.getResult(), shape, Halide::Internal::make_zero(element), places,
                   call(updates.node, from), /*adds=*/true);
}

template <typename Op> bool Translator::translateScatter(Op scatter) {
  const Tensor dest = tensorOf(scatter.getDest()), updates = tensorOf(scatter.getUpdates());
  ArrayRef<int64_t> axes = scatter.getAxes();
  int rank = dest.sizes.size(), updateRank = updates.sizes.size();
  int indexRank = cast<RankedTensorType>(scatter.getIndices()[0].getType()).getRank();
  Node node;
  node.name = freshName("scatter");
  shapeLike(node, dest);
  // Axes of the updates: first those of the indices, reduced; then the other axes of the destination.
  Halide::Region ranges;
  for (int axis = indexRank - 1; axis >= 0; --axis)
    ranges.push_back(Halide::Range(0, updates.extents[updateRank - 1 - axis]));
  std::vector<Expr> at; // The place in the indices, dimension 0 first.
  if (!ranges.empty()) {
    RDom domain(ranges, node.name + "_r");
    for (int dim = 0; dim < indexRank; ++dim)
      at.push_back(domain[dim]);
  }
  std::vector<Expr> places, from;
  for (int dim = 0; dim < rank; ++dim)
    places.push_back(node.var(dim));
  for (int dim = 0; dim < rank; ++dim)
    if (!llvm::is_contained(axes, rank - 1 - dim))
      from.push_back(node.var(dim));
  from.insert(from.end(), at.begin(), at.end());
  for (auto [axis, indices] : llvm::zip(axes, scatter.getIndices())) {
    int dim = rank - 1 - axis;
    const Tensor &tensor = tensorOf(indices);
    Expr index = Halide::cast<int>(call(tensor.node, at));
    index = Halide::select(index < 0, index + dest.extents[dim], index);
    places[dim] = Halide::clamp(index, 0, dest.extents[dim] - 1);
    node.reads.push_back({tensor.node, std::vector<int>(indexRank, Read::Other)});
  }
  node.reads.push_back({dest.node, node.dims});
  node.reads.push_back({updates.node, std::vector<int>(updateRank, Read::Other)});
  std::vector<Expr> vars;
  for (int dim = 0; dim < rank; ++dim)
    vars.push_back(node.var(dim));
  return addUpdate(std::move(node), scatter.getResult(), dest, call(dest.node, vars), places, call(updates.node, from),
                   /*adds=*/std::is_same_v<Op, mdl::ScatterAddOp>);
}

bool Translator::translateCumSum(Operation *op) {
  auto sum = cast<mdl::CumSumOp>(op);
  const Tensor input = tensorOf(sum.getInput());
  int rank = input.sizes.size(), along = rank - 1 - static_cast<int>(sum.getAxis());
  Node node;
  node.name = freshName("scan");
  shapeLike(node, input);
  std::vector<Var> vars;
  for (int dim = 0; dim < rank; ++dim)
    vars.push_back(node.var(dim));
  std::vector<Expr> here(vars.begin(), vars.end()), before = here;
  Func acc(node.name + "_acc");
  // Short floats are added up in f32, as by a sum.
  Expr value = call(input.node, here);
  Halide::Type type = value.type();
  acc(vars) = (type.is_float() || type.is_bfloat()) && type.bits() == 16 ? Halide::cast<float>(value) : value;
  Expr extent = input.extents[along];
  // From 1: the first stays as it is; of an empty axis nothing is left.
  RDom domain(1, Halide::max(extent - 1, 0), node.name + "_r");
  here[along] = sum.getReverse() ? extent - 1 - domain : Expr(domain);
  before[along] = sum.getReverse() ? extent - domain : Expr(domain) - 1;
  acc(here) = acc(before) + acc(here);
  node.reads.push_back({input.node, node.dims});
  node.cls = NodeClass::Scan;
  node.cost = 1;
  node.acc = acc;
  node.accOwner = kernel.nodes.size();
  node.func = Func(node.name);
  node.func(vars) = Halide::cast(type, acc(std::vector<Expr>(vars.begin(), vars.end())));
  addNode(std::move(node), sum.getResult(), input);
  return true;
}

bool Translator::addUpdate(Node node, Value result, const Tensor &shape, const Expr &init,
                           const std::vector<Expr> &places, const Expr &value, bool adds) {
  std::vector<Var> vars;
  for (size_t dim = 0; dim < node.dims.size(); ++dim)
    vars.push_back(node.var(dim));
  Func acc(node.name + "_acc");
  acc(vars) = init;
  acc(places) = adds ? acc(places) + value : value;
  node.cls = NodeClass::Scatter;
  node.cost = 1;
  node.acc = acc;
  node.accOwner = kernel.nodes.size();
  node.func = Func(node.name);
  node.func(vars) = acc(std::vector<Expr>(vars.begin(), vars.end()));
  addNode(std::move(node), result, shape);
  return true;
}

bool Translator::translateOwn(Operation *op) {
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case<mdl::AffineScatterOp>([&](auto) { return translateAffineScatter(op); })
      .Case<mdl::ScatterAddOp, mdl::ScatterOp>([&](auto scatter) { return translateScatter(scatter); })
      .Case<mdl::CumSumOp>([&](auto) { return translateCumSum(op); })
      .Default([&](Operation *) { return fail(op, "not an operation of a kernel"); });
}

} // namespace mdl::kernels
