//===- Whiles.cpp - A `while` as a counted loop -------------------------------===//
//
// Stage: autodiff. Going back through a loop needs to know how many passes it made. So a
// `while` that a derivative goes through runs once to count them, and then as a `for` whose
// result is what the condition was tested on last.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/Control.h"

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mdl;

/// Whether the function of the runtime only ends the program where something is wrong.
static bool isCheck(RuntimeOp op) { return op.getCallee().starts_with("mdl_check_") || op.getCallee() == "mdl_assert"; }

/// Passes are repeated, so they may do nothing else than compute; and check, which finds the same again.
static LogicalResult checkEffects(scf::WhileOp loop) {
  Operation *effect = nullptr;
  loop->walk([&](RuntimeOp op) {
    if (!op.getPure() && !isCheck(op) && !effect)
      effect = op;
  });
  if (!effect)
    return success();
  InFlightDiagnostic error = emitLimit(loop)
                             << "derivatives through a `while`, or a loop over batches, that does more than compute";
  error.attachNote(effect->getLoc()) << "this would happen twice";
  return failure();
}

/// The loop with a counter beside what it carries; gives the counter.
static Value count(OpBuilder &builder, scf::WhileOp loop) {
  Location loc = loop.getLoc();
  Value zero = builder.create<arith::ConstantIndexOp>(loc, 0), one = builder.create<arith::ConstantIndexOp>(loc, 1);
  SmallVector<Value> starts(loop.getInits());
  starts.push_back(zero);
  SmallVector<Type> results(loop.getResultTypes());
  results.push_back(builder.getIndexType());
  auto counting = builder.create<scf::WhileOp>(loc, results, starts);
  OpBuilder::InsertionGuard guard(builder);
  auto fill = [&](Region &from, Region &to, TypeRange types, auto &&finish) {
    Block *block = builder.createBlock(&to, {}, types, SmallVector<Location>(types.size(), loc));
    IRMapping mapping;
    mapping.map(from.getArguments(), block->getArguments().drop_back());
    for (Operation &op : from.front().without_terminator())
      builder.clone(op, mapping);
    finish(mapping, from.front().getTerminator(), block->getArguments().back());
  };
  fill(loop.getBefore(), counting.getBefore(), ValueRange(starts).getTypes(),
       [&](IRMapping &mapping, Operation *end, Value counter) {
         auto test = cast<scf::ConditionOp>(end);
         SmallVector<Value> passed;
         for (Value value : test.getArgs())
           passed.push_back(mapping.lookupOrDefault(value));
         passed.push_back(counter);
         builder.create<scf::ConditionOp>(loc, mapping.lookupOrDefault(test.getCondition()), passed);
       });
  fill(loop.getAfter(), counting.getAfter(), results, [&](IRMapping &mapping, Operation *end, Value counter) {
    SmallVector<Value> next;
    for (Value value : end->getOperands())
      next.push_back(mapping.lookupOrDefault(value));
    next.push_back(builder.create<arith::AddIOp>(loc, counter, one));
    builder.create<scf::YieldOp>(loc, next);
  });
  return counting.getResults().back();
}

/// What the condition passes on, computed from what it is tested on.
static SmallVector<Value> pass(OpBuilder &builder, scf::WhileOp loop, ValueRange arguments) {
  IRMapping mapping;
  mapping.map(loop.getBeforeArguments(), arguments);
  for (Operation &op : loop.getBeforeBody()->without_terminator())
    builder.clone(op, mapping);
  SmallVector<Value> passed;
  for (Value value : loop.getConditionOp().getArgs())
    passed.push_back(mapping.lookupOrDefault(value));
  return passed;
}

static void makeFor(scf::WhileOp loop) {
  OpBuilder builder(loop);
  Location loc = loop.getLoc();
  Value trips = count(builder, loop);
  Value zero = builder.create<arith::ConstantIndexOp>(loc, 0), one = builder.create<arith::ConstantIndexOp>(loc, 1);
  auto body = [&](OpBuilder &in, Location, Value, ValueRange arguments) {
    IRMapping mapping;
    mapping.map(loop.getAfterArguments(), pass(in, loop, arguments));
    for (Operation &op : loop.getAfterBody()->without_terminator())
      in.clone(op, mapping);
    SmallVector<Value> next;
    for (Value value : loop.getYieldOp().getOperands())
      next.push_back(mapping.lookupOrDefault(value));
    in.create<scf::YieldOp>(loc, next);
  };
  auto counted = builder.create<scf::ForOp>(loc, zero, trips, one, loop.getInits(), body);
  loop.replaceAllUsesWith(pass(builder, loop, counted.getResults()));
  loop.erase();
}

LogicalResult mdl::countPasses(ArrayRef<Operation *> chain, const ValueSet &active) {
  SmallVector<scf::WhileOp> loops;
  for (Operation *op : chain) {
    bool isActive = llvm::any_of(op->getResults(), [&](Value result) { return active.contains(result); });
    if (isActive)
      op->walk([&](scf::WhileOp loop) { loops.push_back(loop); });
  }
  // Post-order: an inner loop is changed before the loop around it is repeated.
  for (scf::WhileOp loop : loops) {
    if (failed(checkEffects(loop)))
      return failure();
    makeFor(loop);
  }
  return success();
}
