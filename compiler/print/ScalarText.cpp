//===- ScalarText.cpp - Constants, sizes, and numbers on the host ---------------------------===//

#include "compiler/dialect/GradientOps.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/dialect/PathOps.h"
#include "compiler/print/FunctionPrinter.h"
#include "compiler/print/SizeText.h"
#include "compiler/print/Subscripts.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mdl;
using namespace mdl::print;

static double numberOf(Attribute element) {
  if (auto number = dyn_cast<FloatAttr>(element))
    return number.getValueAsDouble();
  auto number = cast<IntegerAttr>(element);
  bool countsFromZero = number.getType().isUnsignedInteger() || number.getType().isInteger(1);
  return countsFromZero ? double(number.getValue().getZExtValue()) : double(number.getValue().getSExtValue());
}

/// `[[1.0, 2.0], [3.0, 4.0]]`.
static std::string listText(ArrayRef<int64_t> shape, ArrayRef<Attribute> elements, Type element) {
  if (shape.empty())
    return literal(numberOf(elements.front()), element, /*pointed=*/true);
  SmallVector<std::string> parts;
  size_t step = elements.size() / std::max<int64_t>(shape.front(), 1);
  for (int64_t i = 0; i < shape.front(); ++i)
    parts.push_back(listText(shape.drop_front(), elements.slice(i * step, step), element));
  return "[" + llvm::join(parts, ", ") + "]";
}

/// The elements of a constant; nothing where they are not numbers.
static std::optional<Text> constantText(Value result, Attribute value) {
  auto elements = dyn_cast<DenseElementsAttr>(value);
  auto type = dyn_cast<RankedTensorType>(result.getType());
  if (!elements || !type)
    return isa<FloatAttr, IntegerAttr>(value) ? std::optional(openNumber(numberOf(value), result.getType()))
                                              : std::nullopt;
  if (elements.isSplat())
    return openNumber(numberOf(elements.getSplatValue<Attribute>()), type.getElementType(), type.getRank());
  SmallVector<Attribute> values(elements.getValues<Attribute>());
  Type element = type.getElementType();
  return wholeText(listText(type.getShape(), values, element) + conversionOfLiteral(element), Level::Postfix, result);
}

static Text scalarInfix(FunctionPrinter &printer, Operation *op, StringRef sign, Level level) {
  std::string x = printer.text(op->getOperand(0)).in(level);
  return {x + " " + sign.str() + " " + printer.text(op->getOperand(1)).in(Level(uint8_t(level) + 1)), level};
}

static Text scalarCompareText(FunctionPrinter &printer, arith::CmpIOp op) {
  static constexpr StringLiteral signs[] = {"==", "!=", "<", "<=", ">", ">=", "<", "<=", ">", ">="};
  return scalarInfix(printer, op, signs[size_t(op.getPredicate())], Level::Compare);
}

/// `n`, `len(x)`, `2 * n - 1`.
static Text numberOfElements(const std::string &text) {
  return {text, StringRef(text).contains(' ') ? Level::Sum : Level::Postfix};
}

/// A choice between truth values: `a or b`, not `if a { true } else { b }`.
static std::optional<Text> logicText(const Text &condition, const Text &yes, const Text &no) {
  auto joined = [&](const Text &first, StringRef word, const Text &second, Level level) {
    return Text{first.in(level) + word.str() + second.in(level), level, yes.axes};
  };
  Text negated{"not " + condition.in(Level::Not), Level::Not};
  if (yes.number && no.number && *yes.number != *no.number)
    return *yes.number != 0 ? condition : negated;
  if (yes.number)
    return *yes.number != 0 ? joined(condition, " or ", no, Level::Or) : joined(negated, " and ", no, Level::And);
  if (no.number)
    return *no.number != 0 ? joined(negated, " or ", yes, Level::Or) : joined(condition, " and ", yes, Level::And);
  return std::nullopt;
}

/// `if c { a } else { b }` in a line.
static Text choiceText(FunctionPrinter &printer, Value chosen, Value condition, Value yes, Value no) {
  if (getElementTypeOrSelf(chosen).isInteger(1))
    if (auto text = logicText(printer.text(condition), printer.text(yes), printer.text(no)))
      return *text;
  return wholeText("if " + printer.text(condition).text + " { " + printer.alone(yes).text + " } else { " +
                       printer.alone(no).text + " }",
                   Level::Lowest, chosen);
}

