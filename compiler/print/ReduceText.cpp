//===- ReduceText.cpp - Reductions and scans ----------------------------------------------===//

#include "compiler/print/ReduceText.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/print/FunctionPrinter.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mdl;
using namespace mdl::print;

static std::string axisText(ArrayRef<int64_t> axes, int64_t rank) {
  if (int64_t(axes.size()) == rank)
    return "";
  SmallVector<std::string> numbers;
  for (int64_t axis : axes)
    numbers.push_back(std::to_string(axis));
  return axes.size() == 1 ? ", axis=" + numbers[0] : ", axis=[" + llvm::join(numbers, ", ") + "]";
}

bool mdl::print::isReduction(Operation *op) { return isa_and_nonnull<SumOp, ProdOp, MaxOp, MinOp, AnyOp, AllOp>(op); }

Text mdl::print::reductionText(FunctionPrinter &printer, Operation *op, bool keepdims) {
  Value input = op->getOperand(0);
  ArrayRef<int64_t> axes = op->getAttrOfType<DenseI64ArrayAttr>("axes").asArrayRef();
  int64_t rank = tensorType(input).getRank();
  std::string text = op->getName().stripDialect().str() + "(" + printer.whole(input).text + axisText(axes, rank);
  Text result = wholeText(text, Level::Postfix, op->getResult(0));
  if (keepdims) {
    result.text += ", keepdims=true";
    result.axes.assign(rank, Axis::Whole);
    for (int64_t axis : axes)
      result.axes[axis] = Axis::One;
  }
  result.text += ")";
  return result;
}

static Text argText(FunctionPrinter &printer, Operation *op, int64_t axis) {
  return wholeText(op->getName().stripDialect().str() + "(" + printer.whole(op->getOperand(0)).text +
                       ", axis=" + std::to_string(axis) + ")",
                   Level::Postfix, op->getResult(0));
}

std::optional<Text> mdl::print::reduceText(FunctionPrinter &printer, Operation *op) {
  if (isReduction(op))
    return reductionText(printer, op, false);
  return llvm::TypeSwitch<Operation *, std::optional<Text>>(op)
      .Case<ArgMaxOp, ArgMinOp>([&](auto arg) { return argText(printer, op, arg.getAxis()); })
      .Case([&](CumSumOp scan) {
        bool isVector = scan.getType().getRank() == 1;
        std::string axis = isVector ? ")" : ", axis=" + std::to_string(scan.getAxis()) + ")";
        std::string x = printer.whole(scan.getInput()).text;
        // From the end: turned around, summed, turned back.
        if (scan.getReverse())
          return wholeText("flip(cumsum(flip(" + x + axis + axis + axis, Level::Postfix, scan.getResult());
        return wholeText("cumsum(" + x + axis, Level::Postfix, scan.getResult());
      })
      .Default([](Operation *) { return std::nullopt; });
}
