//===- Mdl.h - The mdl dialect ------------------------------------------------===//
//
// Operations, interfaces and enums of the dialect between the front end and the
// lowering to linalg. Conventions are in ARCHITECTURE.md, helpers in Helpers.h.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_DIALECT_MDL_H
#define MDL_DIALECT_MDL_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/RegionKindInterface.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

#include "compiler/dialect/Infer.h"

#include "compiler/dialect/MdlDialect.h.inc"
#include "compiler/dialect/MdlEnums.h.inc"
#include "compiler/dialect/MdlInterfaces.h.inc"

#define GET_OP_CLASSES
#include "compiler/dialect/MdlOps.h.inc"

#endif // MDL_DIALECT_MDL_H
