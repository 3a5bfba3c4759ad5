//===- Directions.cpp - jvp: derivatives along a direction ---------------------------------===//
//
// Stage: sema. `jvp(f, x, v)` becomes two requests (mdl.grad).
//
// Note [Forward mode by reverse mode]
// The gradient of <f(x), u> in x is linear in u, and the gradient of its product with v in u is the derivative of f
// along v, whatever u is (Townsend 2017, "A new trick for calculating Jacobian vector products"). So no operation needs
// a second rule, and after simplification what was needed for u only is gone. u is made of what the one call of f
// gave: it has its sizes, also those that only the run knows.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Builtins.h"
#include "compiler/sema/Callables.h"
#include "compiler/sema/GradientAxes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mdl;
using builtin::Item;
using gradient::IndexAxes;
using gradient::Tensor;

static std::vector<Tensor> leavesOf(Elaborator &e, const Value &value) {
  std::vector<Tensor> leaves;
  e.leaves(value, leaves, /*trainableOnly=*/true);
  return leaves;
}

/// The direction of one leaf; null (reported) if it is not of the type and shape of that leaf.
static Value directionOf(Elaborator &e, const TensorValue &own, const Value &given, const Item &x, const Item &v) {
  Tensor along = e.tensor(given, v.range, own.element);
  if (!along)
    return nullptr;
  if (isInteger(along->element))
    along = e.cast(along, own.element);
  bool fits = along->element == own.element && along->rank() == own.rank();
  for (unsigned axis = 0; fits && axis < own.rank(); ++axis)
    fits = along->shape[along->lift + axis].dim == own.shape[own.lift + axis].dim;
  if (!fits) {
    std::string text(e.sources.text(x.range));
    e.diags
        .report(diag::PatternMismatch, v.range,
                {"a direction of the type of `" + text + "`, " + e.typeName(std::make_shared<TensorValue>(own)),
                 e.typeName(along)})
        .hint("`jvp(f, x, v)` is what `f(x + t * v)` changes by: `v` has a number for each number of `x`");
    return nullptr;
  }
  return gradient::renamed(e, along);
}

/// v in the form of x; null (reported) if it has another one.
static Value directionAt(Elaborator &e, const Value &point, const Item &x, const Item &v) {
  bool isOne = e.isTensorLike(v.value) || isEmptyList(v.value);
  Value given = isOne ? v.value : e.settle(v.value, v.range);
  if (!given)
    return nullptr;
  if (isOne != (as<TensorValue>(point) != nullptr) ||
      (!isOne && leavesOf(e, given).size() != leavesOf(e, point).size())) {
    e.diags.report(diag::StructuresDiffer, v.range, {e.typeName(point), e.typeName(given)});
    return nullptr;
  }
  return e.mapStructures({point, given}, {x.range, v.range}, v.range, [&](const std::vector<Value> &parts) -> Value {
    auto *own = as<TensorValue>(parts[0]);
    return own ? directionOf(e, *own, parts[1], x, v) : nullptr;
  });
}

/// The sum of the products of corresponding elements, for each index of the comprehensions around; null where there are
/// none.
static Tensor inner(Elaborator &e, const std::vector<Tensor> &first, const std::vector<Tensor> &second,
                    SourceRange range) {
  bool isWide = llvm::any_of(first, [](auto &leaf) { return leaf->element == ElementType::F64; });
  bool isMixed = llvm::any_of(first, [&](auto &leaf) { return leaf->element != first[0]->element; });
  auto joint = [&](const Tensor &t) { return isMixed ? e.cast(t, isWide ? ElementType::F64 : ElementType::F32) : t; };
  Value total;
  for (auto [a, b] : llvm::zip(first, second)) {
    Value product = e.elementwise("mul", {joint(a), joint(b)}, {range, range}, range);
    Tensor t = product ? e.tensor(product, range) : nullptr;
    if (!t)
      return nullptr;
    auto axes = llvm::to_vector(llvm::seq<int64_t>(t->lift, t->shape.size()));
    if (!axes.empty()) {
      Shape shape(t->shape.begin(), t->shape.begin() + t->lift);
      t = e.make(e.emit.op("sum", e.ssa(t), e.emit.tensorType(t->element, shape), {e.emit.ints("axes", axes)}),
                 t->element, shape, t->lift);
    }
    total = total ? e.elementwise("add", {total, t}, {range, range}, range) : Value(t);
  }
  return total ? e.tensor(total, range) : nullptr;
}

