//===- CountedBatches.cpp - Loops over batches that have a text ---------------===//
//
// Stage: autodiff, for functions that are printed (sema/Outline.cpp). Input: loops over batches
// as sema makes them. Output: the same as loops that only compute, before derivatives are taken.
//
// Note [Batches by number]: a program asks the runtime for the next batch, and the way back
// through such a loop reads a journal (Twins.cpp), which no text can say. The order of the rows is
// known, though: they stand as in the data, or as `permutation` of the same seed says. So batch k
// is the rows from k * size of that order, and a loop over batches is one over k, in which each
// pass can be repeated and gone back through. The printer (compiler/print/BatchesText.cpp) writes such a
// loop as one over batches again where that says the same.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/CountedBatches.h"

#include "compiler/dialect/Helpers.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mdl;

namespace {

class CountedBatches {
public:
  /// `begin` is the call of `mdl_batches_begin`.
  CountedBatches(RuntimeOp begin, scf::WhileOp loop) : begin(begin), loop(loop), loc(loop.getLoc()) {}
  /// The loop that takes its place.
  Operation *replace(RuntimeOp next);

private:
  Value number(OpBuilder &builder, unsigned operand);
  void countPasses(OpBuilder &builder);
  void enterPass(OpBuilder &builder, Value k);
  void readRows(Block &body);
  Value rowsOf(RuntimeOp call);
  scf::ForOp makeFor(OpBuilder &builder);
  scf::WhileOp makeWhile(OpBuilder &builder, Value more);

  RuntimeOp begin;
  scf::WhileOp loop;
  Location loc;
  IRMapping mapping = {};
  Value order = {}; ///< Of all rows; null where they stand as in the data.
  OpFoldResult total = {}, size = {}, passes = {};
  OpFoldResult first = {}, count = {}; ///< Of the pass.
};

} // namespace

static OpFoldResult folded(Value value) { return getAsOpFoldResult(value); }

/// A whole number that batches began with, as an index.
Value CountedBatches::number(OpBuilder &builder, unsigned operand) {
  Value value = begin.getIns()[operand];
  if (auto known = getConstantIntValue(value))
    return builder.create<arith::ConstantIndexOp>(loc, *known);
  if (auto cast = value.getDefiningOp<arith::IndexCastOp>())
    return cast.getIn();
  return builder.create<arith::IndexCastOp>(loc, builder.getIndexType(), value);
}

static bool isTrue(Value flag) { return getConstantIntValue(flag).value_or(0) != 0; }

void CountedBatches::countPasses(OpBuilder &builder) {
  Value rows = number(builder, 1), batch = number(builder, 2);
  total = folded(rows);
  size = folded(batch);
  Value counted = isTrue(begin.getIns()[4]) ? builder.createOrFold<arith::FloorDivSIOp>(loc, rows, batch)
                                            : builder.createOrFold<arith::CeilDivSIOp>(loc, rows, batch);
  passes = folded(counted);
  auto [type, sizes] = shapedBySizes(total, builder.getI64Type());
  if (isTrue(begin.getIns()[3]))
    order = builder.create<PermutationOp>(loc, type, begin.getIns()[5], sizes);
  else if (!begin.getIns()[0].getDefiningOp<LLVM::ZeroOp>()) // Rows of a data set are read by their numbers.
    order = builder.create<IotaOp>(loc, type, 0, sizes);
}

/// The rows of batch k.
void CountedBatches::enterPass(OpBuilder &builder, Value k) {
  Value batch = sizeValue(builder, loc, size);
  Value start = builder.create<arith::MulIOp>(loc, k, batch);
  first = start;
  count = size;
  auto all = getConstantIntValue(total), step = getConstantIntValue(size);
  if (isTrue(begin.getIns()[4]) || (all && step && *all % *step == 0))
    return;
  Value rest = builder.create<arith::SubIOp>(loc, sizeValue(builder, loc, total), start);
  count = builder.create<arith::MinSIOp>(loc, batch, rest).getResult();
}

