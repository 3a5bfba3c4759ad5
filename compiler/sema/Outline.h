//===- Outline.h - Gradients as functions of their own, for printing ----------------------===//
//
// Stage: sema. A gradient stands in the middle of a program. To show it, what it is computed
// by is cut out into a function: from what it is taken of and from the user's other values to
// the derivative. The function goes through autodiff and simplification as all code and is
// then printed (compiler/print/Print.h).
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_OUTLINE_H
#define MDL_SEMA_OUTLINE_H

#include "compiler/sema/Value.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/DenseMap.h"

namespace mdl {

/// What is known of SSA values beyond their types; kept only while gradients are outlined.
class ValueNotes {
public:
  struct Note {
    std::string name;         ///< What the user calls it, or empty.
    bool isOfLibrary = false; ///< It is the library that calls it so, for itself.
    ElementType element = ElementType::F32;
    Shape shape;
    bool hasShape = false;
  };
  const Note *find(mlir::Value value) const {
    auto it = notes.find(value);
    return it == notes.end() ? nullptr : &it->second;
  }
  void noteShape(mlir::Value value, ElementType element, const Shape &shape);
  /// The first name stays; one of the program goes before those of the library.
  void noteName(mlir::Value value, const std::string &name, bool isOfLibrary = false);

  /// Values made after the mark are forgotten: scratch code is erased, and its addresses come back for other values.
  size_t mark() const { return order.size(); }
  void rewind(size_t mark);

private:
  llvm::DenseMap<mlir::Value, Note> notes;
  std::vector<mlir::Value> order;
};

/// How a printed gradient looks from outside.
struct GradientSignature {
  std::string name; ///< Of the function: `grad_loss`.
  std::string root; ///< What the user calls `wrt`.
  /// It is the derivative of a function: what that function computes is computed here, too, and is no parameter.
  bool ofFunction = false;
  /// The function's other parameters under their names, in order; what else the gradient reads becomes a parameter
  /// after them.
  std::vector<std::pair<std::string, Value>> parameters = {};
  /// Of a derivative along a direction: where it is taken, the first parameter. What the request is taken of, which
  /// such a derivative does not depend on, is none.
  Value point = nullptr;
};

/// One gradient to outline.
struct GradientOutline {
  GradientSignature signature;
  Value wrt;             ///< The structure of the first parameter.
  mlir::Operation *grad; ///< The `mdl.grad`.
};

class Elaborator;
/// Adds the function to `into`.
void outlineGradient(Elaborator &elaborator, mlir::ModuleOp into, const GradientOutline &outline);

} // namespace mdl

#endif // MDL_SEMA_OUTLINE_H