/// Zeros in the form of a result, for each index along these axes.
static Value zerosFor(Elaborator &e, const Value &result, const IndexAxes &axes) {
  std::vector<Tensor> zeros;
  for (auto &leaf : leavesOf(e, result))
    zeros.push_back(e.broadcast(e.scalarConstant(leaf->element, 0), leaf->shape, leaf->lift));
  size_t next = 0;
  return gradient::renamed(e, e.rebuild(result, zeros, next, /*trainableOnly=*/true), axes);
}

/// Whether a value is of floats; else it is reported.
static bool isOfFloats(Elaborator &e, const Value &value, SourceRange range) {
  std::vector<Tensor> leaves = leavesOf(e, value);
  if (leaves.empty() && value)
    e.diags.report(diag::ExpectedTensor, range, {e.typeName(value)});
  for (auto &leaf : leaves)
    if (!isFloat(leaf->element)) {
      gradient::reportWholeNumbers(e, leaf, range);
      return false;
    }
  return !leaves.empty();
}

static Value jvp(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"f", "x", "v"});
  if (!bound)
    return nullptr;
  const Item &f = *(*bound)[0], &x = *(*bound)[1], &v = *(*bound)[2];
  if (!isCallable(f.value)) {
    e.diags.report(diag::PatternMismatch, f.range, {"a function", e.typeName(f.value)});
    return nullptr;
  }
  Value settled = gradient::settlePoint(e, f.value, x.value, x.range);
  Value along = isOfFloats(e, settled, x.range) ? directionAt(e, settled, x, v) : nullptr;
  if (!along)
    return nullptr;

  Value point, result;
  IndexAxes shared;
  auto callAtPoint = [&] {
    point = gradient::renamed(e, settled, shared);
    CallArguments arguments;
    arguments.callee = "f";
    arguments.range = call.range;
    arguments.items.push_back({"", point, x.range});
    result = e.settle(e.callValue(f.value, arguments), f.range);
  };
  std::vector<Tensor> parts = leavesOf(e, settled), directions = leavesOf(e, along);
  if (!gradient::haveAllAxes(e, parts)) { // Note [Gradients in comprehensions]
    gradient::isGood(e, callAtPoint);
    for (auto &part : parts) {
      for (auto &leaf : leavesOf(e, result))
        gradient::addMissingAxes(*leaf, *part, shared);
      for (auto &direction : directions)
        gradient::addMissingAxes(*direction, *part, shared);
    }
  }
  callAtPoint();
  std::vector<Tensor> points = leavesOf(e, point), results = leavesOf(e, result);
  if (!isOfFloats(e, result, f.range))
    return nullptr;

  // Each index of u stands for one of x, of f(x) and of v.
  IndexAxes indices;
  for (auto *values : {&points, &directions})
    for (auto &value : *values)
      for (auto &leaf : results)
        gradient::addMissingAxes(*value, *leaf, indices);
  e.emit.setPlace(call.range);
  Value weights = zerosFor(e, result, indices);
  std::vector<Tensor> u = leavesOf(e, weights);
  std::vector<std::string> names;
  e.leafNames(point, std::string(e.sources.text(x.range)), names, /*trainableOnly=*/true);
  auto *back = gradient::request(e, inner(e, results, u, call.range), points, names, x.range);
  if (!back)
    return nullptr;
  Tensor slope = inner(e, gradient::results(e, back, points), directions, call.range);
  auto *forth = gradient::request(e, slope, u, std::vector<std::string>(u.size()), x.range);
  if (e.outlines && (e.outlineScratch || !e.emit.inScratch())) {
    auto [name, root] = gradient::functionNames(f.value);
    GradientSignature signature{"jvp_" + name, root, true, {{"v", along}}, point};
    outlineGradient(e, e.outlines, {std::move(signature), weights, forth});
  }
  size_t next = 0;
  return e.rebuild(weights, gradient::results(e, forth, u), next, /*trainableOnly=*/true);
}

void mdl::addDirectionBuiltins(Elaborator &elaborator) { elaborator.addBuiltins({{"jvp", jvp}}); }
