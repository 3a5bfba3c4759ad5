//===- Strides.cpp - x[::s] and x[a:b:-1] with numbers that the run knows -------------------===//
//
// Stage: sema. Whether such a slice goes forwards or backwards is known in the run, or where it begins, and so is how
// many elements it has: their places are counted, and read or assigned as those of an index tensor are, one axis at a
// time. Bounds are as in NumPy: counted from the end where they are negative, and cut off.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Subscripts.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using namespace mdl::builtin;

/// The step of a slice of an axis where the places are counted in the run; null for others.
static Tensor stepOfRun(Elaborator &e, const ast::Subscript &slice, const Size &size) {
  Value step = slice.step ? e.subscriptPart(slice.step) : nullptr;
  auto *number = as<TensorValue>(step);
  bool isOne = number && isInteger(number->element) && number->shape.empty() && !e.constantInt(step);
  if (!isOne && !isBackwardsOfRun(e, slice, size))
    return nullptr;
  return e.cast(e.tensor(step, slice.step->range), ElementType::I64);
}

namespace {
/// Arithmetic on whole numbers of the run.
struct Numbers {
  Elaborator &e;
  SourceRange range;

  Value constant(int64_t number) { return e.knownScalar(Dim(number)); }
  Value of(const char *op, const Value &a, const Value &b) { return e.elementwise(op, {a, b}, {range, range}, range); }
  Value less(const Value &a, const Value &b) { return e.compare(ast::CompareOp::Lt, a, b, range, range, range); }
  Value select(const Value &condition, const Value &a, const Value &b) {
    return e.elementwise("select", {condition, a, b}, {range, range, range}, range);
  }
};
} // namespace

/// The places of a slice of an axis; null if reported.
static Tensor placesOfSlice(Elaborator &e, const ast::Subscript &slice, const Tensor &step, const Size &size,
                            SourceRange range) {
  Numbers n{e, slice.range};
  Value all = e.knownScalar(size.dim), last = n.of("sub", all, n.constant(1));
  mlir::Value isStep = e.emit.builder.create<mlir::arith::CmpIOp>(e.emit.location, mlir::arith::CmpIPredicate::ne,
                                                                  e.scalar(step), e.emit.constantI64(0));
  e.emit.runtime("mdl_assert", {isStep, e.where(slice.step->range), e.emit.string("the step of a slice is 0")});
  Value isBackwards = n.less(step, n.constant(0));
  Value lowest = n.select(isBackwards, n.constant(-1), n.constant(0)), highest = n.select(isBackwards, last, all);
  auto bound = [&](const ast::Expr *expr, const Value &otherwise) -> Value {
    Value given = expr ? e.subscriptPart(expr) : otherwise;
    auto number = expr ? e.size(given, expr->range) : std::optional(Size{});
    if (!number || !expr)
      return number ? otherwise : nullptr;
    Value fromEnd = n.of("add", given, all);
    Value place = n.select(n.less(given, n.constant(0)), fromEnd, given);
    return n.of("minimum", n.of("maximum", place, lowest), highest);
  };
  Value begin = bound(slice.begin, n.select(isBackwards, last, n.constant(0)));
  Value end = bound(slice.end, n.select(isBackwards, n.constant(-1), all));
  if (!begin || !end)
    return nullptr;
  // As many as whole steps and a last part of one reach the end.
  Value steps = n.of("floordiv", n.of("sub", begin, end), step);
  Value count = n.of("maximum", n.of("sub", n.constant(0), steps), n.constant(0));
  mlir::Value length = e.emit.toIndex(e.scalar(e.tensor(count, slice.range)));
  // Equal slices of equal axes have one size.
  std::optional<SymbolId> symbol;
  operationBefore(e, [&](mlir::Operation *op) {
    if (op->getNumResults() == 1 && op->getResult(0) != length && isSameValue(op->getResult(0), length))
      symbol = e.dims.heldBy(op->getResult(0).getAsOpaquePointer());
    return symbol.has_value();
  });
  if (!symbol)
    symbol = e.dims.fresh("len(" + std::string(e.sources.text(range)) + ")", slice.range, length.getAsOpaquePointer(),
                          /*isUnnamed=*/true);
  Dim dim = Dim::symbol(*symbol);
  Value places = n.of("add", begin, n.of("mul", counted(e, {{dim, slice.range}}, 0), step));
  return e.tensor(places, slice.range);
}

