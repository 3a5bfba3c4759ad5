//===- Gradients.h - What derivative rules are written with -------------------===//
//
// Rules stand in <Family>Gradients.cpp, one for each operation, with its formula.
// `g` is the gradient of the loss with respect to the result, y the result, x the
// operand; `d x` is what the rule gives to x.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_DIALECT_GRADIENTS_H
#define MDL_DIALECT_GRADIENTS_H

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"

/// The head of a rule; its body follows, with `builder`, `g` (one value a result) and `d` (one a operand, null at
/// first).
#define MDL_GRADIENT(OpName)                                                                                           \
  llvm::StringRef mdl::OpName::nonDifferentiableReason() { return {}; }                                                \
  void mdl::OpName::buildGradient(mlir::OpBuilder &builder, mlir::ValueRange g, llvm::SmallVectorImpl<mlir::Value> &d)

/// The derivative is zero wherever there is one, as for `floor`; or there is no operand that could have one.
#define MDL_ZERO_GRADIENT(OpName)                                                                                      \
  MDL_GRADIENT(OpName) {}

/// There is no derivative, for a reason that users read.
#define MDL_NO_GRADIENT(OpName, Reason)                                                                                \
  llvm::StringRef mdl::OpName::nonDifferentiableReason() { return Reason; }                                            \
  void mdl::OpName::buildGradient(mlir::OpBuilder &, mlir::ValueRange, llvm::SmallVectorImpl<mlir::Value> &) {}

namespace mdl {

/// Formulas over tensors of one shape.
struct Formula {
  mlir::OpBuilder &builder;
  mlir::Location loc;

  template <typename Op, typename... Args> mlir::Value make(Args &&...args) {
    return builder.create<Op>(loc, std::forward<Args>(args)...)->getResult(0);
  }
  mlir::Value neg(mlir::Value x) { return make<NegOp>(x); }
  mlir::Value add(mlir::Value x, mlir::Value y) { return make<AddOp>(x, y); }
  mlir::Value sub(mlir::Value x, mlir::Value y) { return make<SubOp>(x, y); }
  mlir::Value mul(mlir::Value x, mlir::Value y) { return make<MulOp>(x, y); }
  mlir::Value div(mlir::Value x, mlir::Value y) { return make<DivOp>(x, y); }
  mlir::Value mul(mlir::Value x, double c) { return mul(x, fullLike(builder, loc, x, c)); }
  mlir::Value zeros(mlir::Value like) { return fullLike(builder, loc, like, 0); }
  mlir::Value compare(ComparePredicate predicate, mlir::Value x, mlir::Value y) {
    return make<CompareOp>(predicate, x, y);
  }
  mlir::Value select(mlir::Value condition, mlir::Value x, mlir::Value y) { return make<SelectOp>(condition, x, y); }
  mlir::Value cast(mlir::Value x, mlir::Type element) { return make<CastOp>(x, element); }
};

} // namespace mdl

#endif // MDL_DIALECT_GRADIENTS_H
