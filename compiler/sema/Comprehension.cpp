//===- Comprehension.cpp - [… for i in …] and sum(… for i in …) -------------------------------===//
//
// Stage: sema. Comprehensions are lifted (see ARCHITECTURE.md): a generator adds an axis to
// the index space, a scalar of the body is a tensor whose first axes are that space (each of
// size 1 where it does not depend on the index), a reduction takes its axes away again.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Attempt.h"
#include "compiler/sema/Lifting.h"
#include "compiler/sema/ListComprehension.h"
#include "compiler/sema/Literals.h"
#include "compiler/sema/RunLists.h"
#include "compiler/sema/Sequences.h"
#include "compiler/sema/TextsOfIndex.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mdl;
using namespace mdl::builtin;

//===--- The body -------------------------------------------------------------------------===//

/// Does the same with numbers whose type is open and with what holds them exactly, so that their type stays open.
static Tensor keepingOpen(const Tensor &value, llvm::function_ref<Tensor(const Tensor &)> apply) {
  Tensor result = apply(value);
  if (!value->written || !result)
    return result;
  auto numbers = std::make_shared<WrittenNumbers>(*value->written);
  numbers->exact = numbers->exact->element == value->element ? result : apply(numbers->exact);
  auto open = std::make_shared<TensorValue>(*result);
  open->written = numbers;
  return open;
}

std::optional<Lifting::Lifted> Lifting::body() {
  if (llvm::any_of(llvm::ArrayRef(e.axes).drop_front(outer), [](auto &axis) { return axis.size.dim.isConstant(0); }))
    conditions.emplace_back(e, withRegion(e.scalarConstant(ElementType::Bool, false), IndexRegion::of(false)));
  for (auto *condition : expr.conditions)
    if (!restrictTo(e.expression(condition), condition->range))
      return std::nullopt;
  Value value = e.expression(expr.body);
  conditions.clear();
  if (!value)
    return std::nullopt;
  // A shape is a row of numbers here.
  if (auto *list = as<ListValue>(value); list && list->fixed) {
    auto row = std::make_shared<ListValue>(*list);
    row->fixed = false;
    value = row;
  }
  e.emit.setPlace(range);
  if (!reduction.empty())
    return reduced(value);
  bool isOther = holdsText(value) || as<RunListValue>(value) || (isOverList && e.isStructure(value));
  if (lists.empty() && isOther)
    value = columnsOf(value);
  if (!value)
    return std::nullopt;
  Lifted result{eachTensor({value}, [&](const std::vector<Value> &parts) -> Value {
    if (!lists.empty() && !e.isTensorLike(parts[0]) && !hasRagged(parts)) {
      e.diags.report(diag::ExpectedTensor, expr.body->range, {e.typeName(parts[0])})
          .hint("where the `for` over the list goes first, the result is a list, too");
      return nullptr;
    }
    Value open = writtenNumbers(parts[0]) ? settleOpen(e, parts[0], expr.body->range) : parts[0];
    Tensor one = e.tensor(open, expr.body->range);
    return one ? keepingOpen(one, [&](const Tensor &part) { return spread(part); }) : nullptr;
  })};
  result.mask = mask;
  result.maskRange = maskRange;
  return result.value ? std::optional(result) : std::nullopt;
}

/// What the elements of a list of the run hold, lifted: a tuple. Null if reported.
Value Lifting::columnsOf(const Value &value) {
  SourceRange place = expr.body->range;
  if (outer && mask) { // Of another length for each.
    e.diags
        .report(diag::Unsupported, place,
                {"a list of " + e.typeName(value) + " of another length for each index of a comprehension"})
        .hint("a `for` loop makes one in each pass; with a condition behind all `for`s they are in one list");
    return nullptr;
  }
  auto count = e.axes.back().size.dim.constant();
  if (!mayBeList && count && *count <= mostForEach) {
    reportTextOfIndex(e, place);
    return nullptr;
  }
  auto parts = partsOfElement(e, value, place);
  if (!parts)
    return nullptr;
  form = parts->form;
  auto columns = std::make_shared<TupleValue>();
  columns->elements.assign(parts->columns.begin(), parts->columns.end());
  return columns;
}

Value Lifting::listOf(const Value &columns) {
  if (!form || !columns)
    return columns;
  std::vector<Tensor> all;
  for (auto &column : as<TupleValue>(columns)->elements)
    all.push_back(e.tensor(column, range));
  // Without a condition there is a list for each index but the last.
  Value element = form;
  for (unsigned further = mask ? 0 : e.axes.size() - outer - 1; further; --further) {
    std::vector<Tensor> inner;
    for (auto &column : all) {
      Shape shape(column->shape.begin() + outer + further, column->shape.end());
      inner.push_back(e.make({}, column->element, shape));
    }
    element = runList(element, inner);
  }
  return runList(element, all);
}

