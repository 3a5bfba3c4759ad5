//===- BuiltinsIndex.cpp - take, gather, scatter_add, sort, topk, one_hot ------------------------===//
//
// Stage: sema. Builtins that choose elements by index or by order.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/CallHints.h"
#include "compiler/sema/Guards.h"
#include "mdl/abi.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using namespace mdl::builtin;

/// Emits a check that every class lies in [0, classes); what the guards of a comprehension leave out is none.
static bool checkClasses(Elaborator &e, Tensor x, const Size &classes, SourceRange range) {
  if (Tensor mask = guardMask(e)) {
    Tensor none = e.scalarConstant(ElementType::I64, static_cast<double>(MDL_NO_PLACE));
    Value chosen = e.elementwise("select", {mask, e.cast(x, ElementType::I64), none}, {range, range, range}, range);
    if (!chosen)
      return false;
    x = e.tensor(chosen, range);
  }
  if (x->element != ElementType::I32)
    x = e.cast(x, ElementType::I64);
  e.emit.runtime("mdl_check_classes", {e.ssa(x), e.emit.i64(classes.dim, e.dims), e.where(range)});
  return true;
}

/// `one_hot(x, classes)`: a new last axis that is 1 at the class.
static Value oneHot(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "classes", "dtype?"});
  Tensor x = bound ? e.tensor((*bound)[0]->value, (*bound)[0]->range, ElementType::I64) : nullptr;
  auto classes = x ? e.size((*bound)[1]->value, (*bound)[1]->range) : std::nullopt;
  auto type = classes ? elementTypeOf(e, (*bound)[2], ElementType::F32) : std::nullopt;
  if (!type)
    return nullptr;
  if (!isInteger(x->element)) {
    e.diags.report(diag::BadArgument, (*bound)[0]->range,
                   {"one_hot", "classes are whole numbers, found " + e.typeName(x)});
    return nullptr;
  }
  if (!checkClasses(e, x, *classes, (*bound)[0]->range))
    return nullptr;
  Shape column = x->shape;
  column.push_back({Dim(1), {}});
  Value equal = e.compare(ast::CompareOp::Eq, e.reshape(e.cast(x, ElementType::I64), column, x->lift),
                          counted(e, Shape{*classes}, 0), call.range, (*bound)[0]->range, (*bound)[1]->range);
  return equal ? e.cast(e.tensor(equal, call.range), *type) : nullptr;
}

/// An argument that holds places: whole numbers, i32 or i64 as the dialect takes them.
static Tensor placesArgument(Elaborator &e, const Item &item, const std::string &callee) {
  Tensor index = e.tensor(item.value, item.range, ElementType::I64);
  if (index && !isInteger(index->element)) {
    e.diags.report(diag::BadArgument, item.range, {callee, "places are whole numbers, found " + e.typeName(index)});
    return nullptr;
  }
  if (index && index->element != ElementType::I32)
    index = e.cast(index, ElementType::I64);
  return index;
}

/// `take(x, indices, axis)`: what stands at these places of an axis; without one in row-major order, as NumPy.
static Value take(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "indices", "axis?"});
  Tensor x = firstTensor(e, bound);
  Tensor index = x ? placesArgument(e, *(*bound)[1], "take") : nullptr;
  if (!index)
    return nullptr;
  if (!(*bound)[2])
    x = flat(e, x, call.range);
  auto axis = axisOf(e, (*bound)[2], x, 0, call.range);
  Tensor taken = axis ? gatherAt(e, x, {{*axis, index, (*bound)[1]->range, *axis - x->lift}}, call.range) : nullptr;
  if (!taken)
    return nullptr;
  // The axes of the indices go where the axis was.
  unsigned before = *axis - x->lift;
  llvm::SmallVector<int64_t> order;
  for (unsigned i = 0; i < taken->lift; ++i)
    order.push_back(i);
  for (unsigned i = 0; i < before; ++i)
    order.push_back(taken->lift + index->rank() + i);
  for (unsigned i = 0; i < index->rank(); ++i)
    order.push_back(taken->lift + i);
  for (unsigned i = order.size(); i < taken->shape.size(); ++i)
    order.push_back(i);
  return permuted(e, taken, order);
}

