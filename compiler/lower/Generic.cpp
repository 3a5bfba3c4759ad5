//===- Generic.cpp - Building linalg.generic -----------------------------------===//
#include "compiler/lower/Generic.h"

#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace mdl {

Value emptyTensor(OpBuilder &builder, Location loc, RankedTensorType type, ArrayRef<OpFoldResult> sizes) {
  SmallVector<Value> dynamic;
  for (auto [axis, size] : llvm::enumerate(sizes))
    if (type.isDynamicDim(axis)) {
      if (auto value = dyn_cast<Value>(size))
        dynamic.push_back(value);
      else
        dynamic.push_back(builder.create<arith::ConstantIndexOp>(loc, *getConstantIntValue(size)));
    }
  return builder.create<tensor::EmptyOp>(loc, type, dynamic);
}

Value filledTensor(OpBuilder &builder, Location loc, RankedTensorType type, ArrayRef<OpFoldResult> sizes, Value value) {
  Value empty = emptyTensor(builder, loc, type, sizes);
  return builder.create<linalg::FillOp>(loc, value, empty).getResult(0);
}

SmallVector<OpFoldResult> mixedSizes(RankedTensorType type, ValueRange dynamicSizes) {
  SmallVector<OpFoldResult> sizes;
  Builder builder(type.getContext());
  unsigned next = 0;
  for (int64_t size : type.getShape()) {
    if (ShapedType::isDynamic(size))
      sizes.push_back(dynamicSizes[next++]);
    else
      sizes.push_back(builder.getIndexAttr(size));
  }
  return sizes;
}

Value mapTensors(OpBuilder &builder, Location loc, RankedTensorType type, ArrayRef<OpFoldResult> sizes,
                 ValueRange inputs, ArrayRef<AffineMap> maps, ScalarBody body) {
  SmallVector<AffineMap> allMaps(maps);
  allMaps.push_back(builder.getMultiDimIdentityMap(type.getRank()));
  SmallVector<utils::IteratorType> loops(type.getRank(), utils::IteratorType::parallel);
  Value empty = emptyTensor(builder, loc, type, sizes);
  auto generic = builder.create<linalg::GenericOp>(
      loc, TypeRange(type), inputs, ValueRange(empty), allMaps, loops,
      [&](OpBuilder &b, Location l, ValueRange args) { b.create<linalg::YieldOp>(l, body(b, l, args.drop_back())); });
  return generic.getResult(0);
}

/// Whether a loop of `size` runs over all of the axis, so that linalg may take its bounds from there.
static bool coversAxis(OpFoldResult size, Value source, int64_t axis) {
  int64_t known = cast<RankedTensorType>(source.getType()).getDimSize(axis);
  if (std::optional<int64_t> constant = getConstantIntValue(size))
    return *constant == known;
  auto dim = dyn_cast_or_null<tensor::DimOp>(cast<Value>(size).getDefiningOp());
  return dim && dim.getSource() == source && dim.getConstantIndex() == axis;
}

/// Sums of loops with non-negative constant factors, and constants: what the verifier of linalg understands.
static bool isMonotone(AffineExpr expr) {
  if (isa<AffineDimExpr>(expr))
    return true;
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue() >= 0;
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary || (expr.getKind() != AffineExprKind::Add && expr.getKind() != AffineExprKind::Mul))
    return false;
  return isMonotone(binary.getLHS()) && isMonotone(binary.getRHS());
}

static bool isIndexingMap(AffineMap map, Value source, ArrayRef<OpFoldResult> sizes) {
  if (map.getNumSymbols() != 0)
    return false;
  for (auto [axis, expr] : llvm::enumerate(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (dim ? !coversAxis(sizes[dim.getPosition()], source, axis) : !isMonotone(expr))
      return false;
  }
  return true;
}

Value readThrough(OpBuilder &builder, Location loc, RankedTensorType type, ArrayRef<OpFoldResult> sizes, Value source,
                  AffineMap map, ValueRange symbols) {
  if (isIndexingMap(map, source, sizes))
    return mapTensors(builder, loc, type, sizes, source, map,
                      [](OpBuilder &, Location, ValueRange args) { return args[0]; });
  return mapTensors(builder, loc, type, sizes, {}, {}, [&](OpBuilder &b, Location l, ValueRange) -> Value {
    SmallVector<Value> loops;
    for (int64_t axis = 0; axis < type.getRank(); ++axis)
      loops.push_back(b.create<linalg::IndexOp>(l, axis));
    SmallVector<Value> place;
    for (AffineExpr expr : map.getResults())
      place.push_back(affine::expandAffineExpr(b, l, expr, loops, symbols));
    return b.create<tensor::ExtractOp>(l, source, place);
  });
}

Value extractScalar(OpBuilder &builder, Location loc, Value tensor) {
  // Seen through at once: dialect conversion does not canonicalise.
  if (auto made = tensor.getDefiningOp<tensor::FromElementsOp>())
    return made.getElements()[0];
  return builder.create<tensor::ExtractOp>(loc, tensor, ValueRange());
}

Value scalarTensor(OpBuilder &builder, Location loc, Value scalar) {
  return builder.create<tensor::FromElementsOp>(loc, RankedTensorType::get({}, scalar.getType()), scalar);
}

Value numberConstant(OpBuilder &builder, Location loc, Type type, double value) {
  if (auto real = dyn_cast<FloatType>(type))
    return builder.create<arith::ConstantOp>(loc, builder.getFloatAttr(real, value));
  return builder.create<arith::ConstantOp>(loc, builder.getIntegerAttr(type, int64_t(value)));
}

Type accumulatorType(Type type) { return type.isF16() || type.isBF16() ? Float32Type::get(type.getContext()) : type; }

Value narrowTo(OpBuilder &builder, Location loc, Value value, RankedTensorType type, ArrayRef<OpFoldResult> sizes) {
  if (cast<RankedTensorType>(value.getType()).getElementType() == type.getElementType())
    return value;
  if (type.getRank() == 0)
    return scalarTensor(
        builder, loc, builder.create<arith::TruncFOp>(loc, type.getElementType(), extractScalar(builder, loc, value)));
  return mapTensors(builder, loc, type, sizes, value, builder.getMultiDimIdentityMap(type.getRank()),
                    [&](OpBuilder &b, Location l, ValueRange args) -> Value {
                      return b.create<arith::TruncFOp>(l, type.getElementType(), args[0]);
                    });
}

} // namespace mdl
