//===- Lowering.h - A checked module through the passes -----------------------===//
//
// What a file's compilation and the REPL's lines share between sema and linking.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_DRIVER_LOWERING_H
#define MDL_DRIVER_LOWERING_H

#include "compiler/kernels/Kernels.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/sema/Elaborate.h"

#include <optional>

namespace mdl {

/// Takes `module` from `form` to the form `to`, which `form` then is. What goes wrong is reported to the compilation: a
/// gradient that does not exist at the user's place, anything else as a bug of ours at `whole`.
bool lowerModule(mlir::ModuleOp module, Stop &form, Stop to, Compilation &compilation, SourceRange whole);

/// Gives each launch and each allocation of a module in form Memory the place that messages of the run show of it.
void addPlaces(mlir::ModuleOp module, Compilation &compilation);

/// The kernels of a module, compiled; what went wrong is reported.
std::optional<std::vector<CompiledKernel>> takeKernels(KernelResult result, Compilation &compilation,
                                                       SourceRange whole);

/// One line that names the kinds of the messages for `mdl explain`, or nothing if there are none.
std::string explainHint(const DiagnosticEngine &diagnostics);

} // namespace mdl

#endif // MDL_DRIVER_LOWERING_H
