//===- BatchesText.cpp - Loops over batches -----------------------------------------------===//
//
// Stage: print. Input: loops over the numbers of batches, whose reads are marked (Note [Batches by
// number] in compiler/autodiff/CountedBatches.cpp). Output: `for x, y in batches(…)`, where all that a pass
// uses of the number are the rows. The way back goes from the last batch to the first; where it only adds up,
// it goes forward in the text.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/print/BatchesText.h"

#include "compiler/autodiff/CountedBatches.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/print/FunctionPrinter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mdl;
using namespace mdl::print;

static bool isBatch(SliceOp slice) { return slice->hasAttr(batchAttr); }
static bool isOfOrder(SliceOp slice) { return cast<BoolAttr>(slice->getAttr(batchAttr)).getValue(); }

bool mdl::print::isOrderOfBatch(Operation *op) {
  auto slice = dyn_cast<SliceOp>(op);
  return slice && isBatch(slice) && isOfOrder(slice);
}

/// Whether `place` is the loop's counter k, or says so when it goes back: n - 1 - k.
static std::optional<bool> isReversed(Value place, scf::ForOp loop) {
  if (place == loop.getInductionVar())
    return false;
  auto back = place.getDefiningOp<arith::SubIOp>();
  if (!back || back.getRhs() != loop.getInductionVar())
    return std::nullopt;
  auto last = getConstantIntValue(back.getLhs()), passes = getConstantIntValue(loop.getUpperBound());
  if (last && passes)
    return *last == *passes - 1 ? std::optional(true) : std::nullopt;
  auto less = back.getLhs().getDefiningOp<arith::SubIOp>();
  bool isLast = less && less.getLhs() == loop.getUpperBound() && getConstantIntValue(less.getRhs()) == 1;
  return isLast ? std::optional(true) : std::nullopt;
}

/// Adds what a pass reads by these numbers of rows.
static void addReads(Value numbers, BatchLoop &found) {
  for (Operation *user : numbers.getUsers()) {
    if (isa<tensor::DimOp>(user))
      continue;
    if (auto cast = dyn_cast<tensor::CastOp>(user)) {
      addReads(cast.getResult(), found);
      continue;
    }
    if (auto take = dyn_cast<RuntimeOp>(user)) {
      found.data = take.getIns()[0];
      found.parts.resize(2);
      found.parts[*getConstantIntValue(take.getIns()[1])] = take.getResult(0);
      continue;
    }
    auto gather = dyn_cast<GatherOp>(user);
    bool isRead = gather && gather->getBlock() == numbers.getParentBlock() && gather.getSource() != numbers &&
                  gather.getAxes() == ArrayRef<int64_t>{0} &&
                  gather.getSource().getParentRegion()->isProperAncestor(numbers.getParentRegion());
    if (isRead)
      found.parts.push_back(gather.getResult());
    else
      found.readsNumbers = true;
  }
  found.numbers.push_back(numbers);
}

/// Adds one marked read; whether it is of the same batches as the others.
static bool addSlice(SliceOp slice, scf::ForOp loop, BatchLoop &found) {
  auto first = dyn_cast<Value>(slice.getMixedOffsets()[0]);
  if (!first)
    return false;
  Value place = first;
  OpFoldResult size = IntegerAttr::get(IndexType::get(loop.getContext()), 1);
  if (auto product = first.getDefiningOp<arith::MulIOp>()) {
    bool isLeft = isReversed(product.getLhs(), loop).has_value();
    place = isLeft ? product.getLhs() : product.getRhs();
    size = getAsOpFoldResult(isLeft ? product.getRhs() : product.getLhs());
  }
  auto reversed = isReversed(place, loop);
  Value order = isOfOrder(slice) ? slice.getSource() : Value();
  if (!reversed || (found.source && (found.isReversed != *reversed || found.order != order)))
    return false;
  found.isReversed = *reversed;
  found.order = order;
  found.source = slice.getSource();
  found.size = size;
  found.count = slice.getMixedSizes()[0];
  if (order)
    addReads(slice.getResult(), found);
  else
    found.parts.push_back(slice.getResult());
  return true;
}

/// Whether the number is used for the rows of batches alone.
static bool isOnlyForRows(Value number, const BatchLoop &found) {
  return llvm::all_of(number.getUsers(), [&](Operation *user) {
    if (auto slice = dyn_cast<SliceOp>(user))
      return isBatch(slice);
    if (!isa<arith::MulIOp, arith::SubIOp, arith::MinSIOp, arith::IndexCastOp>(user))
      return false;
    Value result = user->getResult(0);
    return OpFoldResult(result) == found.count || isOnlyForRows(result, found);
  });
}

