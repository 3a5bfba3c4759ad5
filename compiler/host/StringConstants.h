//===- StringConstants.h - Texts and other bytes of the program ---------------===//
#ifndef MDL_HOST_STRINGCONSTANTS_H
#define MDL_HOST_STRINGCONSTANTS_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace mdl {

/// Every distinct text of a module, and what its buffers start as, is one constant, with a 0 at its end.
class StringConstants {
public:
  explicit StringConstants(mlir::ModuleOp module) : module(module) {}

  mlir::Value address(mlir::OpBuilder &builder, mlir::Location loc, llvm::StringRef text);

private:
  mlir::ModuleOp module;
  llvm::StringMap<mlir::LLVM::GlobalOp> globals;
};

} // namespace mdl

#endif // MDL_HOST_STRINGCONSTANTS_H
