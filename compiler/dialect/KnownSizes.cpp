//===- KnownSizes.cpp - Where the sizes of tensors come from ------------------===//

#include "compiler/dialect/KnownSizes.h"
#include "compiler/dialect/GradientOps.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/PathOps.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mdl;

std::optional<SizeSource> mdl::sizeFromOperands(Value tensor, int64_t axis) {
  using Source = std::optional<SizeSource>;
  Operation *op = tensor.getDefiningOp();
  auto type = dyn_cast<RankedTensorType>(tensor.getType());
  if (!op || !type || tensor != op->getResult(0) || axis < 0 || axis >= type.getRank())
    return std::nullopt;
  auto same = [&](Value operand) { return Source({{}, operand, axis}); };
  auto given = [&](auto made) {
    return type.isDynamicDim(axis) ? Source({OpFoldResult(made.getDynamicSizes()[type.getDynamicDimIndex(axis)])})
                                   : Source();
  };
  auto kept = [&](auto reduction) {
    Value input = reduction.getInput();
    return Source({{}, input, otherAxes(tensorType(input).getRank(), reduction.getAxes())[axis]});
  };
  return llvm::TypeSwitch<Operation *, Source>(op)
      .Case<BroadcastOp, ReshapeOp, IotaOp, AffineGatherOp, AffineScatterOp, UniformOp, NormalOp, PermutationOp>(given)
      .Case<SumOp, ProdOp, MaxOp, MinOp, AnyOp, AllOp>(kept)
      .Case<UpdateSliceOp, ReverseOp, CumSumOp, ScatterAddOp, StopGradientOp, BarrierOp, AnySizeOp>(
          [&](Operation *) { return same(op->getOperand(0)); })
      .Case([&](TransposeOp transpose) { return Source({{}, transpose.getInput(), transpose.getPermutation()[axis]}); })
      .Case([&](SliceOp slice) { return Source({slice.getMixedSizes()[axis]}); })
      .Case([&](EinsumOp einsum) {
        auto letters = *EinsumLetters::parse(einsum.getEquation());
        char letter = letters.result[axis];
        size_t place = letters.lhs.find(letter);
        if (place != StringRef::npos)
          return Source({{}, einsum.getLhs(), int64_t(place)});
        return Source({{}, einsum.getRhs(), int64_t(letters.rhs.find(letter))});
      })
      .Case([&](ElementwiseOpInterface) { return same(op->getOperand(0)); })
      .Default([](Operation *) { return Source(); });
}

SizeSource mdl::sizeSource(Value tensor, int64_t axis) {
  SizeSource source{{}, tensor, axis};
  while (true) {
    if (!source.size) {
      auto type = cast<RankedTensorType>(source.tensor.getType());
      std::optional<SizeSource> next;
      if (!type.isDynamicDim(source.axis))
        next = SizeSource{Builder(tensor.getContext()).getIndexAttr(type.getDimSize(source.axis))};
      else if (auto cast = source.tensor.getDefiningOp<tensor::CastOp>())
        next = SizeSource{{}, cast.getSource(), source.axis};
      else
        next = sizeFromOperands(source.tensor, source.axis);
      if (!next)
        return source;
      source = *next;
      continue;
    }
    auto value = dyn_cast<Value>(source.size);
    auto dim = value ? value.getDefiningOp<tensor::DimOp>() : nullptr;
    if (!dim || !dim.getConstantIndex())
      return source;
    source = {{}, dim.getSource(), *dim.getConstantIndex()};
  }
}

/// The axes whose size is not 1.
static SmallVector<int64_t> realAxes(RankedTensorType type) {
  return llvm::to_vector(llvm::make_filter_range(llvm::seq<int64_t>(0, type.getRank()),
                                                 [&](int64_t axis) { return type.getDimSize(axis) != 1; }));
}

std::optional<SmallVector<std::pair<int64_t, int64_t>>> mdl::alignedAxes(ReshapeOp op) {
  auto from = op.getInput().getType(), to = op.getType();
  SmallVector<int64_t> fromAxes = realAxes(from), toAxes = realAxes(to);
  if (fromAxes.size() != toAxes.size())
    return std::nullopt;
  SmallVector<std::pair<int64_t, int64_t>> pairs;
  unsigned unknown = 0;
  for (auto [a, b] : llvm::zip(fromAxes, toAxes)) {
    if (from.isDynamicDim(a) != to.isDynamicDim(b) || from.getDimSize(a) != to.getDimSize(b))
      return std::nullopt;
    unknown += from.isDynamicDim(a) && !(sizeSource(op.getInput(), a) == sizeSource(op.getResult(), b));
    pairs.push_back({a, b});
  }
  // The last unknown one is settled by the others, for the elements are as many.
  return unknown <= 1 ? std::optional(pairs) : std::nullopt;
}
