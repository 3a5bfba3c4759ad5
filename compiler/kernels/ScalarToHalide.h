//===- ScalarToHalide.h - Scalar operations to Halide expressions -----------------===//
//
// Stage: kernels. Input: an operation of arith or math on scalars and its operands as
// Halide expressions. Output: its results. `index` is Int(32), as in Halide's loops; i1
// is UInt(1); signless integers are Int, and an operation says when it means unsigned.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_KERNELS_SCALARTOHALIDE_H
#define MDL_KERNELS_SCALARTOHALIDE_H

#include <Halide.h>

#include "mlir/IR/Operation.h"

#include <vector>

namespace mdl::kernels {

/// The Halide type of an element; of bits 0 when there is none.
Halide::Type halideType(mlir::Type type);

/// Translates one operation; undefined when it is no operation of arith or math that kernels know.
Halide::Expr scalarToHalide(mlir::Operation *op, const std::vector<Halide::Expr> &operands);

/// What the operation counts in estimates: 1, 5 for a division or root, 20 when it takes a polynomial or a call.
int scalarCost(mlir::Operation *op);

/// The families; each gives an undefined Expr for an operation that is not its own.
Halide::Expr arithFloatToHalide(mlir::Operation *op, const std::vector<Halide::Expr> &operands);
Halide::Expr arithIntToHalide(mlir::Operation *op, const std::vector<Halide::Expr> &operands);
Halide::Expr arithCastToHalide(mlir::Operation *op, const std::vector<Halide::Expr> &operands);
Halide::Expr compareToHalide(mlir::Operation *op, const std::vector<Halide::Expr> &operands);
Halide::Expr mathToHalide(mlir::Operation *op, const std::vector<Halide::Expr> &operands);

/// Maximum and minimum as IEEE 754-2019 has them: NaN when either is.
Halide::Expr maximumWithNaN(const Halide::Expr &a, const Halide::Expr &b);
Halide::Expr minimumWithNaN(const Halide::Expr &a, const Halide::Expr &b);

} // namespace mdl::kernels

#endif // MDL_KERNELS_SCALARTOHALIDE_H
