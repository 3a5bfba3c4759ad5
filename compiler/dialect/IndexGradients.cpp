//===- IndexGradients.cpp - Derivatives of reads and writes by index ----------===//
//
// Reading and adding are each other's adjoints.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Gradients.h"

using namespace mlir;
using namespace mdl;

// y[i] = x[map(i)]: d x[j] = sum of g[i] over all i with map(i) = j
MDL_GRADIENT(AffineGatherOp) {
  d[0] = Formula{builder, getLoc()}.make<AffineScatterOp>(getSource().getType(), g[0], getSymbols(), getMap(),
                                                          dynamicSizes(builder, getLoc(), getSource()));
}

// y[j] = sum of x[i] over all i with map(i) = j: d x[i] = g[map(i)]
MDL_GRADIENT(AffineScatterOp) {
  d[0] = Formula{builder, getLoc()}.make<AffineGatherOp>(getUpdates().getType(), g[0], getSymbols(), getMap(),
                                                         dynamicSizes(builder, getLoc(), getUpdates()));
}

// d x = zeros with g added at the places that were read
MDL_GRADIENT(GatherOp) {
  Formula f{builder, getLoc()};
  d[0] = f.make<ScatterAddOp>(f.zeros(getSource()), getIndices(), g[0], getAxes());
}

// y = dest with updates added: d dest = g, d updates = g at those places
MDL_GRADIENT(ScatterAddOp) {
  d[0] = g[0];
  d[getNumOperands() - 1] = Formula{builder, getLoc()}.make<GatherOp>(g[0], getIndices(), getAxes());
}

/// The numbers 0, 1, 2, … in row-major order of a tensor's elements.
static Value countElements(Formula f, Value like) {
  SmallVector<OpFoldResult> sizes = sizesOf(f.builder, f.loc, like);
  Value count = f.builder.create<arith::ConstantIndexOp>(f.loc, 1);
  for (OpFoldResult size : sizes)
    count = f.builder.createOrFold<arith::MulIOp>(f.loc, count, sizeValue(f.builder, f.loc, size));
  auto [flat, dynamic] = shapedBySizes(getAsOpFoldResult(count), f.builder.getI64Type());
  return reshapeTo(f.builder, f.loc, f.make<IotaOp>(flat, 0, dynamic), sizes);
}

/// Whether no place is named twice: the places of a mask are not, and constants can be looked at.
static bool namesOnce(ValueRange indices) {
  if (indices.size() == 1 && indices.front().getDefiningOp<NonzeroOp>())
    return true;
  std::vector<std::vector<int64_t>> places;
  for (Value index : indices) {
    DenseIntElementsAttr numbers;
    if (!matchPattern(index, m_Constant(&numbers)))
      return false;
    places.resize(numbers.getNumElements());
    for (auto [place, number] : llvm::zip(places, numbers.getValues<int64_t>())) {
      if (number < 0) // From the end: the same as another one, perhaps.
        return false;
      place.push_back(number);
    }
  }
  llvm::sort(places);
  return std::adjacent_find(places.begin(), places.end()) == places.end();
}

// y = dest with updates put at places: d dest = g with zeros there, d updates = g at its place where it is the last
// that leads there (its number is the one that stays when the updates' numbers are scattered), 0 elsewhere
MDL_GRADIENT(ScatterOp) {
  Formula f{builder, getLoc()};
  d[0] = f.make<ScatterOp>(g[0], getIndices(), f.zeros(getUpdates()), getAxes());
  // There are as many updates as places, which what is read there has its sizes from.
  Value read = f.make<GatherOp>(g[0], getIndices(), getAxes());
  if (namesOnce(getIndices()) && read.getType() == getUpdates().getType()) {
    d[getNumOperands() - 1] = read;
    return;
  }
  Value like = read.getType() == getUpdates().getType() ? read : getUpdates();
  Value numbers = countElements(f, like);
  Value kept = f.make<ScatterOp>(fullLike(builder, getLoc(), getDest(), -1, builder.getI64Type()), getIndices(),
                                 numbers, getAxes());
  Value isLast = f.compare(ComparePredicate::eq, f.make<GatherOp>(kept, getIndices(), getAxes()), numbers);
  d[getNumOperands() - 1] = f.select(isLast, read, f.zeros(like));
}

// values[…, j] = x[…, indices[…, j]]: d x = zeros with g added at the places that the values came from
MDL_GRADIENT(SortOp) {
  if (!g[0])
    return;
  Formula f{builder, getLoc()};
  auto type = tensorType(getIndices());
  SmallVector<Value> places;
  SmallVector<int64_t> axes;
  for (int64_t axis = 0; axis < type.getRank(); ++axis) {
    bool last = axis + 1 == type.getRank();
    places.push_back(last ? getIndices() : f.make<IotaOp>(type, axis, dynamicSizes(builder, getLoc(), getIndices())));
    axes.push_back(axis);
  }
  d[0] = f.make<ScatterAddOp>(f.zeros(getInput()), places, g[0], axes);
}

MDL_NO_GRADIENT(NonzeroOp, "places in a mask are whole numbers, which do not change with a small change of its input")
