//===- Control.cpp - Derivatives through branches and loops -------------------===//

#include "compiler/autodiff/Control.h"

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mdl;

/// The values from outside that an operation's regions use and that can get a gradient.
static SmallVector<Value> activeCaptures(Operation *op, const ValueSet &active) {
  SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  SmallVector<Value> captures;
  for (Value value : captured)
    if (active.contains(value) && hasGradientType(value))
      captures.push_back(value);
  return captures;
}

/// Repeats a block's operations and goes back through them; `ofYields` are the gradients of the values that it yields,
/// `mapping` what its arguments are. Inside, `active` are those outside and those in the block's own values.
static LogicalResult repeatAndSweep(OpBuilder &builder, Block &block, IRMapping &mapping, ArrayRef<Value> ofYields,
                                    ValueSet &active, Adjoints &adjoints) {
  SmallVector<Operation *> chain;
  for (Operation &op : block.without_terminator())
    chain.push_back(builder.clone(op, mapping));
  markActive(chain, active);
  for (auto [yielded, gradient] : llvm::zip(block.getTerminator()->getOperands(), ofYields)) {
    Value value = mapping.lookupOrDefault(yielded);
    if (gradient && active.contains(value))
      adjoints.add(value, gradient);
  }
  return sweepBack(builder, chain, active, adjoints);
}

/// y = a(x) if c, else b(x): d x = da/dx g if c, else db/dx g. The branch taken is computed again where its gradient
/// is.
static LogicalResult sweepIf(OpBuilder &builder, scf::IfOp op, ArrayRef<Value> ofResults, const ValueSet &active,
                             Adjoints &adjoints) {
  SmallVector<Value> captures = activeCaptures(op, active);
  SmallVector<Type> types;
  for (Value value : captures)
    types.push_back(value.getType());
  auto branch = builder.create<scf::IfOp>(op.getLoc(), types, op.getCondition(), /*withElseRegion=*/true);
  for (auto [from, to] : llvm::zip(op->getRegions(), branch->getRegions())) {
    if (to.empty())
      to.emplaceBlock();
    OpBuilder inside = OpBuilder::atBlockBegin(&to.front());
    Adjoints within(inside);
    IRMapping mapping;
    ValueSet activeWithin = active;
    if (failed(repeatAndSweep(inside, from.front(), mapping, ofResults, activeWithin, within)))
      return failure();
    SmallVector<Value> gradients;
    for (Value value : captures)
      gradients.push_back(within.lookupOrZeros(value));
    inside.create<scf::YieldOp>(op.getLoc(), gradients);
  }
  for (auto [value, gradient] : llvm::zip(captures, branch.getResults()))
    adjoints.add(value, gradient);
  return success();
}

namespace {

/// Reverse mode through `for`, which carries x_0 … x_n: x_{k+1} = f(k, x_k, w).
///
/// The loop runs once more and keeps every x_k, k < n, in a tensor with an axis for k. A second loop goes from the last
/// pass to the first: it reads x_k, repeats the pass, carries d x_{k+1} back to d x_k, and adds up d w.
struct ForSweep {
  OpBuilder &builder;
  scf::ForOp loop;
  const ValueSet &active;
  Location loc = loop.getLoc();

  Value trips;                  ///< how many passes, `index`
  SmallVector<Value> states;    ///< for each carried value its x_0 … x_{n-1}
  SmallVector<unsigned> varied; ///< carried values that get a gradient
  SmallVector<Value> captures;  ///< w

  LogicalResult checkCarried();
  void findVaried();
  void keepStates();
  LogicalResult runBack(ArrayRef<Value> ofResults, Adjoints &adjoints);

private:
  Value index(int64_t number) { return builder.createOrFold<arith::ConstantIndexOp>(loc, number); }
  /// Where x_k of a carried value stands in its states.
  struct Place {
    SmallVector<OpFoldResult> offsets, sizes, strides;
  };
  Place placeOf(OpBuilder &at, Value carried, Value k);
};

} // namespace

