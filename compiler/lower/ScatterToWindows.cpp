//===- ScatterToWindows.cpp - Gradients of windows as windows ---------------------------===//
//
// Stage: lower. Input and output: mdl. The gradient of a read through windows
// (`x[y + i]`: convolution, pooling) is an `mdl.affine_scatter`, which adds one element
// after the other. Two of its forms are something better:
//
// - Windows that lie side by side and cover the result: a transpose and a reshape.
// - The sum of a product, one factor of which moves with the windows while the other is the
//   window: with result[s*y + t*i + c] = sum of g[y] * w[i] and the sizes n of i,
//   result[x] = sum over i of g'[x + t*i] * w[n - 1 - i], where g' is g with s - 1 zeros
//   between its elements and t*(n - 1) + c before them. That is a convolution again.
//
//===----------------------------------------------------------------------===//
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/lower/Passes.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace mdl {
namespace {

/// An index `stride * mover + step * window + offset`, or one dimension alone (window -1).
struct WindowIndex {
  int64_t mover = -1, window = -1;
  int64_t stride = 1, step = 1, offset = 0;
  bool isPlain() const { return window < 0; }
};

/// Adds the terms of `expr`; false where it is no sum of at most two dimensions with positive factors.
bool addTerms(AffineExpr expr, int64_t factor, WindowIndex &index) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    index.offset += factor * constant.getValue();
    return true;
  }
  if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
    if (factor < 1 || index.window >= 0)
      return false;
    (index.mover < 0 ? index.mover : index.window) = dim.getPosition();
    (index.window < 0 ? index.stride : index.step) = factor;
    return true;
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return false;
  if (expr.getKind() == AffineExprKind::Add)
    return addTerms(binary.getLHS(), factor, index) && addTerms(binary.getRHS(), factor, index);
  auto by = dyn_cast<AffineConstantExpr>(binary.getRHS());
  return expr.getKind() == AffineExprKind::Mul && by && addTerms(binary.getLHS(), factor * by.getValue(), index);
}

/// The indices of a scatter's map where each dimension of the updates stands in just one of them and every window has a
/// known size; nothing for other maps.
std::optional<SmallVector<WindowIndex>> windowsOf(AffineScatterOp op) {
  AffineMap map = op.getMap();
  auto updates = op.getUpdates().getType();
  SmallVector<WindowIndex> result;
  SmallVector<int> uses(map.getNumDims(), 0);
  bool anyWindow = false;
  for (auto [axis, expr] : llvm::enumerate(map.getResults())) {
    WindowIndex index;
    if (!addTerms(expr, 1, index) || index.mover < 0 || index.offset < 0)
      return std::nullopt;
    ++uses[index.mover];
    if (index.isPlain()) {
      if (index.stride != 1 || index.offset != 0)
        return std::nullopt;
    } else {
      ++uses[index.window];
      anyWindow = true;
      if (op.getType().isDynamicDim(axis) || updates.isDynamicDim(index.mover) || updates.isDynamicDim(index.window))
        return std::nullopt;
    }
    result.push_back(index);
  }
  if (!anyWindow || map.getNumSymbols() != 0 || !llvm::all_of(uses, [](int count) { return count == 1; }))
    return std::nullopt;
  return result;
}

/// Side by side: the movers' elements begin where the window before ends.
struct TilesPattern : OpRewritePattern<AffineScatterOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AffineScatterOp op, PatternRewriter &rewriter) const override {
    auto windows = windowsOf(op);
    if (!windows)
      return failure();
    auto updates = op.getUpdates().getType();
    SmallVector<int64_t> order;
    for (auto [axis, index] : llvm::enumerate(*windows)) {
      if (index.isPlain()) {
        order.push_back(index.mover);
        continue;
      }
      if (index.step != 1)
        std::swap(index.mover, index.window), std::swap(index.stride, index.step);
      int64_t count = updates.getDimSize(index.mover), size = updates.getDimSize(index.window);
      if (index.step != 1 || index.offset != 0 || index.stride != size || op.getType().getDimSize(axis) != count * size)
        return failure();
      order.append({index.mover, index.window});
    }
    Value ordered = rewriter.create<TransposeOp>(op.getLoc(), op.getUpdates(), order);
    rewriter.replaceOpWithNewOp<ReshapeOp>(op, op.getType(), ordered, op.getDynamicSizes());
    return success();
  }
};

