//===- Checks.h - Calls that end the program where something is wrong ---------===//
#ifndef MDL_DIALECT_CHECKS_H
#define MDL_DIALECT_CHECKS_H

namespace mlir {
class Operation;
}

namespace mdl {

/// Whether the operation is a call of the runtime that ends the program where something is wrong, and else does
/// nothing: what follows relies on it, and it may be repeated.
bool isCheck(mlir::Operation *op);

} // namespace mdl

#endif // MDL_DIALECT_CHECKS_H
