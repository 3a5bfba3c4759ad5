//===- CanonicalizeSizes.cpp - Sizes of results from operands -----------------===//

#include "compiler/dialect/Canonicalize.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mdl;

namespace {

/// The size of a dynamic axis among the sizes that an operation was given.
OpFoldResult givenSize(RankedTensorType type, ValueRange sizes, int64_t axis) {
  return sizes[type.getDynamicDimIndex(axis)];
}

/// The size of axis `axis` of an operation's result, told by its operands; null if they do not tell.
OpFoldResult sizeFromOperands(OpBuilder &builder, Operation *op, int64_t axis) {
  Location loc = op->getLoc();
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  auto given = [&](auto made) { return givenSize(type, made.getDynamicSizes(), axis); };
  auto same = [&](Value operand) { return sizeOf(builder, loc, operand, axis); };
  auto kept = [&](auto reduction) {
    Value input = reduction.getInput();
    return sizeOf(builder, loc, input, otherAxes(tensorType(input).getRank(), reduction.getAxes())[axis]);
  };
  return llvm::TypeSwitch<Operation *, OpFoldResult>(op)
      .Case<BroadcastOp, ReshapeOp, IotaOp, AffineGatherOp, AffineScatterOp, UniformOp, NormalOp, PermutationOp>(given)
      .Case<SumOp, ProdOp, MaxOp, MinOp, AnyOp, AllOp>(kept)
      .Case<UpdateSliceOp, ReverseOp, CumSumOp, ScatterAddOp, StopGradientOp>(
          [&](Operation *) { return same(op->getOperand(0)); })
      .Case([&](TransposeOp transpose) {
        return sizeOf(builder, loc, transpose.getInput(), transpose.getPermutation()[axis]);
      })
      .Case([&](SliceOp slice) { return slice.getMixedSizes()[axis]; })
      .Case([&](EinsumOp einsum) {
        auto letters = *EinsumLetters::parse(einsum.getEquation());
        char letter = letters.result[axis];
        size_t place = letters.lhs.find(letter);
        if (place != StringRef::npos)
          return sizeOf(builder, loc, einsum.getLhs(), place);
        return sizeOf(builder, loc, einsum.getRhs(), letters.rhs.find(letter));
      })
      .Case([&](ElementwiseOpInterface) { return same(op->getOperand(0)); })
      .Default([](Operation *) { return OpFoldResult(); });
}

LogicalResult simplifyDim(tensor::DimOp dim, PatternRewriter &rewriter) {
  Operation *op = dim.getSource().getDefiningOp();
  auto axis = dim.getConstantIndex();
  if (!op || op->getDialect()->getNamespace() != MdlDialect::getDialectNamespace() || !axis ||
      dim.getSource() != op->getResult(0))
    return failure();
  if (*axis < 0 || *axis >= tensorType(dim.getSource()).getRank() || !tensorType(dim.getSource()).isDynamicDim(*axis))
    return failure();
  OpFoldResult size = sizeFromOperands(rewriter, op, *axis);
  if (!size)
    return failure();
  rewriter.replaceOp(dim, sizeValue(rewriter, dim.getLoc(), size));
  return success();
}

} // namespace

void mdl::addSizePatterns(RewritePatternSet &patterns) { patterns.add(simplifyDim); }
