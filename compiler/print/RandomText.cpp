//===- RandomText.cpp - Random numbers --------------------------------------------------------===//
//
// Stage: print. A draw says its key, so that the way back draws the same. Keys in loops are
// counted up from `random_seed()` (copyWithCountedKeys).
//
//===----------------------------------------------------------------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/print/FunctionPrinter.h"
#include "compiler/print/Subscripts.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mdl;
using namespace mdl::print;

/// What the runtime draws for each of a tensor of keys: `[randn([3], seed=keys[i]) for i in 0..n]`.
static std::optional<Text> textOfEach(FunctionPrinter &printer, RuntimeOp call) {
  auto name = llvm::StringSwitch<StringRef>(call.getCallee())
                  .Case("mdl_fill_uniform_each", "uniform")
                  .Case("mdl_fill_normal_each", "randn")
                  .Case("mdl_fill_permutation_each", "permutation")
                  .Default("");
  if (name.empty())
    return std::nullopt;
  Value keys = call.getIns()[0], result = call.getResult(0);
  int64_t first = tensorType(keys).getRank();
  SmallVector<std::string> indices, ranges, sizes;
  for (int64_t axis = 0; axis < first; ++axis) {
    indices.push_back(printer.freshIndex());
    ranges.push_back(indices.back() + " in 0.." + printer.sizeText(keys, axis));
  }
  for (int64_t axis = first; axis < tensorType(result).getRank(); ++axis)
    sizes.push_back(printer.sizeText(result, axis));
  std::string shape = name == "permutation" ? sizes.front() : "[" + llvm::join(sizes, ", ") + "]";
  Type element = getElementTypeOrSelf(result);
  bool isUsual = element.isF32() || element.isInteger(64);
  return wholeText("[" + name.str() + "(" + shape + ", seed=" + printer.whole(keys).in(Level::Postfix) + "[" +
                       llvm::join(indices, ", ") + "]" + (isUsual ? "" : ", dtype=" + elementName(element)) + ") for " +
                       llvm::join(ranges, ", ") + "]",
                   Level::Atom, result);
}

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
        return textOfEach(printer, call);
      })
      .Default([](Operation *) { return std::nullopt; });
}
