//===- RandomText.cpp - Random numbers --------------------------------------------------------===//
//
// Stage: print. A draw says its key, so that the way back draws the same. Keys in loops are
// counted up from `random_seed()` (copyWithCountedKeys).
//
//===----------------------------------------------------------------------------------===//

#include "compiler/print/FunctionPrinter.h"
#include "compiler/print/Subscripts.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mdl;
using namespace mdl::print;

std::optional<Text> mdl::print::randomText(FunctionPrinter &printer, Operation *op) {
  auto draw = [&](StringRef name, const std::string &shape) {
    Value result = op->getResult(0);
    Type element = getElementTypeOrSelf(result);
    bool isUsual = element.isF32() || element.isInteger(64);
    return wholeText(name.str() + "(" + shape + ", seed=" + printer.index(op->getOperand(0)) +
                         (isUsual ? "" : ", dtype=" + elementName(element)) + ")",
                     Level::Postfix, result);
  };
  return llvm::TypeSwitch<Operation *, std::optional<Text>>(op)
      .Case([&](UniformOp uniform) { return draw("uniform", printer.shapeText(uniform)); })
      .Case([&](NormalOp normal) { return draw("randn", printer.shapeText(normal)); })
      .Case([&](PermutationOp order) { return draw("permutation", printer.sizeText(order, 0)); })
      .Case([&](RuntimeOp call) -> std::optional<Text> {
        if (call.getCallee() == "mdl_next_seed")
          return Text{"random_seed()", Level::Postfix};
        return std::nullopt;
      })
      .Default([](Operation *) { return std::nullopt; });
}
