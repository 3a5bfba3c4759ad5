//===- Effects.cpp - What another pass of a loop would do again ---------------===//

#include "compiler/autodiff/Effects.h"

#include "compiler/dialect/GradientOps.h"
#include "compiler/dialect/Helpers.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mdl;

bool mdl::hasEffect(Operation *op) {
  auto runtime = dyn_cast<RuntimeOp>(op);
  return runtime && !runtime.getPure();
}

/// The rows of a batch: read again by their numbers.
static bool isRowsOfBatch(RuntimeOp call) {
  return call.getCallee() == "mdl_batches_rows" || call.getCallee() == "mdl_batches_field";
}

/// The data set that batches are of.
static Value dataBehind(Value batches) { return batches.getDefiningOp<RuntimeOp>().getIns()[0]; }

/// What is needed to have the results of a call again, whatever it does.
static void appendSources(RuntimeOp call, SmallVectorImpl<Value> &open) {
  llvm::append_range(open, call.getOuts()); // Their sizes.
  if (!isRowsOfBatch(call))
    return;
  open.push_back(call.getIns()[1]); // The tensor or the number of the field.
  open.push_back(dataBehind(call.getIns()[0]));
}

static void appendEnds(Operation *control, SmallVectorImpl<Value> &open) {
  for (Region &region : control->getRegions())
    if (!region.empty())
      llvm::append_range(open, region.front().getTerminator()->getOperands());
}

DenseSet<Operation *> mdl::operationsNeeded(Operation *control) {
  DenseSet<Operation *> needed;
  SmallVector<Value> open;
  appendEnds(control, open);
  while (!open.empty()) {
    Value value = open.pop_back_val();
    Operation *op = value.getDefiningOp();
    if (!op || !control->isProperAncestor(op) || !needed.insert(op).second)
      continue;
    if (hasEffect(op)) {
      appendSources(cast<RuntimeOp>(op), open);
      continue;
    }
    llvm::append_range(open, op->getOperands());
    // What a rule computes is only computed where it is used.
    if (!isa<CustomGradientOp>(op))
      appendEnds(op, open);
    SetVector<Value> captured;
    getUsedValuesDefinedAbove(op->getRegions(), captured);
    if (isa<CustomGradientOp>(op))
      llvm::append_range(open, captured);
  }
  return needed;
}

//===--- Journal -------------------------------------------------------------===//

static bool isListOfNumbers(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getRank() == 1 && tensor.getElementType().isInteger(64);
}

bool Journal::canKeep(RuntimeOp call) {
  return isRowsOfBatch(call) || llvm::all_of(call->getResultTypes(), [](Type type) {
           return type.isInteger(64) || type.isInteger(1) || type.isIndex() ||
                  isa<LLVM::LLVMPointerType, RankedTensorType>(type);
         });
}

Journal::Journal(Operation *control, ArrayRef<RuntimeOp> calls, OpBuilder &behind) : loc(control->getLoc()) {
  if (calls.empty())
    return;
  OpBuilder before(control);
  auto pointer = LLVM::LLVMPointerType::get(control->getContext());
  Value journal = before.create<RuntimeOp>(loc, "mdl_journal_begin", ValueRange(), ValueRange(), pointer).getReturned();
  for (RuntimeOp call : calls)
    write(call, journal);
  Value size =
      behind.create<RuntimeOp>(loc, "mdl_journal_size", journal, ValueRange(), behind.getIndexType()).getReturned();
  auto type = RankedTensorType::get({ShapedType::kDynamic}, behind.getI64Type());
  Value room = behind.create<tensor::EmptyOp>(loc, type, size);
  entries = behind.create<RuntimeOp>(loc, "mdl_journal_end", journal, room).getResult(0);
}