/// Whether a value has the sizes of `like` because it is computed from it elementwise.
static bool hasSizesOf(Value value, Value like) {
  if (value == like || (tensorType(value).hasStaticShape() && value.getType() == like.getType()))
    return true;
  Operation *op = value.getDefiningOp();
  if (!op || value.getType() != like.getType())
    return false;
  if (isa<UpdateSliceOp, ScatterAddOp, ScatterOp, ReverseOp, CumSumOp>(op))
    return hasSizesOf(op->getOperand(0), like);
  // All operands have one shape, so one of them is enough.
  return isa<ElementwiseOpInterface>(op) &&
         llvm::any_of(op->getOperands(), [&](Value operand) { return hasSizesOf(operand, like); });
}

LogicalResult ForSweep::checkCarried() {
  for (auto [argument, yielded] : llvm::zip(loop.getRegionIterArgs(), loop.getYieldedValues())) {
    if (!isa<RankedTensorType>(argument.getType()))
      return loop.emitError() << "derivatives through a loop that carries " << argument.getType()
                              << " are not supported";
    if (!hasSizesOf(yielded, argument))
      return loop.emitError() << "derivatives through a loop are supported only where the sizes of what it carries are "
                                 "known to stay the same, not for "
                              << argument.getType();
  }
  return success();
}

void ForSweep::findVaried() {
  captures = activeCaptures(loop, active);
  SmallVector<Operation *> body;
  for (Operation &op : loop.getBody()->without_terminator())
    body.push_back(&op);
  // A carried value varies if it starts so or becomes so in some pass; that settles after at most one round for each.
  ValueSet known = active;
  for (auto [argument, start] : llvm::zip(loop.getRegionIterArgs(), loop.getInitArgs()))
    if (active.contains(start) && hasGradientType(start))
      known.insert(argument);
  for (bool changed = true; changed;) {
    changed = false;
    markActive(body, known);
    for (auto [argument, yielded] : llvm::zip(loop.getRegionIterArgs(), loop.getYieldedValues()))
      if (known.contains(yielded) && hasGradientType(yielded))
        changed |= known.insert(argument).second;
  }
  for (auto [i, argument] : llvm::enumerate(loop.getRegionIterArgs()))
    if (known.contains(argument))
      varied.push_back(i);
}

ForSweep::Place ForSweep::placeOf(OpBuilder &at, Value carried, Value k) {
  Place place;
  place.offsets.push_back(k);
  place.sizes.push_back(at.getIndexAttr(1));
  for (OpFoldResult size : sizesOf(at, loc, carried)) {
    place.offsets.push_back(at.getIndexAttr(0));
    place.sizes.push_back(size);
  }
  place.strides.assign(place.sizes.size(), at.getIndexAttr(1));
  return place;
}

void ForSweep::keepStates() {
  Value zero = index(0), one = index(1);
  Value span = builder.createOrFold<arith::SubIOp>(loc, loop.getUpperBound(), loop.getLowerBound());
  trips = builder.createOrFold<arith::CeilDivSIOp>(loc, span, loop.getStep());
  trips = builder.createOrFold<arith::MaxSIOp>(loc, trips, zero);

  SmallVector<Value> starts(loop.getInitArgs());
  for (Value start : loop.getInitArgs()) {
    SmallVector<OpFoldResult> sizes = sizesOf(builder, loc, start);
    sizes.insert(sizes.begin(), getAsOpFoldResult(trips));
    starts.push_back(full(builder, loc, sizes, elementType(start), 0));
  }
  unsigned count = loop.getNumRegionIterArgs();
  auto body = [&](OpBuilder &at, Location, Value k, ValueRange arguments) {
    IRMapping mapping;
    Value step = at.create<arith::MulIOp>(loc, k, loop.getStep());
    mapping.map(loop.getInductionVar(), at.create<arith::AddIOp>(loc, loop.getLowerBound(), step).getResult());
    SmallVector<Value> kept;
    for (unsigned i = 0; i < count; ++i) {
      Value carried = arguments[i];
      mapping.map(loop.getRegionIterArg(i), carried);
      Place place = placeOf(at, carried, k);
      Value row = reshapeTo(at, loc, carried, place.sizes);
      kept.push_back(
          at.create<UpdateSliceOp>(loc, arguments[count + i], row, place.offsets, place.sizes, place.strides));
    }
    for (Operation &op : loop.getBody()->without_terminator())
      at.clone(op, mapping);
    SmallVector<Value> yields;
    for (Value yielded : loop.getYieldedValues())
      yields.push_back(mapping.lookupOrDefault(yielded));
    llvm::append_range(yields, kept);
    at.create<scf::YieldOp>(loc, yields);
  };
  auto again = builder.create<scf::ForOp>(loc, zero, trips, one, starts, body);
  states.assign(again.getResults().begin() + count, again.getResults().end());
}

