//===- LowerDeallocations.cpp - What is freed at the end of a block -----------===//
//
// Stage memory, after ownership is known. Takes `bufferization.dealloc`, gives calls of the
// runtime: the memory that is owned, then what stays, which the runtime does not free. MLIR's
// own lowering branches for each memref and allocates lists for each block that ends; a program
// with nested loops was mostly that.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Mdl.h"
#include "compiler/memory/Passes.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace mdl {
namespace {

void lower(bufferization::DeallocOp op) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  auto address = [&](Value memref) -> Value {
    return builder.create<memref::ExtractAlignedPointerAsIndexOp>(loc, memref);
  };
  auto call = [&](StringRef name, ValueRange arguments, Type returned = nullptr) {
    return builder.create<RuntimeOp>(loc, name, arguments, ValueRange(), returned);
  };
  bool isOne = op.getMemrefs().size() == 1 && op.getRetained().empty();
  for (auto [memref, isOwned] : llvm::zip(op.getMemrefs(), op.getConditions()))
    if (isOne && matchPattern(isOwned, m_One()))
      builder.create<memref::DeallocOp>(loc, memref);
    else
      call(isOne ? "mdl_release" : "mdl_release_later", {address(memref), isOwned});
  if (!isOne) {
    SmallVector<Value> kept;
    for (Value memref : op.getRetained())
      kept.push_back(call("mdl_retain", address(memref), builder.getI1Type()).getReturned());
    op.getUpdatedConditions().replaceAllUsesWith(kept);
    call("mdl_release_all", {});
  }
  op.erase();
}

struct LowerDeallocationsPass : public PassWrapper<LowerDeallocationsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerDeallocationsPass)
  StringRef getArgument() const final { return "mdl-lower-deallocations"; }
  StringRef getDescription() const final { return "Turn deallocations into calls of the runtime"; }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<MdlDialect, memref::MemRefDialect>();
  }

  void runOnOperation() final {
    SmallVector<bufferization::DeallocOp> work;
    getOperation().walk([&](bufferization::DeallocOp op) { work.push_back(op); });
    llvm::for_each(work, lower);
  }
};

} // namespace

std::unique_ptr<Pass> createLowerDeallocationsPass() { return std::make_unique<LowerDeallocationsPass>(); }

} // namespace mdl
