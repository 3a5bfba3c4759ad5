//===- DenseOperands.cpp - Launches and runtime calls on dense memory -------===//
//
// Stage memory, after bufferisation. Kernels and the runtime take row-major tensors
// without gaps. An operand that is a view of another form is copied, and copied back where
// it is written. Fusion keeps slices inside kernels, so this is the exception.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Mdl.h"
#include "compiler/memory/Passes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace mdl {
namespace {

/// Whether elements follow each other in row-major order. An offset does no harm; neither does the stride of a
/// dimension of size 1.
bool isDense(MemRefType type) {
  if (type.getLayout().isIdentity())
    return true;
  SmallVector<int64_t> strides;
  int64_t offset, expected = 1;
  if (failed(getStridesAndOffset(type, strides, offset)))
    return false;
  for (int64_t i = type.getRank() - 1; i >= 0; --i) {
    if (type.getDimSize(i) == 1)
      continue;
    if (strides[i] != expected)
      return false;
    // The stride of what stands before a dimension of unknown size is not known to be dense.
    expected = type.isDynamicDim(i) ? ShapedType::kDynamic + 1 : expected * type.getDimSize(i);
  }
  return true;
}

/// A dense memory of the size of `view`.
Value allocateLike(OpBuilder &builder, Value view) {
  auto type = cast<MemRefType>(view.getType());
  SmallVector<Value> sizes;
  for (int64_t i = 0; i < type.getRank(); ++i)
    if (type.isDynamicDim(i))
      sizes.push_back(builder.create<memref::DimOp>(view.getLoc(), view, i));
  auto dense = MemRefType::get(type.getShape(), type.getElementType());
  return builder.create<memref::AllocOp>(view.getLoc(), dense, sizes, builder.getI64IntegerAttr(64));
}

struct DenseOperandsPass : public PassWrapper<DenseOperandsPass, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(DenseOperandsPass)
  StringRef getArgument() const final { return "mdl-dense-operands"; }
  StringRef getDescription() const final { return "Copy operands of launches and runtime calls that are not dense"; }
  void getDependentDialects(DialectRegistry &registry) const final { registry.insert<memref::MemRefDialect>(); }

  void runOnOperation() final {
    getOperation()->walk([](Operation *op) {
      if (!isa<LaunchOp, RuntimeOp>(op))
        return;
      auto launch = dyn_cast<LaunchOp>(op);
      unsigned numIns = launch ? launch.getIns().size() : cast<RuntimeOp>(op).getIns().size();
      OpBuilder builder(op);
      for (OpOperand &operand : op->getOpOperands()) {
        auto type = dyn_cast<MemRefType>(operand.get().getType());
        if (!type || isDense(type))
          continue;
        Value view = operand.get();
        builder.setInsertionPoint(op);
        Value dense = allocateLike(builder, view);
        bool written = operand.getOperandNumber() >= numIns;
        if (!written || (launch && launch.isInplace(operand.getOperandNumber() - numIns)))
          builder.create<memref::CopyOp>(op->getLoc(), view, dense);
        operand.set(dense);
        builder.setInsertionPointAfter(op);
        if (written)
          builder.create<memref::CopyOp>(op->getLoc(), dense, view);
      }
    });
  }
};

} // namespace

std::unique_ptr<Pass> createDenseOperandsPass() { return std::make_unique<DenseOperandsPass>(); }

} // namespace mdl
