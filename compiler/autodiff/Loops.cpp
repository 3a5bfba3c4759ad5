//===- Loops.cpp - Derivatives through `for` ----------------------------------===//
//
// Stage: autodiff. A loop carries x_0 … x_n: x_{k+1} = f(k, x_k, w). A second loop goes from
// the last pass to the first: it takes x_k, repeats the pass, carries d x_{k+1} back to d x_k,
// and adds up d w.
//
// Note [What a loop keeps]: the x_k come from the loop itself, which keeps them in a tensor
// with an axis for k. It keeps only what the second loop reads: for a sum nothing, for a
// product the factor's other side. So a loop of n passes keeps n times the bytes of the
// carried values that a pass's derivative needs, and nothing that a pass computes on the way.
// What a pass cannot compute again (the key of a random operation) is kept in the same way, where the
// pass itself does it once; what stands deeper is in the journal of a twin (Twins.cpp).
// A loop inside a loop keeps its values only while the outer pass goes back, so two nested
// loops of sqrt(n) passes keep 2 sqrt(n) values instead of n.
//
// Note [Keeping values of changing size]: a carried value whose size changes from pass to pass (its
// pass yields an `any_size`) is kept with its sizes in each pass, in a tensor with room for the
// largest. How large that is, a loop before it tells, which computes the same and keeps nothing.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/Control.h"

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/dialect/PathOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace mdl;

namespace {

struct ForSweep {
  OpBuilder &builder;
  scf::ForOp loop;
  ValueSet &active;
  Adjoints &adjoints;
  Location loc = loop.getLoc();

  Value trips = {};                  ///< how many passes, `index`
  SmallVector<unsigned> varied = {}; ///< carried values that get a gradient
  SmallVector<Value> captures = {};  ///< w
  /// A value of a pass and the tensor of all its values; until the loop is made, the tensor is a placeholder.
  SmallVector<std::pair<Value, Value>> kept = {};
  /// The sizes of carried values that change them, as values of a pass, and the largest that each has had.
  SmallVector<std::pair<Value, Value>> changing = {};

  void countTrips();
  void findVaried(ArrayRef<Value> ofResults);
  LogicalResult runBack(ArrayRef<Value> ofResults);
  void keep();

private:
  SmallVector<Operation *> bodyOps();
  ValueSet reachedIn(Value argument);
  Value index(int64_t number) { return builder.createOrFold<arith::ConstantIndexOp>(loc, number); }
  /// Where the value of pass k stands among those of all.
  struct Place {
    SmallVector<OpFoldResult> offsets, sizes, strides;
  };
  Place placeOf(ArrayRef<OpFoldResult> sizes, Value k, OpBuilder &at);
  SmallVector<OpFoldResult> sizesOfOne(OpBuilder &at, Value value);
  bool changesSize(Value value);
  void findLargest();
  SmallVector<OpFoldResult> sizesOfRoom(OpBuilder &at, Value value);
  SmallVector<OpFoldResult> sizesInPass(OpBuilder &at, Value value, Value k);
  Value markedAs(OpBuilder &at, unsigned carried, Value gradient);
  Value read(OpBuilder &at, Value value, Value k);
};

} // namespace

/// Of the tensor that keeps a value.
static Type elementTypeOf(Value value) {
  Type type = getElementTypeOrSelf(value);
  return isa<LLVM::LLVMPointerType, IndexType>(type) ? IntegerType::get(type.getContext(), 64) : type;
}

bool mdl::changesSize(scf::ForOp loop, unsigned carried) {
  return loop.getYieldedValues()[carried].getDefiningOp<AnySizeOp>() != nullptr;
}

