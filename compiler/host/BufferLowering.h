//===- BufferLowering.h - Memory and buffers in the LLVM dialect --------------===//
#ifndef MDL_HOST_BUFFERLOWERING_H
#define MDL_HOST_BUFFERLOWERING_H

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"

namespace mdl {

class StringConstants;

/// Patterns for mdl.arena, mdl.buffer, memref.alloc and memref.dealloc: the arena and the heap are the runtime's.
/// `strings` must live as long as the patterns.
void addBufferLoweringPatterns(const mlir::LLVMTypeConverter &converter, mlir::RewritePatternSet &patterns,
                               StringConstants &strings);

} // namespace mdl

#endif // MDL_HOST_BUFFERLOWERING_H
