//===- Sequences.cpp - What a loop or a comprehension goes over -------------------------===//
//
// Stage: sema. See Sequences.h; `zip` and `enumerate` are here too.
//
// Note [Empty ranges]
// A range whose end lies before its begin is empty, as in Python. Where its begin is a number of the run, its
// length is a size of its own, `max(b - a, 0)`, and so it is in a sum up to a number that may be negative. Where it
// begins at a constant, its length stays `n - 1`, so that it fits `x[1:]` and a result declared as `f32[n - 1]`; that
// this is not negative is a promise, which is checked when the program runs, as for `zeros([n - 1])`.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Sequences.h"

#include "compiler/sema/Builtins.h"
#include "compiler/sema/Guards.h"
#include "compiler/sema/RunLists.h"
#include "compiler/sema/RunTexts.h"
#include "compiler/sema/TextsOfIndex.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using namespace mdl::builtin;

static std::optional<Size> lengthOfRange(Elaborator &e, const RangeValue &range, SourceRange place, RangeUse use) {
  auto begin = e.size(range.begin, place), end = e.size(range.end, place);
  if (!begin || !end)
    return std::nullopt;
  bool isPromise = begin->dim.constant() && (use == RangeUse::Axis || !e.dims.hasNumber(end->dim));
  Size length{isPromise ? end->dim - begin->dim : e.dims.span(begin->dim, end->dim), place};
  if (begin->dim.isConstant(0))
    length.origin = end->origin;
  if (auto constant = length.dim.constant())
    length.dim = Dim(std::max<int64_t>(*constant, 0));
  else
    e.checkSize(length);
  return length;
}

static Dim shorter(DimTable &dims, const Dim &a, const Dim &b) {
  auto known = a.constant(), other = b.constant();
  if (known && other)
    return Dim(std::min(*known, *other));
  return a == b ? a : known ? dims.head(a, b) : dims.head(b, a);
}

static bool isEndless(const Value &source) {
  auto *range = as<RangeValue>(source);
  return range && !range->end;
}

std::optional<Size> mdl::sequenceLength(Elaborator &e, const Value &source, SourceRange range, RangeUse use) {
  if (auto *bounds = as<RangeValue>(source))
    return lengthOfRange(e, *bounds, range, use);
  if (auto *zip = as<ZipValue>(source)) {
    std::optional<Size> least;
    for (auto &part : zip->parts) {
      if (isEndless(part))
        continue;
      auto one = sequenceLength(e, part, range, RangeUse::Passes);
      if (!one)
        return std::nullopt;
      least = least ? Size{shorter(e.dims, least->dim, one->dim), range} : *one;
    }
    return least;
  }
  if (auto *list = as<RunListValue>(source))
    return lengthOfList(*list);
  if (auto known = e.knownElements(source))
    return Size{Dim(static_cast<int64_t>(known->size())), range};
  if (isTextOfIndex(source)) {
    reportTextOfIndex(e, range);
    return std::nullopt;
  }
  if (isTextOfRun(e, source)) {
    mlir::Value count = e.emit.toIndex(lengthOfText(e, source, range));
    return Size{e.freshDim("len(" + std::string(e.sources.text(range)) + ")", range, count), range};
  }
  bool isTensor = e.isTensorLike(source);
  auto whole = isTensor ? e.tensor(source, range) : nullptr;
  if (isTensor && !whole)
    return std::nullopt;
  if (!whole || whole->rank() == 0) {
    auto report = e.diags.report(diag::CannotIterate, range, {e.typeName(source)});
    if (whole)
      report.hint("`0..n` counts");
    else if (as<BatchesValue>(source))
      report.hint("a `for` takes batches one by one, `for i, xb in enumerate(batches(…))` counts them");
    else if (as<RecordValue>(source))
      report.hint("its fields are named where it is written; pairs to go over are a list: `[(\"a\", 1), (\"b\", 2)]`");
    return std::nullopt;
  }
  return whole->shape[whole->lift];
}

/// The numbers of a vector of whole ones that is known now.
static mlir::DenseIntElementsAttr knownNumbers(const Value &value) {
  auto *vector = as<TensorValue>(value);
  mlir::DenseIntElementsAttr numbers;
  if (vector && vector->ssa && vector->rank() == 1 && !vector->lift && vector->element == ElementType::I64)
    mlir::matchPattern(vector->ssa, mlir::m_Constant(&numbers));
  return numbers;
}

std::optional<int64_t> mdl::countOfKnown(const Value &vector) {
  auto numbers = knownNumbers(vector);
  return numbers ? std::optional(numbers.getNumElements()) : std::nullopt;
}

