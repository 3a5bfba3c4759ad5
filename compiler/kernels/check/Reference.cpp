//===- Reference.cpp - What a kernel means, slowly ----------------------------------------===//
//
// For tests. See Reference.h.
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/check/Reference.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace mdl::check {

Number &Array::at(llvm::ArrayRef<int64_t> index) {
  int64_t place = 0;
  for (auto [size, i] : llvm::zip(shape, index))
    place = place * size + std::min(std::max<int64_t>(i, 0), size - 1);
  return data[place];
}

void forEachIndex(llvm::ArrayRef<int64_t> shape, llvm::function_ref<void(llvm::ArrayRef<int64_t>)> visit) {
  std::vector<int64_t> index(shape.size(), 0);
  for (int64_t size : shape)
    if (size == 0)
      return;
  while (true) {
    visit(index);
    int axis = static_cast<int>(shape.size()) - 1;
    while (axis >= 0 && ++index[axis] == shape[axis])
      index[axis--] = 0;
    if (axis < 0)
      return;
  }
}

bool Reference::run(mdl::KernelOp kernel, std::vector<Array> &results) {
  Block &body = kernel.getBody().front();
  for (Operation &op : body.without_terminator())
    if (!evaluate(&op)) {
      if (message.empty())
        message = "the reference does not know `" + op.getName().getStringRef().str() + "`";
      return false;
    }
  for (Value value : body.getTerminator()->getOperands())
    results.push_back(arrays[value]);
  return true;
}

static Array makeArray(RankedTensorType type, std::vector<int64_t> shape) {
  Array array;
  array.element = type.getElementType();
  array.shape = std::move(shape);
  array.data.resize(array.count());
  return array;
}

bool Reference::evaluate(Operation *op) {
  if (isa<linalg::LinalgOp>(op))
    return evaluateLinalg(op);
  if (auto empty = dyn_cast<tensor::EmptyOp>(op)) {
    std::vector<int64_t> shape;
    unsigned dynamic = 0;
    for (int64_t size : empty.getType().getShape())
      shape.push_back(ShapedType::isDynamic(size) ? numbers[empty.getDynamicSizes()[dynamic++]].i : size);
    arrays[empty.getResult()] = makeArray(empty.getType(), shape);
    return true;
  }
  if (isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op))
    return evaluateReshape(op);
  if (isa<tensor::CastOp>(op)) {
    Array copy = arrays[op->getOperand(0)];
    arrays[op->getResult(0)] = copy;
    return true;
  }
  if (isa<mdl::AffineScatterOp, mdl::ScatterAddOp, mdl::ScatterOp>(op))
    return evaluateScatter(op);
  if (isa<mdl::CumSumOp>(op))
    return evaluateScan(op);
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    if (auto dense = dyn_cast<DenseElementsAttr>(constant.getValue())) {
      auto type = cast<RankedTensorType>(constant.getType());
      Array array = makeArray(type, type.getShape().vec());
      for (auto [index, number] : llvm::enumerate(array.data)) {
        if (isa<FloatType>(type.getElementType()))
          number.f = (*(dense.value_begin<APFloat>() + index)).convertToDouble();
        else
          number.i = (*(dense.value_begin<APInt>() + index)).getSExtValue();
      }
      arrays[constant.getResult()] = array;
      return true;
    }
  return evaluateScalar(op, {});
}

bool Reference::evaluateReshape(Operation *op) {
  const Array source = arrays[op->getOperand(0)];
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  std::vector<int64_t> shape;
  for (int64_t size : type.getShape())
    shape.push_back(size);
  int64_t known = 1, unknown = -1;
  for (auto [axis, size] : llvm::enumerate(shape)) {
    if (ShapedType::isDynamic(size))
      unknown = axis;
    else
      known *= size;
  }
  if (unknown >= 0)
    shape[unknown] = source.count() / std::max<int64_t>(known, 1);
  Array result = makeArray(type, shape);
  result.data = source.data;
  arrays[op->getResult(0)] = result;
  return true;
}

bool Reference::evaluateScalar(Operation *op, llvm::ArrayRef<int64_t> loops) {
  Number out;
  if (auto index = dyn_cast<linalg::IndexOp>(op)) {
    out.i = loops[index.getDim()];
  } else if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    out.i = arrays[dim.getSource()].shape[*dim.getConstantIndex()];
  } else if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    std::vector<int64_t> index;
    for (Value value : extract.getIndices())
      index.push_back(numbers[value].i);
    out = arrays[extract.getTensor()].at(index);
  } else {
    std::vector<Number> in;
    for (Value value : op->getOperands())
      in.push_back(numbers[value]);
    if (op->getNumResults() != 1 || !evaluateArith(op, in, out)) {
      message = "the reference does not know `" + op->getName().getStringRef().str() + "`";
      return false;
    }
  }
  numbers[op->getResult(0)] = out;
  return true;
}

