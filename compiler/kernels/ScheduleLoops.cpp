//===- ScheduleLoops.cpp - Rules for elementwise nests, reductions and scatters -----------===//
//
// Stage: kernels. See Scheduler.h.
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/Scheduler.h"

#include <algorithm>
#include <cmath>

using Halide::Func;
using Halide::RVar;
using Halide::Stage;
using Halide::TailStrategy;
using Halide::Var;
using Halide::VarOrRVar;

namespace mdl::kernels {

/// How the first dimension that is not 1 is cut into vectors.
VectorPlan Scheduler::planVectors(const Node &shape, Halide::Type type, int unroll) const {
  VectorPlan plan;
  plan.dim = 0;
  while (plan.dim < static_cast<int>(shape.sizes.size()) && shape.sizes[plan.dim] == 1)
    ++plan.dim;
  if (plan.dim == static_cast<int>(shape.sizes.size())) {
    plan.dim = -1;
    return plan;
  }
  int64_t size = shape.sizes[plan.dim];
  int lanes = machine.lanes(type.bits() < 32 ? Halide::Int(32) : type);
  if (size != RunTime && size < 4 * lanes && (size < lanes || size % lanes != 0)) {
    plan.lanes = size; // A short row is one odd vector: LLVM cuts it without a tail.
    plan.exact = true;
    return plan;
  }
  plan.lanes = lanes;
  plan.exact = size != RunTime && size % lanes == 0;
  while (plan.exact && plan.unroll * 2 <= unroll && size % (lanes * plan.unroll * 2) == 0)
    plan.unroll *= 2;
  return plan;
}

std::string VectorPlan::text() const {
  if (dim < 0 || lanes <= 1)
    return "scalar";
  std::string result = "vectors of " + std::to_string(lanes);
  if (unroll > 1)
    result += " x " + std::to_string(unroll);
  return result + (exact ? "" : ", guarded tail");
}

void Scheduler::applyVectors(Stage stage, const Var &var, const VectorPlan &plan) {
  if (plan.dim < 0 || plan.lanes <= 1)
    return;
  stage.vectorize(var, plan.lanes, TailStrategy::GuardWithIf);
  if (plan.unroll > 1)
    stage.unroll(var, plan.unroll, TailStrategy::GuardWithIf);
}

// Note [Reads before writes]: A nest with several results stores them one after the other, and Halide believes that no
// output lies over an input. So what is overwritten in place is read into registers before the first store.
void Scheduler::readBefore(const Root &root, const Var &loop, int lanes) {
  if (root.group < 0 || kernel.groups[root.group].nodes.size() < 2)
    return;
  for (auto [argument, output] : kernel.inplace) {
    bool here = false;
    for (int member : kernel.groups[root.group].nodes)
      here |= member == kernel.outputs[output];
    if (!here || readers[argument].empty() || copied[argument])
      continue;
    Func func = kernel.nodes[argument].func;
    func.compute_at(root.func, loop);
    if (lanes > 1)
      func.vectorize(kernel.nodes[argument].var(0), lanes, TailStrategy::GuardWithIf);
  }
}

// Runs before the vectors are cut: the split keeps the loop's name for its inner part.
std::string Scheduler::parallelize(Root &root, double nanoseconds) {
  const Node &shape = node(root.shape);
  int dim = static_cast<int>(shape.sizes.size()) - 1;
  while (dim >= 0 && shape.sizes[dim] == 1)
    --dim;
  if (dim < 0 || nanoseconds < WorthThreads)
    return "";
  double perTurn = nanoseconds / static_cast<double>(assumed(shape.sizes[dim]));
  int64_t turns = std::max<int64_t>(1, std::ceil(TaskNanoseconds / perTurn));
  if (dim == 0) { // Tasks begin at whole vectors.
    int64_t step = 4 * machine.lanes(Halide::Float(32));
    turns = (turns + step - 1) / step * step;
  }
  if (2 * turns > assumed(shape.sizes[dim]))
    return "";
  Var var = shape.var(dim), task("task");
  root.func.split(var, task, var, static_cast<int>(turns), TailStrategy::GuardWithIf).parallel(task);
  return "; parallel, tasks of " + std::to_string(turns) + " of " + var.name();
}

/// Nanoseconds of an elementwise nest: a load and store, and operations in vectors.
static double elementwiseTime(const Node &shape, int cost, int lanes) {
  double points = 1;
  for (int64_t size : shape.sizes)
    points *= static_cast<double>(assumed(size));
  return points * (2.0 + cost) * 0.35 / std::max(1, lanes / 2);
}

/// The reader's loop along which memory behind a read lies in rows that `across` crosses, through what is inlined; -1
/// where there is none.
int Scheduler::rowLoop(const Read &read, int across) const {
  const Node &from = node(read.node);
  if (from.cls == NodeClass::Input || stored[read.node]) {
    if (!read.uses(across) || read.isContiguousAlong(across))
      return -1;
    return read.loops.empty() ? -1 : read.loops[0] == Read::Other ? read.neighbours : std::max(read.loops[0], -1);
  }
  auto place = std::find(read.loops.begin(), read.loops.end(), across);
  if (from.accumulates() || place == read.loops.end())
    return -1;
  for (const Read &behind : from.reads) {
    auto dim = std::find(from.dims.begin(), from.dims.end(), rowLoop(behind, from.dims[place - read.loops.begin()]));
    if (dim != from.dims.end())
      return std::max(read.loops[dim - from.dims.begin()], -1);
  }
  return -1;
}

/// The dimension along which something that is read lies in rows, where the vectors run across them; -1 where none is.
int Scheduler::turnedDim(const Root &root, int vectorDim) const {
  int target = root.group >= 0 ? root.group : static_cast<int>(kernel.groups.size()) + root.shape;
  for (int index = 0; index < static_cast<int>(kernel.nodes.size()); ++index) {
    const Node &self = node(index);
    if (self.accumulates() || (index != root.shape && targets[index] != target))
      continue;
    for (const Read &read : self.reads) {
      auto dim = std::find(self.dims.begin(), self.dims.end(), rowLoop(read, self.dims[vectorDim]));
      int turned = dim == self.dims.end() ? -1 : static_cast<int>(dim - self.dims.begin());
      if (turned > vectorDim && self.sizes[turned] != 1)
        return turned;
    }
  }
  return -1;
}

// Goes through what is read across its rows by squares: what the loads of one vector bring to the cache serves the next
// ones.
std::string Scheduler::walkTurned(Root &root, int turned) {
  const Node &shape = node(root.shape);
  constexpr int Height = 32; // 16 was slower on AVX-512, up to twice for 3000x3000.
  Var var = shape.var(turned), square("square");
  std::vector<VarOrRVar> order = {var};
  for (int dim = 0; dim < turned; ++dim)
    if (shape.sizes[dim] != 1)
      order.push_back(shape.var(dim));
  order.push_back(square);
  root.func.split(var, square, var, Height, TailStrategy::GuardWithIf).reorder(order);
  return "; " + std::to_string(Height) + " of " + var.name() + " at a time";
}

void Scheduler::scheduleElementwise(Root &root) {
  const Node &shape = node(root.shape);
  Halide::Type type = root.func.types()[0];
  VectorPlan plan = planVectors(shape, type, root.cost < 8 ? 4 : 1);
  // What is overwritten in place is read just before: see Note [Reads before writes].
  int turned = plan.dim >= 0 && kernel.inplace.empty() ? turnedDim(root, plan.dim) : -1;
  if (turned >= 0)
    plan.unroll = 1;
  std::string text = describe(shape) + ", " + plan.text();
  text += parallelize(root, elementwiseTime(shape, root.cost, plan.lanes));
  // Said outright where it is known: inferred from several readers it is not, and then Halide guards vectors of an odd
  // length, which it cannot (the mask of such a vector is not cut as its loads are).
  if (plan.exact)
    root.func.bound(shape.var(plan.dim), 0, static_cast<int>(shape.sizes[plan.dim]));
  if (plan.dim >= 0)
    applyVectors(root.func, shape.var(plan.dim), plan);
  if (turned >= 0)
    text += walkTurned(root, turned);
  if (!shape.sizes.empty())
    readBefore(root, shape.var(std::max(plan.dim, 0)), plan.dim == 0 ? plan.lanes : 1);
  line(text);
}

/// The names of an update's RVars, innermost first.
static std::vector<std::string> reducedNames(const Func &func, int update) {
  std::vector<std::string> names;
  for (const Halide::Internal::ReductionVariable &variable : func.function().update(update).schedule().rvars())
    names.push_back(variable.var);
  return names;
}

bool hasLoop(const Func &func, int update, const RVar &loop) {
  std::vector<std::string> names = reducedNames(func, update);
  return std::find(names.begin(), names.end(), loop.name()) != names.end();
}

/// The RVars of an accumulator's update, the last loop innermost.
static std::vector<VarOrRVar> reducedLoops(const Node &node) {
  std::vector<VarOrRVar> result;
  for (auto loop = node.loops.rbegin(); loop != node.loops.rend(); ++loop)
    if (loop->reduced && hasLoop(node.acc, 0, loop->rvar))
      result.push_back(loop->rvar);
  return result;
}

// Lanes run over the result, so that the sum of a column stays in registers while the rows go by.
void Scheduler::scheduleReduction(Root &root, Node &acc) {
  const Node &shape = node(root.shape);
  Halide::Type type = acc.acc.types()[0];
  VectorPlan plan = planVectors(shape, type, 4);
  std::string text = describe(acc) + ", " + plan.text();
  double time = acc.work() * (1.0 + acc.cost) * 0.35 / std::max(1, plan.lanes / 2);
  text += parallelize(root, time);
  if (plan.dim < 0) {
    acc.acc.compute_root();
    line(text + "; one result");
    return;
  }
  Var var = shape.var(plan.dim), block("block");
  int width = plan.lanes * plan.unroll;
  if (plan.exact && width > 1) {
    root.func.split(var, block, var, width, TailStrategy::GuardWithIf);
    root.func.vectorize(var, plan.lanes);
    if (plan.unroll > 1)
      root.func.unroll(var);
    acc.acc.compute_at(root.func, block);
  } else {
    width = 4 * plan.lanes;
    root.func.split(var, block, var, width, TailStrategy::GuardWithIf)
        .vectorize(var, plan.lanes, TailStrategy::GuardWithIf);
    acc.acc.compute_at(root.func, block);
  }
  readBefore(root, block, plan.dim == 0 ? plan.lanes : 1);
  Var own = acc.var(plan.dim);
  std::vector<VarOrRVar> order = {own};
  for (const VarOrRVar &loop : reducedLoops(acc))
    order.push_back(loop);
  for (size_t dim = 0; dim < acc.dims.size(); ++dim)
    if (static_cast<int>(dim) != plan.dim)
      order.push_back(acc.var(dim));
  Halide::Stage update = acc.acc.update();
  update.reorder(order);
  for (Halide::Stage stage : {Halide::Stage(acc.acc), update}) {
    if (plan.lanes <= 1)
      continue;
    stage.vectorize(own, plan.lanes, TailStrategy::GuardWithIf);
    if (plan.exact && plan.unroll > 1)
      stage.unroll(own);
  }
  line(text + "; sums in registers, " + std::to_string(width) + " at a time");
}

// See Note [Lanes] in ReductionToHalide.cpp.
void Scheduler::scheduleRowReduction(Root &root, Node &acc) {
  const Node &shape = node(root.shape);
  Halide::Type type = acc.acc.types()[0];
  int native = machine.lanes(type), count = static_cast<int>(acc.laneCount);
  int width = count % native == 0 ? native : count;
  double time = acc.work() * (1.0 + acc.cost) * 0.35 / std::max(1, width / 2);
  std::string text = describe(acc) + ", " + std::to_string(count) + " lanes along the row";
  text += parallelize(root, time);
  Var lane(acc.lanes.args()[0].name());
  if (shape.sizes.empty()) {
    acc.acc.compute_root();
    if (!acc.chunks.defined())
      acc.lanes.compute_root();
  } else {
    // What follows the sum is done for a block of rows at once.
    VectorPlan plan = planVectors(shape, type, 1);
    Var block("block");
    if (plan.dim >= 0 && plan.lanes > 1) {
      Var var = shape.var(plan.dim);
      root.func.split(var, block, var, plan.lanes, TailStrategy::GuardWithIf);
      root.func.vectorize(var, plan.lanes, TailStrategy::GuardWithIf);
      acc.acc.compute_at(root.func, block);
      readBefore(root, block, 1);
    } else {
      acc.acc.compute_at(root.func, shape.var(0));
      readBefore(root, shape.var(0), 1);
    }
    if (!acc.chunks.defined())
      acc.lanes.compute_at(acc.acc, acc.var(0));
  }
  if (acc.chunks.defined()) {
    Var chunk = acc.chunks.args().back();
    acc.chunks.compute_root().parallel(chunk);
    acc.lanes.compute_at(acc.chunks, acc.chunks.args()[0]);
    text += ", parallel over chunks";
  }
  Halide::Stage update = acc.lanes.update();
  std::vector<VarOrRVar> order = {lane};
  for (const std::string &name : reducedNames(acc.lanes, 0))
    order.push_back(RVar(name));
  update.reorder(order);
  for (Halide::Stage stage : {Halide::Stage(acc.lanes), update}) {
    if (width > 1)
      stage.vectorize(lane, width);
    if (count > width)
      stage.unroll(lane);
  }
  line(text);
}

void Scheduler::scheduleScatter(Root &root, Node &acc) {
  const Node &shape = node(root.shape);
  acc.acc.compute_root();
  if (!shape.sizes.empty())
    readBefore(root, shape.var(0), 1);
  VectorPlan plan = planVectors(shape, acc.acc.types()[0], 1);
  acc.acc.update().unscheduled();
  std::string text = describe(acc) + ", in a fixed order at root";
  if (plan.dim >= 0) {
    Var var = acc.var(plan.dim);
    applyVectors(acc.acc, var, plan);
    applyVectors(root.func, shape.var(plan.dim), plan);
    // The update runs in vectors along a dimension that its places leave alone.
    const Halide::Internal::Variable *place = acc.acc.update_args(0)[plan.dim].as<Halide::Internal::Variable>();
    if (place && place->name == var.name()) {
      Halide::Stage update = acc.acc.update();
      applyVectors(update, var, plan);
      text += ", " + plan.text();
    }
  }
  line(text);
}

} // namespace mdl::kernels