std::optional<Lifting::Lifted> Lifting::reduced(const Value &given) {
  Tensor value = e.tensor(given, expr.body->range);
  if (!value)
    return std::nullopt;
  std::string op = reduction == "mean" ? "sum" : reduction;
  if (value->element == ElementType::Bool && (op == "max" || op == "min"))
    op = op == "max" ? "any" : "all"; // As `max(x)`.
  bool logical = op == "any" || op == "all";
  if (logical && value->element != ElementType::Bool) {
    e.diags.report(diag::ExpectedBool, expr.body->range, {reduction, e.typeName(value)});
    return std::nullopt;
  }
  // As `sum(x)`: whole numbers and bools are added and multiplied as i64.
  bool widens = reduction == "sum" || reduction == "prod" || value->element == ElementType::Bool;
  if (!logical && widens && !isFloat(value->element))
    value = e.cast(value, ElementType::I64);
  // In f16 the sum would overflow before it is divided.
  meanType = isFloat(value->element) ? value->element : ElementType::F32;
  bool isWide = value->element == ElementType::F32 || value->element == ElementType::F64;
  if (reduction == "mean" && !isWide)
    value = e.cast(value, ElementType::F32);
  if (mask) {
    double identity = identityOf(op, value->element);
    Value filled = e.elementwise("select", {mask, value, e.scalarConstant(value->element, identity)},
                                 {range, expr.body->range, range}, range);
    if (!filled)
      return std::nullopt;
    value = std::static_pointer_cast<const TensorValue>(filled);
  }
  unsigned count = e.axes.size();
  // This comprehension's axes are taken away.
  auto own = llvm::to_vector(llvm::seq<int64_t>(outer, count));
  Lifted result{reduceAxes(e, op, spread(value), own, /*keep=*/false, outer)};
  if (reduction != "mean")
    return result;
  if (mask) {
    Tensor counted = spread(e.cast(e.tensor(mask, range), value->element));
    result.count = reduceAxes(e, "sum", counted, own, /*keep=*/false, outer);
  } else {
    Dim product(1);
    for (unsigned axis = outer; axis < count; ++axis)
      product = product * e.axes[axis].size.dim;
    result.count = e.cast(e.knownScalar(product), value->element);
  }
  return result;
}

//===--- The result -----------------------------------------------------------------------===//

Value Lifting::run(const Value &source) {
  isOverList = as<RunListValue>(source);
  auto lifted = from(0, source);
  if (!lifted)
    return nullptr;
  e.emit.setPlace(range);
  if (!lifted->count && !reduction.empty())
    return lifted->value;
  if (lifted->count) {
    Value mean = e.elementwise("div", {lifted->value, lifted->count}, {range, range}, range);
    return mean ? e.cast(e.tensor(mean, range), meanType) : nullptr;
  }
  Value selects = lifted->mask;
  for (auto &one : absent) { // What stands beside a list ends before it.
    if (!selects)
      break;
    Shape shape(e.axes.size(), Size{Dim(1), range});
    shape[one.axis] = e.axes[one.axis].size;
    Value isThere = e.compare(ast::CompareOp::Lt, counted(e, shape, one.axis, shape.size()),
                              e.knownScalar(one.length.dim), range, range, range);
    selects = e.elementwise("and", {selects, isThere}, {range, range}, range);
  }
  Tensor all = selects ? spread(e.tensor(selects, lifted->maskRange)) : nullptr;
  if (all)
    return listOf(selected(lifted->value, all, lifted->maskRange));
  return listOf(eachTensor({lifted->value}, [&](const std::vector<Value> &parts) -> Value {
    return keepingOpen(e.tensor(parts[0], range), [&](Tensor value) {
      for (auto &one : absent)
        value = part(e, value, one.axis, Dim(0), one.length);
      auto result = std::make_shared<TensorValue>(*value);
      result->lift = outer;
      result->known.reset();
      result->affine.reset();
      result->written.reset();
      return result;
    });
  }));
}

/// The elements that the conditions let through, in order, whatever the number of indices: for each index of a
/// comprehension around another number of them.
Value Lifting::selected(const Value &values, const Tensor &all, SourceRange named) {
  unsigned count = e.axes.size();
  Size places{Dim(1), range};
  for (unsigned axis = outer; axis < count; ++axis)
    places.dim = places.dim * e.axes[axis].size.dim;
  auto flat = [&](const Tensor &value) {
    Shape shape(value->shape.begin(), value->shape.begin() + outer);
    shape.push_back(places);
    shape.insert(shape.end(), value->shape.begin() + count, value->shape.end());
    return e.reshape(e.make(value->ssa, value->element, value->shape), shape, outer);
  };
  Tensor has = flat(all);
  if (outer)
    return eachTensor({values}, [&](const std::vector<Value> &parts) {
      Tensor whole = flat(e.tensor(parts[0], range));
      return raggedRows(whole, {raggedAxis(e, has, whole->rank() - 1, range)}, range);
    });
  Restore<std::vector<IndexAxis>> noAxes(e.axes, {});
  mlir::Value chosen = e.emit.op(
      "nonzero", e.ssa(has), mlir::RankedTensorType::get({mlir::ShapedType::kDynamic}, e.emit.builder.getI64Type()));
  mlir::Value rows = e.emit.builder.create<mlir::tensor::DimOp>(e.emit.location, chosen, 0);
  Size length{e.freshDim("count(" + std::string(e.sources.text(named)) + ")", range, rows), range};
  return eachTensor({values}, [&](const std::vector<Value> &parts) -> Value {
    Tensor value = flat(e.tensor(parts[0], range));
    Shape shape = value->shape;
    shape[0] = length;
    return e.make(e.emit.op("gather", {e.ssa(value), chosen}, e.emit.tensorType(value->element, shape),
                            {e.emit.ints("axes", {0})}),
                  value->element, shape);
  });
}

