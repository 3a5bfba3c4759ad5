//===- CopyToLoops.cpp - Copies with strides ----------------------------------===//
//
// Stage host. Takes `memref.copy`, leaves those between memrefs without strides, which
// become memcpy; the others become loops, so that the runtime needs no function for them.
//
//===----------------------------------------------------------------------===//

#include "compiler/host/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace mdl {
namespace {

void copyByLoops(memref::CopyOp copy) {
  OpBuilder builder(copy);
  Location loc = copy.getLoc();
  int64_t rank = cast<MemRefType>(copy.getSource().getType()).getRank();
  Value zero = builder.create<arith::ConstantIndexOp>(loc, 0), one = builder.create<arith::ConstantIndexOp>(loc, 1);
  SmallVector<Value> sizes, indices;
  for (int64_t i = 0; i < rank; ++i)
    sizes.push_back(builder.createOrFold<memref::DimOp>(loc, copy.getSource(), i));
  for (Value size : sizes) {
    auto loop = builder.create<scf::ForOp>(loc, zero, size, one);
    indices.push_back(loop.getInductionVar());
    builder.setInsertionPointToStart(loop.getBody());
  }
  Value element = builder.create<memref::LoadOp>(loc, copy.getSource(), indices);
  builder.create<memref::StoreOp>(loc, element, copy.getTarget(), indices);
  copy.erase();
}

struct CopyToLoopsPass : public PassWrapper<CopyToLoopsPass, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CopyToLoopsPass)
  StringRef getArgument() const final { return "mdl-copy-to-loops"; }
  StringRef getDescription() const final { return "Turn copies between strided memrefs into loops"; }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<arith::ArithDialect, memref::MemRefDialect, scf::SCFDialect>();
  }

  void runOnOperation() final {
    getOperation()->walk([](memref::CopyOp copy) {
      auto source = cast<MemRefType>(copy.getSource().getType()), target = cast<MemRefType>(copy.getTarget().getType());
      if (!source.getLayout().isIdentity() || !target.getLayout().isIdentity())
        copyByLoops(copy);
    });
  }
};

} // namespace

std::unique_ptr<Pass> createCopyToLoopsPass() { return std::make_unique<CopyToLoopsPass>(); }

} // namespace mdl
