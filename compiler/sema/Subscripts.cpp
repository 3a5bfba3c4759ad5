//===- Subscripts.cpp - What stands in the brackets of x[…] ------------------------===//
//
// Stage: sema. See Subscripts.h. Constant places are checked here, others when the program
// runs. What slices leave of an axis is in Slices.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/sema/Subscripts.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/sema/GradientAxes.h"
#include "compiler/sema/Guards.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl::builtin;

namespace mdl {

std::optional<Dim> placeOfNumber(Elaborator &e, const Dim &index, const Size &size, unsigned axis, SourceRange range) {
  auto constant = index.constant();
  auto extent = size.dim.constant();
  if (constant && extent && (*constant >= *extent || *constant < -*extent)) {
    auto report = e.diags.report(diag::IndexOutOfRange, range, {std::to_string(*constant), std::to_string(*extent)});
    e.noteOrigin(report, size);
    return std::nullopt;
  }
  if (constant && extent)
    return *constant < 0 ? size.dim + index : index;
  mlir::Value at = e.index(index), limit = e.index(size.dim);
  auto &builder = e.emit.builder;
  auto location = e.emit.location;
  e.emit.runtime("mdl_check_index", {e.emit.toI64(at), e.emit.toI64(limit), e.emit.constantI64(axis), e.where(range)});
  if (constant)
    return *constant < 0 ? size.dim + index : index;
  mlir::Value negative =
      builder.create<mlir::arith::CmpIOp>(location, mlir::arith::CmpIPredicate::slt, at, e.index(Dim(0)));
  mlir::Value wrapped = builder.create<mlir::arith::AddIOp>(location, at, limit);
  mlir::Value chosen = builder.create<mlir::arith::SelectOp>(location, negative, wrapped, at);
  return e.freshDim("i", range, chosen);
}

bool isSameValue(mlir::Value a, mlir::Value b, unsigned depth) {
  if (a == b)
    return true;
  auto x = llvm::dyn_cast<mlir::OpResult>(a), y = llvm::dyn_cast<mlir::OpResult>(b);
  if (!depth || !x || !y || x.getResultNumber() != y.getResultNumber() || a.getType() != b.getType())
    return false;
  mlir::Operation *p = x.getOwner(), *q = y.getOwner();
  if (p->getName() != q->getName() || p->getNumOperands() != q->getNumOperands() || p->getNumRegions() ||
      p->getAttrDictionary() != q->getAttrDictionary() || !mlir::isMemoryEffectFree(p))
    return false;
  if (p->hasAttr(gradient::pointAttribute)) // A value of its own: one text of a gradient has nothing of another's.
    return false;
  for (auto [m, n] : llvm::zip(p->getOperands(), q->getOperands()))
    if (!isSameValue(m, n, depth - 1))
      return false;
  return true;
}

mlir::Operation *operationBefore(Elaborator &e, llvm::function_ref<bool(mlir::Operation *)> isIt) {
  mlir::Block *block = e.emit.builder.getInsertionBlock();
  auto point = e.emit.builder.getInsertionPoint();
  while (block) {
    for (auto it = point; it != block->begin();)
      if (mlir::Operation *op = &*--it; isIt(op))
        return op;
    mlir::Operation *parent = block->getParentOp();
    if (!parent || parent->hasTrait<mlir::OpTrait::IsIsolatedFromAbove>())
      return nullptr;
    point = parent->getIterator();
    block = parent->getBlock();
  }
  return nullptr;
}

/// The places of an equal mask that the program has counted before and that is still in sight: so `x[m]` and `y[m]`, or
/// both sides of `x[m] = 2 * x[m]`, have one size.
static Tensor placesBefore(Elaborator &e, mlir::Value mask, SourceRange range) {
  Tensor places;
  operationBefore(e, [&](mlir::Operation *op) {
    auto nonzero = llvm::dyn_cast<NonzeroOp>(op);
    if (!nonzero || !isSameValue(nonzero.getMask(), mask))
      return false;
    for (mlir::Operation *user : nonzero.getResult().getUsers())
      if (auto count = llvm::dyn_cast<mlir::tensor::DimOp>(user))
        if (auto symbol = e.dims.heldBy(count.getResult().getAsOpaquePointer()))
          places = e.make(nonzero.getResult(), ElementType::I64, {{Dim::symbol(*symbol), range}});
    return places != nullptr;
  });
  return places;
}

/// The places of a mask that is written down, `[true, false, true]`: how many there are is known now.
static Tensor placesNow(Elaborator &e, const Tensor &mask, SourceRange range) {
  auto constant = e.ssa(mask).getDefiningOp<ConstantOp>();
  if (!constant)
    return nullptr;
  std::vector<double> places;
  for (auto [place, isTrue] : llvm::enumerate(constant.getValue().getValues<bool>()))
    if (isTrue)
      places.push_back(static_cast<double>(place));
  int64_t count = places.size();
  return e.make(e.emit.constant(ElementType::I64, {count}, places), ElementType::I64, {{Dim(count), range}});
}

/// A mask as the places where it is true, in row-major order.
static Tensor placesOf(Elaborator &e, const Tensor &mask, SourceRange range) {
  if (Tensor now = placesNow(e, mask, range))
    return now;
  mlir::Value flags = e.ssa(flat(e, mask, range));
  if (Tensor known = placesBefore(e, flags, range))
    return e.tensor(e.underEqualities(known), range); // after `assert len(x[m]) == n` there are n.
  mlir::Value places = e.emit.op(
      "nonzero", flags, mlir::RankedTensorType::get({mlir::ShapedType::kDynamic}, e.emit.builder.getI64Type()));
  mlir::Value count = e.emit.builder.create<mlir::tensor::DimOp>(e.emit.location, places, 0);
  std::string name = "count(" + std::string(e.sources.text(range)) + ")";
  return e.make(places, ElementType::I64, {{e.freshDim(name, range, count), range}});
}

/// A mask over the axes of `base` from the next one on: each becomes an axis indexed by the places along it.
static bool maskParts(Elaborator &e, const TensorValue &base, const Tensor &mask, SourceRange range,
                      Subscripts &result) {
  unsigned first = base.lift + result.axes.size();
  if (mask->lift && mask->rank()) {
    e.diags
        .report(diag::Unsupported, range,
                {"a mask that is another one for each index, beside numbers, index tensors or `...`"})
        .hint("`x[0][:, mask]` takes the number first");
    return false;
  }
  bool fits = mask->rank() > 0;
  for (unsigned i = 0; fits && i < mask->rank(); ++i)
    fits = mask->shape[i].dim == base.shape[first + i].dim;
  if (!fits) {
    Shape covered(base.shape.begin() + first,
                  base.shape.begin() + std::min<size_t>(first + std::max(1U, mask->rank()), base.shape.size()));
    auto report = e.diags.report(
        diag::BadArgument, range,
        {"mask", "a mask has the sizes of its axes: " + e.typeName(mask) + " for axes of " + e.print(covered)});
    for (auto &size : covered)
      e.noteOrigin(report, size);
    for (unsigned i = 0; i < std::min<size_t>(mask->rank(), covered.size()); ++i)
      if (Dim own = mask->shape[i].dim; own != covered[i].dim && e.dims.print(own) == e.dims.print(covered[i].dim))
        report.hint(e.equalityHint(own, covered[i].dim));
    return false;
  }
  Tensor places = placesOf(e, mask, range);
  std::vector<SourceRange> ranges(2, range);
  for (unsigned i = 0; i < mask->rank(); ++i) {
    AxisPart part;
    part.range = range;
    part.size = mask->shape[i].dim;
    part.mask = mask;
    Value along = places;
    Dim stride = elementCount(mask->shape, i + 1);
    if (!stride.isConstant(1))
      along = e.elementwise("floordiv", {along, e.knownScalar(stride)}, ranges, range);
    if (i)
      along = e.elementwise("mod", {along, e.knownScalar(part.size)}, ranges, range);
    part.gathered = e.tensor(along, range);
    result.order.push_back(result.axes.size());
    result.axes.push_back(part);
  }
  return true;
}

/// Which subscripts are an index of the comprehension, perhaps scaled and moved, that no other subscript depends on:
/// read beside places that are data, they are slices. An index is told by its axis.
static std::vector<bool> indicesAlone(Elaborator &e, const TensorValue &base, const std::vector<Value> &values) {
  std::vector<unsigned> uses(e.axes.size(), 0);
  std::vector<bool> alone(values.size(), false);
  for (auto &value : values) {
    auto *t = as<TensorValue>(value);
    if (base.lift || (t && t->rank()))
      return alone;
    for (unsigned axis = 0; t && axis < t->lift; ++axis)
      uses[axis] += !t->shape[axis].dim.isConstant(1);
  }
  for (size_t i = 0; i < values.size(); ++i) {
    auto *t = as<TensorValue>(values[i]);
    if (!t || !t->affine || t->affine->terms.size() != 1)
      continue;
    auto [axis, coefficient] = t->affine->terms[0];
    const Dim &size = e.axes[axis].size.dim;
    alone[i] = coefficient > 0 && uses[axis] <= 1 && !size.isConstant(0) && !size.isConstant(1);
  }
  return alone;
}

std::optional<Subscripts> resolve(Elaborator &e, const TensorValue &base, const std::vector<ast::Subscript> &subscripts,
                                  SourceRange range, const Shape *assigned) {
  unsigned given = 0;
  std::vector<Value> values; // Of the `At` subscripts: a mask stands for as many axes as it has.
  for (auto &subscript : subscripts) {
    values.push_back(subscript.kind == ast::Subscript::At ? e.subscriptPart(subscript.at) : nullptr);
    if (subscript.kind == ast::Subscript::At && !values.back())
      return std::nullopt;
    auto *mask = as<TensorValue>(values.back());
    bool isMask = mask && mask->element == ElementType::Bool;
    given += isMask ? mask->rank() : subscript.kind == ast::Subscript::At || subscript.kind == ast::Subscript::Slice;
  }
  if (given > base.rank()) {
    auto self = std::make_shared<TensorValue>(base);
    e.diags.report(diag::TooManySubscripts, range,
                   {e.typeName(self), std::to_string(base.rank()) + (base.rank() == 1 ? " axis" : " axes"),
                    std::to_string(given)});
    return std::nullopt;
  }
  bool hasRest = false;
  for (auto &subscript : subscripts) {
    if (subscript.kind == ast::Subscript::Rest && hasRest) {
      e.diags.report(diag::BadArgument, subscript.range,
                     {"...", "it stands once in an index, for all axes that are not named"});
      return std::nullopt;
    }
    hasRest |= subscript.kind == ast::Subscript::Rest;
  }
  Subscripts result;
  auto whole = [&] {
    unsigned axis = result.axes.size();
    AxisPart part;
    part.size = base.shape[base.lift + axis].dim;
    result.order.push_back(axis);
    result.axes.push_back(part);
  };
  std::vector<bool> alone = indicesAlone(e, base, values);
  for (auto [subscript, at, isAlone] : llvm::zip(subscripts, values, alone)) {
    if (subscript.kind == ast::Subscript::NewAxis) {
      result.order.push_back(-1);
      continue;
    }
    if (subscript.kind == ast::Subscript::Rest) {
      if (given == base.rank())
        result.rest = result.order.size();
      for (unsigned i = given; i < base.rank(); ++i)
        whole();
      continue;
    }
    // A mask of rank 0 has no axis.
    if (auto *mask = as<TensorValue>(at); mask && mask->element == ElementType::Bool) {
      if (!maskParts(e, base, e.tensor(at, subscript.at->range), subscript.at->range, result))
        return std::nullopt;
      continue;
    }
    unsigned axis = result.axes.size();
    const Size &size = base.shape[base.lift + axis];
    AxisPart part;
    part.range = subscript.range;
    part.size = size.dim;
    if (subscript.kind == ast::Subscript::Slice) {
      if (!slicePart(e, subscript, size, assigned, part))
        return std::nullopt;
      result.order.push_back(axis);
    } else {
      Tensor index = e.tensor(at, subscript.at->range, ElementType::I64); // Of `x[[]]` too.
      if (!index)
        return std::nullopt;
      if (index->element == ElementType::Bool) {
        if (!maskParts(e, base, index, subscript.at->range, result))
          return std::nullopt;
        continue;
      } else if (!isInteger(index->element)) {
        e.diags
            .report(diag::BadArgument, subscript.at->range,
                    {"index", "places are whole numbers, or a mask of bools, found " + e.typeName(at)})
            .hint("`//` divides whole numbers, `x.i64()` cuts a fraction off");
        return std::nullopt;
      } else if (isAlone && !assigned && !needsGuard(e, *index, size)) {
        auto &form = *index->affine;
        if (!checkAffineBounds(e, form, size, axis, subscript.at->range))
          return std::nullopt;
        part.along = form.terms[0].first;
        part.offset = form.offset;
        part.size = e.axes[*part.along].size.dim;
        part.step = form.terms[0].second;
        result.order.push_back(axis);
      } else if (index->rank() || index->lift || needsGuard(e, *index, size)) {
        part.gathered = index->element == ElementType::I32 ? index : e.cast(index, ElementType::I64);
        result.order.push_back(axis);
      } else {
        auto number = e.size(at, subscript.at->range);
        auto position = number ? placeOfNumber(e, number->dim, size, axis, subscript.at->range) : std::nullopt;
        if (!position)
          return std::nullopt;
        part.offset = *position;
        part.size = Dim(1);
        part.dropped = true;
        result.order.push_back(axis);
      }
    }
    result.axes.push_back(part);
  }
  while (result.axes.size() < base.rank())
    whole();
  return result;
}

void sliceOperands(Elaborator &e, const TensorValue &base, const Subscripts &subscripts, unsigned leading,
                   llvm::SmallVector<mlir::Value> &operands, llvm::SmallVector<mlir::NamedAttribute> &attributes) {
  llvm::SmallVector<int64_t> offsets, sizes, strides;
  llvm::SmallVector<mlir::Value> dynamic[2];
  auto add = [&](const Dim &dim, llvm::SmallVector<int64_t> &fixed, llvm::SmallVector<mlir::Value> &other) {
    auto constant = dim.constant();
    fixed.push_back(constant.value_or(mlir::ShapedType::kDynamic));
    if (!constant)
      other.push_back(e.index(dim));
  };
  for (unsigned axis = 0; axis < base.lift; ++axis) {
    add(Dim(0), offsets, dynamic[0]);
    add(base.shape[axis].dim, sizes, dynamic[1]);
    strides.push_back(1);
  }
  for (auto &part : subscripts.axes) {
    add(part.gathered ? Dim(0) : part.offset, offsets, dynamic[0]);
    add(part.size, sizes, dynamic[1]);
    strides.push_back(part.step);
  }
  operands.append(dynamic[0]);
  operands.append(dynamic[1]);
  llvm::SmallVector<int32_t> segments(leading, 1);
  segments.append({static_cast<int32_t>(dynamic[0].size()), static_cast<int32_t>(dynamic[1].size()), 0});
  attributes = {e.emit.ints("static_offsets", offsets), e.emit.ints("static_sizes", sizes),
                e.emit.ints("static_strides", strides),
                e.emit.attr("operandSegmentSizes", e.emit.builder.getDenseI32ArrayAttr(segments))};
}

static bool isUntouched(const AxisPart &part, const Size &size) {
  return part.gathered || (part.size == size.dim && part.offset.isConstant(0) && part.step == 1 && !part.reversed);
}

bool isSliced(const TensorValue &base, const Subscripts &subscripts) {
  for (unsigned axis = 0; axis < subscripts.axes.size(); ++axis)
    if (!isUntouched(subscripts.axes[axis], base.shape[base.lift + axis]))
      return true;
  return false;
}

llvm::SmallVector<int64_t> reversedAxes(const Subscripts &subscripts, unsigned lift) {
  llvm::SmallVector<int64_t> axes;
  for (unsigned axis = 0; axis < subscripts.axes.size(); ++axis)
    if (subscripts.axes[axis].reversed)
      axes.push_back(lift + axis);
  return axes;
}

Tensor takeSlices(Elaborator &e, const Tensor &base, const Subscripts &subscripts) {
  if (!isSliced(*base, subscripts))
    return base;
  Shape sliced(base->shape.begin(), base->shape.begin() + base->lift);
  for (unsigned axis = 0; axis < subscripts.axes.size(); ++axis) {
    auto &part = subscripts.axes[axis];
    const Size &size = base->shape[base->lift + axis];
    sliced.push_back(isUntouched(part, size) ? size : Size{part.size, part.range});
  }
  llvm::SmallVector<mlir::Value> operands{e.ssa(base)};
  llvm::SmallVector<mlir::NamedAttribute> attributes;
  sliceOperands(e, *base, subscripts, 1, operands, attributes);
  Tensor taken = e.make(e.emit.op("slice", operands, e.emit.tensorType(base->element, sliced), attributes),
                        base->element, sliced, base->lift);
  return reversed(e, taken, reversedAxes(subscripts, base->lift));
}

Shape openShape(const Subscripts &subscripts, const Shape &sliced, unsigned lift, SourceRange range) {
  Shape shape(sliced.begin(), sliced.begin() + lift);
  for (int axis : subscripts.order)
    if (axis < 0)
      shape.push_back({Dim(1), range});
    else if (!subscripts.axes[axis].dropped)
      shape.push_back(sliced[lift + axis]);
  return shape;
}

std::vector<IndexedAxis> indexedAxes(const Subscripts &subscripts, unsigned lift) {
  std::vector<IndexedAxis> result;
  unsigned place = lift;
  for (int axis : subscripts.order) {
    if (axis >= 0 && subscripts.axes[axis].dropped)
      continue;
    if (axis >= 0 && subscripts.axes[axis].gathered)
      result.push_back({place, subscripts.axes[axis].gathered, subscripts.axes[axis].range, axis});
    ++place;
  }
  return result;
}

unsigned placeOfIndexed(const Subscripts &subscripts) {
  unsigned before = 0;
  bool inside = false, ended = false;
  for (auto [place, axis] : llvm::enumerate(subscripts.order)) {
    bool isIndexed = axis >= 0 && (subscripts.axes[axis].dropped || subscripts.axes[axis].gathered);
    ended |= inside && subscripts.rest == place; // It parts them, as an axis would.
    if (isIndexed && ended)
      return 0;
    before += !isIndexed && !inside;
    ended |= !isIndexed && inside;
    inside |= isIndexed;
  }
  return before;
}

} // namespace mdl
