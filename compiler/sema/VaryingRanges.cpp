//===- VaryingRanges.cpp - sum(a[i, l] for l in 0..i + 1) --------------------------------===//
//
// Stage: sema. An axis of the index space is as long for one index as for another. So a range
// whose bounds depend on indices further out becomes an axis from the lowest begin to the
// highest end, under the condition that a place lies inside of the bounds: what is written
// `sum(a[i, l] for l in 0..i + 1)` means `sum(a[i, l] for l in 0..n if l < i + 1)`.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Guards.h"
#include "compiler/sema/Sequences.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using namespace mdl::builtin;

static bool varies(const Value &bound) {
  auto *t = as<TensorValue>(bound);
  return t && t->rank() == 0 && t->lift && isInteger(t->element);
}

/// The lowest or the highest value that a bound takes: of a sum of indices by their ranges, of data when the program
/// runs.
static std::optional<Dim> extreme(Elaborator &e, const Value &bound, bool highest, SourceRange range) {
  auto *t = as<TensorValue>(bound);
  if (!varies(bound)) {
    auto fixed = e.size(bound, range);
    return fixed ? std::optional(fixed->dim) : std::nullopt;
  }
  if (t->affine) {
    auto [low, high] = rangeOf(e, *t->affine);
    return highest ? high : low;
  }
  Tensor places = e.cast(std::static_pointer_cast<const TensorValue>(bound), ElementType::I64);
  e.emit.setPlace(range);
  llvm::SmallVector<int64_t> all = llvm::to_vector(llvm::seq<int64_t>(0, places->shape.size()));
  Tensor one = e.make(e.emit.op(highest ? "max" : "min", e.ssa(places), e.emit.tensorType(ElementType::I64, {}),
                                {e.emit.ints("axes", all)}),
                      ElementType::I64, {});
  auto number = e.size(one, range);
  return number ? std::optional(number->dim) : std::nullopt;
}

std::optional<VaryingRange> mdl::varyingRange(Elaborator &e, const Value &source, SourceRange range, bool &failed) {
  auto *bounds = as<RangeValue>(source);
  if (!bounds || !bounds->end || !(varies(bounds->begin) || varies(bounds->end)))
    return std::nullopt;
  auto begin = extreme(e, bounds->begin, /*highest=*/false, range);
  auto end = extreme(e, bounds->end, /*highest=*/true, range);
  failed = !begin || !end;
  if (failed)
    return std::nullopt;
  auto whole = std::make_shared<RangeValue>();
  whole->begin = e.knownScalar(*begin);
  whole->end = e.knownScalar(*begin + e.dims.span(*begin, *end));
  return VaryingRange{whole, varies(bounds->begin) ? bounds->begin : nullptr,
                      varies(bounds->end) ? bounds->end : nullptr};
}

Value mdl::hasElement(Elaborator &e, const VaryingRange &varying, SourceRange range) {
  Value element = elementsAlong(e, varying.whole, range);
  auto compared = [&](ast::CompareOp op, const Value &bound) {
    return e.compare(op, element, bound, range, range, range);
  };
  Value after = varying.begin ? compared(ast::CompareOp::Ge, varying.begin) : nullptr;
  Value before = varying.end ? compared(ast::CompareOp::Lt, varying.end) : nullptr;
  if (!after || !before)
    return after ? after : before;
  return withRegion(e.elementwise("and", {after, before}, {range, range}, range), regionOf(after) & regionOf(before));
}
