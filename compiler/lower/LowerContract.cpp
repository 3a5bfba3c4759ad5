//===- LowerContract.cpp - Contraction ---------------------------------------------===//
//
// Stage: lower. `mdl.einsum` becomes a `linalg.generic` with one loop a letter, the
// letters of the result first, then those summed over: a multiply-add on a zero fill.
//
//===----------------------------------------------------------------------===//
#include "compiler/dialect/Helpers.h"
#include "compiler/lower/Generic.h"
#include "compiler/lower/LowerTypes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace mdl {
namespace {

Value multiply(OpBuilder &b, Location l, Value x, Value y) {
  if (isa<FloatType>(x.getType()))
    return b.create<arith::MulFOp>(l, x, y);
  return b.create<arith::MulIOp>(l, x, y);
}

Value add(OpBuilder &b, Location l, Value x, Value y) {
  if (isa<FloatType>(x.getType()))
    return b.create<arith::AddFOp>(l, x, y);
  return b.create<arith::AddIOp>(l, x, y);
}

Value widen(OpBuilder &b, Location l, Value x, Type type) {
  return x.getType() == type ? x : b.create<arith::ExtFOp>(l, type, x).getResult();
}

/// Which loop a letter is.
struct LetterLoops {
  explicit LetterLoops(const EinsumLetters &letters) {
    order = letters.result.str();
    for (char letter : (letters.lhs + letters.rhs).str())
      if (order.find(letter) == std::string::npos)
        order += letter;
  }
  AffineMap map(StringRef letters, MLIRContext *context) const {
    SmallVector<AffineExpr> results;
    for (char letter : letters)
      results.push_back(getAffineDimExpr(order.find(letter), context));
    return AffineMap::get(order.size(), 0, results, context);
  }
  std::string order;
};

struct EinsumLowering : LowerPattern<EinsumOp> {
  using LowerPattern::LowerPattern;

  LogicalResult matchAndRewrite(EinsumOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    MLIRContext *context = op.getContext();
    RankedTensorType type = types.tensor(op.getResult());
    EinsumLetters letters = *EinsumLetters::parse(op.getEquation());
    Value lhs = adaptor.getLhs(), rhs = adaptor.getRhs();
    SmallVector<OpFoldResult> sizes;
    for (char letter : letters.result) {
      size_t axis = letters.lhs.find(letter);
      sizes.push_back(axis != StringRef::npos ? sizeOf(rewriter, loc, lhs, axis)
                                              : sizeOf(rewriter, loc, rhs, letters.rhs.find(letter)));
    }
    LetterLoops loops(letters);
    AffineMap lhsMap = loops.map(letters.lhs, context), rhsMap = loops.map(letters.rhs, context);
    unsigned summed = loops.order.size() - letters.result.size();
    if (summed == 0) {
      rewriter.replaceOp(op, outer(rewriter, loc, type, sizes, lhs, rhs, lhsMap, rhsMap));
      return success();
    }

    SmallVector<utils::IteratorType> kinds(letters.result.size(), utils::IteratorType::parallel);
    kinds.append(summed, utils::IteratorType::reduction);
    Type accumulator = accumulatorType(type.getElementType());
    Value start =
        filledTensor(rewriter, loc, type.clone(accumulator), sizes, numberConstant(rewriter, loc, accumulator, 0));
    auto body = [&](OpBuilder &b, Location l, ValueRange args) {
      Value product = multiply(b, l, widen(b, l, args[0], accumulator), widen(b, l, args[1], accumulator));
      b.create<linalg::YieldOp>(l, add(b, l, args[2], product));
    };
    auto generic = rewriter.create<linalg::GenericOp>(
        loc, TypeRange(start.getType()), ValueRange{lhs, rhs}, ValueRange(start),
        ArrayRef<AffineMap>{lhsMap, rhsMap, loops.map(letters.result, context)}, kinds, body);
    rewriter.replaceOp(op, narrowTo(rewriter, loc, generic.getResult(0), type, sizes));
    return success();
  }

  /// Nothing is summed: an elementwise product of two tensors that are repeated.
  static Value outer(OpBuilder &builder, Location loc, RankedTensorType type, ArrayRef<OpFoldResult> sizes, Value lhs,
                     Value rhs, AffineMap lhsMap, AffineMap rhsMap) {
    if (type.getRank() == 0)
      return scalarTensor(builder, loc,
                          multiply(builder, loc, extractScalar(builder, loc, lhs), extractScalar(builder, loc, rhs)));
    return mapTensors(builder, loc, type, sizes, {lhs, rhs}, {lhsMap, rhsMap},
                      [](OpBuilder &b, Location l, ValueRange args) { return multiply(b, l, args[0], args[1]); });
  }
};

} // namespace

void populateContractPatterns(const LoweredTypes &types, RewritePatternSet &patterns) {
  patterns.add<EinsumLowering>(types, patterns.getContext());
}

} // namespace mdl
