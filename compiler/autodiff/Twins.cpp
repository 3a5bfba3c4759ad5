//===- Twins.cpp - A loop that can be repeated --------------------------------===//
//
// Stage: autodiff. Going back through a loop repeats its passes, and needs to know how many there
// were.
//
// Note [A twin without effects]: what a loop prints, draws or takes from a data set happens
// once. Where the derivative needs what such calls gave, the loop writes it into a journal:
// keys of random numbers, answers, what was loaded, and the numbers of a batch's rows, which are
// read again then (8 bytes for each, not the rows). The derivative goes through a twin of the loop that
// stands behind it and only computes: it reads the journal at a cursor, which goes
// through its loops and branches like any carried value. So the twin can be repeated, taken
// apart and differentiated again as often as anyone likes. What it computed but no derivative
// reads is erased; for a sum over batches that is all of it.
// A `while` has a twin for another reason, too: it counts its passes, and its twin is a `for`.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/Control.h"
#include "compiler/autodiff/Effects.h"

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"

using namespace mlir;
using namespace mdl;

namespace {

/// Maps the results of a call to what a twin takes for them; moves the cursor on.
using ReadCall = llvm::function_ref<void(OpBuilder &builder, RuntimeOp call, Value &cursor, IRMapping &mapping)>;

class Twin {
public:
  /// `cursor` is null where nothing is read.
  Twin(Location loc, const DenseSet<Operation *> &needed, Value cursor, ReadCall read)
      : loc(loc), needed(needed), cursor(cursor), read(read) {}

  /// A loop or branch of the same form.
  SmallVector<Value> make(OpBuilder &builder, Operation *control);
  /// As many passes as a loop with a counter made; the twin has no counter.
  SmallVector<Value> repeatWhile(OpBuilder &builder, scf::WhileOp loop, Value trips);

private:
  void copy(OpBuilder &builder, Operation &op);
  void copyBody(OpBuilder &builder, Block &block);
  void copyFor(OpBuilder &builder, scf::ForOp loop);
  void copyIf(OpBuilder &builder, scf::IfOp branch);
  void copyWhile(OpBuilder &builder, scf::WhileOp loop);

  Value mapped(Value value) const { return mapping.lookupOrDefault(value); }
  SmallVector<Value> mapped(ValueRange values) const {
    return llvm::map_to_vector(values, [&](Value value) { return mapped(value); });
  }
  /// The values and behind them the cursor, if there is one.
  SmallVector<Value> withCursor(SmallVector<Value> values) const {
    if (cursor)
      values.push_back(cursor);
    return values;
  }
  /// Maps values of the loop to those of the twin, which may have a cursor behind them.
  void enter(ValueRange of, ValueRange twins) {
    mapping.map(of, twins.take_front(of.size()));
    if (cursor)
      cursor = twins.back();
  }

  Location loc;
  const DenseSet<Operation *> &needed;
  Value cursor;
  ReadCall read;
  IRMapping mapping = {};
};

} // namespace

static Location named(Location loc, StringRef name) {
  return NameLoc::get(StringAttr::get(loc.getContext(), name), loc);
}

/// What is carried keeps its names.
static void takeNames(ValueRange from, ValueRange to) {
  for (auto [old, now] : llvm::zip(from, to))
    now.setLoc(old.getLoc());
}

void Twin::copy(OpBuilder &builder, Operation &op) {
  if (!needed.contains(&op))
    return;
  if (hasEffect(&op))
    return read(builder, cast<RuntimeOp>(op), cursor, mapping);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return copyFor(builder, loop);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return copyIf(builder, branch);
  if (auto loop = dyn_cast<scf::WhileOp>(op))
    return copyWhile(builder, loop);
  builder.clone(op, mapping);
}

void Twin::copyBody(OpBuilder &builder, Block &block) {
  for (Operation &op : block.without_terminator())
    copy(builder, op);
}

void Twin::copyFor(OpBuilder &builder, scf::ForOp loop) {
  auto twin = builder.create<scf::ForOp>(loc, mapped(loop.getLowerBound()), mapped(loop.getUpperBound()),
                                         mapped(loop.getStep()), withCursor(mapped(loop.getInitArgs())));
  OpBuilder in = OpBuilder::atBlockEnd(twin.getBody());
  mapping.map(loop.getInductionVar(), twin.getInductionVar());
  enter(loop.getRegionIterArgs(), twin.getRegionIterArgs());
  takeNames(loop.getRegionIterArgs(), twin.getRegionIterArgs());
  copyBody(in, *loop.getBody());
  in.create<scf::YieldOp>(loc, withCursor(mapped(loop.getYieldedValues())));
  enter(loop.getResults(), twin.getResults());
}

