//===- StrengthReduce.cpp - Cheaper operations for the same values --------------------===//
//
// Stage: lower. Input and output: mdl. A power whose exponent is the constant 2, 3, 0.5,
// -0.5 or -1 everywhere becomes products and roots; a division by a power of two the product
// with its inverse. Any other division stays, for its product would round differently.
//
//===----------------------------------------------------------------------===//
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/lower/Passes.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include <cmath>

using namespace mlir;

namespace mdl {
namespace {

/// The number that all elements of a tensor are.
std::optional<double> splatNumber(Value value) {
  while (auto broadcast = value.getDefiningOp<BroadcastOp>())
    value = broadcast.getInput();
  auto constant = value.getDefiningOp<ConstantOp>();
  auto elements = constant ? dyn_cast<SplatElementsAttr>(constant.getValue()) : nullptr;
  if (!elements)
    return std::nullopt;
  if (isa<FloatType>(elements.getElementType()))
    return elements.getSplatValue<APFloat>().convertToDouble();
  return double(elements.getSplatValue<APInt>().getSExtValue());
}

struct PowPattern : OpRewritePattern<PowOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PowOp op, PatternRewriter &rewriter) const override {
    std::optional<double> exponent = splatNumber(op.getRhs());
    if (!exponent || op.getLhs().getType() != op.getResult().getType())
      return failure();
    Value cheaper = power(rewriter, op.getLoc(), op.getLhs(), *exponent);
    if (!cheaper)
      return failure();
    rewriter.replaceOp(op, cheaper);
    return success();
  }

  /// Null where the power is no cheaper any other way.
  static Value power(OpBuilder &b, Location l, Value x, double exponent) {
    if (exponent == 1)
      return x;
    if (exponent == 2)
      return b.create<MulOp>(l, x, x);
    if (exponent == 3)
      return b.create<MulOp>(l, b.create<MulOp>(l, x, x), x);
    if (!isa<FloatType>(elementType(x)))
      return {};
    if (exponent == 0.5)
      return b.create<SqrtOp>(l, x);
    if (exponent == -0.5)
      return b.create<RsqrtOp>(l, x);
    if (exponent == -1)
      return b.create<DivOp>(l, fullLike(b, l, x, 1), x);
    return {};
  }
};

struct DivPattern : OpRewritePattern<DivOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(DivOp op, PatternRewriter &rewriter) const override {
    std::optional<double> divisor = splatNumber(op.getRhs());
    int exponent = 0;
    if (!divisor || std::frexp(std::fabs(*divisor), &exponent) != 0.5 || std::abs(exponent) > 12)
      return failure();
    rewriter.replaceOpWithNewOp<MulOp>(op, op.getLhs(), fullLike(rewriter, op.getLoc(), op.getRhs(), 1 / *divisor));
    return success();
  }
};

struct StrengthReducePass : PassWrapper<StrengthReducePass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(StrengthReducePass)
  StringRef getArgument() const override { return "mdl-strength-reduce"; }
  StringRef getDescription() const override { return "Replace powers and divisions by cheaper operations"; }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<PowPattern, DivPattern>(&getContext());
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> createStrengthReducePass() { return std::make_unique<StrengthReducePass>(); }

} // namespace mdl
