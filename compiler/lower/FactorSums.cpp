//===- FactorSums.cpp - Sums of products as few, small products -----------------------===//
//
// Stage: lower. Input and output: mdl. A sum over a product, as comprehensions and their
// gradients write it, has factors that live in parts of its index space:
//
// - One that lacks everything that is summed over leaves the sum.
// - One whose space lies in another's is multiplied with that one there.
// - Two factors, at least one of which is used again along an axis that stays, are an
//   `mdl.einsum`; more of them become several, the smallest first.
//
// So `sum(0.5 * a[i, l] * b[l, j] * d[l] for l)` is `0.5 * ((a * d) @ b)`. A transpose of a
// product folds into its letters. What feeds an `mdl.affine_scatter` was looked at before by
// -mdl-scatter-to-windows.
//
//===----------------------------------------------------------------------===//
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/KnownSizes.h"
#include "compiler/lower/Passes.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;

namespace mdl {
namespace {

/// What a size known only at run time is taken for.
constexpr double assumedSize = 256;

/// A value whose axes are, in this order, `loops` of the sum's index space.
struct Factor {
  Value value;
  SmallVector<int64_t> loops;
  SmallVector<int64_t> units = {}; ///< Axes of size 1 that the value has besides, until dropUnits().

  bool has(int64_t loop) const { return llvm::is_contained(loops, loop); }
  bool liesIn(const Factor &other) const {
    return llvm::all_of(loops, [&](int64_t loop) { return other.has(loop); });
  }
};

/// The product under a sum, taken apart.
struct Product {
  SmallVector<Factor> factors;
  bool negative = false;
};

/// A loop of the index space for each axis of a value; none for an axis of size 1 that is not there.
constexpr int64_t NoLoop = -1;

void collectFactors(Value value, SmallVector<int64_t> loops, Product &product) {
  Operation *op = value.getDefiningOp();
  if (isa_and_nonnull<MulOp, NegOp>(op)) {
    product.negative ^= isa<NegOp>(op);
    for (Value operand : op->getOperands())
      collectFactors(operand, loops, product);
    return;
  }
  if (auto broadcast = dyn_cast_or_null<BroadcastOp>(op)) {
    SmallVector<int64_t> inner;
    for (int64_t axis : broadcast.getDimensions())
      inner.push_back(loops[axis]);
    return collectFactors(broadcast.getInput(), inner, product);
  }
  if (auto reshape = dyn_cast_or_null<ReshapeOp>(op))
    if (auto aligned = alignedAxes(reshape)) {
      SmallVector<int64_t> inner(reshape.getInput().getType().getRank(), NoLoop);
      for (auto [from, to] : *aligned)
        inner[from] = loops[to];
      return collectFactors(reshape.getInput(), inner, product);
    }
  Factor factor{value, {}};
  for (auto [axis, loop] : llvm::enumerate(loops))
    (loop == NoLoop ? factor.units : factor.loops).push_back(loop == NoLoop ? axis : loop);
  product.factors.push_back(std::move(factor));
}

void dropUnits(OpBuilder &builder, Location loc, Factor &factor) {
  if (factor.units.empty())
    return;
  SmallVector<OpFoldResult> sizes;
  for (int64_t axis : otherAxes(tensorType(factor.value).getRank(), factor.units))
    sizes.push_back(sizeOf(builder, loc, factor.value, axis));
  factor.value = reshapeTo(builder, loc, factor.value, sizes);
  factor.units.clear();
}

struct FactorSum : OpRewritePattern<SumOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SumOp op, PatternRewriter &rewriter) const override {
    bool feedsScatter = llvm::any_of(op->getUsers(), [](Operation *user) { return isa<AffineScatterOp>(user); });
    Product product;
    int64_t rank = tensorType(op.getInput()).getRank();
    collectFactors(op.getInput(), llvm::to_vector(llvm::seq<int64_t>(0, rank)), product);
    if (feedsScatter || (product.factors.size() < 2 && !product.negative) || rank > 26)
      return failure();
    SumBuilder sum{rewriter, op.getLoc(), tensorType(op.getInput()).getShape(), {}, llvm::SmallBitVector(rank)};
    for (int64_t axis : op.getAxes())
      sum.summed.set(axis);
    SmallVector<Factor> inside, outside;
    llvm::SmallBitVector covered(rank);
    for (Factor &factor : product.factors) {
      bool stays = llvm::none_of(factor.loops, [&](int64_t loop) { return sum.summed.test(loop); });
      for (int64_t loop : factor.loops)
        covered.set(loop);
      (stays ? outside : inside).push_back(std::move(factor));
    }
    bool isCovered = llvm::all_of(op.getAxes(), [&](int64_t axis) { return covered.test(axis); });
    // What others need too is there anyway.
    bool leaves = (!outside.empty() || product.negative) && op.getInput().hasOneUse();
    if (!isCovered || inside.empty() || (!leaves && !sum.becomesEinsum(inside)))
      return failure();
    sum.sizes = sizesOf(rewriter, op.getLoc(), op.getInput());
    for (SmallVector<Factor> *part : {&inside, &outside})
      for (Factor &factor : *part)
        dropUnits(rewriter, op.getLoc(), factor);
    Factor result = sum.build(std::move(inside));
    for (Factor &factor : outside)
      result = sum.multiply(result, factor);
    replace(op, rewriter, sum, result, product.negative);
    return success();
  }

