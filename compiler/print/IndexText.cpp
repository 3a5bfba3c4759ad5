//===- IndexText.cpp - Reads and writes by index --------------------------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/print/FunctionPrinter.h"
#include "compiler/print/SizeText.h"
#include "compiler/print/Subscripts.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mdl;
using namespace mdl::print;

/// `k` for a place that is k, or `k + all` where k is negative.
static std::optional<LinearSize> placeAmong(FunctionPrinter &printer, OpFoldResult place, StringRef all) {
  auto choice = getConstantIntValue(place) ? nullptr : cast<Value>(place).getDefiningOp<arith::SelectOp>();
  auto compare = choice ? choice.getCondition().getDefiningOp<arith::CmpIOp>() : nullptr;
  bool isFromEnd = compare && compare.getPredicate() == arith::CmpIPredicate::slt &&
                   getConstantIntValue(compare.getRhs()) == 0 &&
                   linear(printer, compare.getLhs()).text() == printer.index(choice.getFalseValue());
  if (!isFromEnd)
    return std::nullopt;
  LinearSize own = linear(printer, choice.getFalseValue());
  LinearSize moved = linear(printer, choice.getTrueValue()).plus(own, -1);
  return moved.text() == all ? std::optional(own) : std::nullopt;
}

std::optional<LinearSize> mdl::print::placeFromEnd(FunctionPrinter &printer, Value whole, int64_t axis,
                                                   OpFoldResult place) {
  return placeAmong(printer, place, printer.sizeText(whole, axis));
}

std::optional<HeadSize> mdl::print::headOf(FunctionPrinter &printer, OpFoldResult number) {
  auto least = getConstantIntValue(number) ? nullptr : cast<Value>(number).getDefiningOp<arith::MinSIOp>();
  for (unsigned place : {0, 1}) {
    auto most = least ? least->getOperand(place).getDefiningOp<arith::MaxSIOp>() : nullptr;
    if (!most || getConstantIntValue(most.getRhs()) != 0)
      continue;
    std::string all = linear(printer, least->getOperand(1 - place)).text();
    if (auto end = placeAmong(printer, most.getLhs(), all))
      return HeadSize{*end, all};
  }
  return std::nullopt;
}

/// What a size is at most, where it is that of all elements if they are fewer.
static std::optional<LinearSize> mostOf(FunctionPrinter &printer, OpFoldResult size, StringRef all) {
  auto least = getConstantIntValue(size) ? nullptr : cast<Value>(size).getDefiningOp<arith::MinSIOp>();
  if (!least)
    return std::nullopt;
  LinearSize first = linear(printer, least.getLhs()), second = linear(printer, least.getRhs());
  if (first.text() == all)
    return second;
  return second.text() == all ? std::optional(first) : std::nullopt;
}

/// Whether `x[:size]` would be so many elements only where there are so many: a number of them, or `n - 1` of an axis
/// that is not known to be longer.
static bool isPromise(const LinearSize &size, const LinearSize &extent) {
  bool isFewer = size.constant < 0 && llvm::none_of(size.terms, [](auto &term) { return term.second < 0; });
  return !extent.terms.empty() && (size.terms.empty() || (isFewer && !size.plus(extent, -1).terms.empty()));
}

static bool isQuotient(const LinearSize &size, const LinearSize &dividend, int64_t divisor) {
  if (size.terms.size() != 1 || size.terms.begin()->second != 1)
    return false;
  auto known = size.quotients.find(size.terms.begin()->first);
  return known != size.quotients.end() && known->second->divisor == divisor &&
         known->second->dividend.plus({{}, size.constant * divisor}).text() == dividend.text();
}

/// Whether so many steps reach to the end of what is left: `(n + 2)//3`, and `n - n//2` for steps of two.
static bool reachesEnd(const LinearSize &size, const LinearSize &left, int64_t step) {
  return isQuotient(size, left.plus({{}, step - 1}), step) ||
         (step == 2 && isQuotient(left.plus(size, -1), left, step));
}