Value mdl::knownElement(Elaborator &e, const Value &vector, int64_t at) {
  return e.knownScalar(Dim(*(knownNumbers(vector).value_begin<int64_t>() + at)));
}

Value mdl::numbersOf(Elaborator &e, const RangeValue &range, SourceRange place) {
  auto begin = e.size(range.begin, place);
  auto length = begin ? lengthOfRange(e, range, place, RangeUse::Axis) : std::nullopt;
  if (!length)
    return nullptr;
  Tensor places = counted(e, {*length}, 0);
  return begin->dim.isConstant(0) ? Value(places)
                                  : e.elementwise("add", {places, e.knownScalar(begin->dim)}, {place, place}, place);
}

Value mdl::mapSources(const Value &source, llvm::function_ref<Value(const Value &)> change) {
  auto *zip = as<ZipValue>(source);
  if (!zip)
    return change(source);
  auto result = std::make_shared<ZipValue>(*zip);
  for (Value &part : result->parts) {
    part = mapSources(part, change);
    if (!part)
      return nullptr;
  }
  return result;
}

Value mdl::elementAt(Elaborator &e, const Value &source, const Dim &at, SourceRange range) {
  if (auto *bounds = as<RangeValue>(source)) {
    auto begin = e.size(bounds->begin, range);
    return begin ? Value(e.knownScalar(begin->dim + at)) : nullptr;
  }
  if (auto *zip = as<ZipValue>(source)) {
    auto tuple = std::make_shared<TupleValue>();
    for (auto &part : zip->parts) {
      tuple->elements.push_back(elementAt(e, part, at, range));
      if (!tuple->elements.back())
        return nullptr;
    }
    return tuple;
  }
  if (auto known = e.knownElements(source))
    return (*known)[*at.constant()];
  if (as<StringValue>(source))
    return characterAt(e, source, at, range);
  if (auto *list = as<RunListValue>(source))
    return elementFrom(e, *list, [&](const Tensor &column) { return e.row(column, at, range); }, range);
  Tensor whole = e.tensor(source, range);
  if (at.constant() && countOfKnown(whole))
    return knownElement(e, whole, *at.constant());
  return whole ? e.row(whole, at, range) : nullptr;
}

Value mdl::elementsAlong(Elaborator &e, const Value &source, SourceRange range) {
  unsigned axis = e.axes.size() - 1;
  AffineIndex form{{{axis, 1}}, Dim()};
  if (auto *zip = as<ZipValue>(source)) {
    auto tuple = std::make_shared<TupleValue>();
    for (auto &part : zip->parts) {
      tuple->elements.push_back(elementsAlong(e, part, range));
      if (!tuple->elements.back())
        return nullptr;
    }
    return tuple;
  }
  if (auto *list = as<RunListValue>(source))
    return elementFrom(e, *list, [&](const Tensor &column) { return elementsAlong(e, column, range); }, range);
  auto *bounds = as<RangeValue>(source);
  if (source && !bounds) {
    Tensor whole = e.tensor(source, range);
    if (!whole || !whole->lift)
      return whole ? e.affineRead(whole, {form}, range, {range}) : nullptr;
    // A row of an index further out: its first axis is the new axis of the index space.
    Tensor own = part(e, whole, whole->lift, Dim(), e.axes[axis].size);
    Shape shape(own->shape);
    shape.insert(shape.begin() + own->lift, axis - own->lift, Size{Dim(1), {}});
    return e.reshape(own, shape, axis + 1);
  }
  // Without a source the range was told from the index's use, and begins at 0.
  if (bounds) {
    auto begin = e.size(bounds->begin, range);
    if (!begin)
      return nullptr;
    form.offset = begin->dim;
  }
  Shape shape(axis, Size{Dim(1), {}});
  shape.push_back(e.axes[axis].size);
  Value places = counted(e, shape, axis, axis + 1);
  if (!form.offset.isConstant(0))
    places = e.elementwise("add", {places, e.knownScalar(form.offset)}, {range, range}, range);
  if (!places)
    return nullptr;
  auto withForm = std::make_shared<TensorValue>(*as<TensorValue>(places));
  withForm->affine = form;
  return withForm;
}

static bool hasList(Elaborator &e, const Value &source) {
  if (auto *zip = as<ZipValue>(source))
    return llvm::any_of(zip->parts, [&](auto &part) { return hasList(e, part); });
  return e.knownElements(source).has_value();
}

static size_t shortestList(Elaborator &e, const Value &source) {
  size_t least = SIZE_MAX;
  if (auto *zip = as<ZipValue>(source))
    for (auto &part : zip->parts)
      least = std::min(least, shortestList(e, part));
  else if (auto known = e.knownElements(source))
    least = known->size();
  return least;
}

