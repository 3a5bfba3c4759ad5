//===- LineMemory.h - What one line of the REPL has allocated ------------------------===//
//
// Runtime. A program frees by itself and ends; a line of the REPL may be left in the
// middle, and its arena is not needed after it.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_MEMORY_LINEMEMORY_H
#define MDL_RUNTIME_MEMORY_LINEMEMORY_H

namespace mdl::runtime {

/// From now on allocations are remembered.
void keepLineMemory();
/// Frees what is left of them.
void freeLineMemory();

} // namespace mdl::runtime

#endif // MDL_RUNTIME_MEMORY_LINEMEMORY_H
