//===- Strides.cpp - x[::s] with a step that the run knows ----------------------------------===//
//
// Stage: sema. Whether such a slice goes forwards or backwards is known in the run, and so is how many elements it has:
// their places are counted, and read as an index tensor is, one axis at a time. Bounds are as in NumPy: counted from
// the end where they are negative, and cut off.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Subscripts.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using namespace mdl::builtin;

/// The step where only the run knows it; null for others.
static Tensor stepOfRun(Elaborator &e, const ast::Subscript &slice) {
  Value step = slice.step ? e.expression(slice.step) : nullptr;
  auto *number = as<TensorValue>(step);
  bool isOne = number && isInteger(number->element) && number->shape.empty() && !e.constantInt(step);
  return isOne ? e.cast(e.tensor(step, slice.step->range), ElementType::I64) : nullptr;
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
    Value given = expr ? e.expression(expr) : otherwise;
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
  Dim dim = Dim::symbol(e.dims.fresh("len(" + std::string(e.sources.text(range)) + ")", slice.range,
                                     length.getAsOpaquePointer(), /*isUnnamed=*/true));
  Value places = n.of("add", begin, n.of("mul", counted(e, {{dim, slice.range}}, 0), step));
  return e.tensor(places, slice.range);
}

std::optional<Value> mdl::readStrides(Elaborator &e, const Tensor &base, SourceRange baseRange,
                                      const std::vector<ast::Subscript> &subscripts, SourceRange range) {
  if (llvm::none_of(subscripts, [&](auto &one) { return one.step && stepOfRun(e, one); }))
    return std::nullopt;
  auto axesOf = [&](const ast::Subscript &one) -> unsigned {
    if (one.kind != ast::Subscript::At)
      return one.kind == ast::Subscript::Slice;
    auto *mask = as<TensorValue>(e.expression(one.at));
    return mask && mask->element == ElementType::Bool ? mask->rank() : 1;
  };
  unsigned given = 0, axis = base->lift;
  for (auto &one : subscripts)
    given += axesOf(one);
  Tensor read = base;
  std::vector<ast::Subscript> others = subscripts;
  for (auto &one : others) {
    Tensor step = one.step ? stepOfRun(e, one) : nullptr;
    if (step && axis < base->shape.size()) {
      Tensor places = placesOfSlice(e, one, step, base->shape[axis], range);
      Tensor taken =
          places ? gatherAt(e, read, {{axis, places, one.range, int64_t(axis) - base->lift}}, one.range) : nullptr;
      if (!taken)
        return Value();
      read = moveAxis(e, taken, taken->lift, axis);
      one.begin = one.end = one.step = nullptr;
    }
    axis += one.kind == ast::Subscript::Rest ? base->rank() - std::min(given, base->rank()) : axesOf(one);
  }
  return e.indexTensor(read, baseRange, others, range);
}
