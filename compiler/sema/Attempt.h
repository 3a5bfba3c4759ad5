//===- Attempt.h - Code that is made again in another way ---------------------------------===//
//
// Stage: sema. What is emitted, reported and noted from here on, until it stands or is undone: a loop that has to
// carry other sizes, a comprehension whose elements turn out to be no rows of one tensor.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_ATTEMPT_H
#define MDL_SEMA_ATTEMPT_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// What stands before the place where operations are emitted now; null at the start of a block.
mlir::Operation *lastOperation(Elaborator &e);

class Attempt {
public:
  explicit Attempt(Elaborator &e);
  /// What was reported since.
  llvm::ArrayRef<Diagnostic> reported() const;
  /// Takes all of it back, but for checks of sizes: what follows in the program relies on them.
  void undo();

private:
  Elaborator &e;
  mlir::Block *block;
  mlir::Operation *before; ///< The last operation before it; null at the start of the block.
  size_t messages, noted;
  SymbolId sizes;
  int64_t sites;
  StatesThen states;
  Scope *straight; ///< What learns of checks.
  size_t checked, equal;
};

} // namespace mdl

#endif // MDL_SEMA_ATTEMPT_H
