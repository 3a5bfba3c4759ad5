//===- Ragged.cpp - Rows of different lengths in a comprehension --------------------------===//
//
// Stage: sema. See Ragged.h.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Ragged.h"
#include "compiler/sema/Guards.h"
#include "compiler/sema/Subscripts.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <limits>

using namespace mdl;
using namespace mdl::builtin;

bool mdl::hasRagged(llvm::ArrayRef<Value> values) {
  return llvm::any_of(values, [](const Value &value) { return as<RaggedValue>(value) != nullptr; });
}

std::nullptr_t mdl::reportRagged(Elaborator &e, const RaggedValue &rows, SourceRange range) {
  auto report = e.diags.report(diag::RaggedRows, range, {"`" + std::string(e.sources.text(rows.origin)) + "`"});
  report.hint("`sum(…)`, `mean(…)`, `max(…)` and the other reductions make one number of each row; a row that is "
              "filled up, `[if j < i { x[j] } else { 0.0 } for j in 0..n]`, has one length");
  return nullptr;
}

Value mdl::raggedRows(const Tensor &whole, std::vector<RaggedValue::Axis> axes, SourceRange origin) {
  if (axes.empty() || !whole)
    return whole;
  auto rows = std::make_shared<RaggedValue>();
  rows->whole = whole;
  rows->axes = std::move(axes);
  rows->origin = origin;
  return rows;
}

/// The sum along the last axis.
static Tensor countTrue(Elaborator &e, const Tensor &has) {
  Tensor ones = e.cast(has, ElementType::I64);
  Shape shape(ones->shape.begin(), ones->shape.end() - 1);
  return e.make(e.emit.op("sum", e.ssa(ones), e.emit.tensorType(ElementType::I64, shape),
                          {e.emit.ints("axes", {static_cast<int64_t>(shape.size())})}),
                ElementType::I64, shape, has->lift);
}

RaggedValue::Axis mdl::raggedAxis(Elaborator &e, const Tensor &has, unsigned fromEnd, SourceRange range) {
  e.emit.setPlace(range);
  return {fromEnd, has, countTrue(e, has), /*isHead=*/false};
}

//===--- Element by element ---------------------------------------------------------------===//

/// Whether the rows are as long as others for every index, so that their elements meet.
static bool isSameAxis(Elaborator &e, const RaggedValue::Axis &a, const RaggedValue::Axis &b) {
  if (a.has == b.has)
    return true;
  if (!a.isHead || !b.isHead)
    return isSameValue(e.ssa(a.has), e.ssa(b.has));
  auto first = affineForm(a.length), second = affineForm(b.length);
  if (first && second) {
    AffineIndex difference = combine(*first, *second, -1);
    return difference.terms.empty() && difference.offset.isConstant(0);
  }
  return isSameValue(e.ssa(a.length), e.ssa(b.length));
}

static const RaggedValue::Axis *axisAt(const RaggedValue &rows, unsigned fromEnd) {
  auto found = llvm::find_if(rows.axes, [&](auto &axis) { return axis.fromEnd == fromEnd; });
  return found == rows.axes.end() ? nullptr : &*found;
}

static const Size &sizeFromEnd(const TensorValue &tensor, unsigned fromEnd) {
  return tensor.shape[tensor.shape.size() - 1 - fromEnd];
}

namespace {
/// The operands of an operation, brought to the axes that differ in any of them.
class Rows {
public:
  Rows(Elaborator &e, const std::vector<Value> &operands, const std::vector<SourceRange> &ranges, SourceRange range)
      : e(e), operands(operands), ranges(ranges), range(range) {}
  /// False (reported) where two lengths are not the same.
  bool collect();
  /// The operand with room for the longest row.
  Value whole(size_t operand) const;

  std::vector<RaggedValue::Axis> axes;
  SourceRange origin;

private:
  bool fits(size_t operand, const RaggedValue::Axis &axis);

  Elaborator &e;
  const std::vector<Value> &operands;
  const std::vector<SourceRange> &ranges;
  SourceRange range;
  size_t first = 0; ///< The operand that the last axis comes from.
};
} // namespace