void ForSweep::countTrips() {
  trips = loop.getUpperBound();
  // The twin of a `while` counts to what was counted.
  if (isConstantIntValue(loop.getLowerBound(), 0) && isConstantIntValue(loop.getStep(), 1) &&
      trips.getDefiningOp<scf::WhileOp>())
    return;
  OpBuilder before(loop);
  Value zero = before.create<arith::ConstantIndexOp>(loc, 0);
  Value span = before.createOrFold<arith::SubIOp>(loc, loop.getUpperBound(), loop.getLowerBound());
  trips = before.createOrFold<arith::CeilDivSIOp>(loc, span, loop.getStep());
  trips = before.createOrFold<arith::MaxSIOp>(loc, trips, zero);
}

SmallVector<Operation *> ForSweep::bodyOps() {
  return llvm::map_to_vector(loop.getBody()->without_terminator(), [](Operation &op) { return &op; });
}

/// What a carried value makes active within a pass.
ValueSet ForSweep::reachedIn(Value argument) {
  ValueSet reached;
  reached.insert(argument);
  markActive(bodyOps(), reached);
  return reached;
}

/// Carried values that vary, and that what has a gradient is computed from. Another one has the derivative 0, but its
/// pass may be infinite, and 0 times that is no number.
void ForSweep::findVaried(ArrayRef<Value> ofResults) {
  captures = activeCaptures(loop, active);
  SmallVector<Operation *> body = bodyOps();
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
  ValueSet wanted;
  SmallVector<unsigned> open;
  for (auto [i, argument] : llvm::enumerate(loop.getRegionIterArgs())) {
    if (!known.contains(argument))
      continue;
    open.push_back(i);
    if (ofResults[i])
      wanted.insert(loop.getYieldedValues()[i]);
  }
  varied = open;
  llvm::erase_if(open, [&](unsigned i) { return ofResults[i]; });
  for (bool changed = true; changed;) {
    changed = false;
    llvm::erase_if(open, [&](unsigned i) {
      ValueSet reached = reachedIn(loop.getRegionIterArg(i));
      if (llvm::none_of(wanted, [&](Value value) { return reached.contains(value); }))
        return false;
      wanted.insert(loop.getYieldedValues()[i]);
      return changed = true;
    });
  }
  llvm::erase_if(varied, [&](unsigned i) { return llvm::is_contained(open, i); });
}

ForSweep::Place ForSweep::placeOf(ArrayRef<OpFoldResult> sizes, Value k, OpBuilder &at) {
  Place place;
  place.offsets.push_back(k);
  place.sizes.push_back(at.getIndexAttr(1));
  place.offsets.append(sizes.size(), at.getIndexAttr(0));
  place.sizes.append(sizes.begin(), sizes.end());
  place.strides.assign(place.sizes.size(), at.getIndexAttr(1));
  return place;
}

/// The sizes of a carried value that keeps them are those that it starts with. Values that are not carried are scalars.
SmallVector<OpFoldResult> ForSweep::sizesOfOne(OpBuilder &at, Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    value = loop.getTiedLoopInit(argument)->get();
  return isa<RankedTensorType>(value.getType()) ? sizesOf(at, loc, value) : SmallVector<OpFoldResult>();
}

bool ForSweep::changesSize(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  return argument && mdl::changesSize(loop, argument.getArgNumber() - loop.getNumInductionVars());
}

static bool isDimOf(Value size, Value tensor, int64_t axis) {
  auto dim = size.getDefiningOp<tensor::DimOp>();
  return dim && dim.getSource() == tensor && dim.getConstantIndex() == axis;
}