/// Whether the body gives a tensor of another length for each of as many elements as are known now: a list of these.
static bool selectsEach(Elaborator &e, const ast::Expr *body, const Value &source) {
  auto *nested = ast::as<ast::Comprehension>(body);
  return nested && (!nested->conditions.empty() || selectsEach(e, nested->body, source)) && isCountedNow(e, source);
}

/// A source whose lists, which are known now, are lists of the run; where one cannot be, as it is.
static Value withRunLists(Elaborator &e, const Value &source, SourceRange range) {
  return mapSources(source, [&](const Value &one) -> Value {
    return as<ListValue>(one) && mayBeRunList(e, one) ? Value(asRunList(e, one, range)) : one;
  });
}

/// Texts, or structures with texts, of as many elements as the run knows or of too many to compile the body for each.
static Value manyTexts(Elaborator &e, const ast::Comprehension &expr, SourceRange range, const Value &source) {
  SourceRange place = expr.generators.front().source->range;
  Attempt attempt(e);
  size_t errors = e.diags.errorCount();
  Value own = withRunLists(e, source, place);
  Value result = own ? Lifting(e, expr, "", range, /*mayBeList=*/true).run(own) : nullptr;
  if (e.diags.errorCount() == errors || !isCountedNow(e, source))
    return result;
  attempt.undo();
  bool failed = false;
  auto elements = elementsNow(e, source, place, /*all=*/true, failed);
  return elements && !failed ? e.overElements(expr, "", range, *elements) : nullptr;
}

/// Goes over what is known now; where the run knows which elements a condition lets through, over a list of the run.
static Value chosenElements(Elaborator &e, const ast::Comprehension &expr, const std::string &reduction,
                            SourceRange range, const Value &source, const std::vector<Value> &elements) {
  SourceRange place = expr.generators.front().source->range;
  Attempt attempt(e);
  size_t errors = e.diags.errorCount();
  Value result = e.overElements(expr, reduction, range, elements);
  bool isOfRun = llvm::any_of(attempt.reported(), [](auto &one) { return one.kind == diag::ExpectedConstant; });
  bool mayBeLifted = !as<ListValue>(source) || mayBeRunList(e, source);
  if (e.diags.errorCount() == errors || expr.conditions.empty() || !isOfRun || !mayBeLifted || as<TupleValue>(source))
    return result;
  attempt.undo();
  Value own = withRunLists(e, source, place);
  return own ? Lifting(e, expr, reduction, range, /*mayBeList=*/true).run(own) : nullptr;
}

Value Elaborator::comprehension(const ast::Comprehension &expr, const std::string &reduction, SourceRange range) {
  std::deque<ast::Pattern> patterns;
  if (auto paired = withPairs(*this, expr, patterns))
    return comprehension(*paired, reduction, range);
  Restore<ScopePtr> inner(scope, std::make_shared<Scope>(scope));
  auto &first = expr.generators.front();
  Value source = first.source ? expression(first.source) : nullptr;
  if (first.source && !source)
    return nullptr;
  if (source && !(as<ZipValue>(source) && hasVaryingLength(source))) {
    bool failed = false;
    bool selects = reduction.empty() && selectsEach(*this, expr.body, source);
    bool each = makesOneEach(expr.body, /*orText=*/true) || selects;
    bool areTexts = each && !selects && reduction.empty() && !makesOneEach(expr.body, /*orText=*/false);
    if (areTexts && !isFewNow(*this, source))
      return manyTexts(*this, expr, range, source);
    auto known = elementsNow(*this, source, first.source->range, each, failed);
    if (failed)
      return nullptr;
    // What is selected for each index of a comprehension around is one row, not one for each element.
    bool isOneRow = reduction.empty() && !each && !axes.empty() && !expr.conditions.empty();
    if (known && !isOneRow)
      return chosenElements(*this, expr, reduction, range, source, *known);
  }
  return liftedOrEach(*this, expr, reduction, range, source,
                      [&](bool mayBeList) { return Lifting(*this, expr, reduction, range, mayBeList).run(source); });
}