Value CountedBatches::rowsOf(RuntimeOp call) {
  OpBuilder builder(call);
  OpFoldResult one = builder.getIndexAttr(1);
  auto marked = [&](SliceOp slice, bool ofOrder) {
    slice->setAttr(batchAttr, builder.getBoolAttr(ofOrder));
    return slice.getResult();
  };
  Value source = call.getIns()[1], rows;
  if (order)
    rows = marked(builder.create<SliceOp>(loc, order, first, count, one), /*ofOrder=*/true);
  if (call.getCallee() == "mdl_batches_field") {
    ValueRange ins{begin.getIns()[0], source, rows};
    return builder.create<RuntimeOp>(call.getLoc(), "mdl_data_take", ins, call.getOuts()[0], Type(), /*pure=*/true)
        .getResult(0);
  }
  if (order)
    return builder.create<GatherOp>(call.getLoc(), source, rows, ArrayRef<int64_t>{0});
  SmallVector<OpFoldResult> sizes = sizesOf(builder, loc, source);
  SmallVector<OpFoldResult> offsets(sizes.size(), builder.getIndexAttr(0)), strides(sizes.size(), one);
  offsets[0] = first;
  sizes[0] = count;
  return marked(builder.create<SliceOp>(call.getLoc(), source, offsets, sizes, strides), /*ofOrder=*/false);
}

/// Reads the rows by their numbers.
void CountedBatches::readRows(Block &body) {
  SmallVector<RuntimeOp> reads;
  body.walk([&](RuntimeOp call) {
    if (llvm::is_contained(call.getIns(), begin.getReturned()))
      reads.push_back(call);
  });
  for (RuntimeOp call : reads) {
    OpBuilder builder(call);
    Value rows = rowsOf(call);
    call.getResult(0).replaceAllUsesWith(refineTo(builder, call.getLoc(), rows, call.getResult(0).getType()));
    call.erase();
  }
}

static void copyBody(OpBuilder &builder, Block &block, IRMapping &mapping) {
  for (Operation &op : block.without_terminator())
    builder.clone(op, mapping);
}

static SmallVector<Value> mapped(const IRMapping &mapping, ValueRange values) {
  return llvm::map_to_vector(values, [&](Value value) { return mapping.lookupOrDefault(value); });
}

scf::ForOp CountedBatches::makeFor(OpBuilder &builder) {
  Value zero = builder.create<arith::ConstantIndexOp>(loc, 0), one = builder.create<arith::ConstantIndexOp>(loc, 1);
  auto made = builder.create<scf::ForOp>(loc, zero, sizeValue(builder, loc, passes), one, loop.getInits());
  if (!made.getBody()->empty())
    made.getBody()->getTerminator()->erase(); // Of a loop that carries nothing.
  OpBuilder in = OpBuilder::atBlockEnd(made.getBody());
  enterPass(in, made.getInductionVar());
  ValueRange arguments = loop.getAfterArguments();
  for (auto [argument, now] : llvm::zip(arguments.drop_back(), made.getRegionIterArgs()))
    mapping.map(argument, now);
  mapping.map(arguments.back(), in.create<arith::IndexCastOp>(loc, in.getI64Type(), sizeValue(in, loc, count)));
  copyBody(in, *loop.getAfterBody(), mapping);
  in.create<scf::YieldOp>(loc, mapped(mapping, loop.getYieldOp().getOperands()));
  readRows(*made.getBody());
  return made;
}