std::optional<int64_t> mdl::mostBesideList(Elaborator &e, const Value &source) {
  if (!as<ZipValue>(source) || !hasList(e, source))
    return std::nullopt;
  return static_cast<int64_t>(shortestList(e, source));
}

Value mdl::isBeside(Elaborator &e, const Value &source, int64_t at, SourceRange range) {
  if (isEndless(source) || e.knownElements(source))
    return e.scalarConstant(ElementType::Bool, true);
  if (auto *zip = as<ZipValue>(source)) {
    Value all;
    for (auto &part : zip->parts) {
      if (isEndless(part) || e.knownElements(part))
        continue;
      Value one = isBeside(e, part, at, range);
      if (!one)
        return nullptr;
      all = all ? withRegion(e.elementwise("and", {all, one}, {range, range}, range), regionOf(all) & regionOf(one))
                : one;
    }
    return all;
  }
  auto length = sequenceLength(e, source, range, RangeUse::Passes);
  return length ? e.compare(ast::CompareOp::Lt, e.knownScalar(Dim(at)), e.knownScalar(length->dim), range, range, range)
                : nullptr;
}

bool mdl::isCountedNow(Elaborator &e, const Value &source) {
  if (auto *bounds = as<RangeValue>(source))
    return bounds->end && e.constantInt(bounds->begin) && e.constantInt(bounds->end);
  if (auto *zip = as<ZipValue>(source))
    return llvm::all_of(zip->parts, [&](auto &part) { return isEndless(part) || isCountedNow(e, part); });
  if (auto *list = as<RunListValue>(source))
    return lengthOfList(*list).dim.constant().has_value();
  auto *whole = as<TensorValue>(source);
  return whole ? whole->rank() && whole->shape[whole->lift].dim.constant()
               : as<ListValue>(source) != nullptr || e.knownElements(source).has_value();
}

std::optional<std::vector<Value>> mdl::elementsNow(Elaborator &e, const Value &source, SourceRange range, bool all,
                                                   bool &failed) {
  bool besideList = mostBesideList(e, source).has_value();
  auto known = e.knownElements(source);
  if (known || !(besideList || all))
    return known;
  auto length = sequenceLength(e, source, range, RangeUse::Passes);
  failed = !length;
  if (!length)
    return std::nullopt;
  auto count = length->dim.constant();
  if (!count && !all)
    return std::nullopt;
  if (!count) {
    auto report = e.diags.report(diag::ExpectedConstant, range, {"len(" + std::string(e.sources.text(range)) + ")"});
    report.hint("each element is a model or a function, and these are made when the program is compiled");
    if (besideList)
      report.hint("`assert len(x) == " + std::to_string(shortestList(e, source)) +
                  "`, with the name of what goes beside the list, tells how long that is");
    failed = true;
    return std::nullopt;
  }
  constexpr int64_t most = 100'000; // The compiler's memory and time.
  if (*count > most) {
    e.diags.report(diag::Unsupported, range,
                   {std::to_string(*count) + " elements that are made when the program is compiled; at most " +
                    std::to_string(most) + " are"});
    failed = true;
    return std::nullopt;
  }
  std::vector<Value> elements;
  for (int64_t i = 0; i < *count; ++i) {
    elements.push_back(elementAt(e, source, Dim(i), range));
    failed |= !elements.back();
  }
  return elements;
}

std::vector<Value> mdl::partsToBind(Elaborator &e, const Value &value, size_t count, SourceRange range) {
  if (as<TupleValue>(value) || as<ListValue>(value))
    return partsOf(value);
  auto *known = as<TensorValue>(value);
  if (!known || !known->rank() || !known->shape[known->lift].dim.isConstant(int64_t(count)))
    return {};
  Tensor whole = e.tensor(value, range);
  std::vector<Value> rows;
  for (size_t i = 0; i < count; ++i)
    rows.push_back(e.row(whole, Dim(int64_t(i)), range));
  return rows;
}

/// Whether there is nothing that two names could take apart.
static bool isOneThing(const Value &element) {
  auto *tensor = as<TensorValue>(element);
  return as<LiteralValue>(element) || as<StringValue>(element) ||
         (tensor && (!tensor->rank() || !tensor->shape[tensor->lift].dim.isConstant(2)));
}

