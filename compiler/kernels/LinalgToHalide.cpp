//===- LinalgToHalide.cpp - Operations of linalg to Halide Funcs ------------------===//
//
// Stage: kernels. See LinalgToHalide.h. Here: the walk over a kernel, loops and reads,
// bodies, and operations without a reduction.
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/LinalgToHalide.h"

#include "compiler/kernels/ScalarToHalide.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using Halide::Expr;
using Halide::Func;
using Halide::Var;

namespace mdl::kernels {

Expr affineToHalide(AffineExpr expr, const std::vector<Expr> &loops) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return loops[dim.getPosition()];
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return Expr(static_cast<int>(constant.getValue()));
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return Expr();
  Expr lhs = affineToHalide(binary.getLHS(), loops), rhs = affineToHalide(binary.getRHS(), loops);
  if (!lhs.defined() || !rhs.defined())
    return Expr();
  switch (binary.getKind()) {
  case AffineExprKind::Add:
    return lhs + rhs;
  case AffineExprKind::Mul:
    return lhs * rhs;
  // Halide's / and % round down for a positive divisor, as affine's do.
  case AffineExprKind::FloorDiv:
    return lhs / rhs;
  case AffineExprKind::Mod:
    return lhs % rhs;
  case AffineExprKind::CeilDiv:
    return (lhs + rhs - 1) / rhs;
  default:
    return Expr();
  }
}

bool Translator::fail(Operation *op, const Twine &why) {
  std::string place;
  llvm::raw_string_ostream stream(place);
  op->getLoc().print(stream);
  message =
      ("kernel `" + kernel.name + "`: `" + op->getName().getStringRef() + "` at " + stream.str() + ": " + why).str();
  return false;
}

std::string Translator::freshName(StringRef stem) { return (stem + Twine(kernel.nodes.size())).str(); }

bool Translator::translate(Block &body, llvm::ArrayRef<int64_t> inplace) {
  for (BlockArgument argument : body.getArguments())
    addArgument(argument);
  for (Operation &op : body.without_terminator())
    if (!translateOperation(&op))
      return false;
  if (!finish(body.getTerminator()))
    return false;
  unsigned first = body.getNumArguments() - inplace.size();
  for (auto [position, output] : llvm::enumerate(inplace))
    kernel.inplace.push_back({tensorOf(body.getArgument(first + position)).node, static_cast<int>(output)});
  return true;
}

void Translator::addArgument(BlockArgument argument) {
  std::string name = ("arg" + Twine(argument.getArgNumber())).str();
  auto type = dyn_cast<RankedTensorType>(argument.getType());
  if (!type) {
    bool isIndex = argument.getType().isIndex();
    Halide::Type own = isIndex ? Halide::Int(64) : halideType(argument.getType());
    bool asBits = (own.is_float() || own.is_bfloat()) && own.bits() == 16; // See CallBuilder::kernelScalar.
    Halide::Param<> param(asBits ? Halide::UInt(16) : own, name);
    kernel.arguments.push_back(param);
    Expr value = param;
    scalars[argument] = {isIndex ? Halide::cast<int>(value) : asBits ? Halide::reinterpret(own, value) : value, {}};
    return;
  }
  Halide::ImageParam image(halideType(type.getElementType()), type.getRank(), name);
  kernel.arguments.push_back(image);
  Node node;
  node.cls = NodeClass::Input;
  node.name = name;
  Tensor shape;
  Expr stride = 1;
  for (int dim = 0; dim < type.getRank(); ++dim) {
    int64_t size = type.getDimSize(type.getRank() - 1 - dim);
    auto bounds = image.dim(dim);
    Expr extent = ShapedType::isDynamic(size) ? Expr(bounds.extent()) : Expr(static_cast<int>(size));
    bounds.set_bounds(0, ShapedType::isDynamic(size) ? Expr() : extent);
    bounds.set_stride(stride); // Tensors are dense.
    stride = Halide::Internal::simplify(stride * extent);
    shape.extents.push_back(extent);
    shape.sizes.push_back(ShapedType::isDynamic(size) ? RunTime : size);
  }
  shapeLike(node, shape);
  std::vector<Expr> indices(node.loops.size());
  for (size_t dim = 0; dim < indices.size(); ++dim)
    indices[dim] = node.var(dim);
  node.func = Func(name + "_read");
  node.func(indices) = image(indices);
  addNode(std::move(node), argument, shape);
}

