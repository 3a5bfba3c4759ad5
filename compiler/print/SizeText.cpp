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
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mdl;
using namespace mdl::print;

LinearSize LinearSize::plus(const LinearSize &other, int64_t factor) const {
  LinearSize sum = *this;
  sum.constant += factor * other.constant;
  for (auto &[name, count] : other.terms) {
    int64_t &own = sum.terms[name];
    own += factor * count;
    if (own == 0)
      sum.terms.erase(name);
  }
  return sum;
}

std::string LinearSize::text() const {
  std::string text;
  auto add = [&](int64_t factor, const std::string &name) {
    std::string size = name.empty()            ? std::to_string(std::abs(factor))
                       : std::abs(factor) != 1 ? std::to_string(std::abs(factor)) + " * " + name
                                               : name;
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

LinearSize mdl::print::linear(FunctionPrinter &printer, OpFoldResult number) {
  if (auto known = getConstantIntValue(number))
    return {{}, *known};
  Value value = cast<Value>(number);
  Operation *op = value.getDefiningOp();
  auto of = [&](unsigned i) { return linear(printer, op->getOperand(i)); };
  if (op && !printer.isNamed(value)) {
    if (isa<arith::IndexCastOp>(op))
      return of(0);
    if (isa<arith::AddIOp>(op))
      return of(0).plus(of(1));
    if (isa<arith::SubIOp>(op))
      return of(0).plus(of(1), -1);
    if (isa<arith::MulIOp>(op)) {
      LinearSize a = of(0), b = of(1);
      if (a.terms.empty() || b.terms.empty())
        return a.terms.empty() ? LinearSize().plus(b, a.constant) : LinearSize().plus(a, b.constant);
    }
  }
  Text text = printer.text(value);
  bool isWord = llvm::all_of(text.text, [](char c) { return llvm::isAlnum(c) || c == '_'; });
  return {{{isWord ? text.text : text.in(Level::Negative), 1}}, 0};
}

std::string FunctionPrinter::index(OpFoldResult number) { return linear(*this, number).text(); }

std::string FunctionPrinter::sizeText(Value value, int64_t axis) {
  auto type = tensorType(value);
  if (!type.isDynamicDim(axis))
    return std::to_string(type.getDimSize(axis));
  if (auto argument = dyn_cast<BlockArgument>(value); argument && argument.getOwner()->getParentOp() == function)
    if (auto sizes = function.getArgAttrOfType<ArrayAttr>(argument.getArgNumber(), sizesAttr))
      return cast<StringAttr>(sizes[axis]).str();
  // The size as simplification would give it, from operands.
  Operation *op = value.getDefiningOp();
  auto given = [&](auto made) { return index(made.getDynamicSizes()[type.getDynamicDimIndex(axis)]); };
  auto fallback = [&] {
    std::string own = text(value).text;
    return axis ? "shape(" + own + ")[" + std::to_string(axis) + "]" : "len(" + own + ")";
  };
  if (!op) // What a loop carries.
    return fallback();
  return llvm::TypeSwitch<Operation *, std::string>(op)
      .Case<BroadcastOp, ReshapeOp, IotaOp, AffineGatherOp, AffineScatterOp, UniformOp, NormalOp, PermutationOp>(given)
      .Case<SumOp, ProdOp, MaxOp, MinOp, AnyOp, AllOp>([&](auto reduction) {
        return sizeText(reduction.getInput(),
                        otherAxes(tensorType(reduction.getInput()).getRank(), reduction.getAxes())[axis]);
      })
      .Case([&](TransposeOp transpose) { return sizeText(transpose.getInput(), transpose.getPermutation()[axis]); })
      .Case([&](SliceOp slice) { return index(slice.getMixedSizes()[axis]); })
      .Case([&](GatherOp gather) {
        int64_t ofPlaces = tensorType(gather.getIndices().front()).getRank(),
                rank = gather.getSource().getType().getRank();
        return axis < ofPlaces ? sizeText(gather.getIndices().front(), axis)
                               : sizeText(gather.getSource(), otherAxes(rank, gather.getAxes())[axis - ofPlaces]);
      })
      .Case([&](EinsumOp einsum) {
        auto letters = *EinsumLetters::parse(einsum.getEquation());
        size_t place = letters.lhs.find(letters.result[axis]);
        return place != StringRef::npos ? sizeText(einsum.getLhs(), place)
                                        : sizeText(einsum.getRhs(), letters.rhs.find(letters.result[axis]));
      })
      .Case<UpdateSliceOp, ReverseOp, CumSumOp, ScatterAddOp, StopGradientOp, BarrierOp, AnySizeOp, tensor::CastOp>(
          [&](Operation *) { return sizeText(op->getOperand(0), axis); })
      .Case<ElementwiseOpInterface>([&](Operation *) { return sizeText(op->getOperand(0), axis); })
      .Default([&](Operation *) { return fallback(); });
}

std::string FunctionPrinter::shapeText(Value value) {
  SmallVector<std::string> sizes;
  for (int64_t axis = 0; axis < tensorType(value).getRank(); ++axis)
    sizes.push_back(sizeText(value, axis));
  return "[" + llvm::join(sizes, ", ") + "]";
}