bool Reference::evaluateLinalg(Operation *operation) {
  auto op = cast<linalg::LinalgOp>(operation);
  std::vector<int64_t> sizes(op.getNumLoops(), -1);
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<RankedTensorType>(operand.get().getType()))
      continue;
    for (auto [axis, result] : llvm::enumerate(op.getMatchingIndexingMap(&operand).getResults()))
      if (auto dim = dyn_cast<AffineDimExpr>(result))
        sizes[dim.getPosition()] = arrays[operand.get()].shape[axis];
  }
  std::vector<Array> outs;
  for (Value init : op.getDpsInits())
    outs.push_back(arrays[init]);
  Block *block = op.getBlock();
  bool done = true;
  forEachIndex(sizes, [&](llvm::ArrayRef<int64_t> loops) {
    if (!done)
      return;
    for (OpOperand &operand : op->getOpOperands()) {
      BlockArgument argument = op.getMatchingBlockArgument(&operand);
      if (!isa<RankedTensorType>(operand.get().getType())) {
        numbers[argument] = numbers[operand.get()];
        continue;
      }
      SmallVector<int64_t> index = op.getMatchingIndexingMap(&operand).compose(loops);
      if (op.isDpsInit(&operand))
        numbers[argument] = outs[operand.getOperandNumber() - op.getNumDpsInputs()].at(index);
      else
        numbers[argument] = arrays[operand.get()].at(index);
    }
    for (Operation &inner : block->without_terminator())
      done = done && evaluateScalar(&inner, loops);
    for (auto [number, value] : llvm::enumerate(block->getTerminator()->getOperands())) {
      SmallVector<int64_t> index = op.getMatchingIndexingMap(op.getDpsInitOperand(number)).compose(loops);
      outs[number].at(index) = numbers[value];
    }
  });
  for (auto [number, result] : llvm::enumerate(op->getResults()))
    arrays[result] = outs[number];
  return done;
}

bool Reference::evaluateScatter(Operation *operation) {
  if (auto op = dyn_cast<mdl::AffineScatterOp>(operation)) {
    auto type = cast<RankedTensorType>(op.getType());
    std::vector<int64_t> shape;
    unsigned dynamic = 0;
    for (int64_t size : type.getShape())
      shape.push_back(ShapedType::isDynamic(size) ? numbers[op.getDynamicSizes()[dynamic++]].i : size);
    Array result = makeArray(type, shape), updates = arrays[op.getUpdates()];
    forEachIndex(updates.shape, [&](llvm::ArrayRef<int64_t> index) {
      std::vector<int64_t> all(index.begin(), index.end());
      for (Value symbol : op.getSymbols())
        all.push_back(numbers[symbol].i);
      Number &place = result.at(op.getMap().compose(all)), &value = updates.at(index);
      place.f += value.f;
      place.i += value.i;
    });
    arrays[op.getResult()] = result;
    return true;
  }
  if (auto op = dyn_cast<mdl::ScatterOp>(operation)) {
    scatterInto(op, [](Number &number, const Number &value) { number = value; });
    return true;
  }
  scatterInto(cast<mdl::ScatterAddOp>(operation), [](Number &number, const Number &value) {
    number.f += value.f;
    number.i += value.i;
  });
  return true;
}

template <typename Op> void Reference::scatterInto(Op op, llvm::function_ref<void(Number &, const Number &)> write) {
  Array result = arrays[op.getDest()], updates = arrays[op.getUpdates()];
  size_t indexRank = arrays[op.getIndices()[0]].shape.size();
  forEachIndex(updates.shape, [&](llvm::ArrayRef<int64_t> index) {
    std::vector<int64_t> place;
    size_t other = indexRank;
    for (size_t axis = 0; axis < result.shape.size(); ++axis) {
      auto found = llvm::find(op.getAxes(), static_cast<int64_t>(axis));
      if (found == op.getAxes().end())
        place.push_back(index[other++]);
      else
        place.push_back(arrays[op.getIndices()[found - op.getAxes().begin()]].at(index.take_front(indexRank)).i);
    }
    write(result.at(place), updates.at(index));
  });
  arrays[op.getResult()] = result;
}

bool Reference::evaluateScan(Operation *operation) {
  auto op = cast<mdl::CumSumOp>(operation);
  Array result = arrays[op.getInput()];
  int64_t axis = op.getAxis(), size = result.shape[axis];
  std::vector<int64_t> others = result.shape;
  others[axis] = 1;
  forEachIndex(others, [&](llvm::ArrayRef<int64_t> index) {
    for (int64_t step = 1; step < size; ++step) {
      std::vector<int64_t> here(index.begin(), index.end()), before = here;
      here[axis] = op.getReverse() ? size - 1 - step : step;
      before[axis] = op.getReverse() ? size - step : step - 1;
      result.at(here).f += result.at(before).f;
      result.at(here).i += result.at(before).i;
    }
  });
  arrays[op.getResult()] = result;
  return true;
}

} // namespace mdl::check
