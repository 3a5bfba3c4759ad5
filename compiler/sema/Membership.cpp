//===- Membership.cpp - x in xs --------------------------------------------------------------===//
//
// Stage: sema. Whether something is among the elements of a list, a tensor or a range, a part of a
// text, a name of a record. What is known now is answered now.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/ChosenElements.h"
#include "compiler/sema/ChosenTexts.h"
#include "compiler/sema/RunLists.h"
#include "compiler/sema/TextsOfIndex.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using Tensor = Elaborator::Tensor;

namespace {
class Membership {
public:
  Membership(Elaborator &e, const ast::Membership &expr) : e(e), expr(expr) {}
  Value of(const Value &element, const Value &collection);

private:
  Value inText(const Value &part, const Value &text);
  Value inRange(const Value &element, const RangeValue &range);
  Value inList(const Value &element, const std::vector<Value> &list);
  Value inRunList(const Value &element, const RunListValue &list);
  Value anyOf(const Value &truths);
  Value inTensor(const Value &element, const Value &collection);
  Value equal(const Value &a, const Value &b);

  Elaborator &e;
  const ast::Membership &expr;
};
} // namespace

Value Membership::inText(const Value &part, const Value &text) {
  if (auto known = e.knownText(part), whole = e.knownText(text); known && whole)
    return e.scalarConstant(ElementType::Bool, whole->find(*known) != std::string::npos);
  if (auto *choice = choiceOfText(text); choice && e.knownText(part)) {
    std::vector<Value> found;
    for (auto &one : choice->functions)
      found.push_back(inText(part, one));
    return elementOfRun(e, text, found, choice->number, expr.range);
  }
  if (as<StringValue>(part) && (isTextOfIndex(part) || isTextOfIndex(text)))
    return textsContain(e, text, part, expr.range);
  mlir::Value sought = e.stringPointer(part, expr.element->range),
              among = e.stringPointer(text, expr.collection->range);
  if (!sought || !among)
    return nullptr;
  mlir::Value found = e.emit.runtime("mdl_string_contains", {among, sought}, e.emit.builder.getI1Type());
  return e.make(e.emit.fromScalar(found), ElementType::Bool, {});
}

Value Membership::inRange(const Value &element, const RangeValue &range) {
  SourceRange at = expr.collection->range;
  Value above = e.compare(ast::CompareOp::Ge, element, range.begin, expr.range, expr.element->range, at);
  Value below = e.compare(ast::CompareOp::Lt, element, range.end, expr.range, expr.element->range, at);
  auto first = e.constantBool(above), second = e.constantBool(below);
  if (first && second)
    return e.scalarConstant(ElementType::Bool, *first && *second);
  return e.elementwise("and", {above, below}, {expr.range, expr.range}, expr.range);
}

/// Whether two things are the same, structures as a whole; things of different kinds are not.
Value Membership::equal(const Value &a, const Value &b) {
  std::vector<Value> left = partsOf(a), right = partsOf(b);
  if (left.empty() && right.empty()) {
    bool bothText = as<StringValue>(a) && as<StringValue>(b), bothNumbers = e.isTensorLike(a) && e.isTensorLike(b);
    if (!bothText && !bothNumbers)
      return e.scalarConstant(ElementType::Bool, false);
    return e.compare(ast::CompareOp::Eq, a, b, expr.range, expr.element->range, expr.collection->range);
  }
  Value all = e.scalarConstant(ElementType::Bool, a->kind == b->kind && left.size() == right.size());
  for (size_t i = 0; i < left.size() && i < right.size() && all; ++i)
    if (Value one = equal(left[i], right[i]); e.constantBool(all).value_or(false))
      all = one;
    else if (!e.constantBool(all))
      all = e.elementwise("and", {all, one}, {expr.range, expr.range}, expr.range);
  return all;
}

