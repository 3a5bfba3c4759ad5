//===- ScheduleContraction.cpp - The rule for products ------------------------------------===//
//
// Stage: kernels. See Scheduler.h. A tile of rows x vectors of accumulators stays in
// registers while k goes by; the root's nest is cut into the same tiles, so that what
// follows the product is computed on them. What was measured is in docs/decisions.md.
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/Scheduler.h"

#include <algorithm>
#include <cmath>

using Halide::Func;
using Halide::RVar;
using Halide::TailStrategy;
using Halide::Var;
using Halide::VarOrRVar;

namespace mdl::kernels {

/// From here on B does not stay in the cache between blocks of rows.
constexpr int64_t LargeSize = 256;

/// From here on a panel of B does not stay in the first cache between tiles.
constexpr int64_t DeepSize = 256;
/// Steps of k whose panel of B stays there, even where a power of two between B's rows leaves it a few sets only.
constexpr int64_t BlockDepth = 64;
/// Tiles of rows whose sums wait for the next block of k.
constexpr int BlockTiles = 16;

/// Cycles that a tile costs for one step of k: multiply-adds, loads, and the latency of a short chain.
static double tileCycles(int rows, int vectors) {
  double fma = rows * vectors / 2.0, loads = (rows + vectors) / 2.0, latency = 6.0;
  return std::max({fma, loads, latency});
}

/// Tiles of `size` by `step`, where what stands over costs like a whole one.
static double tiles(int64_t size, int64_t step) {
  return std::ceil(static_cast<double>(assumed(size)) / static_cast<double>(step));
}

/// The largest depth that divides k without a rest, where there is one near the best.
static int blockDepth(int64_t k) {
  if (k != RunTime)
    for (int64_t depth = BlockDepth; depth >= BlockDepth / 2; --depth)
      if (k % depth == 0)
        return depth;
  return BlockDepth;
}

Tile chooseTile(const Node &node, Halide::Type type, const Machine &machine) {
  const ContractionLoops &parts = node.contraction;
  Tile tile;
  int64_t n = node.loops[node.dims[0]].size;
  int lanes = machine.lanes(type);
  // The rows: the loop of m nearest to the inside.
  for (int dim : node.dims)
    if (tile.row < 0 && node.loops[dim].size != 1 && std::find(parts.m.begin(), parts.m.end(), dim) != parts.m.end())
      tile.row = dim;
  int64_t m = tile.row < 0 ? 1 : node.loops[tile.row].size;
  bool odd = n != RunTime && n < 4 * lanes && n % lanes != 0;
  tile.lanes = odd ? n : lanes;
  int perVector = odd ? (n + lanes - 1) / lanes : 1;
  double best = 0;
  for (int vectors = 1; vectors <= (odd ? 1 : 4); ++vectors)
    for (int rows = 1; rows <= 16; ++rows) {
      int wide = vectors * perVector;
      if (rows * wide + wide + 1 > machine.registers || (m != RunTime && rows > m))
        continue;
      if (n != RunTime && !odd && vectors > 1 && vectors * lanes > n)
        continue;
      double cycles = tileCycles(rows, wide) * tiles(m, rows) * tiles(n, static_cast<int64_t>(tile.lanes) * vectors);
      if (best == 0 || cycles < best * 0.999) {
        best = cycles;
        tile.vectors = vectors;
        tile.rows = rows;
      }
    }
  bool raggedColumns = n == RunTime || n % tile.width() != 0;
  const Read &b = node.reads[parts.b];
  int64_t k = 1;
  for (int loop : parts.k)
    k *= assumed(node.loops[loop].size);
  tile.large = assumed(m) >= LargeSize && assumed(n) >= LargeSize && k >= LargeSize;
  bool contiguous = b.isContiguousAlong(node.dims[0]);
  // With many rows a copy of B's panel costs under 1 %, and spares the misses that a power of two between B's rows
  // makes: its lines fall on a few sets of the cache. With few rows the copy costs as much as it gains. See
  // docs/decisions.md.
  tile.pack = raggedColumns || !contiguous || tile.large || assumed(m) >= LargeSize;
  bool isAxis = std::find(b.loops.begin(), b.loops.end(), node.dims[0]) != b.loops.end();
  tile.windows = tile.pack && isAxis && !b.windows.empty();
  if (node.multiplyAdd && !tile.large && !tile.windows && tile.row >= 0 && tiles(m, tile.rows) >= 4 &&
      parts.k.size() == 1 && k >= DeepSize) {
    tile.depth = blockDepth(node.loops[parts.k[0]].size);
    // Few panels run in parallel by blocks of rows.
    tile.blocks = tiles(n, tile.width()) >= 4 ? BlockTiles : std::clamp(int(tiles(m, tile.rows) / 4), 1, BlockTiles);
  }
  // A block of tiles is asked for whole, too.
  tile.clamp = tile.row >= 0 && (m == RunTime || m % (tile.rows * std::max(1, tile.blocks)) != 0);
  return tile;
}

static std::string reducedSizes(const Node &acc) {
  std::string text;
  for (int loop : acc.contraction.k)
    text += (text.empty() ? "" : "x") +
            (acc.loops[loop].size == RunTime ? std::string("?") : std::to_string(acc.loops[loop].size));
  return text;
}

// Tasks are whole tiles, so that how many there are changes no result.
std::string Scheduler::parallelizeTiles(Root &root, const Node &acc, Var columns, int width, int rowDim, Var rows,
                                        int height) {
  const Node &shape = node(root.shape);
  double nanoseconds = acc.work() * 2 / 60;
  if (nanoseconds < 2 * WorthThreads)
    return "";
  for (int dim = static_cast<int>(shape.dims.size()) - 1; dim > 0; --dim)
    if (dim != rowDim && shape.sizes[dim] != 1) {
      root.func.parallel(shape.var(dim));
      return ", parallel over the outermost axis";
    }
  Var task("task");
  double count = tiles(shape.sizes[0], width);
  if (count >= 4 || rowDim < 0) {
    int turns = std::max(1, static_cast<int>(std::ceil(TaskNanoseconds * count / nanoseconds)));
    root.func.split(columns, task, columns, turns, TailStrategy::GuardWithIf).parallel(task);
    return ", parallel over " + std::to_string(turns * width) + " columns";
  }
  double blocks = tiles(shape.sizes[rowDim], height);
  int turns = std::max(1, static_cast<int>(std::ceil(TaskNanoseconds * blocks / nanoseconds)));
  root.func.split(rows, task, rows, turns, TailStrategy::GuardWithIf);
  root.func.reorder({rows, columns, task});
  root.func.parallel(task);
  return ", parallel over " + std::to_string(turns * height) + " rows";
}

/// Cuts a tile of `stage`, whose dimensions are those of the accumulators, into vectors.
static void unrollTile(Halide::Stage stage, const Node &acc, int rowDim) {
  stage.vectorize(acc.var(0), acc.tile.lanes);
  if (acc.tile.vectors > 1)
    stage.unroll(acc.var(0));
  if (rowDim >= 0)
    stage.unroll(acc.var(rowDim));
}

// One tile of accumulators, while all of k goes by. Whole tiles, see Note [Tiles beyond the end].
void Scheduler::scheduleSums(Node &acc, int rowDim) {
  const Tile &tile = acc.tile;
  Func sum = acc.acc;
  Var own = acc.var(0);
  if (rowDim >= 0)
    sum.bound_extent(acc.var(rowDim), tile.rows);
  unrollTile(Halide::Stage(sum), acc, rowDim);
  for (int number = 0; number < sum.num_update_definitions(); ++number) {
    Halide::Stage update = sum.update(number);
    std::vector<VarOrRVar> inner = {own};
    if (rowDim >= 0)
      inner.push_back(acc.var(rowDim));
    for (auto loop = acc.contraction.k.rbegin(); loop != acc.contraction.k.rend(); ++loop)
      if (RVar k = acc.rvar(number, *loop); hasLoop(sum, number, k))
        inner.push_back(k);
    for (size_t dim = 1; dim < acc.dims.size(); ++dim)
      if (static_cast<int>(dim) != rowDim)
        inner.push_back(acc.var(dim));
    update.reorder(inner);
    int innermost = acc.contraction.k.back();
    if (acc.loops[innermost].size > 1 && acc.loops[innermost].size <= 4)
      update.unroll(acc.rvar(number, innermost));
    unrollTile(update, acc, rowDim);
  }
}

// Sums of a block of rows, in memory. A block of k goes by all of its tiles before the next one, so that its panel of B
// stays in the first cache; each tile sums it in registers first. Returns where a block of k begins.
Halide::LoopLevel Scheduler::scheduleBlockedSums(Node &acc, int rowDim) {
  const Tile &tile = acc.tile;
  Func sum = acc.acc;
  Var own = acc.var(0), row = acc.var(rowDim), rows("sum_rows"), block("k_block");
  RVar outer("k_outer"), inner("k_inner");
  sum.update().split(acc.loops[acc.contraction.k[0]].rvar, outer, inner, tile.depth, TailStrategy::GuardWithIf);
  Func part = sum.update().rfactor(outer, block);

  std::vector<VarOrRVar> sumLoops = {own, row, rows}, partLoops = {own, row, inner};
  for (size_t dim = 1; dim < acc.dims.size(); ++dim)
    if (static_cast<int>(dim) != rowDim) {
      sumLoops.push_back(acc.var(dim));
      partLoops.push_back(acc.var(dim));
    }
  sumLoops.push_back(outer);
  sum.bound_storage(row, tile.rows * tile.blocks);
  // A last tile of known size gets code of its own; else it is computed whole, and there is room for it.
  int64_t m = acc.loops[tile.row].size;
  bool known = m != RunTime && m <= static_cast<int64_t>(tile.rows) * tile.blocks;
  sum.update().split(row, rows, row, tile.rows, known ? TailStrategy::GuardWithIf : TailStrategy::RoundUp);
  sum.update().reorder(sumLoops);
  sum.vectorize(own, tile.lanes);
  unrollTile(sum.update(), acc, rowDim);

  part.compute_at(sum, rows);
  part.update().reorder(partLoops);
  unrollTile(part, acc, rowDim);
  unrollTile(part.update(), acc, rowDim);
  return {sum, outer};
}

void Scheduler::scheduleContraction(Root &root, Node &acc) {
  const Node &shape = node(root.shape);
  const Tile &tile = acc.tile;
  Var n = shape.var(0), panel("panel");
  int rowDim = -1;
  for (size_t dim = 0; dim < acc.dims.size(); ++dim)
    if (acc.dims[dim] == tile.row)
      rowDim = dim;

  std::string text = describe(acc) + ", k " + reducedSizes(acc) + ", tile " + std::to_string(tile.rows) + " rows x " +
                     std::to_string(tile.vectors) + " vectors of " + std::to_string(tile.lanes);
  if (acc.domains.size() > 1)
    text += ", in " + std::to_string(acc.domains.size()) + " ranges by its condition";
  // The root: panels of columns, under them blocks of rows.
  int width = tile.width();
  root.func.split(n, panel, n, width, TailStrategy::GuardWithIf).vectorize(n, tile.lanes, TailStrategy::GuardWithIf);
  std::vector<VarOrRVar> order = {n};
  Var rows("rows"), row;
  if (rowDim >= 0) {
    row = shape.var(rowDim);
    root.func.split(row, rows, row, tile.rows, TailStrategy::GuardWithIf);
    order.push_back(row);
    order.push_back(rows);
  }
  // What moves a window goes by inside of a panel, whose copy of B serves all of them: a window of B, or one of A.
  const Read &a = acc.reads[acc.contraction.a], &b = acc.reads[acc.contraction.b];
  bool windowsOfA = tile.pack && !tile.large && !tile.windows && !a.windows.empty();
  auto movesWindow = [&](size_t dim) {
    bool moves = std::find(b.windows.begin(), b.windows.end(), acc.dims[dim]) != b.windows.end();
    return tile.windows ? moves : windowsOfA && !b.uses(acc.dims[dim]);
  };
  for (bool inside : {true, false}) {
    for (size_t dim = 1; dim < shape.dims.size(); ++dim)
      if (static_cast<int>(dim) != rowDim && movesWindow(dim) == inside)
        order.push_back(shape.var(dim));
    if (inside)
      order.push_back(panel);
  }
  root.func.reorder(order);
  if (tile.vectors > 1)
    root.func.unroll(n);
  if (rowDim >= 0)
    root.func.unroll(row);
  Var tileLoop = rowDim >= 0 ? rows : panel;

  Var outerBlock("columns");
  int panels = 1;
  if (tile.large) { // A block of columns stays in the second cache while all rows go by.
    panels = std::max(1, 64 / width);
    root.func.split(panel, outerBlock, panel, panels, TailStrategy::GuardWithIf);
    std::vector<VarOrRVar> blocked = {panel, rows, outerBlock};
    if (rowDim >= 0)
      root.func.reorder(blocked);
    tileLoop = panel;
  }

  // What is computed at once: a tile, or all tiles of a block of rows.
  Var rowBlock("row_block"), &outerRows = tile.depth > 0 ? rowBlock : rows;
  if (tile.depth > 0) {
    root.func.split(rows, rowBlock, rows, tile.blocks, TailStrategy::GuardWithIf);
    tileLoop = rowBlock;
    text += ", k in blocks of " + std::to_string(tile.depth);
  }
  text += parallelizeTiles(root, acc, tile.large && rowDim >= 0 ? outerBlock : panel, panels * width, rowDim, outerRows,
                           tile.rows * std::max(1, tile.blocks));

  readBefore(root, tile.depth > 0 ? rows : tileLoop, tile.lanes);
  acc.acc.compute_at(root.func, tileLoop);
  acc.acc.bound_extent(acc.var(0), width);
  Halide::LoopLevel packLevel(root.func, tile.large ? outerBlock : panel);
  if (tile.depth > 0)
    packLevel = scheduleBlockedSums(acc, rowDim);
  else
    scheduleSums(acc, rowDim);

  if (acc.pack.defined()) {
    Var first = acc.pack.args()[0];
    acc.pack.compute_at(packLevel);
    if (!tile.large)
      acc.pack.bound_extent(first, width);
    acc.pack.vectorize(first, tile.lanes, TailStrategy::GuardWithIf);
    text += ", B packed";
    double elements = acc.work();
    for (size_t dim = 1; dim < acc.dims.size(); ++dim)
      elements /= static_cast<double>(b.uses(acc.dims[dim]) ? 1 : assumed(acc.loops[acc.dims[dim]].size));
    if (windowsOfA && elements >= WorthThreads)
      acc.pack.parallel(acc.pack.args().back());
  }
  line(text);
}

} // namespace mdl::kernels