void Twin::copyIf(OpBuilder &builder, scf::IfOp branch) {
  SmallVector<Type> types(branch.getResultTypes());
  if (cursor)
    types.push_back(cursor.getType());
  auto twin = builder.create<scf::IfOp>(branch.getLoc(), types, mapped(branch.getCondition()), /*withElseRegion=*/true);
  Value start = cursor;
  for (auto [from, to] : llvm::zip(branch->getRegions(), twin->getRegions())) {
    if (to.empty())
      to.emplaceBlock();
    OpBuilder in = OpBuilder::atBlockBegin(&to.front());
    cursor = start;
    copyBody(in, from.front());
    in.create<scf::YieldOp>(loc, withCursor(mapped(from.front().getTerminator()->getOperands())));
  }
  enter(branch.getResults(), twin.getResults());
}

void Twin::copyWhile(OpBuilder &builder, scf::WhileOp loop) {
  SmallVector<Value> starts = withCursor(mapped(loop.getInits()));
  SmallVector<Type> types(loop.getResultTypes());
  if (cursor)
    types.push_back(cursor.getType());
  auto twin = builder.create<scf::WhileOp>(loc, types, starts);
  OpBuilder::InsertionGuard guard(builder);
  auto begin = [&](Region &region, TypeRange arguments) {
    return builder.createBlock(&region, {}, arguments, SmallVector<Location>(arguments.size(), loc));
  };
  Block *before = begin(twin.getBefore(), ValueRange(starts).getTypes());
  enter(loop.getBeforeArguments(), before->getArguments());
  takeNames(loop.getBeforeArguments(), before->getArguments());
  copyBody(builder, *loop.getBeforeBody());
  scf::ConditionOp test = loop.getConditionOp();
  builder.create<scf::ConditionOp>(loc, mapped(test.getCondition()), withCursor(mapped(test.getArgs())));
  Block *after = begin(twin.getAfter(), types);
  enter(loop.getAfterArguments(), after->getArguments());
  copyBody(builder, *loop.getAfterBody());
  builder.create<scf::YieldOp>(loc, withCursor(mapped(loop.getYieldOp().getOperands())));
  enter(loop.getResults(), twin.getResults());
}

SmallVector<Value> Twin::repeatWhile(OpBuilder &builder, scf::WhileOp loop, Value trips) {
  Value zero = builder.create<arith::ConstantIndexOp>(loc, 0), one = builder.create<arith::ConstantIndexOp>(loc, 1);
  auto twin =
      builder.create<scf::ForOp>(loc, zero, trips, one, withCursor(mapped(ValueRange(loop.getInits()).drop_back())));
  OpBuilder in = OpBuilder::atBlockEnd(twin.getBody());
  ValueRange tested = ValueRange(loop.getBeforeArguments()).drop_back();
  ValueRange passed = ValueRange(loop.getConditionOp().getArgs()).drop_back();
  enter(tested, twin.getRegionIterArgs());
  takeNames(tested, twin.getRegionIterArgs());
  copyBody(in, *loop.getBeforeBody());
  mapping.map(ValueRange(loop.getAfterArguments()).drop_back(), mapped(passed));
  copyBody(in, *loop.getAfterBody());
  in.create<scf::YieldOp>(loc, withCursor(mapped(ValueRange(loop.getYieldOp().getOperands()).drop_back())));
  // What the condition was tested on last is passed on.
  enter(tested, twin.getResults());
  copyBody(builder, *loop.getBeforeBody());
  return mapped(passed);
}

SmallVector<Value> Twin::make(OpBuilder &builder, Operation *control) {
  if (auto loop = dyn_cast<scf::WhileOp>(control))
    copyWhile(builder, loop);
  else if (auto loop = dyn_cast<scf::ForOp>(control))
    copyFor(builder, loop);
  else
    copyIf(builder, cast<scf::IfOp>(control));
  return mapped(control->getResults());
}

/// The loop with a counter behind what it carries.
static scf::WhileOp withCounter(scf::WhileOp loop) {
  OpBuilder builder(loop);
  Location loc = loop.getLoc();
  Type index = builder.getIndexType();
  SmallVector<Value> starts(loop.getInits());
  starts.push_back(builder.create<arith::ConstantIndexOp>(loc, 0));
  Value one = builder.create<arith::ConstantIndexOp>(loc, 1);
  SmallVector<Type> types(loop.getResultTypes());
  types.push_back(index);
  auto counting = builder.create<scf::WhileOp>(loc, types, starts);
  counting.getBefore().takeBody(loop.getBefore());
  counting.getAfter().takeBody(loop.getAfter());
  Value tested = counting.getBefore().addArgument(index, named(loc, "passes"));
  Value passed = counting.getAfter().addArgument(index, loc);
  counting.getConditionOp().getArgsMutable().append(tested);
  builder.setInsertionPoint(counting.getYieldOp());
  Value next = builder.create<arith::AddIOp>(loc, passed, one);
  counting.getYieldOp()->insertOperands(counting.getYieldOp()->getNumOperands(), next);
  return counting;
}

