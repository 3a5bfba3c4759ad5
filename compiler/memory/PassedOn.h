//===- PassedOn.h - What loops and branches pass on keeps apart ---------------===//
//
// Stage memory, before bufferisation. Two results of a loop that lie in one buffer are two
// variables of which an update of one is seen through the other: upstream's analysis takes
// them for different ones. So a value that is not written back into a place of its own is
// passed on once only, or copied.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_MEMORY_PASSEDON_H
#define MDL_MEMORY_PASSEDON_H

#include "mlir/IR/Operation.h"

namespace mdl {

/// The value, or a copy where something else that is passed on may lie in its buffer. It is one use of the value that
/// passes it on.
mlir::Value keptApart(mlir::Operation *before, mlir::Value value);

} // namespace mdl

#endif // MDL_MEMORY_PASSEDON_H