/// Makes the loop that tells how large the carried values become; see Note [Keeping values of changing size].
void ForSweep::findLargest() {
  OpBuilder inside = OpBuilder::atBlockBegin(loop.getBody());
  for (BlockArgument argument : loop.getRegionIterArgs())
    if (changesSize(argument))
      for (OpFoldResult size : sizesOf(inside, loc, argument))
        if (auto value = dyn_cast<Value>(size))
          changing.push_back({value, {}});
  OpBuilder at(loop);
  SmallVector<Value> starts(loop.getInitArgs());
  starts.append(changing.size(), at.create<arith::ConstantIndexOp>(loc, 0));
  unsigned count = loop.getNumRegionIterArgs();
  auto body = [&](OpBuilder &in, Location, Value iv, ValueRange arguments) {
    IRMapping mapping;
    mapping.map(loop.getInductionVar(), iv);
    mapping.map(loop.getRegionIterArgs(), arguments.take_front(count));
    for (Operation &op : loop.getBody()->without_terminator())
      in.clone(op, mapping);
    SmallVector<Value> yields;
    for (Value yielded : loop.getYieldedValues())
      yields.push_back(mapping.lookupOrDefault(yielded));
    for (auto [entry, largest] : llvm::zip(changing, arguments.drop_front(count)))
      yields.push_back(in.create<arith::MaxSIOp>(loc, largest, mapping.lookup(entry.first)));
    in.create<scf::YieldOp>(loc, yields);
  };
  auto telling = at.create<scf::ForOp>(loc, loop.getLowerBound(), loop.getUpperBound(), loop.getStep(), starts, body);
  dropEffects(telling, /*keepsChecks=*/true);
  for (auto [entry, largest] : llvm::zip(changing, telling.getResults().drop_front(count)))
    entry.second = largest;
}

/// The sizes that a place for the value of any pass has.
SmallVector<OpFoldResult> ForSweep::sizesOfRoom(OpBuilder &at, Value value) {
  if (!changesSize(value))
    return sizesOfOne(at, value);
  if (changing.empty())
    findLargest();
  SmallVector<OpFoldResult> sizes;
  for (int64_t axis = 0; axis < tensorType(value).getRank(); ++axis) {
    auto *entry = llvm::find_if(changing, [&](auto &of) { return isDimOf(of.first, value, axis); });
    sizes.push_back(entry == changing.end() ? sizeOf(at, loc, value, axis) : OpFoldResult(entry->second));
  }
  return sizes;
}

/// The sizes that the value had in pass k.
SmallVector<OpFoldResult> ForSweep::sizesInPass(OpBuilder &at, Value value, Value k) {
  if (!changesSize(value))
    return sizesOfOne(at, value);
  SmallVector<OpFoldResult> sizes;
  for (int64_t axis = 0; axis < tensorType(value).getRank(); ++axis) {
    auto *entry = llvm::find_if(changing, [&](auto &of) { return isDimOf(of.first, value, axis); });
    sizes.push_back(entry == changing.end() ? sizeOf(at, loc, value, axis) : OpFoldResult(read(at, entry->first, k)));
  }
  return sizes;
}

/// The gradient of a carried value, which changes its size where that does.
Value ForSweep::markedAs(OpBuilder &at, unsigned carried, Value gradient) {
  Type type = loop.getRegionIterArg(carried).getType();
  return mdl::changesSize(loop, carried) ? at.create<AnySizeOp>(loc, type, gradient).getResult() : gradient;
}

/// The value that `value` of the loop's body had in pass k; asks for it to be kept.
Value ForSweep::read(OpBuilder &at, Value value, Value k) {
  Value all;
  for (auto &entry : kept)
    if (entry.first == value)
      all = entry.second;
  if (!all) {
    OpBuilder before(loop);
    SmallVector<OpFoldResult> sizes = sizesOfRoom(before, value);
    sizes.insert(sizes.begin(), getAsOpFoldResult(trips));
    auto type = shapedBySizes(sizes, elementTypeOf(value)).first;
    all = before.create<UnrealizedConversionCastOp>(loc, type, ValueRange()).getResult(0);
    kept.push_back({value, all});
  }
  SmallVector<OpFoldResult> sizes = sizesInPass(at, value, k);
  Place place = placeOf(sizes, k, at);
  auto name = value.getLoc()->findInstanceOf<NameLoc>();
  Location own = name ? NameLoc::get(at.getStringAttr("saved_" + name.getName().str()), loc) : loc;
  Value row = at.create<SliceOp>(own, all, place.offsets, place.sizes, place.strides);
  Value one = reshapeTo(at, own, row, sizes);
  if (isa<RankedTensorType>(value.getType()))
    return refineTo(at, loc, one, value.getType());
  Value scalar = at.create<tensor::ExtractOp>(loc, one);
  if (isa<LLVM::LLVMPointerType>(value.getType()))
    scalar = at.create<LLVM::IntToPtrOp>(loc, value.getType(), scalar);
  if (value.getType().isIndex())
    scalar = at.create<arith::IndexCastOp>(loc, value.getType(), scalar);
  return scalar;
}

