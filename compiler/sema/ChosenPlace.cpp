//===- ChosenPlace.cpp - Numbers at a place that the run knows ----------------------------===//
//
// Stage: sema. The place counted from the front; of numbers of one shape, which are stacked, the row that stands there;
// a branch for each place.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/ChosenPlace.h"
#include "compiler/sema/OpenSizes.h"
#include "compiler/sema/Ragged.h"
#include "compiler/sema/Subscripts.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mdl;
using namespace mdl::builtin;

bool ChosenPlace::check() {
  // What a condition of a comprehension leaves out is not read: that is for the read to see.
  if (index->lift || !e.guards.empty())
    return true;
  auto given = e.size(index, range);
  fromFront = given ? placeOfNumber(e, given->dim, {Dim(count), range}, 0, range) : std::nullopt;
  return fromFront.has_value();
}

/// Puts what is made of the values before the loops around, as far as all of them are there: no pass changes it.
static void leaveLoops(Elaborator &e, const std::vector<Value> &values) {
  std::vector<mlir::Operation *> owners;
  for (auto &value : values) {
    auto *tensor = as<TensorValue>(value);
    bool isFixed = tensor && tensor->ssa && llvm::all_of(tensor->shape, [](auto &size) { return size.dim.constant(); });
    if (!isFixed)
      return;
    owners.push_back(tensor->ssa.getParentRegion()->getParentOp());
  }
  mlir::Operation *around = e.emit.builder.getInsertionBlock()->getParentOp();
  for (; llvm::isa<mlir::scf::ForOp, mlir::scf::WhileOp, mlir::scf::IfOp>(around); around = around->getParentOp()) {
    if (llvm::any_of(owners, [&](auto *owner) { return around->isAncestor(owner); }))
      return;
    if (!llvm::isa<mlir::scf::IfOp>(around))
      e.emit.builder.setInsertionPoint(around);
  }
}

Value ChosenPlace::row(const std::vector<Value> &numbers) {
  auto several = std::make_shared<ListValue>();
  several->elements = numbers;
  several->ranges.assign(numbers.size(), range);
  Tensor whole;
  {
    mlir::OpBuilder::InsertionGuard guard(e.emit.builder);
    leaveLoops(e, numbers);
    whole = e.tensor(several, range);
  }
  if (!whole)
    return nullptr;
  if (!fromFront) {
    constexpr const char *name = "place in a list"; // No name of the language.
    auto inner = std::make_shared<Scope>(e.scope);
    inner->names[name] = Binding{index, false, {}};
    ast::NameRef at(range);
    at.name = name;
    Restore<ScopePtr> restore(e.scope, inner);
    return e.indexTensor(whole, range, {{ast::Subscript::At, &at, nullptr, nullptr, nullptr, range}}, range);
  }
  Tensor one = part(e, whole, whole->lift, *fromFront, {Dim(1), range});
  Shape shape = one->shape;
  shape.erase(shape.begin() + one->lift);
  return e.reshape(one, shape, one->lift);
}

Value ChosenPlace::number() {
  if (fromFront)
    return e.knownScalar(*fromFront);
  std::vector<Value> places;
  for (int64_t place : llvm::seq<int64_t>(count))
    places.push_back(e.knownScalar(Dim(place)));
  return row(places);
}

Value ChosenPlace::isAt(int64_t place) {
  return e.compare(ast::CompareOp::Eq, number(), e.knownScalar(Dim(place)), range, range, range);
}

Value ChosenPlace::branches(llvm::function_ref<Value(int64_t)> take, int64_t from, int64_t to) {
  if (to - from == 1)
    return take(from);
  int64_t middle = from + (to - from) / 2;
  Value isBefore = e.compare(ast::CompareOp::Lt, number(), e.knownScalar(Dim(middle)), range, range, range);
  Tensor condition = isBefore ? e.tensor(isBefore, range) : nullptr;
  if (!condition)
    return nullptr;
  return e.branch({{},
                   {range, range},
                   range,
                   range,
                   [&](bool taken) { return taken ? branches(take, from, middle) : branches(take, middle, to); }},
                  condition);
}