/// Of a loop that may end early: it carries k.
scf::WhileOp CountedBatches::makeWhile(OpBuilder &builder, Value more) {
  SmallVector<Value> starts(loop.getInits());
  starts.push_back(builder.create<arith::ConstantIntOp>(loc, 0, 64));
  Value one = builder.create<arith::ConstantIntOp>(loc, 1, 64);
  Value end = builder.createOrFold<arith::IndexCastOp>(loc, builder.getI64Type(), sizeValue(builder, loc, passes));
  SmallVector<Type> types(ValueRange(starts).getTypes());
  auto made = builder.create<scf::WhileOp>(loc, types, starts);
  OpBuilder::InsertionGuard guard(builder);
  auto begun = [&](Region &region) {
    Block *block = builder.createBlock(&region, {}, types, SmallVector<Location>(types.size(), loc));
    block->getArguments().back().setLoc(NameLoc::get(builder.getStringAttr("batch"), loc));
    return block;
  };
  Block *before = begun(made.getBefore());
  mapping.map(loop.getBeforeArguments(), before->getArguments().drop_back());
  Value k = before->getArguments().back();
  for (Operation &op : loop.getBeforeBody()->without_terminator()) {
    if (op.getNumResults() == 1 && op.getResult(0) == more)
      mapping.map(more, builder.create<arith::CmpIOp>(loc, arith::CmpIPredicate::slt, k, end).getResult());
    else if (auto call = dyn_cast<RuntimeOp>(op); !call || call.getIns()[0] != begin.getReturned())
      builder.clone(op, mapping);
  }
  scf::ConditionOp test = loop.getConditionOp();
  SmallVector<Value> passed = mapped(mapping, ValueRange(test.getArgs()).drop_back());
  passed.push_back(k);
  builder.create<scf::ConditionOp>(loc, mapping.lookupOrDefault(test.getCondition()), passed);

  Block *after = begun(made.getAfter());
  k = after->getArguments().back();
  enterPass(builder, builder.create<arith::IndexCastOp>(loc, builder.getIndexType(), k));
  ValueRange arguments = loop.getAfterArguments();
  mapping.map(arguments.drop_back(), after->getArguments().drop_back());
  mapping.map(arguments.back(),
              builder.create<arith::IndexCastOp>(loc, builder.getI64Type(), sizeValue(builder, loc, count)));
  copyBody(builder, *loop.getAfterBody(), mapping);
  SmallVector<Value> yields = mapped(mapping, loop.getYieldOp().getOperands());
  yields.push_back(builder.create<arith::AddIOp>(loc, k, one));
  builder.create<scf::YieldOp>(loc, yields);
  readRows(*after);
  return made;
}

Operation *CountedBatches::replace(RuntimeOp next) {
  OpBuilder builder(loop);
  countPasses(builder);
  Value more;
  for (Operation *user : next.getReturned().getUsers())
    if (auto compare = dyn_cast<arith::CmpIOp>(user))
      more = compare;
  ValueRange passed = loop.getConditionOp().getArgs();
  bool isPlain =
      loop.getConditionOp().getCondition() == more && passed.drop_back() == ValueRange(loop.getBeforeArguments());
  Operation *made = isPlain ? makeFor(builder).getOperation() : makeWhile(builder, more).getOperation();
  unsigned count = loop->getNumResults() - 1; // Without the rows of the last batch.
  for (auto [old, now] : llvm::zip(loop->getResults().take_front(count), made->getResults()))
    old.replaceAllUsesWith(now);
  loop.erase();
  for (Operation *user : llvm::make_early_inc_range(begin.getReturned().getUsers()))
    if (user->use_empty())
      user->erase(); // `mdl_batches_end`.
  if (begin->use_empty())
    begin.erase();
  return made;
}

Operation *mdl::countBatches(Operation *control) {
  SmallVector<RuntimeOp> nexts;
  control->walk([&](RuntimeOp call) {
    if (call.getCallee() == "mdl_batches_next")
      nexts.push_back(call);
  });
  // An inner loop stands behind the call of the outer one, and is replaced before.
  for (RuntimeOp next : llvm::reverse(nexts)) {
    auto loop = cast<scf::WhileOp>(next->getParentOp());
    auto begin = next.getIns()[0].getDefiningOp<RuntimeOp>();
    if (!begin)
      continue;
    Operation *made = CountedBatches(begin, loop).replace(next);
    if (loop == control)
      control = made;
  }
  return control;
}
