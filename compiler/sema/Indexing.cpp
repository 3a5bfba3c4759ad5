//===- Indexing.cpp - x[…] ----------------------------------------------------------------------===//
//
// Stage: sema. Numbers and slices become mdl.slice (and mdl.reverse for a negative step),
// numbers' axes and `new` a reshape, integer tensors and masks mdl.gather.
//
// Note [Parts of subscripts]
// What `x[a:b, i]` means depends on the values of its subscripts: a place in a list, a window of a comprehension, a
// mask, a slice. Each of these ways looks at them, so what is written there is elaborated once for an index and its
// value kept for the time of it: `x[x[x[…]]]` would else take twice as long with each bracket.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Guards.h"
#include "compiler/sema/Ragged.h"
#include "compiler/sema/Sequences.h"
#include "compiler/sema/Subscripts.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using namespace mdl::builtin;

/// Puts the slices along axes of the index space there: `read` has the axes of the subscripts but those of numbers and
/// tensors, behind those of the index space.
static Tensor liftSlices(Elaborator &e, const Tensor &read, const Subscripts &subscripts) {
  unsigned count = e.axes.size(), next = count;
  std::vector<std::optional<unsigned>> sliceOf(count);
  llvm::SmallVector<int64_t> order, rest;
  for (int axis : subscripts.order) {
    const AxisPart *part = axis < 0 ? nullptr : &subscripts.axes[axis];
    if (part && (part->gathered || part->dropped))
      continue;
    if (part && part->along)
      sliceOf[*part->along] = next;
    else
      rest.push_back(next);
    ++next;
  }
  Tensor lifted = e.liftTo(read, count);
  Shape shape;
  llvm::SmallVector<int64_t> left;
  for (unsigned axis = 0; axis < count; ++axis) {
    order.push_back(sliceOf[axis].value_or(axis));
    if (sliceOf[axis])
      left.push_back(axis);
  }
  order.append(rest);
  for (int64_t axis : order)
    shape.push_back(lifted->shape[axis]);
  order.append(left); // of size 1
  return e.reshape(permuted(e, lifted, order), shape, count);
}

Value Elaborator::indexTensor(const Tensor &base, SourceRange baseRange, const std::vector<ast::Subscript> &subscripts,
                              SourceRange range) {
  if (auto windows = readWindows(*this, base, baseRange, subscripts, range))
    return *windows;
  if (auto strides = readStrides(*this, base, baseRange, subscripts, range))
    return *strides;
  if (auto chosen = readMaskOfIndex(*this, base, subscripts, range))
    return *chosen;
  // A read in a comprehension whose subscripts are sums of its indices.
  if (!base->lift && !axes.empty()) {
    std::vector<AffineIndex> indices;
    std::vector<Value> values;
    std::vector<SourceRange> ranges;
    auto number = [&](const Dim &given) -> AffineIndex {
      Dim fromEnd =
          base->shape[indices.size()].dim + given; // Of a negative one; too negative, it stays for the message.
      auto constant = given.constant(), place = fromEnd.constant();
      return {{}, constant && *constant < 0 && (!place || *place >= 0) ? fromEnd : given};
    };
    bool lifted = false, affine = subscripts.size() <= base->rank();
    for (auto &subscript : subscripts) {
      affine &= subscript.kind == ast::Subscript::At;
      if (!affine)
        break;
      Value at = subscriptPart(subscript.at);
      if (!at)
        return nullptr;
      values.push_back(at);
      ranges.push_back(subscript.at->range);
      auto *t = as<TensorValue>(at);
      if (t && t->affine) {
        indices.push_back(*t->affine);
        if (countsFromEnd(*this, *t->affine))
          indices.back().offset = indices.back().offset + base->shape[indices.size() - 1].dim;
        lifted = true;
      } else if (auto *literal = as<LiteralValue>(at); literal && literal->isInt) {
        indices.push_back(number(Dim(literal->intValue)));
      } else if (t && t->known) {
        indices.push_back(number(*t->known));
      } else {
        affine = false;
      }
    }
    if (affine && (lifted || !guards.empty())) {
      bool failed = false;
      Tensor source = guards.empty() ? base : borderedForReads(*this, base, indices, values, ranges, failed);
      if (source || failed)
        return failed ? nullptr : affineRead(source, indices, range, ranges);
    }
  }
  auto resolved = resolve(*this, *base, subscripts, range);
  if (!resolved)
    return nullptr;
  emit.setPlace(range);
  Tensor sliced = takeSlices(*this, base, *resolved);
  Tensor open = reshape(sliced, openShape(*resolved, sliced->shape, base->lift, range), base->lift);
  auto at = indexedAxes(*resolved, base->lift);
  bool slicesAlong = llvm::any_of(resolved->axes, [](auto &part) { return part.along.has_value(); });
  if (at.empty())
    return slicesAlong ? liftSlices(*this, open, *resolved) : open;
  Tensor gathered = gatherAt(*this, open, at, range);
  if (!gathered)
    return nullptr;
  if (slicesAlong)
    return liftSlices(*this, gathered, *resolved);
  // Axes of the indices stand behind those of the index space, and go where NumPy has them.
  unsigned before = placeOfIndexed(*resolved), lift = gathered->lift;
  unsigned kept = open->rank() - at.size(), indices = gathered->rank() - kept;
  llvm::SmallVector<int64_t> order;
  for (unsigned axis = 0; axis < lift; ++axis)
    order.push_back(axis);
  for (unsigned axis = 0; axis < before; ++axis)
    order.push_back(lift + indices + axis);
  for (unsigned axis = 0; axis < indices; ++axis)
    order.push_back(lift + axis);
  for (unsigned axis = order.size(); axis < gathered->shape.size(); ++axis)
    order.push_back(axis);
  return permuted(*this, gathered, order);
}