std::optional<Text> mdl::print::scalarText(FunctionPrinter &printer, Operation *op) {
  auto call = [&](StringRef name) -> Text {
    return {name.str() + "(" + printer.index(op->getOperand(0)) + ", " + printer.index(op->getOperand(1)) + ")",
            Level::Postfix};
  };
  return llvm::TypeSwitch<Operation *, std::optional<Text>>(op)
      .Case<ConstantOp, arith::ConstantOp>([&](auto constant) { return constantText(constant, constant.getValue()); })
      .Case([&](tensor::DimOp dim) -> std::optional<Text> {
        if (auto axis = dim.getConstantIndex())
          return numberOfElements(printer.sizeText(dim.getSource(), *axis));
        return std::nullopt;
      })
      .Case<tensor::ExtractOp>([&](tensor::ExtractOp extract) -> std::optional<Text> {
        if (extract.getIndices().empty())
          return printer.text(extract.getTensor());
        return std::nullopt;
      })
      .Case<tensor::FromElementsOp>([&](tensor::FromElementsOp made) -> std::optional<Text> {
        if (tensorType(made.getResult()).getRank() == 0)
          return printer.text(made.getElements().front());
        return std::nullopt;
      })
      .Case<arith::IndexCastOp, arith::IndexCastUIOp>([&](Operation *) { return printer.text(op->getOperand(0)); })
      .Case<arith::AddIOp, arith::SubIOp>(
          [&](Operation *) { return Text{printer.index(op->getResult(0)), Level::Sum}; })
      .Case<arith::MulIOp>([&](Operation *) { return scalarInfix(printer, op, "*", Level::Product); })
      .Case<arith::FloorDivSIOp>([&](Operation *) { return scalarInfix(printer, op, "//", Level::Product); })
      .Case<arith::CeilDivSIOp>([&](Operation *) -> Text {
        return {"-(-" + printer.text(op->getOperand(0)).in(Level::Power) + " // " +
                    printer.text(op->getOperand(1)).in(Level::Negative) + ")",
                Level::Negative};
      })
      .Case<arith::MaxSIOp>([&](Operation *) { return call("maximum"); })
      .Case([&](arith::MinSIOp least) -> Text {
        if (auto head = headOf(printer, least.getResult()))
          return {"len(arange(" + head->all + ")[:" + head->end.text() + "])", Level::Postfix};
        return call("minimum");
      })
      .Case([&](arith::CmpIOp compare) { return scalarCompareText(printer, compare); })
      .Case<arith::AndIOp>([&](Operation *) { return scalarInfix(printer, op, "and", Level::And); })
      .Case([&](arith::SelectOp choice) {
        return choiceText(printer, choice, choice.getCondition(), choice.getTrueValue(), choice.getFalseValue());
      })
      .Case([&](scf::IfOp branch) -> std::optional<Text> {
        if (isStatement(branch))
          return std::nullopt;
        return choiceText(printer, branch.getResult(0), branch.getCondition(), branch.thenYield().getOperand(0),
                          branch.elseYield().getOperand(0));
      })
      .Case([&](arith::XOrIOp flip) -> std::optional<Text> {
        if (getConstantIntValue(flip.getRhs()).value_or(0) == 0)
          return std::nullopt;
        return Text{"not " + printer.text(flip.getLhs()).in(Level::Not), Level::Not};
      })
      .Case<arith::OrIOp>([&](Operation *) { return scalarInfix(printer, op, "or", Level::Or); })
      .Default([](Operation *) { return std::nullopt; });
}

bool mdl::print::isTrivial(Operation *op) {
  if (isa<ConstantOp, IotaOp, BroadcastOp, StopGradientOp, BarrierOp, AnySizeOp, tensor::CastOp, tensor::DimOp,
          tensor::EmptyOp, tensor::ExtractOp, tensor::FromElementsOp>(op))
    return true;
  // `x[i]` of a slice is one text with it.
  if (auto reshape = dyn_cast<ReshapeOp>(op))
    return onesChange(reshape) && !reshape.getInput().getDefiningOp<SliceOp>();
  // A conversion of a size, and anything about sizes.
  if (auto cast = dyn_cast<CastOp>(op))
    return tensorType(cast.getResult()).getRank() == 0;
  return isa_and_nonnull<arith::ArithDialect>(op->getDialect());
}