/// The largest of the sizes that tensors have along an axis of their own; nothing where one is not known now.
static std::optional<int64_t> largest(const std::vector<Value> &parts, unsigned axis) {
  int64_t most = 0;
  for (auto &part : parts) {
    auto *one = as<TensorValue>(part);
    auto size = one->shape[one->lift + axis].dim.constant();
    if (!size)
      return std::nullopt;
    most = std::max(most, *size);
  }
  return most;
}

/// All are filled up to the largest, so that they can be stacked; of what stands at the place the rest is cut off.
/// Where each index of a comprehension has a place of its own, these are rows of different lengths.
Value ChosenPlace::ofDifferentSizes(const std::vector<Value> &parts) {
  unsigned rank = as<TensorValue>(parts.front())->rank();
  std::vector<Value> filled;
  std::map<unsigned, std::vector<Value>> sizes; // By axis, where they differ.
  for (auto &given : parts) {
    Tensor one = e.tensor(given, range);
    Shape shape = one->shape;
    std::vector<int64_t> none(shape.size(), 0), more = none;
    for (unsigned axis = 0; axis < rank; ++axis) {
      Dim &size = shape[one->lift + axis].dim;
      more[one->lift + axis] = *largest(parts, axis) - *size.constant();
      sizes[axis].push_back(e.knownScalar(size));
      size = Dim(*largest(parts, axis));
    }
    filled.push_back(
        e.make(e.emit.op("pad", {e.ssa(one), e.ssa(e.scalarConstant(one->element, 0))},
                         e.emit.tensorType(one->element, shape), {e.emit.ints("low", none), e.emit.ints("high", more)}),
               one->element, shape, one->lift));
  }
  Value whole = row(filled);
  std::vector<RaggedValue::Axis> differing;
  for (auto &[axis, all] : sizes) {
    if (!whole || llvm::all_of(all, [&](auto &size) { return e.constantInt(size) == e.constantInt(all.front()); }))
      continue;
    Tensor length = e.tensor(row(all), range), found = e.tensor(whole, range);
    if (!fromFront) {
      Value has =
          e.compare(ast::CompareOp::Lt, counted(e, {found->shape[found->lift + axis]}, 0), length, range, range, range);
      differing.push_back({rank - 1 - axis, e.tensor(has, range), length, /*isHead=*/true});
      continue;
    }
    std::string name = (rank == 1 ? "len([" : "shape([") + std::string(e.sources.text(range)) + "])";
    mlir::Value count = e.emit.toIndex(e.scalar(length));
    Dim size = Dim::symbol(e.dims.fresh(rank == 1 ? name : name + "[" + std::to_string(axis) + "]", range,
                                        count.getAsOpaquePointer(), /*isUnnamed=*/true));
    whole = part(e, found, found->lift + axis, Dim(0), {size, range});
  }
  return differing.empty() ? whole : raggedRows(e.tensor(whole, range), differing, range);
}

Value ChosenPlace::tensors(const std::vector<Value> &parts) {
  auto *first = as<TensorValue>(parts.front());
  bool isStacked = true, canBranch = fromFront.has_value();
  for (auto &part : parts) {
    auto *one = as<TensorValue>(part);
    bool isSameRank = one->rank() == first->rank(), areKnown = isSameRank;
    for (unsigned axis = 0; isSameRank && axis < one->rank(); ++axis) {
      const Dim &size = one->shape[one->lift + axis].dim, &before = first->shape[first->lift + axis].dim;
      isStacked &= size == before;
      canBranch &= canMeet(size, before);
      areKnown &= largest(parts, axis).has_value();
    }
    if (!isSameRank || !(isStacked || canBranch || areKnown)) {
      e.diags.report(diag::RaggedList, range, {e.print(one->shape, one->lift), e.print(first->shape, first->lift)})
          .hint("`for x in xs` goes over elements of different shapes");
      return nullptr;
    }
  }
  if (isStacked)
    return row(parts);
  return canBranch ? branches([&](int64_t place) { return parts[place]; }, 0, count) : ofDifferentSizes(parts);
}