std::string mdl::print::subscriptText(FunctionPrinter &printer, Value whole, ArrayRef<OpFoldResult> offsets,
                                      ArrayRef<OpFoldResult> sizes, ArrayRef<OpFoldResult> strides,
                                      ArrayRef<int64_t> single, bool isTarget) {
  SmallVector<std::string> subscripts;
  for (auto [axis, offset] : llvm::enumerate(offsets)) {
    if (llvm::is_contained(single, axis)) {
      auto fromEnd = placeFromEnd(printer, whole, axis, offset);
      subscripts.push_back(fromEnd ? fromEnd->text() : printer.index(offset));
      continue;
    }
    auto first = getConstantIntValue(offset), step = getConstantIntValue(strides[axis]);
    LinearSize from = linear(printer, offset), size = linear(printer, sizes[axis]);
    LinearSize extent = printer.size(whole, axis);
    std::string all = extent.text(), start = first == 0 ? "" : from.text(), end;
    // A head or tail has as many elements as there are, at most so many; one that has just so many is no head.
    bool isTail = from.plus(size).joined().text() == all;
    auto head = headOf(printer, isTail && first != 0 ? offset : sizes[axis]);
    if (head && head->all == all && step == 1 && (first == 0 || isTail)) {
      subscripts.push_back(first == 0 ? ":" + head->end.text() : head->end.text() + ":");
      continue;
    }
    if (auto most = mostOf(printer, sizes[axis], all); most && step == 1 && (first == 0 || isTail)) {
      subscripts.push_back(isTail ? LinearSize().plus(*most, -1).text() + ":" : ":" + most->text());
      continue;
    }
    if (step)
      end = from.plus(size, *step).plus({{}, 1 - *step}).joined().text();
    else
      end = (first == 0 ? "" : start + " + ") + "(" + size.text() + " - 1) * " + printer.index(strides[axis]) + " + 1";
    // `x[1:]` and `x[:-1]`: what lies before the end is counted from there.
    LinearSize behind = from.plus(size, step ? *step : 0).plus(extent, -1);
    // As many as that, not at most as many.
    if (first == 0 && step == 1 && !isTarget && isPromise(size, extent)) {
      subscripts.push_back("arange(" + size.text() + ")");
      continue;
    }
    if (step == 1 ? end == all : step && *step > 1 && reachesEnd(size, extent.plus(from, -1), *step))
      end = "";
    else if (step == 1 && behind.terms.empty() && behind.constant < 0 && !extent.terms.empty())
      end = std::to_string(behind.constant);
    subscripts.push_back(start + ":" + end + (step == 1 ? "" : ":" + printer.index(strides[axis])));
  }
  while (subscripts.size() > 1 && subscripts.back() == ":")
    subscripts.pop_back();
  return llvm::join(subscripts, ", ");
}

std::string mdl::print::placeSubscripts(ArrayRef<std::string> places, ArrayRef<int64_t> axes) {
  SmallVector<std::string> subscripts(axes.back() + 1, ":");
  for (auto [axis, place] : llvm::zip(axes, places))
    subscripts[axis] = place;
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
  SmallVector<std::string> variables;
  for (int64_t axis = 0; axis < tensorType(value).getRank(); ++axis)
    variables.push_back(printer.freshIndex());
  return variables;
}

std::string mdl::print::affineSubscripts(FunctionPrinter &printer, AffineMap map, ArrayRef<std::string> variables,
                                         ValueRange places) {
  SmallVector<std::string> symbols, subscripts;
  for (Value place : places)
    symbols.push_back(printer.index(place));
  for (AffineExpr expr : map.getResults()) {
    for (auto [axis, variable] : llvm::enumerate(variables))
      if (variable == "0")
        expr = expr.replace(getAffineDimExpr(axis, map.getContext()), getAffineConstantExpr(0, map.getContext()));
    subscripts.push_back(affineText(expr, variables, symbols));
  }
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
  SmallVector<int64_t> order(op.getAxes());
  llvm::append_range(order, otherAxes(rank, op.getAxes()));
  SmallVector<std::string> places;
  for (Value index : op.getIndices())
    places.push_back(printer.whole(index).text);
  // The axes of the places stand in front, in `x[:, i]` where the axis was.
  if (llvm::is_sorted(order))
    return wholeText(source + "[" + llvm::join(places, ", ") + "]", Level::Postfix, op.getResult());
  std::string numbers = llvm::join(llvm::map_range(order, [](int64_t axis) { return std::to_string(axis); }), ", ");
  return wholeText("permute(" + source + ", [" + numbers + "])[" + llvm::join(places, ", ") + "]", Level::Postfix,
                   op.getResult());
}

bool mdl::print::isVectorScatter(ScatterAddOp op) {
  return tensorType(op.getResult()).getRank() == 1 && tensorType(op.getIndices().front()).getRank() == 1;
}

static std::optional<Text> scatterText(FunctionPrinter &printer, ScatterAddOp op) {
  if (!isVectorScatter(op))
    return std::nullopt;
  std::string dest = printer.whole(op.getDest()).text, index = printer.whole(op.getIndices().front()).text;
  return wholeText("scatter_add(" + dest + ", " + index + ", " + printer.whole(op.getUpdates()).text + ", axis=0)",
                   Level::Postfix, op.getResult());
}

std::optional<Text> mdl::print::sortText(FunctionPrinter &printer, Value result) {
  auto op = result.getDefiningOp<SortOp>();
  if (!op)
    return std::nullopt;
  std::string name = result == op.getValues() ? "sort(" : "argsort(";
  return wholeText(name + printer.whole(op.getInput()).text + (op.getDescending() ? ", descending=true)" : ")"),
                   Level::Postfix, result);
}

std::optional<Text> mdl::print::indexText(FunctionPrinter &printer, Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<Text>>(op)
      .Case([&](AffineGatherOp gather) { return affineGatherText(printer, gather); })
      .Case([&](GatherOp gather) { return gatherText(printer, gather); })
      .Case([&](ScatterAddOp scatter) { return scatterText(printer, scatter); })
      .Case([&](NonzeroOp places) {
        std::string all = "arange(" + printer.sizeText(places.getMask(), 0) + ")[";
        return wholeText(all + printer.whole(places.getMask()).text + "]", Level::Postfix, places.getResult());
      })
      .Default([](Operation *) { return std::nullopt; });
}