void Translator::shapeLike(Node &node, const Tensor &shape) {
  node.extents = shape.extents;
  node.sizes = shape.sizes;
  if (!node.loops.empty())
    return;
  static const char *const names[] = {"x", "y", "z", "w"};
  for (size_t dim = 0; dim < shape.sizes.size(); ++dim) {
    Loop loop;
    loop.size = shape.sizes[dim];
    loop.extent = shape.extents[dim];
    loop.var = Var(dim < 4 ? names[dim] : "v" + std::to_string(dim));
    node.loops.push_back(loop);
    node.dims.push_back(dim);
  }
}

int Translator::addNode(Node node, Value result, const Tensor &shape) {
  int index = kernel.nodes.size();
  kernel.nodes.push_back(std::move(node));
  Tensor tensor = shape;
  tensor.node = index;
  tensors[result] = tensor;
  return index;
}

bool Translator::translateOperation(Operation *op) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return translateLinalg(linalgOp);
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([&](tensor::EmptyOp empty) { return translateEmpty(empty); })
      .Case([&](tensor::DimOp dim) { return translateDim(dim); })
      .Case([&](tensor::ExtractOp extract) { return translateTopLevelExtract(extract); })
      .Case<tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::ReshapeOp>(
          [&](Operation *reshape) { return translateReshape(reshape); })
      .Case([&](tensor::ExtractSliceOp slice) { return translateSlice(slice); })
      .Case([&](tensor::CastOp cast) { return translateCast(cast); })
      .Default([&](Operation *other) {
        if (other->getNumResults() == 1 && isa<RankedTensorType>(other->getResult(0).getType()) &&
            isa<arith::ConstantOp>(other))
          return translateConstant(other);
        if (other->getNumResults() == 1 && !isa<ShapedType>(other->getResult(0).getType()))
          return translateScalar(other);
        return translateOwn(other);
      });
}

Expr Translator::call(int node, const std::vector<Expr> &indices) {
  const Node &source = kernel.nodes[node];
  // A dimension of size 1 has one place, whatever the map says.
  std::vector<Expr> places = indices;
  for (size_t dim = 0; dim < places.size(); ++dim)
    if (source.sizes[dim] == 1)
      places[dim] = 0;
  return source.func(places);
}

Expr Translator::readFormula(const Node &source, const std::vector<Expr> &places) {
  std::map<std::string, Expr> values;
  for (size_t dim = 0; dim < places.size(); ++dim)
    values[source.var(dim).name()] = source.sizes[dim] == 1 ? Expr(0) : places[dim];
  return Halide::Internal::substitute(values, source.formula);
}

/// Notes the loops of an index that is a sum of loops times factors, and constants; false for anything else.
static bool noteWindow(AffineExpr expr, int64_t factor, bool innermost, Read &read) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
    int loop = dim.getPosition();
    if (!llvm::is_contained(read.windows, loop))
      read.windows.push_back(loop);
    if (innermost && factor == 1 && read.neighbours == Read::Other)
      read.neighbours = loop;
    return true;
  }
  if (isa<AffineConstantExpr>(expr))
    return true;
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return false;
  if (expr.getKind() == AffineExprKind::Add)
    return noteWindow(binary.getLHS(), factor, innermost, read) && noteWindow(binary.getRHS(), factor, innermost, read);
  auto by = dyn_cast<AffineConstantExpr>(binary.getRHS());
  return expr.getKind() == AffineExprKind::Mul && by &&
         noteWindow(binary.getLHS(), factor * by.getValue(), innermost, read);
}

