//===- CanonicalizeConstants.cpp - Elementwise operations on constants --------===//
//
// One scalar in a constant, repeated by a broadcast: that is the one form of a tensor
// of equal elements. Work on such tensors is done once, on the scalar.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Canonicalize.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"

#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace mdl;

namespace {

/// Larger constants are left for the run.
constexpr int64_t maxElements = 64;
constexpr int64_t maxJoined = 4096;

/// Python's `%` and `//` of floats; not left to arith.remf, which MLIR folds to the IEEE remainder.
double floorRest(double x, double y) {
  double rest = std::fmod(x, y);
  return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}
double floorDivide(double x, double y) { return y == 0 ? x / y : std::nearbyint((x - floorRest(x, y)) / y); }

/// An elementwise operation on double: for f32 and smaller that is exact after rounding for + - * / and sqrt.
std::optional<double> evaluate(Operation *op, ArrayRef<double> x) {
  using Result = std::optional<double>;
  auto isFloat = [](Operation *op) { return isa<FloatType>(elementType(op->getResult(0))); };
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](NegOp) { return -x[0]; })
      .Case([&](AbsOp) { return std::fabs(x[0]); })
      .Case([&](ExpOp) { return std::exp(x[0]); })
      .Case([&](LogOp) { return std::log(x[0]); })
      .Case([&](SqrtOp) { return std::sqrt(x[0]); })
      .Case([&](RsqrtOp) { return 1 / std::sqrt(x[0]); })
      .Case([&](FloorOp) { return std::floor(x[0]); })
      .Case([&](CeilOp) { return std::ceil(x[0]); })
      .Case([&](NotOp) { return x[0] == 0 ? 1.0 : 0.0; })
      .Case([&](AddOp) { return x[0] + x[1]; })
      .Case([&](SubOp) { return x[0] - x[1]; })
      .Case([&](MulOp) { return x[0] * x[1]; })
      .Case([&](DivOp) { return x[0] / x[1]; })
      .Case([&](ModOp mod) { return isFloat(mod) ? Result(floorRest(x[0], x[1])) : std::nullopt; })
      .Case([&](FloorDivOp div) { return isFloat(div) ? Result(floorDivide(x[0], x[1])) : std::nullopt; })
      .Case([&](PowOp) { return std::pow(x[0], x[1]); })
      .Case([&](AndOp) { return x[0] != 0 && x[1] != 0 ? 1.0 : 0.0; })
      .Case([&](OrOp) { return x[0] != 0 || x[1] != 0 ? 1.0 : 0.0; })
      .Case([&](MinimumOp) { return std::isnan(x[0]) || x[0] < x[1] ? x[0] : x[1]; })
      .Case([&](MaximumOp) { return std::isnan(x[0]) || x[0] > x[1] ? x[0] : x[1]; })
      .Case([&](SelectOp) { return x[0] != 0 ? x[1] : x[2]; })
      .Case([&](CastOp cast) {
        Type type = elementType(cast.getResult());
        if (type.isInteger(1))
          return x[0] != 0 ? 1.0 : 0.0;
        return isa<FloatType>(type) ? x[0] : std::trunc(x[0]);
      })
      .Case([&](CompareOp compare) {
        const bool results[] = {x[0] == x[1], x[0] != x[1], x[0]<x[1], x[0] <= x[1], x[0]> x[1], x[0] >= x[1]};
        return double(results[size_t(compare.getPredicate())]);
      })
      .Default([](Operation *) { return std::nullopt; });
}

/// The element as a number, if double holds it without loss.
std::optional<double> exactNumber(Attribute element) {
  if (auto number = dyn_cast<FloatAttr>(element))
    return number.getValueAsDouble();
  auto number = dyn_cast<IntegerAttr>(element);
  if (!number)
    return std::nullopt;
  bool countsFromZero = number.getType().isUnsignedInteger() || number.getType().isInteger(1);
  int64_t value = countsFromZero ? int64_t(number.getValue().getZExtValue()) : number.getValue().getSExtValue();
  return std::abs(value) < int64_t(1) << 50 ? std::optional(double(value)) : std::nullopt;
}

/// The number as an element, if the type holds it.
Attribute elementOf(OpBuilder &builder, Type type, double value) {
  if (isa<FloatType>(type))
    return builder.getFloatAttr(type, value);
  if (!std::isfinite(value) || value != std::trunc(value))
    return {};
  if (type.isInteger(1))
    return builder.getBoolAttr(value != 0);
  unsigned width = type.getIntOrFloatBitWidth();
  double limit = std::min(std::ldexp(1.0, width - 1), std::ldexp(1.0, 50));
  double least = type.isUnsignedInteger() ? 0 : -limit, above = type.isUnsignedInteger() ? 2 * limit : limit;
  return value >= least && value < above ? builder.getIntegerAttr(type, int64_t(value)) : Attribute();
}

