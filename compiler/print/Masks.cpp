//===- Masks.cpp - What is done at the places of a mask ------------------------------------===//
//
// Stage: print. `z[m] *= 2` reads the places where m is true, computes with what stands there and puts it back. Where
// nothing but elements of these places and numbers takes part, that is a choice: `where(m, 2 * z, z)`.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/KnownSizes.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/print/Readable.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;
using namespace mdl;

namespace {

/// The mask of whose places the vector `dest` is indexed; null where it is indexed otherwise.
Value maskOf(OperandRange indices, Value dest) {
  auto places = indices.size() == 1 ? indices.front().getDefiningOp<NonzeroOp>() : nullptr;
  bool isVector = places && tensorType(dest).getRank() == 1 && tensorType(places.getMask()).getRank() == 1;
  return isVector && sizeSource(dest, 0) == sizeSource(places.getMask(), 0) ? places.getMask() : Value();
}

/// What stands at the places of a mask, computed at all places instead.
class AllPlaces {
public:
  AllPlaces(Value places, Value like, PatternRewriter &rewriter) : places(places), like(like), rewriter(rewriter) {}

  bool has(Value part) {
    if (splatConstant(part) || isSplat(part))
      return true;
    Operation *op = part.getDefiningOp();
    if (auto gather = dyn_cast_or_null<GatherOp>(op))
      return gather.getIndices().size() == 1 && gather.getIndices().front() == places &&
             tensorType(gather.getSource()).getRank() == 1 && sizeSource(gather.getSource(), 0) == sizeSource(like, 0);
    return isa_and_nonnull<ElementwiseOpInterface>(op) && op->getNumResults() == 1 &&
           llvm::all_of(op->getOperands(), [&](Value operand) { return has(operand); });
  }

  Value whole(Value part) {
    if (Value made = known.lookup(part))
      return made;
    Operation *op = part.getDefiningOp();
    Location loc = part.getLoc();
    Value &made = known[part];
    if (auto number = splatConstant(part))
      return made = fullLike(rewriter, loc, like, *number, elementType(part));
    if (isSplat(part))
      return made = splatLike(rewriter, loc, op->getOperand(0), like);
    if (auto gather = dyn_cast<GatherOp>(op))
      return made = gather.getSource();
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(whole(operand));
    Operation *copy = rewriter.clone(*op);
    copy->setOperands(operands);
    copy->getResult(0).setType(tensorType(like).clone(elementType(part)));
    return known[part] = copy->getResult(0);
  }

private:
  /// One number of the run, repeated.
  static bool isSplat(Value part) {
    auto repeated = part.getDefiningOp<BroadcastOp>();
    return repeated && tensorType(repeated.getInput()).getRank() == 0;
  }

  Value places, like;
  PatternRewriter &rewriter;
  llvm::DenseMap<Value, Value> known;
};

/// `z[m] = f(z[m])` is `where(m, f(z), z)`, and what is added there to zeros `where(m, f(z), 0)`.
template <typename Scatter> LogicalResult chooseByMask(Scatter op, PatternRewriter &rewriter) {
  Value mask = maskOf(op.getIndices(), op.getDest());
  if (!mask || (isa<ScatterAddOp>(op) && splatConstant(op.getDest()) != 0.0))
    return failure();
  AllPlaces all(op.getIndices().front(), op.getDest(), rewriter);
  if (!all.has(op.getUpdates()))
    return failure();
  Value chosen = all.whole(op.getUpdates());
  rewriter.replaceOpWithNewOp<SelectOp>(op, op.getType(), mask, chosen, op.getDest());
  return success();
}

} // namespace

void mdl::addMaskPatterns(RewritePatternSet &patterns) {
  patterns.add(chooseByMask<ScatterOp>);
  patterns.add(chooseByMask<ScatterAddOp>);
}