Expr Translator::readOperand(Value value, AffineMap map, Body &body, int operand) {
  if (!isa<ShapedType>(value.getType()))
    return scalar(value, &body);
  const Tensor &tensor = tensorOf(value);
  if (tensor.node < 0)
    return Halide::Internal::make_zero(halideType(cast<ShapedType>(value.getType()).getElementType()));
  Read read;
  read.node = tensor.node;
  read.operand = operand;
  bool isWindow = true;
  std::vector<Expr> places;
  const Node &source = kernel.nodes[tensor.node];
  for (AffineExpr result : llvm::reverse(map.getResults())) {
    Expr place = affineToHalide(result, body.indices);
    if (!place.defined())
      return Expr();
    places.push_back(place);
    auto dim = dyn_cast<AffineDimExpr>(result);
    read.loops.push_back(dim                               ? static_cast<int>(dim.getPosition())
                         : isa<AffineConstantExpr>(result) ? Read::Fixed
                                                           : Read::Other);
    isWindow = isWindow && (dim || noteWindow(result, 1, read.loops.size() == 1, read));
  }
  if (body.formulas && source.formula.defined()) {
    body.cost += source.cost;
    return readFormula(source, places);
  }
  if (!isWindow)
    read.windows.clear();
  body.reads.push_back(read);
  return call(tensor.node, places);
}

bool Translator::makeLoops(linalg::LinalgOp op, Node &node) {
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  static const char *const names[] = {"i", "j", "k", "l", "m", "n"};
  for (unsigned loop = 0; loop < iterators.size(); ++loop) {
    Loop made;
    made.size = ShapedType::isDynamic(sizes[loop]) ? RunTime : sizes[loop];
    made.reduced = iterators[loop] == utils::IteratorType::reduction;
    made.var = Var(loop < 6 ? names[loop] : "d" + std::to_string(loop));
    if (made.size != RunTime)
      made.extent = static_cast<int>(made.size);
    node.loops.push_back(made);
  }
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<ShapedType>(operand.get().getType()))
      continue;
    AffineMap map = op.getMatchingIndexingMap(&operand);
    const Tensor &tensor = tensorOf(operand.get());
    for (auto [position, result] : llvm::enumerate(map.getResults()))
      if (auto dim = dyn_cast<AffineDimExpr>(result))
        if (Loop &loop = node.loops[dim.getPosition()]; !loop.extent.defined())
          loop.extent = tensor.extents[map.getNumResults() - 1 - position];
  }
  for (const Loop &loop : node.loops)
    if (!loop.extent.defined())
      return fail(op, "a loop's size follows from no operand");

  AffineMap outMap = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  if (!outMap.isProjectedPermutation(/*allowZeroInResults=*/true))
    return fail(op, "the result's map is no permutation of loops");
  for (AffineExpr result : llvm::reverse(outMap.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(result);
    if (!dim) { // A constant 0: a result of size 1 along this axis gets a loop of its own.
      Loop one;
      one.size = 1;
      one.extent = 1;
      one.var = Var("one" + std::to_string(node.loops.size()));
      node.dims.push_back(node.loops.size());
      node.loops.push_back(one);
      continue;
    }
    node.dims.push_back(dim.getPosition());
    if (node.loops[dim.getPosition()].reduced)
      return fail(op, "the result's map has a reduced loop");
  }
  return true;
}

bool Translator::translateLinalg(linalg::LinalgOp op) {
  if (!op.hasPureTensorSemantics())
    return fail(op, "only on tensors");
  Node node;
  node.name = freshName("f");
  if (!makeLoops(op, node))
    return false;
  const Tensor &shape = tensorOf(op.getDpsInitOperand(0)->get());
  node.sizes = shape.sizes;
  node.extents = shape.extents;
  for (const Loop &loop : node.loops)
    if (loop.reduced)
      return addReduction(op, std::move(node));
  return addElementwise(op, std::move(node));
}

bool Translator::readArguments(linalg::LinalgOp op, Body &body, const std::vector<Expr> &accumulators) {
  for (OpOperand &operand : op->getOpOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(&operand);
    if (argument.use_empty() || body.values.count(argument))
      continue;
    Expr value;
    if (!accumulators.empty() && op.isDpsInit(&operand))
      value = accumulators[operand.getOperandNumber() - op.getNumDpsInputs()];
    else
      value = readOperand(operand.get(), op.getMatchingIndexingMap(&operand), body, operand.getOperandNumber());
    if (!value.defined())
      return fail(op, "an indexing map has no translation");
    body.values[argument] = value;
  }
  return true;
}

