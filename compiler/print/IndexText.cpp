//===- IndexText.cpp - Reads and writes by index --------------------------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/print/FunctionPrinter.h"
#include "compiler/print/Subscripts.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mdl;
using namespace mdl::print;

std::string mdl::print::subscriptText(FunctionPrinter &printer, Value whole, ArrayRef<OpFoldResult> offsets,
                                      ArrayRef<OpFoldResult> sizes, ArrayRef<OpFoldResult> strides,
                                      ArrayRef<int64_t> single) {
  SmallVector<std::string> subscripts;
  for (auto [axis, offset] : llvm::enumerate(offsets)) {
    if (llvm::is_contained(single, axis)) {
      subscripts.push_back(printer.index(offset));
      continue;
    }
    auto first = getConstantIntValue(offset), count = getConstantIntValue(sizes[axis]);
    auto step = getConstantIntValue(strides[axis]);
    std::string size = printer.index(sizes[axis]);
    if (first == 0 && step == 1 && size == printer.sizeText(whole, axis)) {
      subscripts.push_back(":");
      continue;
    }
    std::string end, start = first == 0 ? "" : printer.index(offset);
    if (first && count && step)
      end = std::to_string(*first + (*count - 1) * *step + 1);
    else if (step == 1)
      end = first == 0 ? size : start + " + " + size;
    else
      end = (first == 0 ? "" : start + " + ") + "(" + size + " - 1) * " + printer.index(strides[axis]) + " + 1";
    subscripts.push_back(start + ":" + end + (step == 1 ? "" : ":" + printer.index(strides[axis])));
  }
  while (subscripts.size() > 1 && subscripts.back() == ":")
    subscripts.pop_back();
  return llvm::join(subscripts, ", ");
}

/// One result of an affine map as a subscript.
static std::string affineText(AffineExpr expr, ArrayRef<std::string> dims, ArrayRef<std::string> symbols) {
  switch (expr.getKind()) {
  case AffineExprKind::Constant:
    return std::to_string(cast<AffineConstantExpr>(expr).getValue());
  case AffineExprKind::DimId:
    return dims[cast<AffineDimExpr>(expr).getPosition()];
  case AffineExprKind::SymbolId:
    return symbols[cast<AffineSymbolExpr>(expr).getPosition()];
  default:
    break;
  }
  auto binary = cast<AffineBinaryOpExpr>(expr);
  std::string x = affineText(binary.getLHS(), dims, symbols), y = affineText(binary.getRHS(), dims, symbols);
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return y.front() == '-' ? x + " - " + y.substr(1) : x + " + " + y;
  case AffineExprKind::Mul:
    return (isa<AffineBinaryOpExpr>(binary.getLHS()) ? "(" + x + ")" : x) + " * " + y;
  case AffineExprKind::Mod:
    return "(" + x + ") % " + y;
  default:
    return "((" + x + ") // " + y + ")";
  }
}

SmallVector<std::string> mdl::print::loopVariables(FunctionPrinter &printer, Value value) {
  static constexpr StringLiteral letters[] = {"i", "j", "k", "l", "m", "n"};
  SmallVector<std::string> variables;
  for (int64_t axis = 0; axis < tensorType(value).getRank(); ++axis)
    variables.push_back(printer.fresh(letters[axis % 6]));
  return variables;
}

std::string mdl::print::affineSubscripts(FunctionPrinter &printer, AffineMap map, ArrayRef<std::string> variables,
                                         ValueRange places) {
  SmallVector<std::string> symbols, subscripts;
  for (Value place : places)
    symbols.push_back(printer.index(place));
  for (AffineExpr expr : map.getResults())
    subscripts.push_back(affineText(expr, variables, symbols));
  return llvm::join(subscripts, ", ");
}

/// `[x[i + 1, j] for i in 0..n, j in 0..m]`.
static Text affineGatherText(FunctionPrinter &printer, AffineGatherOp op) {
  SmallVector<std::string> ranges;
  SmallVector<std::string> variables = loopVariables(printer, op.getResult());
  for (auto [axis, variable] : llvm::enumerate(variables))
    ranges.push_back(variable + " in 0.." + printer.sizeText(op.getResult(), axis));
  std::string read = printer.whole(op.getSource()).in(Level::Postfix) + "[" +
                     affineSubscripts(printer, op.getMap(), variables, op.getSymbols()) + "]";
  printer.release(variables);
  if (ranges.empty())
    return wholeText(read, Level::Postfix, op.getResult());
  return wholeText("[" + read + " for " + llvm::join(ranges, ", ") + "]", Level::Atom, op.getResult());
}

static Text gatherText(FunctionPrinter &printer, GatherOp op) {
  int64_t rank = op.getSource().getType().getRank();
  std::string source = printer.whole(op.getSource()).in(Level::Postfix);
  SmallVector<std::string> order, subscripts;
  bool leading = true;
  for (auto [i, axis] : llvm::enumerate(op.getAxes())) {
    leading &= axis == int64_t(i);
    order.push_back(std::to_string(axis));
  }
  for (int64_t axis : otherAxes(rank, op.getAxes()))
    order.push_back(std::to_string(axis));
  for (Value index : op.getIndices())
    subscripts.push_back(printer.whole(index).text);
  // Subscripts stand in front.
  if (!leading)
    source = "permute(" + source + ", [" + llvm::join(order, ", ") + "])";
  return wholeText(source + "[" + llvm::join(subscripts, ", ") + "]", Level::Postfix, op.getResult());
}

std::optional<Text> mdl::print::indexText(FunctionPrinter &printer, Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<Text>>(op)
      .Case([&](AffineGatherOp gather) { return affineGatherText(printer, gather); })
      .Case([&](GatherOp gather) { return gatherText(printer, gather); })
      .Default([](Operation *) { return std::nullopt; });
}
