//===- ShapeText.cpp - Making and moving elements -------------------------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/KnownSizes.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/print/FunctionPrinter.h"
#include "compiler/print/ReduceText.h"
#include "compiler/print/SizeText.h"
#include "compiler/print/Subscripts.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mdl;
using namespace mdl::print;

Value mdl::print::repeatedAlongOnes(FunctionPrinter &printer, BroadcastOp op) {
  auto reshape = op.getInput().getDefiningOp<ReshapeOp>();
  int64_t rank = op.getType().getRank();
  auto change = reshape && !printer.isNamed(op.getInput()) ? onesChange(reshape) : std::nullopt;
  bool isBack = change && !change->grows && reshape.getInput().getType().getRank() == rank &&
                ArrayRef<int64_t>(otherAxes(rank, change->axes)) == op.getDimensions();
  return isBack ? reshape.getInput() : Value();
}

static Text broadcastText(FunctionPrinter &printer, BroadcastOp op) {
  Operation *inner = op.getInput().getDefiningOp();
  int64_t rank = op.getType().getRank();
  // A reduction that is repeated along its own axes keeps them.
  if (isReduction(inner) && !printer.isNamed(op.getInput()) && op.getInput().getType().getRank() > 0 &&
      tensorType(inner->getOperand(0)).getRank() == rank) {
    auto kept = otherAxes(rank, inner->getAttrOfType<DenseI64ArrayAttr>("axes").asArrayRef());
    bool leading = !kept.empty() && kept.front() == rank - int64_t(kept.size());
    if (ArrayRef<int64_t>(kept) == op.getDimensions() && !leading)
      return reductionText(printer, inner, true);
  }
  if (Value ones = repeatedAlongOnes(printer, op)) {
    Text text = printer.text(ones);
    for (int64_t axis : otherAxes(rank, op.getDimensions()))
      text.axes[axis] = std::min(text.axes[axis], Axis::One);
    return text;
  }
  Text text = printer.text(op.getInput());
  text.axes.resize(op.getInput().getType().getRank(), Axis::Missing);
  return placeAxes(text, rank, op.getDimensions());
}

SmallVector<int64_t> mdl::print::axesOfOne(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> axes;
  for (auto [axis, size] : llvm::enumerate(shape))
    if (size == 1)
      axes.push_back(axis);
  return axes;
}

std::optional<OnesChange> mdl::print::onesChange(ReshapeOp op) {
  int64_t from = op.getInput().getType().getRank(), to = op.getType().getRank();
  auto aligned = alignedAxes(op);
  if (!aligned || from == to)
    return std::nullopt;
  // Between axes that are the same there are as many of size 1 on both sides, or the side with more axes has more.
  OnesChange change{to > from, {}};
  int64_t more = -1, less = -1;
  aligned->push_back({from, to});
  for (auto [own, other] : *aligned) {
    int64_t nextMore = change.grows ? other : own, nextLess = change.grows ? own : other;
    int64_t extra = (nextMore - more) - (nextLess - less);
    if (extra < 0)
      return std::nullopt;
    for (int64_t axis = more + 1; axis <= more + extra; ++axis)
      change.axes.push_back(axis);
    more = nextMore;
    less = nextLess;
  }
  return change;
}

/// Axes of size 1 come and go by subscripts.
static std::optional<Text> onesText(FunctionPrinter &printer, ReshapeOp op) {
  auto change = onesChange(op);
  if (!change)
    return std::nullopt;
  Operation *inner = op.getInput().getDefiningOp();
  bool open = inner && !printer.isNamed(op.getInput());
  // `sum(x, axis=1, keepdims=true)`, not `sum(x, axis=1)[:, new]`.
  if (open && change->grows && isReduction(inner) &&
      tensorType(inner->getOperand(0)).getRank() == op.getType().getRank() &&
      inner->getAttrOfType<DenseI64ArrayAttr>("axes").asArrayRef() == ArrayRef<int64_t>(change->axes)) {
    Text text = reductionText(printer, inner, /*keepdims=*/true);
    return wholeText(text.text, text.level, op.getResult());
  }
  Text x = printer.text(op.getInput());
  if (change->grows)
    return placeAxes(x, op.getType().getRank(), otherAxes(op.getType().getRank(), change->axes));
  return dropOnes(x, change->axes);
}

/// Whether the sizes, as they are called, are those that were there.
static bool hasSizesOf(FunctionPrinter &printer, Value x, Value y) {
  int64_t rank = tensorType(x).getRank();
  return rank == tensorType(y).getRank() && llvm::all_of(llvm::seq<int64_t>(0, rank), [&](int64_t axis) {
           return printer.sizeText(x, axis) == printer.sizeText(y, axis);
         });
}