bool Translator::addElementwise(linalg::LinalgOp op, Node node) {
  Body body;
  std::vector<Expr> results;
  for (const Loop &loop : node.loops)
    body.addLoop(loop, loop.index());
  if (!readArguments(op, body, {}))
    return false;
  if (!translateBody(op, body, results))
    return false;
  node.reads = body.reads;
  node.cost = body.cost;
  std::vector<Var> vars;
  for (int dim : node.dims)
    vars.push_back(node.loops[dim].var);
  // Each result is a Func of its own: what they share is found again by Halide when one loop nest computes both.
  for (auto [index, result] : llvm::enumerate(op->getResults())) {
    Node one = node;
    one.name = freshName("f");
    one.func = Func(one.name);
    one.func(vars) = results[index];
    if (body.reads.empty() && body.cost < ExpensiveCost && !results[index].type().is_float())
      one.formula = results[index];
    addNode(std::move(one), result, tensorOf(op.getDpsInitOperand(index)->get()));
  }
  return true;
}

bool Translator::translateBody(linalg::LinalgOp op, Body &body, std::vector<Expr> &results) {
  Block *block = op.getBlock();
  for (Operation &inner : block->without_terminator())
    if (!translateBodyOperation(&inner, body))
      return false;
  for (Value value : block->getTerminator()->getOperands()) {
    results.push_back(scalar(value, &body));
    if (!results.back().defined())
      return fail(op, "a value of the body has no translation");
  }
  return true;
}

Expr Translator::scalar(Value value, Body *body) {
  if (body)
    if (auto found = body->values.find(value); found != body->values.end())
      return found->second;
  auto found = scalars.find(value);
  if (found == scalars.end())
    return Expr();
  if (body)
    for (int node : found->second.from) {
      Read read;
      read.node = node;
      read.loops.assign(kernel.nodes[node].dims.size(), Read::Other);
      body->reads.push_back(read);
    }
  return found->second.value;
}

/// True when the index comes from loops and constants alone, so that no data can lead outside.
static bool isAffine(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return false;
  if (isa<linalg::IndexOp, arith::ConstantOp>(op))
    return true;
  if (!isa<arith::AddIOp, arith::SubIOp, arith::MulIOp, arith::IndexCastOp, arith::FloorDivSIOp, arith::RemSIOp,
           arith::MaxSIOp, arith::MinSIOp>(op))
    return false;
  return llvm::all_of(op->getOperands(), isAffine);
}

bool Translator::translateBodyOperation(Operation *op, Body &body) {
  if (auto index = dyn_cast<linalg::IndexOp>(op)) {
    body.values[index] = body.indices[index.getDim()];
    return true;
  }
  if (auto dim = dyn_cast<tensor::DimOp>(op))
    return translateDim(dim);
  if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    const Tensor &source = tensorOf(extract.getTensor());
    Read read;
    read.node = source.node;
    read.isPart = true;
    std::vector<Expr> places;
    for (auto [dim, index] : llvm::enumerate(llvm::reverse(extract.getIndices()))) {
      Expr place = scalar(index, &body);
      if (!place.defined())
        return fail(op, "an index has no translation");
      auto loop = index.getDefiningOp<linalg::IndexOp>();
      read.loops.push_back(loop ? static_cast<int>(loop.getDim()) : Read::Other);
      // Halide must see every place inside; a wrong label is found by a check of its own. `likely` lets the loop be
      // split into the part where the clamp does nothing and the rest.
      bool whole = loop && Halide::Internal::equal(body.extents[loop.getDim()], source.extents[dim]);
      if (!whole)
        place = Halide::clamp(isAffine(index) ? Halide::likely(place) : place, 0, source.extents[dim] - 1);
      places.push_back(place);
    }
    body.reads.push_back(read);
    body.values[extract] = call(source.node, places);
    return true;
  }
  std::vector<Expr> operands;
  for (Value value : op->getOperands()) {
    operands.push_back(scalar(value, &body));
    if (!operands.back().defined())
      return fail(op, "an operand has no translation");
  }
  if (op->getNumResults() != 1)
    return fail(op, "not an operation of a kernel's body");
  Expr result = scalarToHalide(op, operands);
  if (!result.defined())
    return fail(op, "not an operation of a kernel's body");
  body.values[op->getResult(0)] = result;
  body.cost += scalarCost(op);
  return true;
}

} // namespace mdl::kernels