/// Whether each pass only adds to what is carried.
static bool onlyAdds(scf::ForOp loop) {
  return llvm::all_of(loop.getRegionIterArgs(), [&](BlockArgument sum) {
    Value next = loop.getTiedLoopYieldedValue(sum)->get();
    return next == sum ||
           (sum.hasOneUse() && next.getDefiningOp<AddOp>() == *sum.getUsers().begin() && next.hasOneUse());
  });
}

std::optional<BatchLoop> mdl::print::batchLoop(scf::ForOp loop) {
  if (getConstantIntValue(loop.getLowerBound()) != 0 || getConstantIntValue(loop.getStep()) != 1)
    return std::nullopt;
  BatchLoop found;
  bool isSame = true;
  for (SliceOp slice : loop.getBody()->getOps<SliceOp>())
    if (isBatch(slice))
      isSame = isSame && addSlice(slice, loop, found);
  bool isWhole = isSame && found.source && !found.parts.empty() && isOnlyForRows(loop.getInductionVar(), found);
  if (!isWhole || (found.isReversed && !onlyAdds(loop)) || (found.data && found.readsNumbers))
    return std::nullopt;
  // In the order in which the user reads them; those of a data set have places of their own.
  if (!found.data)
    llvm::sort(found.parts, [](Value a, Value b) { return a.getDefiningOp()->isBeforeInBlock(b.getDefiningOp()); });
  return found;
}

std::optional<unsigned> mdl::print::loopsOfOrder(Value order) {
  llvm::SmallPtrSet<Operation *, 2> loops;
  for (Operation *user : order.getUsers()) {
    auto loop = dyn_cast<scf::ForOp>(user->getParentOp());
    auto found = loop ? batchLoop(loop) : std::nullopt;
    if (!found || found->order != order)
      return std::nullopt;
    loops.insert(loop);
  }
  return loops.size();
}

std::string FunctionPrinter::batchHead(const BatchLoop &batches) {
  SmallVector<std::string> parts, sources;
  auto add = [&](Value part, const std::string &source) {
    parts.push_back(part ? fresh(wishFor(part)) : "_");
    if (part)
      bind(part, parts.back());
    sources.push_back(source);
  };
  for (Value part : batches.parts)
    add(part, batches.data ? "" : whole(part.getDefiningOp()->getOperand(0)).text);
  std::string named = *llvm::find_if(parts, [](auto &part) { return part != "_"; });
  std::string total = sizeText(batches.source, 0);
  std::string numbers; // Where rows alone are read, nothing asks for their numbers.
  if (batches.readsNumbers) {
    numbers = fresh("places");
    parts.push_back(numbers);
    sources.push_back("arange(" + total + ")");
  }
  for (Value value : batches.numbers)
    bind(value, numbers);
  bool isFull = isEqualConstantIntOrValue(batches.count, batches.size);
  if (auto count = dyn_cast<Value>(batches.count); count && !isFull)
    names[count] = {"len(" + named + ")", Level::Postfix};
  std::string source = batches.data ? text(batches.data).text : llvm::join(sources, ", ");
  std::string head = "for " + llvm::join(parts, ", ") + " in batches(" +
                     (sources.size() > 1 && !batches.data ? "(" + source + ")" : source) + ", " + index(batches.size);
  if (auto drawn = batches.order ? batches.order.getDefiningOp<PermutationOp>() : nullptr) {
    // A seed that nothing else asks for is a new one.
    bool isNew = !isNamed(drawn.getSeed()) && drawn.getSeed().getDefiningOp<RuntimeOp>();
    head += ", shuffle=true" + (isNew ? "" : ", seed=" + index(drawn.getSeed()));
  }
  auto all = tensorType(batches.source).getDimSize(0);
  auto step = getConstantIntValue(batches.size);
  bool isWhole = step && !ShapedType::isDynamic(all) && all % *step == 0;
  head += isFull && !isWhole ? ", drop_last=true) {" : ") {";
  return head;
}

std::optional<Text> mdl::print::batchesText(FunctionPrinter &printer, Operation *op) {
  auto take = dyn_cast<RuntimeOp>(op);
  if (!take || take.getCallee() != "mdl_data_take")
    return std::nullopt;
  bool isTarget = getConstantIntValue(take.getIns()[1]) == 1;
  return wholeText(printer.text(take.getIns()[0]).text + (isTarget ? ".targets[" : ".inputs[") +
                       printer.whole(take.getIns()[2]).text + "]",
                   Level::Postfix, take.getResult(0));
}
