//===- ChooseLast.cpp - Products before choices ------------------------------------------===//
//
// Stage: lower. Input and output: mdl. `sum(a[i, l] * b[l, j] for l if l <= i)` never multiplies
// what its condition leaves out. Its gradients do: there the choice is made in a factor,
// `choose(l <= i, g[i, j], 0) * b[l, j]`, which is a tensor over the whole index space, and NaN
// where b is infinite. They get the form of the sum itself, a choice between product and 0, which
// kernels know how to go over (Note [Conditions of sums]).
//
// That is done where the condition looks at places alone and has an axis that the chosen value
// lacks, as the gradient of a sum has. `where(mask, a, 0) @ b` stays what it is in PyTorch.
//
//===----------------------------------------------------------------------===//
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/KnownSizes.h"
#include "compiler/lower/Passes.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;

namespace mdl {
namespace {

/// Whether the value follows from places and single numbers, such as the condition `l <= i + 2`.
bool isOfPlaces(Value value) {
  SetVector<Value> seen;
  seen.insert(value);
  constexpr size_t most = 64;
  for (size_t next = 0; next < seen.size(); ++next) {
    auto type = dyn_cast<RankedTensorType>(seen[next].getType());
    if (seen.size() > most || !type || !type.getElementType().isInteger())
      return false;
    Operation *op = seen[next].getDefiningOp();
    if (type.getRank() == 0 || isa_and_nonnull<IotaOp, ConstantOp>(op))
      continue;
    if (!isa_and_nonnull<ElementwiseOpInterface, BroadcastOp, ReshapeOp, TransposeOp>(op))
      return false;
    for (Value operand : op->getOperands())
      if (isa<RankedTensorType>(operand.getType()))
        seen.insert(operand);
  }
  return true;
}

/// The axes along which the value may change, seen through broadcasts and axes of size 1.
llvm::SmallBitVector axesOf(Value value) {
  llvm::SmallBitVector axes(tensorType(value).getRank());
  if (auto broadcast = value.getDefiningOp<BroadcastOp>()) {
    llvm::SmallBitVector inner = axesOf(broadcast.getInput());
    for (auto [axis, place] : llvm::enumerate(broadcast.getDimensions()))
      axes[place] = inner[axis];
    return axes;
  }
  if (auto reshape = value.getDefiningOp<ReshapeOp>())
    if (auto aligned = alignedAxes(reshape)) {
      llvm::SmallBitVector inner = axesOf(reshape.getInput());
      for (auto [from, to] : *aligned)
        axes[to] = inner[from];
      return axes;
    }
  return axes.set();
}

struct ChooseLast : OpRewritePattern<MulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MulOp op, PatternRewriter &rewriter) const override {
    if (op->use_empty() || !llvm::all_of(op->getUsers(), [](Operation *user) { return isa<SumOp, MulOp>(user); }))
      return failure();
    for (unsigned chosen : {0, 1}) {
      auto select = op->getOperand(chosen).getDefiningOp<SelectOp>();
      if (!select || splatConstant(select->getOperand(2)) != 0.0 || !isOfPlaces(select.getCondition()) ||
          !axesOf(select.getCondition()).test(axesOf(select->getOperand(1))))
        continue;
      Value other = op->getOperand(1 - chosen);
      Value product = rewriter.create<MulOp>(op.getLoc(), select->getOperand(1), other);
      rewriter.replaceOpWithNewOp<SelectOp>(op, op.getType(), select.getCondition(), product, select->getOperand(2));
      return success();
    }
    return failure();
  }
};

struct ChooseLastPass : PassWrapper<ChooseLastPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ChooseLastPass)
  StringRef getArgument() const override { return "mdl-choose-last"; }
  StringRef getDescription() const override { return "Multiply before a choice that places make"; }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ChooseLast>(&getContext());
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> createChooseLastPass() { return std::make_unique<ChooseLastPass>(); }

} // namespace mdl
