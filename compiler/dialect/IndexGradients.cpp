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