bool mdl::bindElement(Elaborator &e, const ast::Pattern &pattern, const Value &element, const ast::Expr *source,
                      SourceRange range, Scope &into) {
  bool isPair = pattern.kind == ast::Pattern::Tuple && pattern.elements.size() == 2;
  if (!isPair || !source || !isOneThing(element))
    return e.bindPattern(pattern, element, range, into, false);
  std::string names(e.sources.text(pattern.range));
  names = names.front() == '(' ? names : "(" + names + ")";
  e.diags.report(diag::PatternMismatch, pattern.range, {"a tuple of 2", e.typeName(element)})
      .hint("`for " + names + " in enumerate(" + std::string(e.sources.text(source->range)) +
            ")` has the place of each element");
  return e.bindPattern(pattern, nullptr, range, into, false);
}

/// How many parts each element has: of a `zip`, of a list of tuples; 0 for anything else.
static size_t partsOfElements(Elaborator &e, const ast::Expr *source) {
  // Once more where it is gone over.
  size_t mark = e.diags.all().size();
  Restore<int64_t> sites(e.randomSites, int64_t(e.randomSites));
  Value value;
  e.speculate([&] { value = e.expression(source); });
  e.diags.rewind(mark);
  if (auto *zip = as<ZipValue>(value))
    return zip->parts.size();
  auto elements = e.knownElements(value);
  auto *first = elements && !elements->empty() ? as<TupleValue>(elements->front()) : nullptr;
  return first ? first->elements.size() : 0;
}

std::unique_ptr<ast::Comprehension> mdl::withPairs(Elaborator &e, const ast::Comprehension &expr,
                                                   std::deque<ast::Pattern> &patterns) {
  auto &all = expr.generators;
  for (size_t first = 0; first < all.size(); ++first) {
    size_t last = first;
    while (last < all.size() && !all[last].source)
      ++last;
    if (last == first || last == all.size() || partsOfElements(e, all[last].source) != last - first + 1)
      continue;
    auto &pattern = patterns.emplace_back();
    pattern.kind = ast::Pattern::Tuple;
    pattern.range = SourceRange::join(all[first].pattern->range, all[last].pattern->range);
    for (size_t i = first; i <= last; ++i)
      pattern.elements.push_back(all[i].pattern);
    auto result = std::make_unique<ast::Comprehension>(expr);
    ast::Comprehension::Generator joined = all[last];
    joined.pattern = &pattern;
    joined.range = SourceRange::join(all[first].range, all[last].range);
    result->generators.erase(result->generators.begin() + first, result->generators.begin() + last);
    result->generators[first] = joined;
    return result;
  }
  return nullptr;
}

std::string mdl::placeName(const ast::Pattern &pattern) {
  if (pattern.kind == ast::Pattern::Tuple && !pattern.elements.empty())
    return placeName(*pattern.elements.front());
  return pattern.kind == ast::Pattern::Bind ? pattern.name.text : "_";
}

//===--- zip, enumerate -------------------------------------------------------------------===//

/// A sequence as a part of another; null (reported) for what nothing goes over.
static Value sequence(Elaborator &e, const CallArguments::Item &item) {
  const Value &value = item.value;
  if (!value || as<RangeValue>(value) || as<ZipValue>(value) || hasVaryingLength(value) || e.knownElements(value))
    return value;
  Value whole = e.isTensorLike(value) ? Value(e.tensor(value, item.range)) : value;
  return sequenceLength(e, whole, item.range, RangeUse::Passes) ? whole : nullptr;
}

static Value zipped(Elaborator &e, CallArguments &call) {
  auto result = std::make_shared<ZipValue>();
  for (auto &item : call.items) {
    if (!item.name.empty()) {
      e.diags.report(diag::UnknownArgument, item.nameRange, {"zip", item.name});
      return nullptr;
    }
    result->parts.push_back(sequence(e, item));
    if (!result->parts.back())
      return nullptr;
  }
  if (result->parts.empty()) {
    e.diags.report(diag::MissingArgument, call.range, {"zip", "a"});
    return nullptr;
  }
  return result;
}

static Value enumerated(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"xs", "start?"});
  if (!bound)
    return nullptr;
  auto &item = *(*bound)[0];
  Value xs = as<BatchesValue>(item.value) ? item.value : sequence(e, item); // Batches: for a loop only.
  if (!xs)
    return nullptr;
  auto places = std::make_shared<RangeValue>();
  places->begin = e.knownScalar(Dim(0));
  if (auto *start = (*bound)[1]) {
    auto first = e.size(start->value, start->range);
    if (!first)
      return nullptr;
    places->begin = e.knownScalar(first->dim);
  }
  auto result = std::make_shared<ZipValue>();
  result->parts = {places, xs};
  return result;
}

void mdl::addSequenceBuiltins(Elaborator &elaborator) {
  elaborator.addBuiltins({{"zip", zipped}, {"enumerate", enumerated}});
}