LogicalResult ForSweep::runBack(ArrayRef<Value> ofResults) {
  SmallVector<Value> starts;
  for (unsigned i : varied) {
    Value like = mdl::changesSize(loop, i) ? loop.getResult(i) : loop.getInitArgs()[i];
    starts.push_back(markedAs(builder, i, ofResults[i] ? ofResults[i] : fullLike(builder, loc, like, 0)));
  }
  for (Value value : captures)
    starts.push_back(fullLike(builder, loc, value, 0));

  if (starts.empty())
    return success();
  Value zero = index(0), one = index(1);
  // Where simplification leaves one gradient, it is that of what comes from outside.
  Location place = captures.size() == 1 ? gradientName(captures.front(), loc) : loc;
  auto back = builder.create<scf::ForOp>(place, zero, trips, one, starts);
  OpBuilder at = OpBuilder::atBlockEnd(back.getBody());
  ValueRange arguments = back.getRegionIterArgs();
  SmallVector<Value> sources =
      llvm::map_to_vector(varied, [&](unsigned i) -> Value { return loop.getRegionIterArg(i); });
  llvm::append_range(sources, captures);
  for (auto [argument, source] : llvm::zip(arguments, sources))
    argument.setLoc(gradientName(source, loc));
  Value last = at.create<arith::SubIOp>(loc, trips, one);
  Value k = at.create<arith::SubIOp>(loc, last, back.getInductionVar());
  IRMapping mapping;
  Value step = at.create<arith::MulIOp>(loc, k, loop.getStep());
  mapping.map(loop.getInductionVar(), at.create<arith::AddIOp>(loc, loop.getLowerBound(), step).getResult());
  for (Value argument : loop.getRegionIterArgs())
    mapping.map(argument, read(at, argument, k));
  SmallVector<Value> ofYields(loop.getNumRegionIterArgs());
  ValueSet activeWithin = active;
  for (auto [place, i] : llvm::enumerate(varied)) {
    ofYields[i] = arguments[place];
    activeWithin.insert(mapping.lookup(loop.getRegionIterArg(i)));
  }
  auto recall = [&](Value value) { return read(at, value, k); };
  Adjoints within(at, adjoints.removed);
  if (failed(repeatAndSweep(at, *loop.getBody(), mapping, ofYields, recall, activeWithin, within)))
    return failure();
  SmallVector<Value> yields;
  for (unsigned i : varied)
    yields.push_back(markedAs(at, i, within.lookupOrZeros(mapping.lookup(loop.getRegionIterArg(i)))));
  for (auto [place, value] : llvm::enumerate(captures)) {
    Value sum = arguments[varied.size() + place];
    Value share = within.lookup(value);
    yields.push_back(share ? at.create<AddOp>(loc, sum, share).getResult() : sum);
  }
  at.create<scf::YieldOp>(loc, yields);
  eraseDead(back.getBody(), back.getBody()->begin(), Block::iterator(back.getBody()->getTerminator()),
            adjoints.removed);
  for (auto [place, i] : llvm::enumerate(varied))
    if (active.contains(loop.getInitArgs()[i]))
      adjoints.add(loop.getInitArgs()[i], back.getResult(place));
  for (auto [place, value] : llvm::enumerate(captures))
    adjoints.add(value, back.getResult(varied.size() + place));
  return success();
}