bool Rows::fits(size_t operand, const RaggedValue::Axis &axis) {
  auto *rows = as<RaggedValue>(operands[operand]);
  auto *tensor = rows ? rows->whole.get() : as<TensorValue>(operands[operand]);
  if (!tensor || tensor->rank() <= axis.fromEnd)
    return true;
  auto *own = rows ? axisAt(*rows, axis.fromEnd) : nullptr;
  if (own ? isSameAxis(e, *own, axis) : sizeFromEnd(*tensor, axis.fromEnd).dim.isConstant(1))
    return true;
  std::string length = "the length of `" + std::string(e.sources.text(origin)) + "`";
  e.diags.report(diag::ShapesDoNotBroadcast, range,
                 {e.typeName(operands[first]), e.typeName(operands[operand]), length,
                  own ? "that of `" + std::string(e.sources.text(rows->origin)) + "`"
                      : e.dims.print(sizeFromEnd(*tensor, axis.fromEnd).dim)});
  return false;
}

bool Rows::collect() {
  for (size_t i = 0; i < operands.size(); ++i) {
    auto *rows = as<RaggedValue>(operands[i]);
    for (size_t j = 0; rows && j < rows->axes.size(); ++j) {
      if (llvm::any_of(axes, [&](auto &axis) { return axis.fromEnd == rows->axes[j].fromEnd; }))
        continue;
      first = i;
      origin = rows->origin;
      axes.push_back(rows->axes[j]);
      for (size_t other = 0; other < operands.size(); ++other)
        if (other != i && !fits(other, axes.back()))
          return false;
    }
  }
  return true;
}

Value Rows::whole(size_t operand) const {
  auto *rows = as<RaggedValue>(operands[operand]);
  if (!rows)
    return operands[operand];
  // Equal lengths whose longest was measured twice.
  Shape shape = rows->whole->shape;
  for (auto &axis : axes)
    if (axisAt(*rows, axis.fromEnd))
      shape[shape.size() - 1 - axis.fromEnd] = axis.has->shape.back();
  return e.reshape(rows->whole, shape, rows->whole->lift);
}

Value mdl::overRows(Elaborator &e, const std::string &op, const std::vector<Value> &operands,
                    const std::vector<SourceRange> &ranges, SourceRange range,
                    llvm::function_ref<Value(const std::vector<Value> &)> apply) {
  Rows rows(e, operands, ranges, range);
  if (!rows.collect())
    return nullptr;
  std::vector<Value> parts;
  for (size_t i = 0; i < operands.size(); ++i) {
    parts.push_back(rows.whole(i));
    // See Note [Guarded derivatives]: what stands at places that no index has is in no result, nor in a derivative.
    auto *part = as<TensorValue>(parts.back());
    if (auto *own = as<RaggedValue>(operands[i]); own && part && hasWildDerivative(e, op, i, part->element)) {
      llvm::SmallVector<int64_t> all;
      for (auto &axis : own->axes)
        all.push_back(part->shape.size() - 1 - axis.fromEnd);
      parts.back() = filledRows(e, *own, std::static_pointer_cast<const TensorValue>(parts.back()), all, 1);
    }
  }
  Value result = apply(parts);
  return result ? raggedRows(e.tensor(result, range), rows.axes, rows.origin) : nullptr;
}

//===--- Reductions -----------------------------------------------------------------------===//

Tensor mdl::filledRows(Elaborator &e, const RaggedValue &rows, const Tensor &whole, llvm::ArrayRef<int64_t> axes,
                       double number) {
  Value result = whole;
  SourceRange at = rows.origin;
  for (auto &axis : rows.axes) {
    if (!llvm::is_contained(axes, static_cast<int64_t>(whole->shape.size() - 1 - axis.fromEnd)))
      continue;
    Shape shape = axis.has->shape;
    shape[axis.has->lift] = sizeFromEnd(*whole, axis.fromEnd);
    shape.resize(shape.size() + axis.fromEnd, Size{Dim(1), at});
    Value has = e.reshape(axis.has, shape, axis.has->lift);
    result = e.elementwise("select", {has, result, e.scalarConstant(whole->element, number)}, {at, at, at}, at);
  }
  return e.tensor(result, at);
}

Value mdl::withoutAxes(const RaggedValue &rows, const Tensor &reduced, llvm::ArrayRef<int64_t> axes, bool keep) {
  std::vector<RaggedValue::Axis> left;
  for (auto axis : rows.axes) {
    auto place = static_cast<int64_t>(rows.whole->shape.size() - 1 - axis.fromEnd);
    if (llvm::is_contained(axes, place))
      continue;
    if (!keep)
      axis.fromEnd -= llvm::count_if(axes, [&](int64_t other) { return other > place; });
    left.push_back(axis);
  }
  return raggedRows(reduced, left, rows.origin);
}

