//===- SizeText.cpp - Sizes and subscripts --------------------------------------------------===//
//
// Stage: print. Sizes are sums of names with whole factors, as a user would write them:
// `n - 1`, not `n + -1`.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/print/SizeText.h"

#include "compiler/dialect/GradientOps.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/PathOps.h"
#include "compiler/print/FunctionPrinter.h"
#include "compiler/print/Print.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mdl;
using namespace mdl::print;

/// A name or a number: it needs no parentheses anywhere.
static bool isWord(StringRef text) {
  return llvm::all_of(text, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

LinearSize LinearSize::plus(const LinearSize &other, int64_t factor) const {
  LinearSize sum = *this;
  sum.constant += factor * other.constant;
  for (auto &[name, count] : other.terms) {
    int64_t &own = sum.terms[name];
    own += factor * count;
    if (own == 0)
      sum.terms.erase(name);
  }
  sum.quotients.insert(other.quotients.begin(), other.quotients.end());
  return sum;
}

/// `i % 3` for `i - 3 * (i // 3)`, wherever that leaves fewer terms.
LinearSize LinearSize::withRemainders() const {
  for (auto &[name, factor] : terms) {
    auto known = quotients.find(name);
    if (known == quotients.end() || factor % known->second->divisor != 0)
      continue;
    auto &[dividend, divisor] = *known->second;
    int64_t count = -factor / divisor;
    LinearSize rest = plus({{{name, factor}}, 0}, -1).plus(dividend, -count);
    if (rest.terms.size() + 1 >= terms.size())
      continue;
    std::string text = dividend.text();
    return rest.plus({{{(isWord(text) ? text : "(" + text + ")") + " % " + std::to_string(divisor), 1}}, 0}, count)
        .withRemainders();
  }
  return *this;
}

std::string LinearSize::text() const {
  if (LinearSize simple = withRemainders(); simple.terms != terms)
    return simple.text();
  std::string text;
  auto add = [&](int64_t factor, const std::string &name) {
    std::string times = std::to_string(std::abs(factor));
    std::string size = name.empty()                      ? times
                       : std::abs(factor) == 1           ? name
                       : StringRef(name).contains(" % ") ? times + " * (" + name + ")"
                                                         : times + " * " + name;
    text += text.empty() ? (factor < 0 ? "-" : "") + size : (factor < 0 ? " - " : " + ") + size;
  };
  for (auto &[name, factor] : terms)
    if (factor > 0)
      add(factor, name);
  bool first = text.empty() && constant > 0; // `4 - i`
  if (first)
    add(constant, "");
  for (auto &[name, factor] : terms)
    if (factor < 0)
      add(factor, name);
  if ((constant && !first) || text.empty())
    add(constant, "");
  return text;
}

LinearSize LinearSize::parse(StringRef text) {
  LinearSize size;
  SmallVector<StringRef> parts;
  text.split(parts, ' ');
  int64_t sign = 1;
  for (StringRef part : parts) {
    if (part == "+" || part == "-") {
      sign = part == "+" ? 1 : -1;
      continue;
    }
    int64_t factor = 1;
    if (!part.consumeInteger(10, factor))
      part.consume_front("*");
    std::string name = llvm::join(llvm::split(part, '*'), " * ");
    size = size.plus(name.empty() ? LinearSize{{}, factor} : LinearSize{{{name, factor}}}, sign);
  }
  return size;
}

namespace {
/// `dividend // divisor`.
struct SizeQuotient {
  Value dividend, divisor;
};
} // namespace

/// What is computed as a quotient of two sizes that is 0 where the divisor is 0; nothing for any other choice.
static std::optional<SizeQuotient> guardedQuotient(Value value) {
  auto choice = value.getDefiningOp<arith::SelectOp>();
  auto isZero = choice ? choice.getCondition().getDefiningOp<arith::CmpIOp>() : nullptr;
  auto quotient = choice ? choice.getFalseValue().getDefiningOp<arith::FloorDivSIOp>() : nullptr;
  auto divisor = quotient ? quotient.getRhs().getDefiningOp<arith::SelectOp>() : nullptr;
  bool isGuarded = isZero && divisor && isZero.getPredicate() == arith::CmpIPredicate::eq &&
                   getConstantIntValue(isZero.getRhs()) == 0 && getConstantIntValue(choice.getTrueValue()) == 0 &&
                   divisor.getCondition() == choice.getCondition() && divisor.getFalseValue() == isZero.getLhs();
  return isGuarded ? std::optional(SizeQuotient{quotient.getLhs(), isZero.getLhs()}) : std::nullopt;
}

/// The product of two terms; nothing of sums.
static std::optional<LinearSize> productOfTerms(const LinearSize &a, const LinearSize &b) {
  if (a.terms.size() != 1 || b.terms.size() != 1 || a.constant || b.constant)
    return std::nullopt;
  auto &[first, count] = *a.terms.begin();
  auto &[second, more] = *b.terms.begin();
  return LinearSize{{{std::min(first, second) + " * " + std::max(first, second), count * more}}};
}

LinearSize mdl::print::linear(FunctionPrinter &printer, OpFoldResult number) {
  if (auto known = getConstantIntValue(number))
    return {{}, *known};
  Value value = cast<Value>(number);
  Operation *op = value.getDefiningOp();
  auto of = [&](unsigned i) { return linear(printer, op->getOperand(i)); };
  bool isOne = !isa<RankedTensorType>(value.getType()) ||
               (tensorType(value).getRank() == 0 && elementType(value).isSignlessInteger(64));
  if (op && isOne && !printer.isNamed(value)) {
    if (isa<arith::IndexCastOp, tensor::FromElementsOp>(op) ||
        (isa<tensor::ExtractOp>(op) && op->getNumOperands() == 1))
      return of(0);
    if (auto dim = dyn_cast<tensor::DimOp>(op); dim && dim.getConstantIndex())
      return printer.size(dim.getSource(), *dim.getConstantIndex());
    if (isa<arith::AddIOp, AddOp>(op))
      return of(0).plus(of(1));
    if (isa<arith::SubIOp, SubOp>(op))
      return of(0).plus(of(1), -1);
    if (isa<arith::MulIOp, MulOp>(op)) {
      LinearSize a = of(0), b = of(1);
      if (a.terms.empty() || b.terms.empty())
        return a.terms.empty() ? LinearSize().plus(b, a.constant) : LinearSize().plus(a, b.constant);
      if (auto product = productOfTerms(a, b))
        return *product;
    }
    if (auto quotient = guardedQuotient(value)) {
      std::string dividend = linear(printer, quotient->dividend).text();
      std::string divisor = linear(printer, quotient->divisor).text();
      bool isOneTerm = !StringRef(dividend).contains(' ');
      return {{{"(" + (isOneTerm ? dividend : "(" + dividend + ")") + " // " +
                    (isWord(divisor) ? divisor : "(" + divisor + ")") + ")",
                1}},
              0};
    }
  }
  Text text = printer.text(value);
  if (text.number)
    return {{}, int64_t(*text.number)};
  std::string term = isWord(text.text) ? text.text : text.in(Level::Negative);
  LinearSize size{{{term, 1}}, 0};
  if (auto division = value.getDefiningOp<arith::FloorDivSIOp>(); division && !printer.isNamed(value))
    if (auto divisor = getConstantIntValue(division.getRhs()); divisor.value_or(0) > 0)
      size.quotients[term] =
          std::make_shared<LinearSize::Quotient>(LinearSize::Quotient{linear(printer, division.getLhs()), *divisor});
  return size;
}

std::string FunctionPrinter::index(OpFoldResult number) { return linear(*this, number).text(); }

/// What a loop carries, or passes on, has the sizes of what it starts with, unless it changes them.
static Value startOf(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  Operation *loop = argument ? argument.getOwner()->getParentOp() : value.getDefiningOp();
  Value start, next;
  if (auto counted = dyn_cast_or_null<scf::ForOp>(loop)) {
    OpOperand *init = argument ? counted.getTiedLoopInit(argument) : counted.getTiedLoopInit(cast<OpResult>(value));
    start = init ? init->get() : Value();
    next = init ? counted.getYieldedValues()[counted.getTiedLoopResult(init).getResultNumber()] : Value();
  } else if (auto loops = dyn_cast_or_null<scf::WhileOp>(loop)) {
    if (!argument || argument.getOwner() == loops.getAfterBody())
      return loops.getConditionOp()
          .getArgs()[argument ? argument.getArgNumber() : cast<OpResult>(value).getResultNumber()];
    start = loops.getInits()[argument.getArgNumber()];
    next = loops.getYieldOp().getOperand(argument.getArgNumber());
  }
  bool changes = start && (start.getDefiningOp<AnySizeOp>() || next.getDefiningOp<AnySizeOp>());
  return changes ? Value() : start;
}

std::optional<LinearSize> FunctionPrinter::sizeOfCarried(Value value, int64_t axis) {
  if (Value start = startOf(value))
    return size(start, axis);
  auto branch = value.getDefiningOp<scf::IfOp>();
  if (!branch || !branch.elseBlock())
    return std::nullopt;
  unsigned number = cast<OpResult>(value).getResultNumber();
  Value yes = branch.thenYield().getOperand(number), no = branch.elseYield().getOperand(number);
  if (yes.getDefiningOp<AnySizeOp>() || no.getDefiningOp<AnySizeOp>())
    return std::nullopt;
  // What a branch computes has no name behind it.
  std::string text = sizeText(yes, axis);
  bool isKnown = text == sizeText(no, axis) && !StringRef(text).contains('(');
  return isKnown ? std::optional(size(yes, axis)) : std::nullopt;
}

LinearSize LinearSize::joined() const {
  for (auto &[name, factor] : terms) {
    LinearSize whole = plus({{{name, 1}}, 0}, -1), others{whole.terms, 0};
    std::string number = std::to_string(-whole.constant), all = others.text();
    if (factor == 1 &&
        (name == "minimum(" + all + ", " + number + ")" || name == "minimum(" + number + ", " + all + ")"))
      return others;
  }
  return *this;
}

LinearSize FunctionPrinter::size(Value value, int64_t axis) {
  auto type = tensorType(value);
  if (!type.isDynamicDim(axis))
    return {{}, type.getDimSize(axis)};
  if (auto argument = dyn_cast<BlockArgument>(value); argument && argument.getOwner()->getParentOp() == function)
    if (auto sizes = function.getArgAttrOfType<ArrayAttr>(argument.getArgNumber(), sizesAttr))
      return LinearSize::parse(cast<StringAttr>(sizes[axis]));
  // The size as simplification would give it, from operands.
  Operation *op = value.getDefiningOp();
  auto given = [&](auto made) { return linear(*this, made.getDynamicSizes()[type.getDynamicDimIndex(axis)]); };
  auto fallback = [&]() -> LinearSize {
    std::string own = text(value).text;
    return {{{axis ? "shape(" + own + ")[" + std::to_string(axis) + "]" : "len(" + own + ")", 1}}};
  };
  if (auto carried = sizeOfCarried(value, axis))
    return *carried;
  if (!op)
    return fallback();
  return llvm::TypeSwitch<Operation *, LinearSize>(op)
      .Case<BroadcastOp, ReshapeOp, IotaOp, AffineGatherOp, AffineScatterOp, UniformOp, NormalOp, PermutationOp>(given)
      .Case<SumOp, ProdOp, MaxOp, MinOp, AnyOp, AllOp>([&](auto reduction) {
        return size(reduction.getInput(),
                    otherAxes(tensorType(reduction.getInput()).getRank(), reduction.getAxes())[axis]);
      })
      .Case([&](PadOp pad) { return size(pad.getInput(), axis).plus({{}, pad.getLow()[axis] + pad.getHigh()[axis]}); })
      .Case([&](ConcatOp concat) {
        LinearSize sum = size(concat.getInputs().front(), axis);
        if (axis == int64_t(concat.getAxis()))
          for (Value part : concat.getInputs().drop_front())
            sum = sum.plus(size(part, axis));
        return sum.joined();
      })
      .Case([&](TransposeOp transpose) { return size(transpose.getInput(), transpose.getPermutation()[axis]); })
      .Case([&](SliceOp slice) { return linear(*this, slice.getMixedSizes()[axis]); })
      .Case([&](GatherOp gather) {
        int64_t ofPlaces = tensorType(gather.getIndices().front()).getRank(),
                rank = gather.getSource().getType().getRank();
        return axis < ofPlaces ? size(gather.getIndices().front(), axis)
                               : size(gather.getSource(), otherAxes(rank, gather.getAxes())[axis - ofPlaces]);
      })
      .Case([&](EinsumOp einsum) {
        auto letters = *EinsumLetters::parse(einsum.getEquation());
        size_t place = letters.lhs.find(letters.result[axis]);
        return place != StringRef::npos ? size(einsum.getLhs(), place)
                                        : size(einsum.getRhs(), letters.rhs.find(letters.result[axis]));
      })
      .Case<UpdateSliceOp, ReverseOp, CumSumOp, SortOp, ScatterAddOp, ScatterOp, StopGradientOp, BarrierOp, AnySizeOp,
            tensor::CastOp, func::CallOp>([&](Operation *) { return size(op->getOperand(0), axis); })
      .Case<ElementwiseOpInterface>([&](Operation *) { return size(op->getOperand(0), axis); })
      .Default([&](Operation *) { return fallback(); });
}

std::string FunctionPrinter::sizeText(Value value, int64_t axis) { return size(value, axis).text(); }

std::string FunctionPrinter::shapeText(Value value) {
  SmallVector<std::string> sizes;
  for (int64_t axis = 0; axis < tensorType(value).getRank(); ++axis)
    sizes.push_back(sizeText(value, axis));
  return "[" + llvm::join(sizes, ", ") + "]";
}
