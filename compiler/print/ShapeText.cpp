//===- ShapeText.cpp - Making and moving elements -------------------------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/print/FunctionPrinter.h"
#include "compiler/print/ReduceText.h"
#include "compiler/print/Subscripts.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mdl;
using namespace mdl::print;

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
  Text text = printer.text(op.getInput());
  text.axes.resize(op.getInput().getType().getRank(), Axis::Missing);
  return placeAxes(text, rank, op.getDimensions());
}

std::optional<SmallVector<int64_t>> mdl::print::onesBetween(ArrayRef<int64_t> more, ArrayRef<int64_t> less) {
  if (more.size() <= less.size() || llvm::count(more, ShapedType::kDynamic) > 1)
    return std::nullopt;
  SmallVector<int64_t> ones;
  size_t at = 0;
  for (auto [axis, size] : llvm::enumerate(more)) {
    if (at < less.size() && less[at] == size)
      ++at;
    else if (size == 1)
      ones.push_back(axis);
    else
      return std::nullopt;
  }
  return at == less.size() ? std::optional(ones) : std::nullopt;
}

/// Axes of size 1 come and go by subscripts.
static std::optional<Text> onesText(FunctionPrinter &printer, ReshapeOp op) {
  auto from = op.getInput().getType().getShape(), to = op.getType().getShape();
  bool grows = to.size() > from.size();
  auto ones = grows ? onesBetween(to, from) : onesBetween(from, to);
  if (!ones)
    return std::nullopt;
  // `x[i]`, not `x[i:i + 1][0]`.
  if (auto slice = op.getInput().getDefiningOp<SliceOp>(); slice && !grows && !printer.isNamed(slice)) {
    std::string subscripts = subscriptText(printer, slice.getSource(), slice.getMixedOffsets(), slice.getMixedSizes(),
                                           slice.getMixedStrides(), *ones);
    Text x = printer.whole(slice.getSource());
    return wholeText(x.in(Level::Postfix) + "[" + subscripts + "]", Level::Postfix, op.getResult());
  }
  SmallVector<std::string> subscripts(std::max(from.size(), to.size()), ":");
  for (int64_t axis : *ones)
    subscripts[axis] = grows ? "new" : "0";
  while (!subscripts.empty() && subscripts.back() == ":")
    subscripts.pop_back();
  Text x = printer.whole(op.getInput());
  return wholeText(x.in(Level::Postfix) + "[" + llvm::join(subscripts, ", ") + "]", Level::Postfix, op.getResult());
}

static Text reshapeText(FunctionPrinter &printer, ReshapeOp op) {
  if (auto text = onesText(printer, op))
    return *text;
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

static Text sliceText(FunctionPrinter &printer, SliceOp op) {
  std::string subscripts =
      subscriptText(printer, op.getSource(), op.getMixedOffsets(), op.getMixedSizes(), op.getMixedStrides());
  Text x = printer.whole(op.getSource());
  return wholeText(x.in(Level::Postfix) + "[" + subscripts + "]", Level::Postfix, op.getResult());
}

static Text reverseText(FunctionPrinter &printer, ReverseOp op) {
  std::string text = printer.whole(op.getInput()).text;
  for (int64_t axis : op.getAxes())
    text = "flip(" + text + ", axis=" + std::to_string(axis) + ")";
  return wholeText(text, Level::Postfix, op.getResult());
}

static Text concatText(FunctionPrinter &printer, ConcatOp op) {
  SmallVector<std::string> parts;
  for (Value input : op.getInputs())
    parts.push_back(printer.whole(input).text);
  return wholeText("concat([" + llvm::join(parts, ", ") + "], axis=" + std::to_string(op.getAxis()) + ")",
                   Level::Postfix, op.getResult());
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
