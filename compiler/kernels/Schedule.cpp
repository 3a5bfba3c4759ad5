//===- Schedule.cpp - What of a kernel is computed where --------------------------------===//
//
// Stage: kernels. Input: a HalideKernel. Output: its Funcs scheduled, and the text of that.
// Every node is either inlined into what reads it or stored. A root is a loop nest: a
// group of outputs or a stored node; accumulators that flow into a root by the identity
// are computed in its tiles, so that what follows a product is done while it is in registers.
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/Scheduler.h"

#include <algorithm>

using Halide::Func;
using Halide::Var;

namespace mdl::kernels {

/// An operand of a product is read in every tile: what that costs in all must be little more than to store it.
constexpr double CheapOperandCost = 4;

const char *nodeClassName(NodeClass cls) {
  switch (cls) {
  case NodeClass::Input:
    return "argument";
  case NodeClass::Elementwise:
    return "elementwise";
  case NodeClass::Contraction:
    return "contraction";
  case NodeClass::RowReduction:
    return "row reduction";
  case NodeClass::Reduction:
    return "reduction";
  case NodeClass::Scatter:
    return "scatter";
  case NodeClass::Scan:
    return "scan";
  }
  return "";
}

bool Read::uses(int loop) const {
  return std::find(loops.begin(), loops.end(), loop) != loops.end() ||
         std::find(windows.begin(), windows.end(), loop) != windows.end();
}

Halide::RVar Node::rvar(size_t update, int loop) const {
  if (domains.empty())
    return loops[loop].rvar;
  int place = 0;
  for (int other = 0; other < loop; ++other)
    place += loops[other].reduced ? 1 : 0;
  return domains[update][place];
}

double Node::work() const {
  double result = 1;
  for (const Loop &loop : loops)
    result *= static_cast<double>(assumed(loop.size));
  return result;
}

Machine machineOf(const Halide::Target &target) {
  Machine machine;
  machine.vectorBytes = target.natural_vector_size<uint8_t>();
  machine.registers = target.has_feature(Halide::Target::AVX512) ||
                              target.has_feature(Halide::Target::AVX512_Skylake) || target.arch == Halide::Target::ARM
                          ? 32
                          : 16;
  return machine;
}

std::string sizesText(const std::vector<int64_t> &sizes) {
  std::string text = "[";
  for (size_t dim = sizes.size(); dim-- > 0;)
    text += (sizes[dim] == RunTime ? std::string("?") : std::to_string(sizes[dim])) + (dim ? ", " : "");
  return text + "]";
}

void Scheduler::findReaders() {
  readers.assign(kernel.nodes.size(), {});
  for (size_t index = 0; index < kernel.nodes.size(); ++index)
    for (const Read &read : kernel.nodes[index].reads)
      readers[read.node].push_back({static_cast<int>(index), &read});
}

/// The reader's loops that `read` does not depend on make it read the same element again.
static bool readsAgain(const Node &reader, const Read &read) {
  for (size_t loop = 0; loop < reader.loops.size(); ++loop)
    if (reader.loops[loop].size != 1 &&
        std::find(read.loops.begin(), read.loops.end(), static_cast<int>(loop)) == read.loops.end())
      return true;
  return false;
}

/// True when `read` is of the same element that the reader computes.
static bool isIdentity(const Node &reader, const Read &read) { return read.loops == reader.dims; }

constexpr int Nowhere = -1;

/// The root that takes a node when every reader computes just the same element in it: a group of outputs, or (counted
/// on after the groups) a stored node; Nowhere when it is read otherwise. Readers must be done.
int Scheduler::targetOf(int index) const {
  const Node &self = node(index);
  constexpr int Unset = -2;
  int found = Unset;
  auto join = [&](int where) { found = found == Unset || found == where ? where : Nowhere; };
  if (self.isOutput)
    for (size_t group = 0; group < kernel.groups.size(); ++group)
      for (int member : kernel.groups[group].nodes)
        if (member == index)
          join(group);
  for (const Reader &reader : readers[index]) {
    const Node &other = node(reader.node);
    bool same = !other.accumulates() && isIdentity(other, *reader.read) && other.sizes == self.sizes;
    if (!same)
      return Nowhere;
    join(stored[reader.node] && !other.isOutput ? static_cast<int>(kernel.groups.size()) + reader.node
                                                : targets[reader.node]);
  }
  return found == Unset ? Nowhere : found;
}

/// How many tiles of a product compute an element of an operand that is not stored.
static double turnsOf(const Node &product, const Read &read) {
  bool isB = &read == &product.reads[product.contraction.b];
  if (isB && product.tile.pack)
    return 1;
  double turns = 1;
  for (int loop : isB ? product.contraction.m : product.contraction.n)
    turns *= static_cast<double>(assumed(product.loops[loop].size));
  return std::max(1.0, turns / (isB ? product.tile.rows : product.tile.width()));
}

/// Whether a node that ends up in no single root is stored.
bool Scheduler::isStored(int index) {
  const Node &self = node(index);
  if (self.accumulates())
    return true;
  int uses = 0;
  for (const Reader &reader : readers[index]) {
    const Node &other = node(reader.node);
    ++uses;
    if (other.cls == NodeClass::Contraction && costs[index] * turnsOf(other, *reader.read) > CheapOperandCost)
      return true;
    // Read along a loop that it does not know: computed again for each turn.
    if (costs[index] >= ExpensiveCost && readsAgain(other, *reader.read))
      return true;
  }
  return uses > 1 && costs[index] >= ExpensiveCost;
}

void Scheduler::inlineOrStore() {
  int count = kernel.nodes.size();
  targets.assign(count, Nowhere);
  stored.assign(count, false);
  // Costs depend on what is stored and the other way round: a first round takes everything for inlined.
  for (int round = 0; round < 2; ++round) {
    costs.assign(count, 0);
    for (int index = 0; index < count; ++index) {
      const Node &self = node(index);
      costs[index] = self.accumulates() ? 0 : self.cost;
      for (const Read &read : self.reads)
        if (!self.accumulates() && !stored[read.node])
          costs[index] += costs[read.node];
    }
    for (int index = count - 1; index >= 0; --index) {
      if (node(index).cls == NodeClass::Input)
        continue;
      targets[index] = targetOf(index);
      bool nowhere = targets[index] == Nowhere;
      stored[index] = nowhere && (node(index).isOutput || (!readers[index].empty() && isStored(index)));
    }
  }
}

void Scheduler::makeRoots() {
  std::vector<int> rootOfNode(kernel.nodes.size(), -1), rootOfGroup(kernel.groups.size(), -1);
  for (size_t index = 0; index < kernel.nodes.size(); ++index)
    if (stored[index] && !node(index).isOutput) {
      Root root;
      root.func = kernel.nodes[index].func;
      root.shape = index;
      rootOfNode[index] = roots.size();
      roots.push_back(root);
    }
  for (size_t group = 0; group < kernel.groups.size(); ++group) {
    Root root;
    root.func = kernel.groups[group].func;
    root.shape = kernel.groups[group].nodes[0];
    root.group = group;
    rootOfGroup[group] = roots.size();
    roots.push_back(root);
    for (int member : kernel.groups[group].nodes) {
      roots.back().cost += costs[member];
      if (stored[member])
        rootOfNode[member] = rootOfGroup[group];
    }
  }
  for (size_t index = 0; index < kernel.nodes.size(); ++index) {
    const Node &self = node(index);
    if (!self.accumulates() || self.accOwner != static_cast<int>(index))
      continue;
    int where = rootOfNode[index];
    int groups = kernel.groups.size();
    if (where < 0 && targets[index] >= 0)
      where = targets[index] < groups ? rootOfGroup[targets[index]] : rootOfNode[targets[index] - groups];
    // One accumulator to a nest: a second one is stored on its own.
    bool shared = false;
    for (size_t other = index + 1; other < kernel.nodes.size(); ++other)
      shared |= node(other).accOwner == static_cast<int>(index);
    if (where < 0 || shared || !roots[where].accs.empty()) {
      Root root;
      root.func = self.func;
      root.shape = index;
      if (shared) { // Several results share it: the accumulator itself is the root.
        root.func = self.acc;
        root.cost = self.cost;
      }
      root.accs.push_back(index);
      roots.push_back(root);
      continue;
    }
    roots[where].accs.push_back(index);
  }
  for (Root &root : roots)
    if (root.group < 0)
      root.cost = costs[root.shape];
}

/// True when the nest that overwrites the argument is the only one that reads it, each element just before.
bool Scheduler::isReadOnlyInPlace(int argument, int output) const {
  int written = kernel.outputs[output], group = -1;
  for (size_t index = 0; index < kernel.groups.size(); ++index)
    for (int member : kernel.groups[index].nodes)
      if (member == written)
        group = index;
  for (const Reader &reader : readers[argument]) {
    const Node &other = node(reader.node);
    if (!isIdentity(other, *reader.read))
      return false;
    // A result that another one of its nest reads elsewhere is computed again there.
    bool isAlone = kernel.groups[group].nodes.size() == 1 && kernel.groups[group].nodes.front() == reader.node;
    if (targets[reader.node] != group && !isAlone)
      return false;
  }
  return true;
}

/// An argument that would be read after its place is overwritten is copied first. Clustering avoids that; this keeps it
/// right when it does not. `all`: whatever else reads it, for nests that do not take care of the order (see Note [Reads
/// before writes] in ScheduleLoops.cpp).
void Scheduler::protectInplace(bool all) {
  copied.assign(kernel.nodes.size(), false);
  for (auto [argument, output] : kernel.inplace)
    if (!readers[argument].empty() && (all || !isReadOnlyInPlace(argument, output))) {
      kernel.nodes[argument].func.compute_root();
      copied[argument] = true;
      line(node(argument).name + ": copied, because its place is written before the last read of it");
    }
}

std::string Scheduler::describe(const Node &self) const {
  return self.name + ": " + nodeClassName(self.cls) + " " + sizesText(self.sizes);
}

/// One element may be all that is read of what stays inside of a kernel. Halide computes and stores it in vectors, as
/// aligned memory, and aligns memory on the stack only if it holds more than one.
void Scheduler::alignInside(Root &root) {
  auto align = [](Func &func) {
    if (func.defined() && !func.args().empty())
      func.align_storage(func.args()[0], 2);
  };
  if (root.group < 0)
    align(root.func);
  for (int member : root.accs)
    align(kernel.nodes[member].acc);
}

void Scheduler::scheduleRoot(Root &root) {
  bool isGroup = root.group >= 0;
  if (!isGroup)
    root.func.compute_root();
  alignInside(root);
  if (root.accs.empty())
    return scheduleElementwise(root);
  Node &acc = kernel.nodes[root.accs[0]];
  if (root.func.name() == acc.acc.name()) {
    line(describe(acc) + ", at root, for several results");
    return;
  }
  switch (acc.cls) {
  case NodeClass::Contraction:
    return scheduleContraction(root, acc);
  case NodeClass::RowReduction:
    return scheduleRowReduction(root, acc);
  case NodeClass::Reduction:
    return scheduleReduction(root, acc);
  default:
    return scheduleScatter(root, acc);
  }
}

std::string Scheduler::run() {
  findReaders();
  inlineOrStore();
  protectInplace(/*all=*/false);
  makeRoots();
  for (Root &root : roots)
    scheduleRoot(root);
  return "kernel @" + kernel.name + "\n" + lines;
}

std::string Scheduler::runSafe() {
  findReaders();
  inlineOrStore();
  protectInplace(/*all=*/true);
  for (Node &self : kernel.nodes) {
    if (!self.accumulates())
      continue;
    self.acc.compute_root();
    for (Func part : {self.lanes, self.chunks})
      if (part.defined())
        part.compute_root();
    if (self.pack.defined())
      self.pack.compute_root();
    line(describe(self) + ", at root");
  }
  return "kernel @" + kernel.name + "\n" + lines;
}

std::string scheduleKernel(HalideKernel &kernel, const Halide::Target &target, bool safe) {
  Scheduler scheduler(kernel, target);
  return safe ? scheduler.runSafe() : scheduler.run();
}

} // namespace mdl::kernels
