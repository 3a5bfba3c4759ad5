//===- ShapeGradients.cpp - Derivatives of shape operations -------------------===//
//
// Each of these only moves elements, so its rule moves the gradients back: a place
// read several times gets a sum, one not read gets 0.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Gradients.h"

#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;
using namespace mdl;

MDL_ZERO_GRADIENT(ConstantOp)
MDL_ZERO_GRADIENT(IotaOp)

MDL_GRADIENT(BroadcastOp) { d[0] = sumTo(builder, getLoc(), g[0], getDimensions()); }

MDL_GRADIENT(ReshapeOp) { d[0] = reshapeTo(builder, getLoc(), g[0], sizesOf(builder, getLoc(), getInput())); }

MDL_GRADIENT(TransposeOp) {
  d[0] = Formula{builder, getLoc()}.make<TransposeOp>(g[0], invertPermutationVector(getPermutation()));
}

/// Zeros of the shape of `like` with `part` at offsets and strides; a pad where the places are known.
static Value placeInZeros(Formula f, Value like, Value part, ArrayRef<OpFoldResult> offsets,
                          ArrayRef<OpFoldResult> sizes, ArrayRef<OpFoldResult> strides) {
  auto type = tensorType(like);
  SmallVector<int64_t> low, high;
  for (int64_t axis = 0; axis < type.getRank(); ++axis) {
    auto offset = getConstantIntValue(offsets[axis]), size = getConstantIntValue(sizes[axis]);
    if (!offset || !size || !isConstantIntValue(strides[axis], 1) || type.isDynamicDim(axis))
      return f.make<UpdateSliceOp>(f.zeros(like), part, offsets, sizes, strides);
    low.push_back(*offset);
    high.push_back(type.getDimSize(axis) - *offset - *size);
  }
  Value zero = scalarConstant(f.builder, f.loc, type.getElementType(), 0);
  return f.make<PadOp>(part, zero, low, high);
}

MDL_GRADIENT(SliceOp) {
  d[0] = placeInZeros({builder, getLoc()}, getSource(), g[0], getMixedOffsets(), getMixedSizes(), getMixedStrides());
}

// y = dest with a part replaced by source: d dest = g with zeros there, d source = that part of g
MDL_GRADIENT(UpdateSliceOp) {
  Formula f{builder, getLoc()};
  // The part is read before it is overwritten.
  d[1] = f.make<SliceOp>(g[0], getMixedOffsets(), getMixedSizes(), getMixedStrides());
  Value zeros = f.zeros(getSource());
  d[0] = f.make<UpdateSliceOp>(g[0], zeros, getMixedOffsets(), getMixedSizes(), getMixedStrides());
}

MDL_GRADIENT(ReverseOp) { d[0] = Formula{builder, getLoc()}.make<ReverseOp>(g[0], getAxes()); }

// y = x inside a border of value: d x = g inside the border, d value = the sum of g on the border
MDL_GRADIENT(PadOp) {
  Formula f{builder, getLoc()};
  auto offsets = getAsIndexOpFoldResult(getContext(), getLow());
  auto sizes = sizesOf(builder, getLoc(), getInput());
  SmallVector<OpFoldResult> strides(sizes.size(), builder.getIndexAttr(1));
  d[0] = f.make<SliceOp>(g[0], offsets, sizes, strides);
  Value border = f.make<UpdateSliceOp>(g[0], f.zeros(getInput()), offsets, sizes, strides);
  d[1] = sumTo(builder, getLoc(), border, {});
}

MDL_GRADIENT(ConcatOp) {
  Formula f{builder, getLoc()};
  SmallVector<OpFoldResult> offsets(getType().getRank(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(getType().getRank(), builder.getIndexAttr(1));
  for (auto [i, input] : llvm::enumerate(getInputs())) {
    auto sizes = sizesOf(builder, getLoc(), input);
    d[i] = f.make<SliceOp>(g[0], offsets, sizes, strides);
    OpFoldResult &offset = offsets[getAxis()];
    auto known = getConstantIntValue(offset), size = getConstantIntValue(sizes[getAxis()]);
    if (known && size)
      offset = builder.getIndexAttr(*known + *size);
    else
      offset = builder.createOrFold<arith::AddIOp>(getLoc(), sizeValue(builder, getLoc(), offset),
                                                   sizeValue(builder, getLoc(), sizes[getAxis()]));
  }
}