struct FoldConstants : OpInterfaceRewritePattern<ElementwiseOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(ElementwiseOpInterface op, PatternRewriter &rewriter) const override {
    auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
    if (!type || !type.hasStaticShape() || type.getNumElements() > maxElements)
      return failure();
    SmallVector<SmallVector<Attribute>> operands;
    for (Value operand : op->getOperands()) {
      DenseElementsAttr elements;
      if (!matchPattern(operand, m_Constant(&elements)))
        return failure();
      operands.emplace_back(elements.getValues<Attribute>());
    }
    SmallVector<Attribute> results;
    for (int64_t i = 0; i < type.getNumElements(); ++i) {
      SmallVector<double> numbers;
      for (auto &operand : operands) {
        auto number = exactNumber(operand[i]);
        if (!number)
          return failure();
        numbers.push_back(*number);
      }
      auto value = evaluate(op, numbers);
      Attribute element = value ? elementOf(rewriter, type.getElementType(), *value) : Attribute();
      if (!element)
        return failure();
      results.push_back(element);
    }
    rewriter.replaceOpWithNewOp<ConstantOp>(op, cast<ElementsAttr>(DenseElementsAttr::get(type, results)));
    return success();
  }
};

/// Work on repeated scalars is done on the scalars.
struct HoistScalars : OpInterfaceRewritePattern<ElementwiseOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(ElementwiseOpInterface op, PatternRewriter &rewriter) const override {
    SmallVector<Value> scalars;
    BroadcastOp shape;
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    for (Value operand : op->getOperands()) {
      auto broadcast = operand.getDefiningOp<BroadcastOp>();
      if (!broadcast || !broadcast.getDimensions().empty())
        return failure();
      scalars.push_back(broadcast.getInput());
      if (broadcast.getType().getShape() == type.getShape())
        shape = broadcast;
    }
    if (!shape)
      return failure();
    OperationState state(op.getLoc(), op->getName(), scalars, RankedTensorType::get({}, type.getElementType()),
                         op->getAttrs());
    Value scalar = rewriter.create(state)->getResult(0);
    rewriter.replaceOpWithNewOp<BroadcastOp>(op, type, scalar, shape.getDynamicSizes(), ArrayRef<int64_t>());
    return success();
  }
};

/// The elements of a constant, also in another shape or where it is one repeated.
SmallVector<Attribute> constantElements(Value value) {
  if (auto reshape = value.getDefiningOp<ReshapeOp>())
    return constantElements(reshape.getInput());
  auto type = cast<RankedTensorType>(value.getType());
  auto broadcast = value.getDefiningOp<BroadcastOp>();
  bool isRepeated = broadcast && broadcast.getDimensions().empty() && type.hasStaticShape();
  DenseElementsAttr elements;
  if (!matchPattern(isRepeated ? broadcast.getInput() : value, m_Constant(&elements)))
    return {};
  if (isRepeated)
    return SmallVector<Attribute>(type.getNumElements(), *elements.getValues<Attribute>().begin());
  return SmallVector<Attribute>(elements.getValues<Attribute>());
}

/// Constants one behind the other: a literal of which some elements were computed.
LogicalResult joinConstants(ConcatOp op, PatternRewriter &rewriter) {
  RankedTensorType type = op.getType();
  if (!type.hasStaticShape() || type.getNumElements() > maxJoined)
    return failure();
  SmallVector<SmallVector<Attribute>> inputs;
  for (Value input : op.getInputs()) {
    inputs.push_back(constantElements(input));
    if (inputs.back().empty())
      return failure();
  }
  int64_t rows = 1;
  for (int64_t size : type.getShape().take_front(op.getAxis()))
    rows *= size;
  SmallVector<Attribute> results;
  for (int64_t row = 0; row < rows; ++row)
    for (auto &input : inputs) {
      size_t length = input.size() / rows;
      results.append(input.begin() + row * length, input.begin() + (row + 1) * length);
    }
  rewriter.replaceOpWithNewOp<ConstantOp>(op, cast<ElementsAttr>(DenseElementsAttr::get(type, results)));
  return success();
}

/// A constant of equal elements becomes a repeated scalar.
LogicalResult repeatScalar(ConstantOp op, PatternRewriter &rewriter) {
  auto elements = dyn_cast<DenseElementsAttr>(op.getValue());
  auto type = op.getType();
  if (!elements || !elements.isSplat() || type.getRank() == 0)
    return failure();
  auto scalarType = RankedTensorType::get({}, type.getElementType());
  auto element = DenseElementsAttr::get(scalarType, elements.getSplatValue<Attribute>());
  Value scalar = rewriter.create<ConstantOp>(op.getLoc(), cast<ElementsAttr>(element));
  rewriter.replaceOpWithNewOp<BroadcastOp>(op, type, scalar, ValueRange(), ArrayRef<int64_t>());
  return success();
}

/// So does a scalar in another shape.
LogicalResult repeatReshaped(ReshapeOp op, PatternRewriter &rewriter) {
  if (op.getInput().getType().getRank() != 0 || !op.getType().hasStaticShape() || !splatConstant(op.getInput()))
    return failure();
  rewriter.replaceOpWithNewOp<BroadcastOp>(op, op.getType(), op.getInput(), ValueRange(), ArrayRef<int64_t>());
  return success();
}

} // namespace

void mdl::addConstantPatterns(RewritePatternSet &patterns) {
  patterns.add<FoldConstants, HoistScalars>(patterns.getContext());
  patterns.add(repeatScalar);
  patterns.add(repeatReshaped);
  patterns.add(joinConstants);
}