/// The operands of `gather` and `scatter_add`: a place for every axis of x, of which that of `axis` is read from
/// `index`.
struct PlacesAlong {
  Tensor x; ///< Over the whole index space.
  Shape shape;
  llvm::SmallVector<mlir::Value> places;
  llvm::SmallVector<int64_t> axes;
};
static std::optional<PlacesAlong> placesAlong(Elaborator &e, CallArguments &call, Tensor x, const Item &item,
                                              const Item &axisItem) {
  if (reportAxisFirst(e, call, item, axisItem))
    return std::nullopt;
  Tensor index = placesArgument(e, item, call.callee);
  auto own = index ? axisOf(e, &axisItem, x, 0, call.range) : std::nullopt;
  if (!own)
    return std::nullopt;
  bool fits = index->rank() == x->rank();
  for (unsigned i = 0; fits && i < x->rank(); ++i) {
    const Dim &room = x->shape[x->lift + i].dim, &wanted = index->shape[index->lift + i].dim;
    bool smaller = room.constant() && wanted.constant() && *wanted.constant() <= *room.constant();
    fits = x->lift + i == *own || room == wanted || smaller;
  }
  if (!fits) {
    e.diags
        .report(diag::BadArgument, item.range,
                {call.callee, "the indices have the axes of " + e.typeName(x) + ", found " + e.typeName(index)})
        .hint("`take(x, indices, axis)` reads whole rows");
    return std::nullopt;
  }
  index = guardedPlaces(e, index, x->shape[*own], *own - x->lift, item.range);
  if (!index)
    return std::nullopt;
  PlacesAlong result;
  unsigned lift = std::max(x->lift, index->lift), axis = *own - x->lift + lift;
  x = e.liftTo(x, lift);
  index = e.liftTo(index, lift);
  Shape whole = x->shape;
  result.shape = index->shape;
  for (unsigned i = 0; i < lift; ++i)
    whole[i] = result.shape[i] = x->shape[i].dim.isConstant(1) ? index->shape[i] : x->shape[i];
  result.x = e.broadcast(x, whole, lift);
  for (unsigned i = 0; i < whole.size(); ++i) {
    Tensor place =
        i == axis ? e.broadcast(index, result.shape, lift) : e.cast(counted(e, result.shape, i, lift), index->element);
    result.places.push_back(e.ssa(place));
    result.axes.push_back(i);
  }
  return result;
}

/// `gather(x, index, axis)`: result[i, j] = x[index[i, j], j] for axis 0, and so on, as PyTorch.
static Value gather(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "index", "axis"});
  Tensor x = firstTensor(e, bound);
  auto along = x ? placesAlong(e, call, x, *(*bound)[1], *(*bound)[2]) : std::nullopt;
  if (!along)
    return nullptr;
  llvm::SmallVector<mlir::Value> operands{e.ssa(along->x)};
  operands.append(along->places);
  return e.make(
      e.emit.op("gather", operands, e.emit.tensorType(x->element, along->shape), {e.emit.ints("axes", along->axes)}),
      x->element, along->shape, along->x->lift);
}

/// `scatter_add(x, index, updates, axis)`: x with updates[i, j] added at [index[i, j], j] for axis 0, and so on, as
/// PyTorch.
static Value scatterAdd(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "index", "updates", "axis"});
  Tensor x = firstTensor(e, bound);
  if (x && x->element == ElementType::Bool)
    x = e.cast(x, ElementType::I64);
  Tensor updates = x ? e.tensor((*bound)[2]->value, (*bound)[2]->range, x->element) : nullptr;
  if (!updates)
    return nullptr;
  // Updates that depend on an index are added to an x for each.
  unsigned ofBoth = std::max(x->lift, updates->lift);
  Shape each = e.liftTo(x, ofBoth)->shape;
  for (unsigned axis = 0; axis < updates->lift; ++axis)
    if (each[axis].dim.isConstant(1))
      each[axis] = updates->shape[axis];
  x = e.broadcast(x, each, ofBoth);
  auto along = placesAlong(e, call, x, *(*bound)[1], *(*bound)[3]);
  if (!along)
    return nullptr;
  Tensor target = e.make({}, x->element, along->shape, along->x->lift);
  unsigned lift;
  auto common = e.broadcastShapes({target, updates}, {(*bound)[1]->range, (*bound)[2]->range}, call.range, lift);
  if (!common)
    return nullptr;
  bool fits = common->size() == along->shape.size();
  for (size_t axis = 0; fits && axis < common->size(); ++axis)
    fits = (*common)[axis].dim == along->shape[axis].dim;
  if (!fits) {
    e.diags.report(diag::BadArgument, (*bound)[2]->range,
                   {"scatter_add",
                    "updates of " + e.typeName(updates) + " for indices of " + e.print(along->shape, along->x->lift)});
    return nullptr;
  }
  llvm::SmallVector<mlir::Value> operands{e.ssa(along->x)};
  operands.append(along->places);
  operands.push_back(e.ssa(e.broadcast(e.cast(updates, x->element), along->shape, along->x->lift)));
  return e.make(e.emit.op("scatter_add", operands, e.emit.tensorType(x->element, along->x->shape),
                          {e.emit.ints("axes", along->axes)}),
                x->element, along->x->shape, along->x->lift);
}