Value Elaborator::subscriptPart(const ast::Expr *part) {
  // A name costs nothing; some are made for a subscript only and are gone before the others.
  if (!part || part->kind == ast::ExprKind::NameRef)
    return expression(part);
  if (auto known = subscriptParts.find(part); known != subscriptParts.end())
    return known->second;
  Value value = expression(part);
  subscriptParts[part] = value;
  return value;
}

/// What a record's field is called: that which `r["a"]` asks for, where it is there.
std::string mdl::fieldHint(Elaborator &e, const ast::Index &expr) {
  std::string record(e.sources.text(expr.base->range));
  bool isText =
      expr.subscripts.size() == 1 && expr.subscripts[0].at && ast::as<ast::StringLiteral>(expr.subscripts[0].at);
  Value name = isText ? e.subscriptPart(expr.subscripts[0].at) : nullptr;
  if (auto *text = as<StringValue>(name); text && text->constant)
    return "`" + record + "." + *text->constant + "` is the field of that name";
  return "`" + record + ".name` is a field of a record";
}

/// Defined in ListIndexing.cpp: a part of what is known now; nothing for what is a tensor only.
std::optional<Value> indexList(Elaborator &e, const Value &base, const ast::Subscript &subscript);

Value Elaborator::indexValue(const ast::Index &expr) {
  Value base = expression(expr.base);
  if (!base)
    return nullptr;
  if (auto *type = as<ElementTypeValue>(base)) {
    auto result = std::make_shared<TensorTypeValue>();
    result->type = type->type;
    for (auto &subscript : expr.subscripts) {
      auto one = subscript.kind == ast::Subscript::At ? size(expression(subscript.at), subscript.range) : std::nullopt;
      if (!one)
        return nullptr;
      result->shape.push_back(*one);
    }
    return result;
  }
  Restore<std::unordered_map<const ast::Expr *, Value>> own(subscriptParts, {});
  if (expr.subscripts.size() == 1)
    if (auto known = indexList(*this, base, expr.subscripts[0]))
      return *known;
  if (auto *numbers = as<RangeValue>(base)) {
    auto &first = expr.subscripts.front();
    bool isWhole = expr.subscripts.size() == 1 && first.kind == ast::Subscript::Slice && !first.begin && !first.end;
    auto step = isWhole && first.step ? constantInt(subscriptPart(first.step)) : std::nullopt;
    if (auto rows = step ? numbersOfVarying(*this, *numbers, *step, expr.range) : std::nullopt)
      return *rows;
    base = numbersOf(*this, *numbers, expr.base->range);
    if (!base)
      return nullptr;
  }
  if (auto *rows = as<RaggedValue>(base))
    return indexRows(*this, *rows, expr.subscripts, expr.range);
  if (!isTensorLike(base) && !isEmptyList(base)) {
    auto report = diags.report(diag::CannotIndex, expr.base->range, {typeName(base)});
    if (as<RecordValue>(base))
      report.hint(fieldHint(*this, expr));
    else if (as<StringValue>(base))
      report.hint("a text has one axis: `t[0]`, `t[1:3]`");
    return nullptr;
  }
  Tensor whole = tensor(base, expr.base->range);
  return whole ? indexTensor(whole, expr.base->range, expr.subscripts, expr.range) : nullptr;
}
