//===- BufferLowering.h - Memory and buffers in the LLVM dialect --------------===//
#ifndef MDL_HOST_BUFFERLOWERING_H
#define MDL_HOST_BUFFERLOWERING_H

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"

namespace mdl {

/// Patterns for mdl.arena, mdl.buffer, memref.alloc and memref.dealloc: the arena and the heap are the runtime's.
void addBufferLoweringPatterns(const mlir::LLVMTypeConverter &converter, mlir::RewritePatternSet &patterns);

} // namespace mdl

#endif // MDL_HOST_BUFFERLOWERING_H
