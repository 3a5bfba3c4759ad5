//===- HalideKernel.h - A kernel between translation and scheduling --------------===//
//
// Stage: kernels. LinalgToHalide fills a HalideKernel: a list of nodes in the order of
// their computation, each an operation (or an argument) as Halide Funcs together with
// what the schedule rules look at: loops, reads, class and cost. The rules see nothing
// of MLIR.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_KERNELS_HALIDEKERNEL_H
#define MDL_KERNELS_HALIDEKERNEL_H

#include <Halide.h>

#include <string>
#include <vector>

namespace mdl::kernels {

/// A size that is known only at run time.
constexpr int64_t RunTime = -1;
/// What a size that is known only at run time is taken for in estimates of work.
constexpr int64_t AssumedSize = 256;
inline int64_t assumed(int64_t size) { return size == RunTime ? AssumedSize : size; }

/// A point that costs this much is stored rather than computed again.
constexpr int ExpensiveCost = 20;

enum class NodeClass {
  Input,        ///< An argument.
  Elementwise,  ///< Every loop is a dimension of the result: also gathers, broadcasts, transposes.
  Contraction,  ///< Multiply-add, or another cheap body, over loops that are all batch, m, n or k.
  RowReduction, ///< A reduction whose main operand is contiguous along a reduced loop; in lanes.
  Reduction,    ///< Any other reduction: lanes run over the result.
  Scatter,      ///< Updates at computed places.
  Scan,         ///< A running reduction.
};
const char *nodeClassName(NodeClass cls);

struct Loop {
  int64_t size = RunTime;
  Halide::Expr extent;
  bool reduced = false;
  Halide::Var var;   ///< When not reduced.
  Halide::RVar rvar; ///< When reduced.
  Halide::Expr index() const { return reduced ? Halide::Expr(rvar) : Halide::Expr(var); }
};

/// How a node reads another one.
struct Read {
  int node = -1;
  /// For each dimension of what is read (0 is innermost) the loop that is its index; Fixed when the index is a
  /// constant, Other when it is something else.
  std::vector<int> loops;
  static constexpr int Other = -1, Fixed = -2;
  /// The loops that occur in indices that are sums, such as `2*y + i`: windows. Empty where an Other is anything else.
  std::vector<int> windows = {};
  /// In such an index of dimension 0 a loop with the factor 1: along it the elements are neighbours.
  int neighbours = Other;
  /// Read in a body, at computed places: nothing says that the loops cover all of it.
  bool isPart = false;
  int operand = -1; ///< Of the operation, where the read is one.
  /// Whether the loop has a part in some index.
  bool uses(int loop) const;
  /// Whether `loop` moves from element to neighbouring element.
  bool isContiguousAlong(int loop) const {
    return !loops.empty() && (loops[0] == loop || (loops[0] == Other && neighbours == loop));
  }
};

/// Loops of a contraction by their part in it; `a` and `b` number the reads of its two operands.
struct ContractionLoops {
  std::vector<int> batch, m, n, k;
  int a = 0, b = 1;
};

/// The register tile of a contraction, chosen from sizes before the Funcs are made, because packing and clamping
/// are part of their definitions.
struct Tile {
  int lanes = 1;      ///< Of one vector; not a power of two where that spares a tail.
  int vectors = 1;    ///< Along n.
  int rows = 1;       ///< Along the row loop.
  int row = -1;       ///< The loop of the rows; -1 when there is none.
  bool pack = false;  ///< B goes through a packed copy.
  bool clamp = false; ///< Rows of the last tile beyond the end read the last row again.
  bool large = false; ///< Worth blocks of several panels.
  bool windows =
      false;      ///< B is read through windows, and its copy has the axes of B: what windows share is in it once.
  int depth = 0;  ///< Of a block of k, which a block of rows goes by before the next one; 0: k is one block.
  int blocks = 0; ///< Tiles in a block of rows.
  int width() const { return lanes * vectors; }
};

struct Node {
  std::string name;
  NodeClass cls = NodeClass::Elementwise;
  Halide::Func func;  ///< What consumers call; pure.
  Halide::Func acc;   ///< What accumulates, where func only reads it: reductions, contractions.
  int accOwner = -1;  ///< The node that schedules acc: results of one operation share it.
  Halide::Func lanes; ///< RowReduction: partial results, one per lane (dimension 0).
  int64_t laneCount = 0;
  Halide::Func chunks; ///< RowReduction: results of chunks, where one loop goes by them.
  std::vector<Loop> loops;
  std::vector<int> dims;             ///< The loop of each dimension of func, dimension 0 first.
  std::vector<int64_t> sizes;        ///< Of func's dimensions, dimension 0 first.
  std::vector<Halide::Expr> extents; ///< The same as expressions.
  std::vector<Read> reads;
  ContractionLoops contraction;
  /// What each update of acc goes over, where a condition cuts the sum into several; the loops that are reduced, in
  /// their order.
  std::vector<Halide::RDom> domains;
  Halide::RVar rvar(size_t update, int loop) const;
  bool multiplyAdd = false; ///< The body is acc + a * b.
  Tile tile;
  Halide::Func pack; ///< B packed, when the tile says so.
  int cost = 0;      ///< Operations of the body; an expensive one counts 20.
  /// The value where it is made of the loops' indices alone, as conditions are: read in place.
  Halide::Expr formula;
  bool isOutput = false;
  std::string note; ///< Goes into the schedule's text.

  bool accumulates() const { return acc.defined(); }
  /// Iterations, run-time sizes taken as AssumedSize.
  double work() const;
  Halide::Var var(unsigned dim) const { return loops[dims[dim]].var; }
};

/// A set of outputs that one loop nest computes: one Func, a Tuple when there are several.
struct OutputGroup {
  Halide::Func func;
  std::vector<int> nodes;
};

struct HalideKernel {
  std::string name;
  std::vector<Node> nodes;  ///< A node comes after what it reads.
  std::vector<int> outputs; ///< Node of each result.
  std::vector<OutputGroup> groups;
  /// The node of an argument and the position of the output that is written over it.
  std::vector<std::pair<int, int>> inplace;
  std::vector<Halide::Argument> arguments;
  Halide::Pipeline pipeline;
};

/// The machine as the rules see it.
struct Machine {
  int vectorBytes = 32;
  int registers = 16;
  int lanes(Halide::Type type) const { return vectorBytes / type.bytes() > 0 ? vectorBytes / type.bytes() : 1; }
};
Machine machineOf(const Halide::Target &target);

/// The tile of a contraction whose loops and reads are known.
Tile chooseTile(const Node &node, Halide::Type type, const Machine &machine);

/// Applies the rules; returns the text. `safe` uses none of them: every reduction at root.
std::string scheduleKernel(HalideKernel &kernel, const Halide::Target &target, bool safe);

} // namespace mdl::kernels

#endif // MDL_KERNELS_HALIDEKERNEL_H
