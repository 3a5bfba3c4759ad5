//===- Scheduler.h - The rules' common state ------------------------------------------===//
//
// Stage: kernels. Schedule.cpp decides what is computed where; one file per class then
// schedules the loop nest of a root.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_KERNELS_SCHEDULER_H
#define MDL_KERNELS_SCHEDULER_H

#include "compiler/kernels/HalideKernel.h"

namespace mdl::kernels {

/// A nest of less work than this is not worth waking threads.
constexpr double WorthThreads = 10000;
/// What one task should take at least.
constexpr double TaskNanoseconds = 5000;

/// A loop nest of its own: a group of outputs, or a node that is stored.
struct Root {
  Halide::Func func;
  int shape = -1;        ///< A node with the root's dimensions and sizes.
  int group = -1;        ///< Of outputs; else it is the node `shape`.
  std::vector<int> accs; ///< Nodes whose accumulators this nest computes tile by tile.
  int cost = 0;          ///< Operations per point, all that is inlined included.
};

/// How one dimension is cut into vectors.
struct VectorPlan {
  int dim = -1; ///< -1: nothing to cut.
  int lanes = 1;
  int unroll = 1;
  bool exact = false; ///< The size is a multiple of both.
  std::string text() const;
};

/// Whether an update goes through the loop: Halide drops one of a single pass, by which nothing is read.
bool hasLoop(const Halide::Func &func, int update, const Halide::RVar &loop);

class Scheduler {
public:
  Scheduler(HalideKernel &kernel, const Halide::Target &target)
      : kernel(kernel), target(target), machine(machineOf(target)) {}

  std::string run();
  std::string runSafe();

private:
  void findReaders();
  void inlineOrStore();
  void makeRoots();
  void protectInplace(bool all);
  bool isReadOnlyInPlace(int argument, int output) const;
  int targetOf(int node) const;
  bool isStored(int node);

  void alignInside(Root &root);
  void scheduleRoot(Root &root);
  void scheduleElementwise(Root &root);
  void scheduleReduction(Root &root, Node &acc);
  void scheduleRowReduction(Root &root, Node &acc);
  void scheduleContraction(Root &root, Node &acc);
  /// Reads what the root overwrites before its stores, at `loop`, in vectors of `lanes`.
  void readBefore(const Root &root, const Halide::Var &loop, int lanes);
  std::string parallelizeTiles(Root &root, const Node &acc, Halide::Var columns, int width, int rowDim,
                               Halide::Var rows, int height);
  void scheduleSums(Node &acc, int rowDim);
  Halide::LoopLevel scheduleBlockedSums(Node &acc, int rowDim);
  void scheduleScatter(Root &root, Node &acc);
  VectorPlan planVectors(const Node &shape, Halide::Type type, int unroll) const;
  int rowLoop(const Read &read, int across) const;
  int turnedDim(const Root &root, int vectorDim) const;
  std::string walkTurned(Root &root, int turned);
  static void applyVectors(Halide::Stage stage, const Halide::Var &var, const VectorPlan &plan);
  /// Runs the outermost dimension in parallel where `nanoseconds` of work are worth it; in words.
  std::string parallelize(Root &root, double nanoseconds);

  const Node &node(int index) const { return kernel.nodes[index]; }
  void line(const std::string &text) { lines += "  " + text + "\n"; }
  std::string describe(const Node &node) const;

  HalideKernel &kernel;
  Halide::Target target;
  Machine machine;
  struct Reader {
    int node;
    const Read *read;
  };
  std::vector<std::vector<Reader>> readers;
  std::vector<int> costs;   ///< Of a point, inlined producers included.
  std::vector<int> targets; ///< The root that a node is inlined into by the identity: -1 if several.
  std::vector<bool> stored;
  std::vector<bool> copied; ///< Arguments that protectInplace() copied.
  std::vector<Root> roots;
  std::string lines;
};

/// `[64, 128]`, outermost first; `?` for a size known at run time.
std::string sizesText(const std::vector<int64_t> &sizes);

} // namespace mdl::kernels

#endif // MDL_KERNELS_SCHEDULER_H