static Text reshapeText(FunctionPrinter &printer, ReshapeOp op) {
  if (auto text = onesText(printer, op))
    return *text;
  if (hasSizesOf(printer, op.getInput(), op.getResult()))
    return printer.text(op.getInput());
  return wholeText("reshape(" + printer.whole(op.getInput()).text + ", " + printer.shapeText(op.getResult()) + ")",
                   Level::Postfix, op.getResult());
}

static Text transposeText(FunctionPrinter &printer, TransposeOp op) {
  Text x = printer.whole(op.getInput());
  int64_t rank = op.getType().getRank();
  auto swapped = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (rank >= 2)
    std::swap(swapped[rank - 1], swapped[rank - 2]);
  if (op.getPermutation() == ArrayRef<int64_t>(swapped))
    return wholeText(x.in(Level::Postfix) + ".transpose()", Level::Postfix, op.getResult());
  SmallVector<std::string> order;
  for (int64_t axis : op.getPermutation())
    order.push_back(std::to_string(axis));
  return wholeText("permute(" + x.text + ", [" + llvm::join(order, ", ") + "])", Level::Postfix, op.getResult());
}

static Text iotaText(FunctionPrinter &printer, IotaOp op) {
  int64_t axis = op.getAxis(), rank = tensorType(op.getResult()).getRank();
  Text text{"arange(" + printer.sizeText(op.getResult(), axis) + ")", Level::Postfix, {Axis::Whole}};
  Type element = elementType(op.getResult());
  if (!element.isSignlessInteger(64))
    text.text += "." + elementName(element) + "()";
  return placeAxes(text, rank, axis);
}

/// The part, where `single` axes are left out.
static std::string partText(FunctionPrinter &printer, SliceOp op, ArrayRef<int64_t> single) {
  std::string source = printer.whole(op.getSource()).in(Level::Postfix);
  std::string subscripts =
      subscriptText(printer, op.getSource(), op.getMixedOffsets(), op.getMixedSizes(), op.getMixedStrides(), single);
  return subscripts == ":" ? source : source + "[" + subscripts + "]";
}

/// `x[i]`, also for `x[i:i + 1]`: whoever needs the axis of size 1 makes it.
static Text sliceText(FunctionPrinter &printer, SliceOp op) {
  SmallVector<int64_t> single = axesOfOne(op.getType().getShape());
  Text part{partText(printer, op, single), Level::Postfix};
  int64_t rank = op.getType().getRank();
  part.axes.assign(rank - single.size(), Axis::Whole);
  return placeAxes(part, rank, otherAxes(rank, single));
}

/// `x[i:i + 1]`; nothing where that could not be counted from the end.
std::optional<Text> mdl::print::rangeText(FunctionPrinter &printer, SliceOp op) {
  SmallVector<OpFoldResult> offsets = op.getMixedOffsets();
  for (int64_t axis : axesOfOne(op.getType().getShape()))
    if (placeFromEnd(printer, op.getSource(), axis, offsets[axis]))
      return std::nullopt;
  return wholeText(partText(printer, op, {}), Level::Postfix, op.getResult());
}

static Text reverseText(FunctionPrinter &printer, ReverseOp op) {
  std::string text = printer.whole(op.getInput()).text;
  if (op.getType().getRank() == 1)
    return wholeText("flip(" + text + ")", Level::Postfix, op.getResult());
  for (int64_t axis : op.getAxes())
    text = "flip(" + text + ", axis=" + std::to_string(axis) + ")";
  return wholeText(text, Level::Postfix, op.getResult());
}

static Text concatText(FunctionPrinter &printer, ConcatOp op) {
  SmallVector<std::string> parts;
  for (Value input : op.getInputs())
    parts.push_back(printer.whole(input).text);
  std::string axis = op.getAxis() == 0 ? "" : ", axis=" + std::to_string(op.getAxis());
  return wholeText("concat([" + llvm::join(parts, ", ") + "]" + axis + ")", Level::Postfix, op.getResult());
}

std::optional<Text> mdl::print::shapeText(FunctionPrinter &printer, Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<Text>>(op)
      .Case([&](BroadcastOp broadcast) { return broadcastText(printer, broadcast); })
      .Case([&](ReshapeOp reshape) { return reshapeText(printer, reshape); })
      .Case([&](TransposeOp transpose) { return transposeText(printer, transpose); })
      .Case([&](IotaOp iota) { return iotaText(printer, iota); })
      .Case([&](SliceOp slice) { return sliceText(printer, slice); })
      .Case([&](ReverseOp reverse) { return reverseText(printer, reverse); })
      .Case([&](ConcatOp concat) { return concatText(printer, concat); })
      .Case([&](tensor::CastOp cast) { return printer.text(cast.getSource()); })
      .Default([](Operation *) { return std::nullopt; });
}
