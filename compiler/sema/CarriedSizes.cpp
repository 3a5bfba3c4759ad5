//===- CarriedSizes.cpp - Sizes that change from pass to pass -----------------------===//
//
// Stage: sema. See Note [Sizes where paths meet] in OpenSizes.h.
//
// Note [What grows]
// Two sizes that are known and differ are a mistake, but for what gains or loses elements in each pass: `rows =
// concat([rows, [h]])`. So what begins empty is open from the start, and where a known size changes to another known
// one, at the end of a pass or in a branch inside of it, the loop is made again with that size open. If it then holds,
// and what a pass leaves is no known size, it is one that grows; otherwise the sizes are what they were, and the error
// is that of the first time. A loop of few passes is made pass by pass if it can be, so that its sizes
// stay known (Note [Passes of their own]).
//
//===----------------------------------------------------------------------===//

#include "compiler/sema/Carried.h"
#include "compiler/sema/OpenSizes.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

void Carried::forEachAxis(llvm::function_ref<void(size_t, size_t, size_t)> visit) const {
  size_t place = 0;
  for (size_t leaf = 0; leaf < before.size(); ++leaf)
    for (size_t axis = 0; axis < before[leaf]->shape.size(); ++axis)
      visit(leaf, axis, place++);
}

bool Carried::isOpen(size_t leaf) const {
  bool found = false;
  forEachAxis([&](size_t of, size_t, size_t place) { found |= of == leaf && open[place]; });
  return found;
}

mlir::RankedTensorType Carried::typeOf(size_t leaf) const {
  auto type = e.emit.tensorType(before[leaf]->element, before[leaf]->shape);
  llvm::SmallVector<int64_t> sizes(type.getShape());
  forEachAxis([&](size_t of, size_t axis, size_t place) {
    if (of == leaf && open[place])
      sizes[axis] = mlir::ShapedType::kDynamic;
  });
  return type.clone(sizes);
}

bool Carried::mayFollow(size_t leaf, const TensorValue &after) const {
  const TensorValue &old = *before[leaf];
  if (old.element != after.element || old.shape.size() != after.shape.size() || old.lift != after.lift)
    return false;
  for (size_t axis = 0; axis < after.shape.size(); ++axis) {
    const Dim &size = shapes[leaf][axis].dim;
    const Dim &end = after.shape[axis].dim;
    if (axis < old.lift ? size != end : !mayGrow && !canMeet(size, end))
      return false;
  }
  return true;
}

bool Carried::openSizes(const std::vector<Elaborator::Tensor> &after) {
  // Those that had one size and get one size go on having one; numbered as they come.
  std::map<std::tuple<std::optional<size_t>, Dim, Dim>, size_t> numbers;
  auto next = open;
  bool grows = true;
  forEachAxis([&](size_t leaf, size_t axis, size_t place) {
    Dim start = open[place] ? Dim() : shapes[leaf][axis].dim, end = after[leaf]->shape[axis].dim;
    if (growing.count(place))
      grows &= !end.constant();
    else if (!open[place] && !canMeet(start, end))
      growing.insert(place);
    if (open[place] || start != end)
      next[place] = numbers.try_emplace({open[place], start, end}, numbers.size()).first->second;
  });
  if (!grows) {
    giveUpGrowth();
    return true;
  }
  std::swap(open, next);
  return open != next;
}

Value Carried::withOpenRows(const AssignedVariable &variable) {
  std::vector<Elaborator::Tensor> leaves;
  e.leaves(variable.before, leaves);
  bool changed = false;
  for (auto &leaf : leaves) {
    Shape shape = leaf->shape;
    OpenSizes sizes(e, range);
    for (unsigned axis = leaf->lift; mayGrow && axis < shape.size(); ++axis)
      if (shape[axis].dim.isConstant(0))
        shape[axis].dim = sizes.open(variable.name, axis - leaf->lift, leaf->rank());
    mlir::Type type = e.emit.tensorType(leaf->element, shape);
    if (type == e.emit.tensorType(leaf->element, leaf->shape))
      continue;
    mlir::Value open = withAnySize(e, e.ssa(leaf), type);
    sizes.bind(shape, open);
    leaf = e.make(open, leaf->element, shape, leaf->lift);
    changed = true;
  }
  size_t next = 0;
  return changed ? e.rebuild(variable.before, leaves, next) : variable.before;
}

bool Carried::openKnown(IsTaken isTaken) {
  std::map<Dim, size_t> numbers;
  size_t used = llvm::count_if(open, [](auto &number) { return number.has_value(); });
  auto variable = [&](size_t leaf) { return llvm::upper_bound(counts, leaf) - counts.begin(); };
  bool found = false;
  forEachAxis([&](size_t leaf, size_t axis, size_t place) {
    const TensorValue &start = *before[leaf];
    size_t of = variable(leaf);
    const Dim &size = start.shape[axis].dim;
    if (!mayGrow || open[place] || axis < start.lift || !size.constant() ||
        !isTaken(variables[of], leaf - (of ? counts[of - 1] : 0), axis - start.lift, size))
      return;
    open[place] = used + numbers.try_emplace(size, numbers.size()).first->second;
    growing.insert(place);
    found = true;
  });
  return found;
}

void Carried::reconsiderGrowth(const std::set<size_t> &tried) {
  auto isResized = [&](const AssignedVariable &variable, size_t leaf, unsigned axis, const Dim &) {
    return e.resized.count({variable.binding, leaf, axis}) != 0;
  };
  if (openKnown(isResized) || growing != tried)
    again = true;
  else if (!growing.empty())
    giveUpGrowth();
}

void Carried::giveUpGrowth() {
  mayGrow = false;
  growing.clear();
  open.assign(open.size(), std::nullopt);
  again = true;
}