void Journal::write(RuntimeOp call, Value journal) const {
  OpBuilder after(call->getContext());
  after.setInsertionPointAfter(call);
  auto addAll = [&](Value list) { after.create<RuntimeOp>(loc, "mdl_journal_add_all", ValueRange{journal, list}); };
  Type number = after.getI64Type();
  if (isRowsOfBatch(call)) {
    OpFoldResult rows = sizeOf(after, loc, call.getOuts()[0], 0);
    auto [type, sizes] = shapedBySizes(rows, number);
    Value room = after.create<tensor::EmptyOp>(loc, type, sizes);
    addAll(after.create<RuntimeOp>(loc, "mdl_batches_indices", call.getIns()[0], room).getResult(0));
    return;
  }
  for (Value result : call.getResults()) {
    Type type = result.getType();
    if (isa<RankedTensorType>(type)) {
      addAll(result);
      continue;
    }
    if (type.isIndex())
      result = after.create<arith::IndexCastOp>(loc, number, result);
    else if (type.isInteger(1))
      result = after.create<arith::ExtUIOp>(loc, number, result);
    else if (isa<LLVM::LLVMPointerType>(type))
      result = after.create<LLVM::PtrToIntOp>(loc, number, result);
    after.create<RuntimeOp>(loc, "mdl_journal_add", ValueRange{journal, result});
  }
}

Value Journal::start(OpBuilder &builder) const {
  return entries ? builder.create<arith::ConstantIntOp>(loc, 0, 64).getResult() : Value();
}

void Journal::read(OpBuilder &builder, RuntimeOp call, Value &cursor, IRMapping &mapping) const {
  auto move = [&](Value by) { cursor = builder.create<arith::AddIOp>(loc, cursor, by); };
  auto at = [&] { return builder.create<arith::IndexCastOp>(loc, builder.getIndexType(), cursor).getResult(); };
  auto nextList = [&](Value room) {
    OpFoldResult count = sizeOf(builder, loc, room, 0);
    OpFoldResult one = builder.getIndexAttr(1);
    Value list = builder.create<SliceOp>(loc, entries, ArrayRef<OpFoldResult>{at()}, count, one);
    move(builder.create<arith::IndexCastOp>(loc, builder.getI64Type(), sizeValue(builder, loc, count)));
    return list;
  };
  if (isRowsOfBatch(call)) {
    Value room = mapping.lookupOrDefault(call.getOuts()[0]), rows = nextList(room), again;
    Value source = mapping.lookupOrDefault(call.getIns()[1]);
    if (call.getCallee() == "mdl_batches_rows") {
      again = builder.create<GatherOp>(loc, source, rows, ArrayRef<int64_t>{0});
    } else {
      Value data = mapping.lookupOrDefault(dataBehind(call.getIns()[0]));
      ValueRange ins{data, source, rows};
      again = builder.create<RuntimeOp>(loc, "mdl_data_take", ins, room, Type(), /*pure=*/true).getResult(0);
    }
    mapping.map(call.getResult(0), refineTo(builder, loc, again, call.getResult(0).getType()));
    return;
  }
  for (auto [i, result] : llvm::enumerate(call.getResults())) {
    Type type = result.getType();
    if (isListOfNumbers(type)) {
      Value list = nextList(mapping.lookupOrDefault(call.getOuts()[i]));
      mapping.map(result, refineTo(builder, loc, list, type));
      continue;
    }
    if (isa<RankedTensorType>(type)) {
      Value room = mapping.lookupOrDefault(call.getOuts()[i]);
      ValueRange ins{entries, cursor};
      mapping.map(result,
                  builder.create<RuntimeOp>(loc, "mdl_journal_take", ins, room, Type(), /*pure=*/true).getResult(0));
      Value count = builder.create<arith::ConstantIndexOp>(loc, 1);
      for (OpFoldResult size : sizesOf(builder, loc, room))
        count = builder.createOrFold<arith::MulIOp>(loc, count, sizeValue(builder, loc, size));
      move(builder.create<arith::IndexCastOp>(loc, builder.getI64Type(), count));
      continue;
    }
    Value number = builder.create<tensor::ExtractOp>(loc, entries, at());
    move(builder.create<arith::ConstantIntOp>(loc, 1, 64));
    if (type.isIndex())
      number = builder.create<arith::IndexCastOp>(loc, type, number);
    else if (type.isInteger(1))
      number = builder.create<arith::TruncIOp>(loc, type, number);
    else if (isa<LLVM::LLVMPointerType>(type))
      number = builder.create<LLVM::IntToPtrOp>(loc, type, number);
    mapping.map(result, number);
  }
}
