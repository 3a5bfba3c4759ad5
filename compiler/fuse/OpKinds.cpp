//===- OpKinds.cpp - What an operation is to clustering --------------------------------===//
#include "compiler/fuse/OpKinds.h"
#include "compiler/dialect/Mdl.h"

#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace mdl {

bool reusesAnOperand(ArrayRef<AffineMap> maps, ArrayRef<utils::IteratorType> loops) {
  for (AffineMap map : maps.drop_back())
    for (auto [loop, kind] : llvm::enumerate(loops))
      if (kind == utils::IteratorType::parallel && !map.isFunctionOfDim(loop))
        return true;
  return false;
}

bool reusesTwoOperands(ArrayRef<AffineMap> operands, AffineMap result) {
  if (result.getNumResults() == 0)
    return false;
  auto hasAlone = [&](AffineMap has, AffineMap lacks) {
    return llvm::any_of(result.getResults(), [&](AffineExpr loop) {
      unsigned position = cast<AffineDimExpr>(loop).getPosition();
      return has.isFunctionOfDim(position) && !lacks.isFunctionOfDim(position);
    });
  };
  unsigned innermost = cast<AffineDimExpr>(result.getResults().back()).getPosition();
  for (AffineMap b : operands)
    for (AffineMap a : operands)
      if (b.isFunctionOfDim(innermost) && !a.isFunctionOfDim(innermost) && hasAlone(a, b))
        return true;
  return false;
}

/// Whether the body joins the accumulator with a value that comes from several operands.
static bool joinsOperands(linalg::GenericOp op) {
  if (op.getNumDpsInits() != 1 || op.getNumDpsInputs() < 2 || op.getNumReductionLoops() == 0)
    return false;
  Operation *join = op.getBody()->getTerminator()->getOperand(0).getDefiningOp();
  return join && join->getNumOperands() == 2 && llvm::is_contained(join->getOperands(), op.getRegionOutputArgs()[0]);
}

/// Whether the body adds a product to the accumulator.
static bool isMultiplyAdd(linalg::GenericOp op) {
  if (op.getNumDpsInits() != 1 || op.getNumDpsInputs() < 2)
    return false;
  Operation *add = op.getBody()->getTerminator()->getOperand(0).getDefiningOp();
  if (!isa_and_nonnull<arith::AddFOp, arith::AddIOp>(add))
    return false;
  return llvm::any_of(add->getOperands(), [](Value operand) {
    return isa_and_nonnull<arith::MulFOp, arith::MulIOp>(operand.getDefiningOp());
  });
}

OpKind kindOf(Operation *op) {
  if (isa<CumSumOp, ScatterAddOp, ScatterOp, AffineScatterOp>(op))
    return OpKind::Scatter;
  if (isa<linalg::FillOp>(op))
    return OpKind::Elementwise;
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || !generic.hasPureTensorSemantics())
    return OpKind::Host;
  if (generic.getNumReductionLoops() == 0)
    return OpKind::Elementwise;
  if (isMultiplyAdd(generic) && reusesAnOperand(generic.getIndexingMapsArray(), generic.getIteratorTypesArray()))
    return OpKind::Contract;
  SmallVector<AffineMap> maps = generic.getIndexingMapsArray();
  if (joinsOperands(generic) && reusesTwoOperands(ArrayRef(maps).drop_back(), maps.back()))
    return OpKind::Contract;
  return OpKind::Reduce;
}

bool isHeavy(Operation *op) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic)
    return false;
  return llvm::any_of(generic.getBody()->without_terminator(), [](Operation &inner) {
    return isa<math::MathDialect>(inner.getDialect())
               ? !isa<math::AbsFOp, math::AbsIOp, math::FloorOp, math::CeilOp>(inner)
               : isa<arith::DivFOp, arith::RemFOp, tensor::ExtractOp>(inner);
  });
}

/// Whether the results are numbers or conditions that follow from places alone, by a few cheap operations of the body.
static bool isLightIntegerWork(Operation *op) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || kindOf(op) != OpKind::Elementwise || isHeavy(op))
    return false;
  return llvm::all_of(generic.getBody()->without_terminator(), [](Operation &inner) {
    return llvm::all_of(inner.getResultTypes(), [](Type type) { return type.isIntOrIndex(); }) &&
           !isa<arith::DivSIOp, arith::RemSIOp, arith::FloorDivSIOp, arith::CeilDivSIOp>(inner);
  });
}

bool isOfPlaces(Operation *op) {
  constexpr size_t most = 16; // A long chain is not free.
  SetVector<Operation *> seen;
  seen.insert(op);
  for (size_t next = 0; next < seen.size(); ++next) {
    if (seen.size() > most || !isLightIntegerWork(seen[next]))
      return false;
    for (Value read : tensorsRead(seen[next])) {
      if (!read.getDefiningOp())
        return false;
      seen.insert(read.getDefiningOp());
    }
  }
  return true;
}

bool isFree(Operation *op) {
  if (isa<linalg::FillOp>(op))
    return true;
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || kindOf(op) != OpKind::Elementwise)
    return false;
  if (tensorsRead(op).empty())
    return true;
  // A copy.
  return llvm::hasSingleElement(*generic.getBody()) || isOfPlaces(op);
}

bool readsInPlace(OpOperand &operand) {
  auto generic = dyn_cast<linalg::GenericOp>(operand.getOwner());
  return generic && generic.isDpsInput(&operand) && generic.getNumReductionLoops() == 0 &&
         generic.getMatchingIndexingMap(&operand).isIdentity();
}

SmallVector<Value> tensorsRead(Operation *op) {
  SetVector<Value> read;
  auto isTensor = [](Value value) { return isa<RankedTensorType>(value.getType()); };
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  for (OpOperand &operand : op->getOpOperands())
    if (isTensor(operand.get()) && (!linalgOp || linalgOp.payloadUsesValueFromOperand(&operand)))
      read.insert(operand.get());
  SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  for (Value value : captured)
    if (isTensor(value))
      read.insert(value);
  return read.takeVector();
}

} // namespace mdl