/// Replaces the loop by one that keeps what was asked for and is read.
void ForSweep::keep() {
  llvm::erase_if(kept, [&](auto &entry) {
    bool unused = entry.second.use_empty();
    if (unused)
      adjoints.removed.take(entry.second.getDefiningOp());
    return unused;
  });
  if (kept.empty())
    return;
  OpBuilder at(loop);
  SmallVector<Value> starts(loop.getInitArgs());
  for (auto &[value, placeholder] : kept) {
    SmallVector<OpFoldResult> sizes = sizesOfRoom(at, value);
    sizes.insert(sizes.begin(), getAsOpFoldResult(trips));
    starts.push_back(full(at, loc, sizes, elementTypeOf(value), 0));
  }
  unsigned count = loop.getNumRegionIterArgs();
  auto body = [&](OpBuilder &in, Location, Value iv, ValueRange arguments) {
    IRMapping mapping;
    mapping.map(loop.getInductionVar(), iv);
    for (unsigned i = 0; i < count; ++i)
      mapping.map(loop.getRegionIterArg(i), arguments[i]);
    for (Operation &op : loop.getBody()->without_terminator())
      in.clone(op, mapping);
    Value from = in.createOrFold<arith::SubIOp>(loc, iv, loop.getLowerBound());
    Value k = in.createOrFold<arith::FloorDivSIOp>(loc, from, loop.getStep());
    SmallVector<Value> yields;
    for (Value yielded : loop.getYieldedValues())
      yields.push_back(mapping.lookupOrDefault(yielded));
    for (auto [i, entry] : llvm::enumerate(kept)) {
      Value one = mapping.lookup(entry.first);
      if (isa<LLVM::LLVMPointerType>(one.getType()))
        one = in.create<LLVM::PtrToIntOp>(loc, in.getI64Type(), one);
      if (one.getType().isIndex())
        one = in.create<arith::IndexCastOp>(loc, in.getI64Type(), one);
      if (!isa<RankedTensorType>(one.getType()))
        one = in.create<tensor::FromElementsOp>(loc, RankedTensorType::get({}, one.getType()), one);
      bool isWhole = !changesSize(entry.first);
      Place place = placeOf(isWhole ? sizesOfOne(in, entry.first) : sizesOf(in, loc, one), k, in);
      Value row = reshapeTo(in, loc, one, place.sizes);
      yields.push_back(
          in.create<UpdateSliceOp>(loc, arguments[count + i], row, place.offsets, place.sizes, place.strides));
    }
    in.create<scf::YieldOp>(loc, yields);
  };
  auto keeping = at.create<scf::ForOp>(loc, loop.getLowerBound(), loop.getUpperBound(), loop.getStep(), starts, body);
  for (auto [now, old] : llvm::zip(keeping.getRegionIterArgs(), loop.getRegionIterArgs()))
    now.setLoc(old.getLoc()); // Its name.
  // All the values of `y` are `ys`.
  for (auto [now, entry] : llvm::zip(keeping.getRegionIterArgs().drop_front(count), kept))
    if (auto name = entry.first.getLoc()->findInstanceOf<NameLoc>())
      now.setLoc(NameLoc::get(at.getStringAttr(name.getName().str() + "s"), loc));
  for (auto [i, entry] : llvm::enumerate(kept)) {
    entry.second.replaceAllUsesWith(keeping.getResult(count + i));
    adjoints.removed.take(entry.second.getDefiningOp());
  }
  for (unsigned i = 0; i < count; ++i) {
    Value old = loop.getResult(i), now = keeping.getResult(i);
    adjoints.follow(old, now);
    if (active.erase(old))
      active.insert(now);
    old.replaceAllUsesWith(now);
  }
  adjoints.removed.take(loop);
}

LogicalResult mdl::sweepFor(OpBuilder &builder, scf::ForOp loop, ArrayRef<Value> ofResults, ValueSet &active,
                            Adjoints &adjoints) {
  ForSweep sweep{builder, loop, active, adjoints};
  sweep.countTrips();
  sweep.findVaried(ofResults);
  if (failed(sweep.runBack(ofResults)))
    return failure();
  sweep.keep();
  return success();
}
