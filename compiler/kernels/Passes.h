//===- Passes.h - Passes of the kernels stage ---------------------------------------===//
#ifndef MDL_KERNELS_PASSES_H
#define MDL_KERNELS_PASSES_H

#include <memory>

namespace mlir {
class Pass;
}

namespace mdl {

/// Prints the schedules that the rules choose for the kernels of a module; changes nothing.
std::unique_ptr<mlir::Pass> createPrintSchedulesPass();
void registerKernelsPasses();

} // namespace mdl

#endif // MDL_KERNELS_PASSES_H
