//===- OpenSizes.h - Sizes where two paths of the run meet -------------------------===//
//
// Stage: sema, for branches, returns and loops.
//
// Note [Sizes where paths meet]
// Where the two sides of an `if`, two `return`s or the passes of a loop give tensors that differ in a size which only
// the run knows, what comes out has a size of its own: a symbol (`len(y)`), whose value is the `tensor.dim` of what the
// scf operation gives. Two axes that are equal on each side get one symbol. The sides yield `mdl.any_size` of their
// tensors, which hides their own sizes; so no pass takes the sizes of what comes out, or of the next pass, for those of
// one side. Sizes that are both known now and differ are an error: shape mistakes stay errors of the compiler.
//
// A loop tries the sizes that its variables start with. If a pass leaves another one in an axis, the loop is thrown
// away and made again with that axis open, until a pass changes nothing: an axis only ever opens, and the axes that
// share a symbol only ever part, so that ends. A program whose loops change no size pays nothing for it.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SEMA_OPENSIZES_H
#define MDL_SEMA_OPENSIZES_H

#include "compiler/sema/Elaborator.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace mdl {

/// Whether a size can be the one or the other, as the run has it.
bool canMeet(const Dim &first, const Dim &second);

/// Sizes of their own: symbols that get their values when there is a tensor that has them.
class OpenSizes {
public:
  OpenSizes(Elaborator &e, SourceRange origin) : e(e), origin(origin) {}

  /// A new size of an axis of what is called `name`; of a description if it has no name yet.
  Dim open(const std::string &name, unsigned axis, unsigned rank, bool isUnnamed = false);
  /// Gives the sizes opened since that this tensor has their values: its own.
  void bind(const Shape &shape, mlir::Value tensor);

private:
  Elaborator &e;
  SourceRange origin;
  std::vector<SymbolId> unbound;
};

/// The tensor as one of the type, which hides sizes; with `always` even where it hides none, in a loop.
mlir::Value withAnySize(Elaborator &e, mlir::Value tensor, mlir::Type type, bool always = false);

/// Calls the sizes of a value that have no name yet after what it is bound to.
void nameSizes(Elaborator &e, const Value &value, const std::string &name);

/// A whole number of the run that a name is bound to, so that arithmetic with it keeps its form as sizes do: `x[i:i +
/// 3]` has three elements. What is no such number stays as it is.
Value namedNumber(Elaborator &e, const Value &value, const ast::Name &name);

/// Makes a loop as often as needed: `make` gives whether it stands; one that does not is undone.
void makeUntilStands(Elaborator &e, llvm::function_ref<bool()> make);

} // namespace mdl

#endif // MDL_SEMA_OPENSIZES_H