Value mdl::countOfRows(Elaborator &e, const RaggedValue &rows, llvm::ArrayRef<int64_t> axes, SourceRange range) {
  Value count = e.knownScalar(Dim(1));
  for (int64_t place : axes) {
    auto *axis = axisAt(rows, rows.whole->shape.size() - 1 - place);
    Value one = axis ? Value(axis->length) : Value(e.knownScalar(rows.whole->shape[place].dim));
    count = e.binary(ast::BinaryOp::Mul, count, one, range, range, range, range);
  }
  return count;
}

double mdl::identityOf(const std::string &reduction, ElementType type) {
  if (reduction == "prod" || reduction == "all")
    return 1;
  if (reduction != "max" && reduction != "min")
    return 0;
  double low = -std::numeric_limits<double>::infinity(), high = -low;
  if (isInteger(type)) {
    int bits = type == ElementType::I64 ? 63 : type == ElementType::I32 ? 31 : type == ElementType::U8 ? 8 : 7;
    high = std::ldexp(1.0, bits) - 1; // Of i64 one more, of which a constant makes its largest.
    low = type == ElementType::U8 ? 0 : -std::ldexp(1.0, bits);
  }
  return reduction == "max" ? low : high;
}

//===--- Reads ----------------------------------------------------------------------------===//

/// Whether a whole number is never negative, as the sizes tell.
static bool isSurelyCount(Elaborator &e, const Value &number) {
  auto form = affineForm(number);
  return form && !e.dims.mayBeNegative(rangeOf(e, *form).first);
}

/// Checks that a place, counted from the front, is one of the row of its index.
static void checkPlace(Elaborator &e, const Value &place, const Value &length, const RaggedValue &rows,
                       SourceRange range) {
  Value last = e.binary(ast::BinaryOp::Sub, length, e.knownScalar(Dim(1)), range, range, range, range);
  Value behind = e.binary(ast::BinaryOp::Sub, last, place, range, range, range, range);
  if (isSurelyCount(e, place) && isSurelyCount(e, behind))
    return;
  std::vector<SourceRange> ranges(2, range);
  Value zero = e.knownScalar(Dim(0));
  Value isThere = e.elementwise("and",
                                {e.compare(ast::CompareOp::Ge, place, zero, range, range, range),
                                 e.compare(ast::CompareOp::Ge, behind, zero, range, range, range)},
                                ranges, range);
  checkForAll(e, isThere, range,
              "index " + std::string(e.sources.text(range)) + " is out of range for a row of `" +
                  std::string(e.sources.text(rows.origin)) + "`");
}

/// Where the longest row has the element that stands at a place of the row of an index.
static Value placeInWhole(Elaborator &e, const Value &place, const RaggedValue::Axis &axis, SourceRange range) {
  if (axis.isHead)
    return place;
  // As many places as have no more elements before them and at them stand before it.
  Tensor has = e.cast(axis.has, ElementType::I64);
  auto last = e.emit.attr("axis", e.emit.builder.getI64IntegerAttr(has->shape.size() - 1));
  Tensor counts = e.make(e.emit.op("cumsum", e.ssa(has), e.emit.tensorType(has->element, has->shape), {last}),
                         has->element, has->shape, has->lift);
  Value isBefore = e.compare(ast::CompareOp::Le, counts, place, range, range, range);
  return countTrue(e, e.tensor(isBefore, range));
}