/// A factor of a product: a tensor and the loops that its axes are.
struct Factor {
  explicit Factor(Value value) : value(value) {
    if (auto broadcast = value.getDefiningOp<BroadcastOp>()) {
      this->value = broadcast.getInput();
      loops.assign(broadcast.getDimensions().begin(), broadcast.getDimensions().end());
      return;
    }
    for (int64_t axis = 0; axis < tensorType(value).getRank(); ++axis)
      loops.push_back(axis);
  }
  bool has(int64_t loop) const { return llvm::is_contained(loops, loop); }
  int64_t axisOf(int64_t loop) const { return llvm::find(loops, loop) - loops.begin(); }

  Value value;
  SmallVector<int64_t> loops;
};

/// The new product's loops: the axes of the result, one for each window, what was summed over before.
struct ProductLoops {
  SmallVector<OpFoldResult> sizes;
  llvm::DenseMap<int64_t, int64_t> place; ///< Of a loop of the old product; of a mover the axis that it leads to.
  int64_t resultRank = 0;
};

struct ConvolutionPattern : OpRewritePattern<AffineScatterOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AffineScatterOp op, PatternRewriter &rewriter) const override {
    auto windows = windowsOf(op);
    auto sum = op.getUpdates().getDefiningOp<SumOp>();
    auto product = sum ? sum.getInput().getDefiningOp<MulOp>() : op.getUpdates().getDefiningOp<MulOp>();
    if (!windows || !product)
      return failure();
    SmallVector<int64_t> summed;
    if (sum)
      summed.assign(sum.getAxes().begin(), sum.getAxes().end());
    SmallVector<int64_t> kept = otherAxes(tensorType(product).getRank(), summed);
    for (WindowIndex &index : *windows) {
      index.mover = kept[index.mover];
      if (!index.isPlain())
        index.window = kept[index.window];
    }
    Factor moving(product.getLhs()), still(product.getRhs());
    if (!assignRoles(*windows, moving, still))
      return failure();

