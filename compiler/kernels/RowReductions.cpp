//===- RowReductions.cpp - Reductions along the contiguous axis ---------------------===//
//
// Stage: kernels. See LinalgToHalide.h and ReductionToHalide.cpp.
//
// Note [Lanes]: A sum along the contiguous axis is vectorised by keeping one partial sum
// per lane and adding the lanes in a fixed tree at the end. That is written here and not
// asked from Halide's rfactor, which has to prove a combination associative and cannot
// for a maximum that keeps NaN. The order of the additions depends on sizes alone.
//
// Note [Chunks]: A reduction of much to few numbers runs on all threads: one long loop goes
// by chunks, each with lanes and a result of its own, and the results are joined in their
// order. How long a chunk is follows from sizes alone, so that the result is the same for any
// number of threads.
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/LinalgToHalide.h"

#include "compiler/kernels/ScalarToHalide.h"

using namespace mlir;
using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::Var;

namespace mdl::kernels {

/// Elements of a chunk, about: some 10 us.
constexpr double ChunkWork = 65536;
/// So many results keep all threads busy without chunks.
constexpr int64_t ManyResults = 8;

/// Joins `count` lanes in a balanced tree.
static Expr joinLanes(const std::function<Expr(int)> &lane, const std::function<Expr(Expr, Expr)> &join, int from,
                      int count) {
  if (count == 1)
    return lane(from);
  int half = (count + 1) / 2;
  return join(joinLanes(lane, join, from, half), joinLanes(lane, join, from + half, count - half));
}

namespace {

/// The loop that goes by chunks, as its place among the ranges of the lanes' update.
struct Chunks {
  int range = -1;
  int length = 0;
  Expr count;
};

} // namespace

/// The outermost reduced loop that makes enough chunks; the row counts in steps of all lanes.
static Chunks chooseChunks(const Node &node, const std::vector<int> &loops, int width) {
  Chunks chunks;
  if (node.work() < 2 * ChunkWork || llvm::any_of(node.sizes, [](int64_t size) { return size >= ManyResults; }))
    return chunks;
  auto steps = [&](size_t range) { return assumed(node.loops[loops[range]].size) / (range == 0 ? width : 1); };
  for (size_t range = 0; range < loops.size(); ++range) {
    bool isLonger = chunks.range < 0 || steps(range) > steps(chunks.range);
    bool isOuter = range == 1 && steps(range) >= ManyResults; // Loops come in their order, the row aside.
    if (isLonger || isOuter)
      chunks.range = range;
    if (isOuter)
      break;
  }
  double perStep = node.work() / static_cast<double>(std::max<int64_t>(1, steps(chunks.range)));
  chunks.length = std::max(1, static_cast<int>(ChunkWork / perStep));
  Expr extent = node.loops[loops[chunks.range]].extent;
  if (chunks.range == 0)
    extent = extent / width;
  chunks.count = (extent + (chunks.length - 1)) / chunks.length;
  return chunks;
}

/// How many lanes a row of this size has.
static int64_t chooseLanes(int64_t size, int64_t native) {
  if (size != RunTime && size < 4 * native)
    return std::max<int64_t>(size, 1);                       // The whole row at once.
  return assumed(size) >= 16 * native ? 4 * native : native; // Several chains of additions hide their latency.
}

// See Note [Lanes] and Note [Chunks].
bool Translator::addRowReduction(linalg::LinalgOp op, Node &node) {
  Operation *combiner = combinerOf(op);
  int row = mainRead(node)->loops[0];
  const Loop &rowLoop = node.loops[row];
  Value accumulator = op.getRegionOutputArgs()[0];
  Value element = combiner->getOperand(combiner->getOperand(0) == accumulator ? 1 : 0);
  Halide::Type type = halideType(element.getType());
  auto join = [&](const Expr &a, const Expr &b) { return scalarToHalide(combiner, {a, b}); };
  int width = static_cast<int>(chooseLanes(rowLoop.size, machine.lanes(type)));
  node.laneCount = width;

  // The reduced loops, the row first.
  std::vector<int> loops = {row};
  for (int loop = 0; loop < static_cast<int>(node.loops.size()); ++loop)
    if (node.loops[loop].reduced && loop != row)
      loops.push_back(loop);
  auto elementAt = [&](const std::vector<Expr> &at) {
    Body body;
    body.formulas = false;
    for (const Loop &loop : node.loops)
      body.addLoop(loop, loop.var);
    for (auto [loop, index] : llvm::zip_equal(loops, at))
      body.indices[loop] = index;
    std::vector<Expr> zero = {Halide::Internal::make_zero(type)}, results;
    if (!readArguments(op, body, zero) || !translateBody(op, body, results))
      return Expr();
    return scalar(element, &body);
  };
  auto placesIn = [&](const RDom &domain) {
    std::vector<Expr> at;
    for (size_t range = 0; range < loops.size(); ++range)
      at.push_back(domain[range]);
    return at;
  };

  std::vector<Var> vars;
  for (int dim : node.dims)
    vars.push_back(node.loops[dim].var);
  Var lane("lane"), chunk("chunk");
  Chunks chunks = chooseChunks(node, loops, width);
  bool isChunked = chunks.range >= 0;
  std::vector<Var> partVars = vars, laneVars = {lane};
  if (isChunked)
    partVars.push_back(chunk);
  laneVars.insert(laneVars.end(), partVars.begin(), partVars.end());

  Func partial(node.name + "_lanes"), acc(node.name + "_acc");
  partial(laneVars) = identityOf(combiner, type);
  Halide::Region ranges;
  for (int loop : loops)
    ranges.push_back({Expr(0), node.loops[loop].extent});
  ranges[0].extent = rowLoop.extent / width;
  Halide::Region inChunk = ranges;
  if (isChunked)
    inChunk[chunks.range].extent = chunks.length;
  RDom domain(inChunk, node.name + "_r");
  std::vector<Expr> at = placesIn(domain);
  if (isChunked) {
    // The predicate ends the last chunk; the bounds of what is read, which are empty for no chunk, do not follow from
    // it.
    Expr place = chunk * chunks.length + at[chunks.range], extent = ranges[chunks.range].extent;
    domain.where(place < extent);
    at[chunks.range] = Halide::unsafe_promise_clamped(place, 0, extent - 1);
  }
  at[0] = at[0] * width + lane;
  partial(laneVars) = join(partial(laneVars), elementAt(at));

  const Tensor &init = tensorOf(op.getDpsInitOperand(0)->get());
  if (init.node < 0)
    return fail(op, "a reduction starts from an empty tensor");
  Read initRead;
  initRead.node = init.node;
  initRead.loops = node.dims;
  node.reads.push_back(initRead);
  auto laneAt = [&](int index) {
    std::vector<Expr> places = {Expr(index)};
    places.insert(places.end(), partVars.begin(), partVars.end());
    return Expr(partial(places));
  };
  Expr start = call(init.node, {vars.begin(), vars.end()}), joined = joinLanes(laneAt, join, 0, width);
  if (isChunked) {
    node.chunks = Func(node.name + "_chunks");
    node.chunks(partVars) = joined;
    RDom all(0, chunks.count, node.name + "_c");
    std::vector<Expr> places(vars.begin(), vars.end());
    places.push_back(all);
    acc(vars) = start;
    acc(vars) = join(acc(vars), node.chunks(places));
  } else {
    acc(vars) = join(start, joined);
  }
  if (rowLoop.size == RunTime || rowLoop.size % width != 0) {
    Expr done = rowLoop.extent / width * width;
    ranges[0] = {done, rowLoop.extent - done};
    acc(vars) = join(acc(vars), elementAt(placesIn(RDom(ranges, node.name + "_rest"))));
  }
  node.acc = acc;
  node.lanes = partial;
  node.accOwner = kernel.nodes.size();
  node.func = Func(node.name);
  node.func(vars) = acc(vars);
  addNode(std::move(node), op->getResult(0), init);
  return true;
}

} // namespace mdl::kernels