std::pair<Tensor, Tensor> builtin::sortedAlong(Elaborator &e, const Tensor &x, unsigned axis, bool descending,
                                               const Size *count) {
  llvm::SmallVector<mlir::NamedAttribute> attributes;
  if (descending)
    attributes.push_back(e.emit.attr("descending", e.emit.builder.getUnitAttr()));
  unsigned last = x->shape.size() - 1;
  Tensor moved = moveAxis(e, x->element == ElementType::Bool ? e.cast(x, ElementType::U8) : x, axis, last);
  auto *op = e.emit.ops(
      "sort", e.ssa(moved),
      {e.emit.tensorType(moved->element, moved->shape), e.emit.tensorType(ElementType::I64, moved->shape)}, attributes);
  Tensor values = e.make(op->getResult(0), moved->element, moved->shape, x->lift);
  Tensor places = e.make(op->getResult(1), ElementType::I64, moved->shape, x->lift);
  if (count) {
    values = part(e, values, last, Dim(0), *count);
    places = part(e, places, last, Dim(0), *count);
  }
  return {moveAxis(e, e.cast(values, x->element), last, axis), moveAxis(e, places, last, axis)};
}

/// `sort(x, axis=-1, descending=false)`: the order is stable, NaN counts as largest.
static Value sortBy(Elaborator &e, CallArguments &call, bool places) {
  auto bound = e.bindArguments(call, {"x", "axis?", "descending?"});
  Tensor x = firstTensor(e, bound);
  auto axis = x ? axisOf(e, (*bound)[1], x, -1, call.range) : std::nullopt;
  auto descending = axis ? flagOf(e, (*bound)[2]) : std::nullopt;
  if (!descending)
    return nullptr;
  auto [values, order] = sortedAlong(e, x, *axis, *descending);
  return places ? order : values;
}
static Value sort(Elaborator &e, CallArguments &call) { return sortBy(e, call, false); }
static Value argsort(Elaborator &e, CallArguments &call) { return sortBy(e, call, true); }

/// `topk(x, k, axis=-1)`: the k largest along an axis, `{values, indices}`.
static Value topk(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"x", "k", "axis?"});
  Tensor x = firstTensor(e, bound);
  auto axis = x ? axisOf(e, (*bound)[2], x, -1, call.range) : std::nullopt;
  auto count = axis ? e.size((*bound)[1]->value, (*bound)[1]->range) : std::nullopt;
  if (!count)
    return nullptr;
  const Size &size = x->shape[*axis];
  auto k = count->dim.constant(), extent = size.dim.constant();
  if (k && (*k < 0 || (extent && *k > *extent))) {
    auto report = e.diags.report(diag::BadArgument, (*bound)[1]->range,
                                 {"topk", "`k` is " + std::to_string(*k) + ", the axis has " + e.dims.print(size.dim)});
    e.noteOrigin(report, size);
    return nullptr;
  }
  if (!k || !extent) {
    mlir::Value fits = e.emit.builder.create<mlir::arith::CmpIOp>(e.emit.location, mlir::arith::CmpIPredicate::ule,
                                                                  e.index(count->dim), e.index(size.dim));
    e.emit.runtime("mdl_assert", {fits, e.where((*bound)[1]->range),
                                  e.emit.string("topk: `k` is negative or more than the axis has")});
  }
  auto [values, indices] = sortedAlong(e, x, *axis, true, &*count);
  auto record = std::make_shared<RecordValue>();
  record->fields = {{"values", values}, {"indices", indices}};
  return record;
}

void mdl::addIndexBuiltins(Elaborator &elaborator) {
  elaborator.addBuiltins({{"one_hot", oneHot},
                          {"take", take},
                          {"gather", gather},
                          {"scatter_add", scatterAdd},
                          {"sort", sort},
                          {"argsort", argsort},
                          {"topk", topk}});
}