Value mdl::indexRows(Elaborator &e, const RaggedValue &rows, llvm::ArrayRef<ast::Subscript> subscripts,
                     SourceRange range) {
  const ast::Subscript &first = subscripts.front();
  Value place = first.kind == ast::Subscript::At ? e.subscriptPart(first.at) : nullptr;
  if (first.kind == ast::Subscript::At && !place)
    return nullptr;
  Tensor index = place ? e.tensor(place, first.range) : nullptr;
  if (place && !index)
    return nullptr;
  if (!index || index->rank() || !isInteger(index->element))
    return reportRagged(e, rows, range);
  place = index;
  if (auto *axis = axisAt(rows, rows.whole->rank() - 1)) {
    SourceRange at = first.range;
    Value fromEnd = e.binary(ast::BinaryOp::Add, axis->length, place, at, at, at, at);
    if (e.constantInt(place).value_or(0) < 0)
      place = fromEnd;
    else if (!isSurelyCount(e, place))
      place = e.elementwise("select",
                            {e.compare(ast::CompareOp::Lt, place, e.knownScalar(Dim(0)), at, at, at), fromEnd, place},
                            {at, at, at}, at);
    if (!place)
      return nullptr;
    checkPlace(e, place, axis->length, rows, at);
    place = placeInWhole(e, place, *axis, at);
  }
  auto inner = std::make_shared<Scope>(e.scope);
  constexpr const char *name = "place in a row"; // No name of the language.
  inner->names[name] = Binding{place, false, {}};
  ast::NameRef placeName(first.range);
  placeName.name = name;
  Value element;
  {
    Restore<ScopePtr> restore(e.scope, inner);
    element = e.indexTensor(rows.whole, range,
                            {{ast::Subscript::At, &placeName, nullptr, nullptr, nullptr, first.range}}, range);
  }
  if (!element)
    return nullptr;
  std::vector<RaggedValue::Axis> left;
  for (auto &axis : rows.axes)
    if (axis.fromEnd + 1 < rows.whole->rank())
      left.push_back(axis);
  element = raggedRows(e.tensor(element, range), left, rows.origin);
  auto further = subscripts.drop_front();
  if (further.empty())
    return element;
  if (auto *others = as<RaggedValue>(element))
    return indexRows(e, *others, further, range);
  return e.indexTensor(e.tensor(element, range), range, further.vec(), range);
}

//===--- Products -------------------------------------------------------------------------===//

Value mdl::matmulOfRows(Elaborator &e, const Value &lhs, const Value &rhs, SourceRange range, SourceRange lhsRange,
                        SourceRange rhsRange) {
  auto *a = as<RaggedValue>(lhs), *b = as<RaggedValue>(rhs);
  Tensor x = a ? a->whole : e.tensor(lhs, lhsRange), y = b ? b->whole : e.tensor(rhs, rhsRange);
  if (!x || !y)
    return nullptr;
  // The axis that is summed is the last of the first and the last but one of the second.
  unsigned along = y->rank() > 1;
  auto *left = a ? axisAt(*a, 0) : nullptr, *right = b ? axisAt(*b, along) : nullptr;
  if (!left != !right || (left && !isSameAxis(e, *left, *right))) {
    auto length = [&](const RaggedValue *rows, const Tensor &t, unsigned fromEnd) {
      return rows ? "the length of `" + std::string(e.sources.text(rows->origin)) + "`"
                  : e.dims.print(sizeFromEnd(*t, fromEnd).dim);
    };
    e.diags.report(diag::MatmulSizes, range,
                   {e.typeName(lhs), e.typeName(rhs), length(left ? a : nullptr, x, 0),
                    length(right ? b : nullptr, y, y->rank() ? along : 0)});
    return nullptr;
  }
  std::vector<RaggedValue::Axis> axes;
  auto keep = [&](const RaggedValue &rows, unsigned summed, bool isLeft) {
    for (auto axis : rows.axes) {
      if (axis.fromEnd == summed)
        continue;
      if (axis.fromEnd > 1 || (!isLeft && axis.fromEnd == 1))
        return false;
      axis.fromEnd = isLeft && y->rank() > 1 ? 1 : 0;
      axes.push_back(axis);
    }
    return true;
  };
  if ((a && !keep(*a, 0, true)) || (b && !keep(*b, along, false)))
    return reportRagged(e, a ? *a : *b, range);
  if (left) {
    Shape shape = y->shape;
    shape[shape.size() - 1 - along] = left->has->shape.back();
    y = e.reshape(y, shape, y->lift);
    x = filledRows(e, *a, x, {static_cast<int64_t>(x->shape.size()) - 1}, 0);
    y = filledRows(e, *b, y, {static_cast<int64_t>(y->shape.size()) - 1 - along}, 0);
  }
  Value product = e.matmul(x, y, range, lhsRange, rhsRange);
  return product ? raggedRows(e.tensor(product, range), axes, a ? a->origin : b->origin) : nullptr;
}