/// The calls whose results a twin needs.
static SmallVector<RuntimeOp> callsNeeded(Operation *control, const DenseSet<Operation *> &needed) {
  SmallVector<RuntimeOp> calls;
  control->walk([&](RuntimeOp call) {
    if (hasEffect(call) && needed.contains(call))
      calls.push_back(call);
  });
  return calls;
}

bool mdl::needsTwin(Operation *control) {
  if (isa<scf::WhileOp>(control))
    return true;
  // A `for` keeps the numbers that each of its passes was given by itself, if it need not run again for sizes.
  auto loop = dyn_cast<scf::ForOp>(control);
  bool keeps =
      loop && llvm::none_of(llvm::seq(loop.getNumRegionIterArgs()), [&](unsigned i) { return changesSize(loop, i); });
  auto isKept = [&](RuntimeOp call) {
    return keeps && call->getParentOp() == control &&
           llvm::all_of(call->getResultTypes(), [](Type type) { return type.isIntOrFloat(); });
  };
  return !llvm::all_of(callsNeeded(control, operationsNeeded(control)), isKept);
}

LogicalResult mdl::sweepTwin(OpBuilder &builder, Operation *control, ArrayRef<Value> ofResults, ValueSet &active,
                             Adjoints &adjoints) {
  DenseSet<Operation *> needed = operationsNeeded(control);
  SmallVector<RuntimeOp> calls = callsNeeded(control, needed);
  for (RuntimeOp call : calls)
    if (!Journal::canKeep(call))
      return emitLimit(call)
             << "derivatives through a loop or branch that takes this from the runtime: they need it again";
  Value trips;
  if (auto loop = dyn_cast<scf::WhileOp>(control)) {
    scf::WhileOp counting = withCounter(loop);
    trips = counting.getResults().back();
    for (auto [old, now] : llvm::zip(loop.getResults(), counting.getResults().drop_back())) {
      adjoints.follow(old, now);
      if (active.erase(old))
        active.insert(now);
      old.replaceAllUsesWith(now);
    }
    adjoints.removed.take(loop);
    control = counting;
  }
  OpBuilder behind(control->getContext());
  behind.setInsertionPointAfter(control);
  Operation *begin = behind.create<arith::ConstantIndexOp>(control->getLoc(), 0);
  Journal journal(control, calls, behind);
  auto read = [&](OpBuilder &at, RuntimeOp call, Value &cursor, IRMapping &mapping) {
    journal.read(at, call, cursor, mapping);
  };
  Twin twin(control->getLoc(), needed, journal.start(behind), read);
  SmallVector<Value> again =
      trips ? twin.repeatWhile(behind, cast<scf::WhileOp>(control), trips) : twin.make(behind, control);
  Operation *end = behind.create<arith::ConstantIndexOp>(control->getLoc(), 0);

  SmallVector<Operation *> chain;
  for (Operation *op = begin->getNextNode(); op != end; op = op->getNextNode())
    chain.push_back(op);
  markActive(chain, active);
  for (auto [value, gradient] : llvm::zip(again, ofResults))
    if (gradient && active.contains(value))
      adjoints.add(value, gradient);
  if (failed(sweepBack(builder, chain, active, adjoints)))
    return failure();
  eraseDead(begin->getBlock(), std::next(Block::iterator(begin)), Block::iterator(end), adjoints.removed);
  for (Operation *op = begin->getNextNode(); op != end; op = op->getNextNode())
    if (auto loop = dyn_cast<scf::ForOp>(op))
      op = dropUnread(loop, adjoints.removed);
  adjoints.removed.take(begin);
  adjoints.removed.take(end);
  return success();
}

SmallVector<Value> mdl::copyWithCountedKeys(OpBuilder &builder, Operation *control) {
  DenseSet<Operation *> needed = operationsNeeded(control);
  SmallVector<RuntimeOp> calls = callsNeeded(control, needed);
  if (calls.empty() || !llvm::all_of(calls, [](RuntimeOp call) { return call.getCallee() == "mdl_next_seed"; }))
    return {};
  Location loc = control->getLoc();
  Type number = builder.getI64Type();
  Value site = builder.create<arith::ConstantIntOp>(loc, 0, number);
  Value first = builder.create<RuntimeOp>(loc, "mdl_next_seed", site, ValueRange(), number).getReturned();
  auto count = [&](OpBuilder &at, RuntimeOp call, Value &key, IRMapping &mapping) {
    mapping.map(call.getReturned(), key);
    key = at.create<arith::AddIOp>(loc, key, at.create<arith::ConstantIntOp>(loc, 1, number));
  };
  return Twin(loc, needed, first, count).make(builder, control);
}