Value Membership::inList(const Value &element, const std::vector<Value> &list) {
  Value any = e.scalarConstant(ElementType::Bool, false);
  for (auto &one : list) {
    Value same = equal(element, one);
    if (!same)
      return nullptr;
    auto known = e.constantBool(same);
    if (known && *known)
      return same;
    if (!known)
      any = e.constantBool(any) ? same : e.elementwise("or", {any, same}, {expr.range, expr.range}, expr.range);
    if (!any)
      return nullptr;
  }
  return any;
}

Value Membership::inTensor(const Value &element, const Value &collection) {
  Tensor one = e.tensor(element, expr.element->range);
  if (one && one->rank()) {
    e.diags.report(diag::BadArgument, expr.element->range, {"in", "looks for one number, found " + e.typeName(one)})
        .hint("`any(all(xs == x, axis=-1))` looks for a row");
    return nullptr;
  }
  Value same =
      e.compare(ast::CompareOp::Eq, element, collection, expr.range, expr.element->range, expr.collection->range);
  return one && same ? anyOf(same) : nullptr;
}

Value Membership::anyOf(const Value &truths) {
  Tensor truth = e.tensor(truths, expr.range);
  if (!truth || !truth->rank())
    return truth;
  llvm::SmallVector<int64_t> axes;
  for (unsigned axis = truth->lift; axis < truth->shape.size(); ++axis)
    axes.push_back(axis);
  Shape shape(truth->shape.begin(), truth->shape.begin() + truth->lift);
  return e.make(
      e.emit.op("any", e.ssa(truth), e.emit.tensorType(ElementType::Bool, shape), {e.emit.ints("axes", axes)}),
      ElementType::Bool, shape, truth->lift);
}

Value Membership::inRunList(const Value &element, const RunListValue &list) {
  auto parts = partsOfElement(e, element, expr.element->range);
  if (!parts || !isSameForm(parts->form, list.form))
    return parts ? e.scalarConstant(ElementType::Bool, false) : nullptr;
  Value same;
  for (auto [part, column] : llvm::zip_equal(parts->columns, list.columns)) {
    if (part->rank()) {
      e.diags.report(diag::BadArgument, expr.element->range,
                     {"in", "compares numbers and texts, found " + e.typeName(part)});
      return nullptr;
    }
    Value one = e.compare(ast::CompareOp::Eq, part, column, expr.range, expr.element->range, expr.collection->range);
    same = same && one ? e.elementwise("and", {same, one}, {expr.range, expr.range}, expr.range) : one;
    if (!same)
      return nullptr;
  }
  return anyOf(same);
}

Value Membership::of(const Value &element, const Value &collection) {
  if (as<StringValue>(collection))
    return inText(element, collection);
  if (auto *range = as<RangeValue>(collection))
    return inRange(element, *range);
  if (auto *record = as<RecordValue>(collection)) {
    auto name = e.knownText(element);
    if (name)
      return e.scalarConstant(ElementType::Bool,
                              llvm::any_of(record->fields, [&](auto &field) { return field.first == *name; }));
  }
  if (auto *list = as<RunListValue>(collection))
    return inRunList(element, *list);
  if (auto elements = e.knownElements(collection))
    return inList(element, *elements);
  auto *list = as<ListValue>(collection);
  if (list && (list->elements.empty() || e.constantNumber(element)) &&
      llvm::all_of(list->elements, [&](auto &one) { return e.constantNumber(one); }))
    return inList(element, list->elements);
  if (e.isTensorLike(collection) && e.tensor(collection, expr.collection->range)->rank())
    return as<StringValue>(element) ? e.scalarConstant(ElementType::Bool, false) : inTensor(element, collection);
  e.diags.report(diag::CannotIterate, expr.collection->range, {e.typeName(collection)})
      .hint("`in` looks into a list, a tensor, a range or a string");
  return nullptr;
}

Value Elaborator::membership(const ast::Membership &expr) {
  Value element = expression(expr.element), collection = expression(expr.collection);
  if (!element || !collection)
    return nullptr;
  Value found = Membership(*this, expr).of(element, collection);
  if (!found || !expr.isNegated)
    return found;
  if (auto known = constantBool(found))
    return scalarConstant(ElementType::Bool, !*known);
  return elementwise("not", {found}, {expr.range}, expr.range);
}