  /// Products and sums of factors at one place of the program.
  struct SumBuilder {
    OpBuilder &builder;
    Location loc;
    ArrayRef<int64_t> shape; ///< Of the index space.
    SmallVector<OpFoldResult> sizes;
    llvm::SmallBitVector summed;

    double space(const Factor &a, const Factor &b) const {
      double result = 1;
      for (int64_t loop : joined(a, b))
        result *= ShapedType::isDynamic(shape[loop]) ? assumedSize : static_cast<double>(shape[loop]);
      return result;
    }

    static SmallVector<int64_t> joined(const Factor &a, const Factor &b) {
      SmallVector<int64_t> loops(a.loops);
      for (int64_t loop : b.loops)
        if (!a.has(loop))
          loops.push_back(loop);
      llvm::sort(loops);
      return loops;
    }

    /// The axes summed over that no factor but these two has.
    SmallVector<int64_t> closedBy(ArrayRef<Factor> factors, size_t a, size_t b) const {
      SmallVector<int64_t> loops;
      for (int64_t loop : joined(factors[a], factors[b])) {
        bool elsewhere = !summed.test(loop);
        for (auto [index, factor] : llvm::enumerate(factors))
          elsewhere |= index != a && index != b && factor.has(loop);
        if (!elsewhere)
          loops.push_back(loop);
      }
      return loops;
    }

    /// Whether one of the two is read again along an axis of the result.
    static bool isReused(const Factor &a, const Factor &b, ArrayRef<int64_t> closed) {
      return llvm::any_of(joined(a, b), [&](int64_t loop) {
        return !llvm::is_contained(closed, loop) && !(a.has(loop) && b.has(loop));
      });
    }

    struct Pair {
      size_t first, second;
      bool nested;
    };

    /// The next two factors to join: one inside the other's space, else those that close an axis in the smallest space.
    std::optional<Pair> nextPair(ArrayRef<Factor> factors) const {
      std::optional<Pair> best;
      double bestSpace = 0;
      for (size_t a = 0; a < factors.size(); ++a)
        for (size_t b = a + 1; b < factors.size(); ++b) {
          bool nested = factors.size() > 2 && (factors[a].liesIn(factors[b]) || factors[b].liesIn(factors[a]));
          if (!nested && closedBy(factors, a, b).empty())
            continue;
          double size = space(factors[a], factors[b]);
          if (!best || (nested && !best->nested) || (nested == best->nested && size < bestSpace)) {
            best = Pair{a, b, nested};
            bestSpace = size;
          }
        }
      return best;
    }

    /// Whether build() makes an einsum.
    bool becomesEinsum(SmallVector<Factor> factors) const {
      while (factors.size() > 1) {
        auto pair = nextPair(factors);
        if (!pair)
          return false;
        SmallVector<int64_t> closed;
        if (!pair->nested)
          closed = closedBy(factors, pair->first, pair->second);
        if (!pair->nested && isReused(factors[pair->first], factors[pair->second], closed))
          return true;
        Factor rest{{}, without(joined(factors[pair->first], factors[pair->second]), closed)};
        replacePair(factors, *pair, std::move(rest));
      }
      return false;
    }

    static SmallVector<int64_t> without(ArrayRef<int64_t> loops, ArrayRef<int64_t> closed) {
      return llvm::to_vector(
          llvm::make_filter_range(loops, [&](int64_t loop) { return !llvm::is_contained(closed, loop); }));
    }

    static void replacePair(SmallVector<Factor> &factors, Pair pair, Factor result) {
      factors[pair.first] = std::move(result);
      factors.erase(factors.begin() + pair.second);
    }