    Location loc = op.getLoc();
    ProductLoops loops = newLoops(rewriter, op, *windows, summed, product);
    Value left = readMoving(rewriter, loc, moving, *windows, loops, op.getType());
    Value right = readStill(rewriter, loc, still, *windows, loops);
    Value whole = rewriter.create<MulOp>(loc, left, right);
    SmallVector<int64_t> axes;
    for (int64_t axis = loops.resultRank; axis < int64_t(loops.sizes.size()); ++axis)
      axes.push_back(axis);
    rewriter.replaceOp(op, refineTo(rewriter, loc, rewriter.create<SumOp>(loc, whole, axes), op.getType()));
    return success();
  }

  /// Which factor moves: it has the movers of all windows and the other has the windows; mover and window may have to
  /// change places for that.
  static bool assignRoles(SmallVector<WindowIndex> &windows, Factor &moving, Factor &still) {
    for (bool swapFactors : {false, true}) {
      if (swapFactors)
        std::swap(moving, still);
      SmallVector<WindowIndex> turned(windows);
      bool fits = true;
      for (WindowIndex &index : turned) {
        if (index.isPlain())
          continue;
        if (moving.has(index.window) && still.has(index.mover))
          std::swap(index.mover, index.window), std::swap(index.stride, index.step);
        fits &=
            moving.has(index.mover) && !moving.has(index.window) && still.has(index.window) && !still.has(index.mover);
      }
      // The still one is the smaller: a window's size against the places it moves to.
      int64_t places = 1, sizes = 1;
      for (WindowIndex &index : turned)
        if (fits && !index.isPlain()) {
          places *= tensorType(moving.value).getDimSize(moving.axisOf(index.mover));
          sizes *= tensorType(still.value).getDimSize(still.axisOf(index.window));
        }
      if (fits && (sizes <= places || swapFactors)) {
        windows = turned;
        return true;
      }
    }
    return false;
  }

  static ProductLoops newLoops(OpBuilder &builder, AffineScatterOp op, ArrayRef<WindowIndex> windows,
                               ArrayRef<int64_t> summed, Value product) {
    ProductLoops loops;
    loops.resultRank = op.getType().getRank();
    unsigned dynamic = 0;
    for (auto [axis, index] : llvm::enumerate(windows)) {
      loops.place[index.mover] = axis;
      int64_t size = op.getType().getDimSize(axis);
      if (ShapedType::isDynamic(size))
        loops.sizes.push_back(op.getDynamicSizes()[dynamic++]);
      else
        loops.sizes.push_back(builder.getIndexAttr(size));
    }
    auto add = [&](int64_t loop) {
      loops.place[loop] = loops.sizes.size();
      loops.sizes.push_back(sizeOf(builder, op.getLoc(), product, loop));
    };
    for (const WindowIndex &index : windows)
      if (!index.isPlain())
        add(index.window);
    for (int64_t loop : summed)
      add(loop);
    return loops;
  }

  /// The moving factor with zeros around and between its elements, read at `axis + step * window`.
  static Value readMoving(OpBuilder &builder, Location loc, const Factor &factor, ArrayRef<WindowIndex> windows,
                          const ProductLoops &loops, RankedTensorType result) {
    Value zero = scalarConstant(builder, loc, elementType(factor.value), 0);
    SmallVector<OpFoldResult> sizes = sizesOf(builder, loc, factor.value), whole = sizes;
    int64_t rank = sizes.size();
    SmallVector<int64_t> low(rank, 0), high(rank, 0), strides(rank, 1);
    // Which loops of the new product each axis is read at.
    SmallVector<int64_t> used;
    for (int64_t loop : factor.loops)
      used.push_back(loops.place.lookup(loop));
    for (auto [axis, index] : llvm::enumerate(windows)) {
      if (index.isPlain())
        continue;
      int64_t at = factor.axisOf(index.mover), count = tensorType(factor.value).getDimSize(at);
      int64_t window = *getConstantIntValue(loops.sizes[loops.place.lookup(index.window)]);
      int64_t reach = index.step * (window - 1), total = result.getDimSize(axis) + reach;
      low[at] = reach + index.offset;
      strides[at] = index.stride;
      high[at] = total - low[at] - (index.stride * (count - 1) + 1);
      whole[at] = builder.getIndexAttr(total);
      used.push_back(loops.place.lookup(index.window));
    }
    Value padded;
    if (llvm::all_of(strides, [](int64_t stride) { return stride == 1; })) {
      padded = builder.create<PadOp>(loc, factor.value, zero, low, high);
    } else {
      auto attributes = [&](ArrayRef<int64_t> values) { return getAsIndexOpFoldResult(builder.getContext(), values); };
      padded = builder.create<UpdateSliceOp>(loc, full(builder, loc, whole, elementType(factor.value), 0), factor.value,
                                             attributes(low), sizes, attributes(strides));
    }
    llvm::sort(used);
    auto dim = [&](int64_t loop) {
      return getAffineDimExpr(llvm::find(used, loops.place.lookup(loop)) - used.begin(), builder.getContext());
    };
    SmallVector<AffineExpr> places;
    for (int64_t loop : factor.loops) {
      AffineExpr place = dim(loop);
      for (const WindowIndex &index : windows)
        if (!index.isPlain() && index.mover == loop)
          place = place + dim(index.window) * index.step;
      places.push_back(place);
    }
    SmallVector<OpFoldResult> readSizes;
    for (int64_t place : used)
      readSizes.push_back(loops.sizes[place]);
    auto [type, dynamic] = shapedBySizes(readSizes, elementType(factor.value));
    auto map = AffineMap::get(used.size(), 0, places, builder.getContext());
    Value read = builder.create<AffineGatherOp>(loc, type, padded, ValueRange(), map, dynamic);
    return broadcastTo(builder, loc, read, loops.sizes, used);
  }

  /// The other factor, turned around along the windows.
  static Value readStill(OpBuilder &builder, Location loc, const Factor &factor, ArrayRef<WindowIndex> windows,
                         const ProductLoops &loops) {
    SmallVector<int64_t> turned, order(factor.loops.size()), used;
    for (const WindowIndex &index : windows)
      if (!index.isPlain())
        turned.push_back(factor.axisOf(index.window));
    llvm::sort(turned);
    Value value = builder.create<ReverseOp>(loc, factor.value, turned);
    for (auto [axis, loop] : llvm::enumerate(factor.loops)) {
      order[axis] = axis;
      used.push_back(loops.place.lookup(loop));
    }
    llvm::sort(order, [&](int64_t a, int64_t b) { return used[a] < used[b]; });
    llvm::sort(used);
    if (!llvm::is_sorted(order))
      value = builder.create<TransposeOp>(loc, value, order);
    return broadcastTo(builder, loc, value, loops.sizes, used);
  }
};

struct ScatterToWindowsPass : PassWrapper<ScatterToWindowsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ScatterToWindowsPass)
  StringRef getArgument() const override { return "mdl-scatter-to-windows"; }
  StringRef getDescription() const override { return "Make gradients of windows transposes or convolutions"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<tensor::TensorDialect>(); }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<TilesPattern>(&getContext(), /*benefit=*/2);
    patterns.add<ConvolutionPattern>(&getContext());
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> createScatterToWindowsPass() { return std::make_unique<ScatterToWindowsPass>(); }

} // namespace mdl
