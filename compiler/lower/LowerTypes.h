//===- LowerTypes.h - What the lowering patterns share --------------------------===//
//
// The type converter (`ui8` becomes `i8`) and the pattern families of MdlToLinalg.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_LOWER_LOWERTYPES_H
#define MDL_LOWER_LOWERTYPES_H

#include "compiler/dialect/Mdl.h"
#include "mlir/Transforms/DialectConversion.h"

namespace mdl {

/// `ui8` and tensors of it become signless; all other types stay.
class LoweredTypes : public mlir::TypeConverter {
public:
  LoweredTypes();
  mlir::RankedTensorType tensor(mlir::Value value) const {
    return llvm::cast<mlir::RankedTensorType>(convertType(value.getType()));
  }
};

/// A pattern that has the converter at hand.
template <typename Op> class LowerPattern : public mlir::OpConversionPattern<Op> {
public:
  LowerPattern(const LoweredTypes &types, mlir::MLIRContext *context)
      : mlir::OpConversionPattern<Op>(types, context), types(types) {}
  const LoweredTypes &types;
};

void populateElementwisePatterns(const LoweredTypes &types, mlir::RewritePatternSet &patterns);
void populateReducePatterns(const LoweredTypes &types, mlir::RewritePatternSet &patterns);
void populateContractPatterns(const LoweredTypes &types, mlir::RewritePatternSet &patterns);
void populateShapePatterns(const LoweredTypes &types, mlir::RewritePatternSet &patterns);
void populateSlicePatterns(const LoweredTypes &types, mlir::RewritePatternSet &patterns);
void populateIndexPatterns(const LoweredTypes &types, mlir::RewritePatternSet &patterns);
void populateHostPatterns(const LoweredTypes &types, mlir::RewritePatternSet &patterns);
/// Operations that stay and only change types: func, scf, tensor, runtime calls, scatters and scans.
void populateTypePatterns(LoweredTypes &types, mlir::RewritePatternSet &patterns, mlir::ConversionTarget &target);

/// Makes the indices of a scatter i64 that count from the start.
void wrapIndices(ScatterAddOp op);
void wrapIndices(ScatterOp op);

} // namespace mdl

#endif // MDL_LOWER_LOWERTYPES_H