namespace {
/// A slice of one axis whose places are counted.
struct Stride {
  size_t subscript;
  unsigned axis;
  Tensor step;
};
} // namespace

/// Those among the subscripts.
static std::vector<Stride> stridesOf(Elaborator &e, const Tensor &base, const std::vector<ast::Subscript> &subscripts) {
  if (llvm::none_of(subscripts, [](auto &one) { return one.step; }))
    return {};
  auto axesOf = [&](const ast::Subscript &one) -> unsigned {
    if (one.kind != ast::Subscript::At)
      return one.kind == ast::Subscript::Slice;
    auto *mask = as<TensorValue>(e.subscriptPart(one.at));
    return mask && mask->element == ElementType::Bool ? mask->rank() : 1;
  };
  unsigned given = 0, axis = base->lift;
  for (auto &one : subscripts)
    given += axesOf(one);
  std::vector<Stride> strides;
  for (auto [number, one] : llvm::enumerate(subscripts)) {
    if (one.step && axis < base->shape.size())
      if (Tensor step = stepOfRun(e, one, base->shape[axis]))
        strides.push_back({number, axis, step});
    axis += one.kind == ast::Subscript::Rest ? base->rank() - std::min(given, base->rank()) : axesOf(one);
  }
  return strides;
}

/// The elements at places of one axis.
static Tensor takeAt(Elaborator &e, const Tensor &base, unsigned axis, const Tensor &places, SourceRange range) {
  Tensor taken = gatherAt(e, base, {{axis, places, range, int64_t(axis) - base->lift, /*isInside=*/true}}, range);
  return taken ? moveAxis(e, taken, taken->lift, axis) : nullptr;
}

static ast::Subscript whole(ast::Subscript slice) {
  slice.begin = slice.end = slice.step = nullptr;
  return slice;
}

std::optional<Value> mdl::readStrides(Elaborator &e, const Tensor &base, SourceRange baseRange,
                                      const std::vector<ast::Subscript> &subscripts, SourceRange range) {
  std::vector<Stride> strides = stridesOf(e, base, subscripts);
  if (strides.empty())
    return std::nullopt;
  Tensor read = base;
  std::vector<ast::Subscript> others = subscripts;
  for (auto &[number, axis, step] : strides) {
    Tensor places = placesOfSlice(e, subscripts[number], step, base->shape[axis], range);
    read = places ? takeAt(e, read, axis, places, subscripts[number].range) : nullptr;
    if (!read)
      return Value();
    others[number] = whole(others[number]);
  }
  return e.indexTensor(read, baseRange, others, range);
}

/// The tensor with other elements at places of one axis.
static Value putAt(Elaborator &e, const Tensor &base, unsigned axis, const Tensor &places, const Value &elements,
                   SourceRange valueRange, SourceRange range) {
  auto inner = std::make_shared<Scope>(e.scope);
  inner->names["$places"] = Binding{places, false, {}};
  ast::NameRef name(range);
  name.name = "$places";
  std::vector<ast::Subscript> subscripts(axis - base->lift,
                                         {ast::Subscript::Slice, nullptr, nullptr, nullptr, nullptr, range});
  subscripts.push_back({ast::Subscript::At, &name, nullptr, nullptr, nullptr, range});
  Restore<ScopePtr> restore(e.scope, inner);
  return e.updateTensor(base, subscripts, elements, valueRange, range);
}

std::optional<Value> mdl::assignStrides(Elaborator &e, const Tensor &base,
                                        const std::vector<ast::Subscript> &subscripts, const Value &value,
                                        SourceRange valueRange, SourceRange range) {
  std::vector<Stride> strides = stridesOf(e, base, subscripts);
  if (strides.empty())
    return std::nullopt;
  // What the first of them takes is assigned by the others, and put back.
  auto &[number, axis, step] = strides.front();
  SourceRange at = subscripts[number].range;
  Tensor places = placesOfSlice(e, subscripts[number], step, base->shape[axis], range);
  Tensor part = places ? takeAt(e, base, axis, places, at) : nullptr;
  std::vector<ast::Subscript> others = subscripts;
  others[number] = whole(others[number]);
  Value changed = part ? e.updateTensor(part, others, value, valueRange, range) : nullptr;
  return changed ? putAt(e, base, axis, places, changed, valueRange, at) : nullptr;
}
