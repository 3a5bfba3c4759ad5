//===- Passes.h - The memory stage ------------------------------------------===//
//
// Takes functions of launches and runtime calls on tensors, gives them on memrefs: what
// has a known size lies in one arena, the rest is allocated and freed around its use.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_MEMORY_PASSES_H
#define MDL_MEMORY_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mdl {

/// -mdl-align-loops: a `while` passes on all that it carries, in its order.
std::unique_ptr<mlir::Pass> createAlignLoopsPass();
/// -mdl-carry-in-place: values that loops carry are written back into the tensors that they replace.
std::unique_ptr<mlir::Pass> createCarryInPlacePass();
/// -mdl-bufferize: tensors of functions become memrefs; kernels keep their tensors.
std::unique_ptr<mlir::Pass> createBufferizePass();
/// -mdl-dense-operands: operands of launches and runtime calls are dense.
std::unique_ptr<mlir::Pass> createDenseOperandsPass();
/// -mdl-hoist-allocations: allocations of unknown size leave loops that do not change it.
std::unique_ptr<mlir::Pass> createHoistAllocationsPass();
/// -mdl-plan-memory: allocations of known size become places in one arena.
std::unique_ptr<mlir::Pass> createPlanMemoryPass();
/// -mdl-lower-deallocations: `bufferization.dealloc` becomes calls of the runtime.
std::unique_ptr<mlir::Pass> createLowerDeallocationsPass();

void registerMemoryPasses();

/// What -mdl-bufferize must know of every dialect that may stand in a function. For the registry of a context, before
/// any pass runs.
void registerBufferizableOps(mlir::DialectRegistry &registry);

} // namespace mdl

#endif // MDL_MEMORY_PASSES_H
