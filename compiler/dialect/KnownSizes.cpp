//===- KnownSizes.cpp - Where the sizes of tensors come from ------------------===//

#include "compiler/dialect/KnownSizes.h"
#include "compiler/dialect/GradientOps.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/PathOps.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mdl;

std::optional<SizeSource> mdl::sizeFromOperands(Value tensor, int64_t axis) {
  using Source = std::optional<SizeSource>;
  Operation *op = tensor.getDefiningOp();
  auto type = dyn_cast<RankedTensorType>(tensor.getType());
  if (!op || !type || axis < 0 || axis >= type.getRank() || (tensor != op->getResult(0) && !isa<SortOp>(op)))
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
      .Case<UpdateSliceOp, ReverseOp, CumSumOp, SortOp, ScatterAddOp, ScatterOp, StopGradientOp, BarrierOp, AnySizeOp>(
          [&](Operation *) { return same(op->getOperand(0)); })
      .Case([&](GatherOp gather) {
        int64_t named = gather.getIndices().empty() ? 0 : tensorType(gather.getIndices()[0]).getRank();
        if (axis < named)
          return same(gather.getIndices()[0]);
        Value source = gather.getSource();
        return Source({{}, source, otherAxes(tensorType(source).getRank(), gather.getAxes())[axis - named]});
      })
      .Case([&](PadOp pad) {
        return pad.getLow()[axis] == 0 && pad.getHigh()[axis] == 0 ? same(pad.getInput()) : Source();
      })
      .Case([&](ConcatOp concat) {
        return axis == int64_t(concat.getAxis()) ? Source() : same(concat.getInputs().front());
      })
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

/// The values that may become this result or argument of a loop or branch; none where it is nothing of that kind.
static SmallVector<Value> comingValues(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    unsigned place = argument.getArgNumber();
    Operation *around = argument.getOwner()->getParentOp();
    if (auto loop = dyn_cast_or_null<scf::WhileOp>(around))
      return argument.getOwner() == loop.getBeforeBody()
                 ? SmallVector<Value>{loop.getInits()[place], loop.getYieldOp().getOperand(place)}
                 : SmallVector<Value>{loop.getConditionOp().getArgs()[place]};
    auto loop = dyn_cast_or_null<scf::ForOp>(around);
    if (!loop || argument == loop.getInductionVar())
      return {};
    return {loop.getTiedLoopInit(argument)->get(), loop.getTiedLoopYieldedValue(argument)->get()};
  }
  unsigned place = cast<OpResult>(value).getResultNumber();
  if (auto loop = value.getDefiningOp<scf::ForOp>())
    return {loop.getInitArgs()[place], loop.getYieldedValues()[place]};
  if (auto loop = value.getDefiningOp<scf::WhileOp>())
    return {loop.getConditionOp().getArgs()[place]};
  if (auto branch = value.getDefiningOp<scf::IfOp>())
    return {branch.thenYield().getOperand(place), branch.elseYield().getOperand(place)};
  return {};
}

namespace {
/// Follows sizes to their sources, through loops that keep them: what a loop carries has the size of its first value if
/// each pass that begins with its own size ends with it.
class SizeWalk {
public:
  SizeSource source(Value tensor, int64_t axis) {
    SizeSource source{{}, tensor, axis};
    while (true) {
      std::optional<SizeSource> next = source.size ? behindDim(source.size) : step(source.tensor, source.axis);
      if (!next)
        return source;
      source = *next;
    }
  }

private:
  /// Loops and branches are looked into this often; behind them their number could double with each.
  static constexpr unsigned Most = 64;

  SmallVector<std::pair<Value, int64_t>> open;
  unsigned looked = 0;

  static std::optional<SizeSource> behindDim(OpFoldResult size) {
    auto value = dyn_cast<Value>(size);
    auto dim = value ? value.getDefiningOp<tensor::DimOp>() : nullptr;
    if (!dim || !dim.getConstantIndex())
      return std::nullopt;
    return SizeSource{{}, dim.getSource(), *dim.getConstantIndex()};
  }

  std::optional<SizeSource> step(Value tensor, int64_t axis) {
    auto type = cast<RankedTensorType>(tensor.getType());
    if (!type.isDynamicDim(axis))
      return SizeSource{Builder(tensor.getContext()).getIndexAttr(type.getDimSize(axis))};
    if (auto cast = tensor.getDefiningOp<tensor::CastOp>())
      return SizeSource{{}, cast.getSource(), axis};
    if (auto next = sizeFromOperands(tensor, axis))
      return next;
    return common(tensor, axis);
  }

  /// The source that all values share which may become this one; what stands for itself is left out.
  std::optional<SizeSource> common(Value tensor, int64_t axis) {
    std::pair<Value, int64_t> self(tensor, axis);
    if (llvm::is_contained(open, self) || looked == Most)
      return std::nullopt;
    ++looked;
    open.push_back(self);
    std::optional<SizeSource> found;
    bool agree = true;
    for (Value coming : comingValues(tensor)) {
      SizeSource one = source(coming, axis);
      if (one == SizeSource{{}, tensor, axis})
        continue;
      agree &= !found || *found == one;
      found = one;
    }
    open.pop_back();
    return agree ? found : std::nullopt;
  }
};
} // namespace

SizeSource mdl::sizeSource(Value tensor, int64_t axis) { return SizeWalk().source(tensor, axis); }

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