LogicalResult ForSweep::runBack(ArrayRef<Value> ofResults, Adjoints &adjoints) {
  SmallVector<Value> starts;
  for (unsigned i : varied)
    starts.push_back(ofResults[i] ? ofResults[i] : fullLike(builder, loc, loop.getInitArgs()[i], 0));
  for (Value value : captures)
    starts.push_back(fullLike(builder, loc, value, 0));
  if (starts.empty())
    return success();

  Value zero = index(0), one = index(1);
  LogicalResult result = success();
  auto body = [&](OpBuilder &at, Value pass, ValueRange arguments) {
    Value last = at.create<arith::SubIOp>(loc, trips, one);
    Value k = at.create<arith::SubIOp>(loc, last, pass);
    IRMapping mapping;
    Value step = at.create<arith::MulIOp>(loc, k, loop.getStep());
    mapping.map(loop.getInductionVar(), at.create<arith::AddIOp>(loc, loop.getLowerBound(), step).getResult());
    for (auto [i, argument] : llvm::enumerate(loop.getRegionIterArgs())) {
      Place place = placeOf(at, loop.getInitArgs()[i], k);
      Value row = at.create<SliceOp>(loc, states[i], place.offsets, place.sizes, place.strides);
      ArrayRef<OpFoldResult> sizes = ArrayRef<OpFoldResult>(place.sizes).drop_front();
      mapping.map(argument, refineTo(at, loc, reshapeTo(at, loc, row, sizes), argument.getType()));
    }
    SmallVector<Value> ofYields(loop.getNumRegionIterArgs());
    ValueSet activeWithin = active;
    for (auto [place, i] : llvm::enumerate(varied)) {
      ofYields[i] = arguments[place];
      activeWithin.insert(mapping.lookup(loop.getRegionIterArg(i)));
    }
    Adjoints within(at);
    result = repeatAndSweep(at, *loop.getBody(), mapping, ofYields, activeWithin, within);
    SmallVector<Value> yields;
    for (unsigned i : varied)
      yields.push_back(within.lookupOrZeros(mapping.lookup(loop.getRegionIterArg(i))));
    for (auto [place, value] : llvm::enumerate(captures)) {
      Value sum = arguments[varied.size() + place];
      Value share = within.lookup(value);
      yields.push_back(share ? at.create<AddOp>(loc, sum, share).getResult() : sum);
    }
    at.create<scf::YieldOp>(loc, yields);
  };
  // The body is built when the loop stands in its function: what branches inside capture is found from there.
  auto back = builder.create<scf::ForOp>(loc, zero, trips, one, starts);
  OpBuilder inside = OpBuilder::atBlockBegin(back.getBody());
  body(inside, back.getInductionVar(), back.getRegionIterArgs());
  if (failed(result))
    return failure();
  for (auto [place, i] : llvm::enumerate(varied))
    if (active.contains(loop.getInitArgs()[i]))
      adjoints.add(loop.getInitArgs()[i], back.getResult(place));
  for (auto [place, value] : llvm::enumerate(captures))
    adjoints.add(value, back.getResult(varied.size() + place));
  return success();
}

bool mdl::isControl(Operation *op) { return isa<scf::IfOp, scf::ForOp>(op); }

LogicalResult mdl::sweepControl(OpBuilder &builder, Operation *op, ArrayRef<Value> ofResults, const ValueSet &active,
                                Adjoints &adjoints) {
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return sweepIf(builder, branch, ofResults, active, adjoints);
  ForSweep sweep{builder, cast<scf::ForOp>(op), active};
  if (failed(sweep.checkCarried()))
    return failure();
  sweep.findVaried();
  sweep.keepStates();
  return sweep.runBack(ofResults, adjoints);
}