    /// The product of all factors without the axes that are summed over.
    Factor build(SmallVector<Factor> factors) {
      while (factors.size() > 1) {
        auto pair = nextPair(factors);
        if (!pair || pair->nested) {
          Pair two = pair.value_or(Pair{0, 1, true});
          replacePair(factors, two, multiply(factors[two.first], factors[two.second]));
          continue;
        }
        const Factor &a = factors[pair->first], &b = factors[pair->second];
        SmallVector<int64_t> closed = closedBy(factors, pair->first, pair->second);
        replacePair(factors, *pair, isReused(a, b, closed) ? contract(a, b, closed) : add(multiply(a, b), closed));
      }
      return add(factors[0], without(factors[0].loops, keptOf(factors[0])));
    }

    SmallVector<int64_t> keptOf(const Factor &factor) const {
      return llvm::to_vector(llvm::make_filter_range(factor.loops, [&](int64_t loop) { return !summed.test(loop); }));
    }

    Value spread(const Factor &factor, ArrayRef<int64_t> loops) {
      SmallVector<OpFoldResult> shape;
      SmallVector<int64_t> places;
      for (int64_t loop : loops)
        shape.push_back(sizes[loop]);
      for (int64_t loop : factor.loops)
        places.push_back(llvm::find(loops, loop) - loops.begin());
      return broadcastTo(builder, loc, factor.value, shape, places);
    }

    Factor multiply(const Factor &a, const Factor &b) {
      SmallVector<int64_t> loops = joined(a, b);
      return {builder.create<MulOp>(loc, spread(a, loops), spread(b, loops)), loops};
    }

    Factor add(const Factor &factor, ArrayRef<int64_t> closed) {
      if (closed.empty())
        return factor;
      SmallVector<int64_t> axes;
      for (auto [axis, loop] : llvm::enumerate(factor.loops))
        if (llvm::is_contained(closed, loop))
          axes.push_back(axis);
      return {builder.create<SumOp>(loc, factor.value, axes), without(factor.loops, closed)};
    }

    Factor contract(const Factor &a, const Factor &b, ArrayRef<int64_t> closed) {
      SmallVector<int64_t> loops = without(joined(a, b), closed);
      auto letters = [](ArrayRef<int64_t> loops) {
        std::string text;
        for (int64_t loop : loops)
          text += static_cast<char>('a' + loop);
        return text;
      };
      std::string equation = letters(a.loops) + "," + letters(b.loops) + "->" + letters(loops);
      return {builder.create<EinsumOp>(loc, a.value, b.value, equation), loops};
    }
  };

  /// The result spread over what stays of the index space.
  static void replace(SumOp op, PatternRewriter &rewriter, SumBuilder &sum, const Factor &result, bool negative) {
    SmallVector<int64_t> kept;
    for (int64_t loop = 0; loop < int64_t(sum.sizes.size()); ++loop)
      if (!sum.summed.test(loop))
        kept.push_back(loop);
    Value value = result.value;
    if (negative)
      value = rewriter.create<NegOp>(op.getLoc(), value);
    value = sum.spread({value, result.loops}, kept);
    rewriter.replaceOp(op, refineTo(rewriter, op.getLoc(), value, op.getType()));
  }
};

/// A product whose axes are put in another order.
struct TransposeOfEinsum : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(TransposeOp op, PatternRewriter &rewriter) const override {
    auto einsum = op.getInput().getDefiningOp<EinsumOp>();
    if (!einsum || !einsum->hasOneUse())
      return failure();
    EinsumLetters letters = *EinsumLetters::parse(einsum.getEquation());
    std::string equation = (letters.lhs + "," + letters.rhs + "->").str();
    for (int64_t axis : op.getPermutation())
      equation += letters.result[axis];
    Value turned = rewriter.create<EinsumOp>(op.getLoc(), einsum.getLhs(), einsum.getRhs(), equation);
    rewriter.replaceOp(op, refineTo(rewriter, op.getLoc(), turned, op.getType()));
    return success();
  }
};

struct FactorSumsPass : PassWrapper<FactorSumsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FactorSumsPass)
  StringRef getArgument() const override { return "mdl-factor-sums"; }
  StringRef getDescription() const override { return "Make sums of products contractions of as few axes as possible"; }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FactorSum, TransposeOfEinsum>(&getContext());
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> createFactorSumsPass() { return std::make_unique<FactorSumsPass>(); }

} // namespace mdl
