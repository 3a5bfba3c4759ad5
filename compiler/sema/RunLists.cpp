//===- RunLists.cpp - Lists whose length only the run knows -------------------------------===//
//
// Stage: sema. See RunLists.h.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/RunLists.h"
#include "compiler/sema/Callables.h"
#include "compiler/sema/Carried.h"
#include "compiler/sema/Literals.h"
#include "compiler/sema/TextsOfIndex.h"
#include "compiler/sema/TypeNames.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using Tensor = Elaborator::Tensor;

//===--- Forms and columns --------------------------------------------------------------===//

/// What has a column of its own.
static bool isColumn(const Value &part) { return as<TensorValue>(part) || as<StringValue>(part); }

static bool isParted(const Value &value) {
  return as<TupleValue>(value) || as<RecordValue>(value) || as<ListValue>(value);
}

/// The structure with what `change` gives for each part that has a column, in their order; null if it gives a null.
static Value mapColumns(const Value &form, llvm::function_ref<Value(const Value &)> change) {
  if (isColumn(form))
    return change(form);
  if (auto *inner = as<RunListValue>(form)) { // Each of its columns is one.
    std::vector<Tensor> columns;
    for (auto &column : inner->columns) {
      Value changed = change(column);
      if (!changed)
        return nullptr;
      columns.push_back(std::static_pointer_cast<const TensorValue>(changed));
    }
    return runList(inner->form, columns);
  }
  std::vector<Value> parts = partsOf(form);
  for (Value &part : parts) {
    part = mapColumns(part, change);
    if (!part)
      return nullptr;
  }
  return withParts(form, parts);
}

bool mdl::holdsText(const Value &value) {
  if (auto *list = as<RunListValue>(value))
    return holdsText(list->form);
  return as<StringValue>(value) || (isParted(value) && llvm::any_of(partsOf(value), holdsText));
}

/// A tensor without a value.
static Value formOfTensor(ElementType element, llvm::ArrayRef<Size> shape) {
  auto form = std::make_shared<TensorValue>();
  form->element = element;
  form->shape.assign(shape.begin(), shape.end());
  return form;
}

static Value anyText() {
  auto text = std::make_shared<StringValue>();
  text->constant = "";
  return text;
}

Value mdl::formOf(const Elaborator &e, const Value &element) {
  if (auto *tensor = as<TensorValue>(element))
    return formOfTensor(tensor->element, llvm::ArrayRef(tensor->shape).drop_front(tensor->lift));
  if (auto *literal = as<LiteralValue>(element))
    return formOfTensor(literal->isInt ? ElementType::I64 : e.inF64 ? ElementType::F64 : ElementType::F32, {});
  if (as<StringValue>(element))
    return anyText();
  if (as<RunListValue>(element))
    return mapColumns(element, [&](const Value &column) { return formOf(e, column); });
  if (!isParted(element) || e.isTensorLike(element))
    return nullptr;
  std::vector<Value> parts = partsOf(element);
  for (Value &part : parts) {
    part = formOf(e, part);
    if (!part)
      return nullptr;
  }
  return withParts(element, parts);
}

bool mdl::isSameForm(const Value &first, const Value &second) {
  if (first->kind != second->kind)
    return false;
  if (auto *a = as<TensorValue>(first))
    return a->rank() == as<TensorValue>(second)->rank();
  if (auto *a = as<RunListValue>(first))
    return isSameForm(a->form, as<RunListValue>(second)->form);
  if (auto *a = as<RecordValue>(first)) {
    auto names = [](const RecordValue &record) {
      return llvm::map_range(record.fields, [](auto &field) { return field.first; });
    };
    if (!llvm::equal(names(*a), names(*as<RecordValue>(second))))
      return false;
  }
  std::vector<Value> parts = partsOf(first), others = partsOf(second);
  return parts.size() == others.size() && llvm::all_of(llvm::zip(parts, others), [](auto pair) {
           return isSameForm(std::get<0>(pair), std::get<1>(pair));
         });
}

static void reportElement(Elaborator &e, const Value &element, SourceRange range) {
  e.diags.report(diag::Unsupported, range, {"a list, as long as only the run knows, of " + e.typeName(element)})
      .hint("it holds numbers, tensors and texts, and tuples and records of them");
}

/// Appends what an element holds; false if reported.
static bool appendColumns(Elaborator &e, const Value &element, SourceRange range, std::vector<Tensor> &columns) {
  bool isText = as<StringValue>(element);
  if (isText || as<TensorValue>(element)) {
    columns.push_back(isText ? textNumber(e, element, range) : e.tensor(element, range));
    if (auto &last = columns.back(); last && last->written)
      last = withOwnType(*last);
    return columns.back() != nullptr;
  }
  if (auto *list = as<RunListValue>(element))
    llvm::append_range(columns, list->columns);
  return llvm::all_of(partsOf(element), [&](auto &part) { return appendColumns(e, part, range, columns); });
}

std::optional<ElementParts> mdl::partsOfElement(Elaborator &e, const Value &element, SourceRange range) {
  Value settled = e.settle(element, range);
  if (!settled)
    return std::nullopt;
  ElementParts parts{formOf(e, settled), {}};
  if (parts.form && !appendColumns(e, settled, range, parts.columns))
    return std::nullopt;
  if (!parts.form || parts.columns.empty()) {
    reportElement(e, element, range);
    return std::nullopt;
  }
  return parts;
}

Value mdl::formWith(const Value &form, llvm::ArrayRef<Tensor> columns) {
  size_t next = 0;
  return mapColumns(form, [&](const Value &part) {
    auto &column = columns[next++];
    auto shape = llvm::ArrayRef(column->shape).drop_front(column->lift + 1);
    return as<StringValue>(part) ? part : formOfTensor(column->element, shape);
  });
}

std::shared_ptr<const RunListValue> mdl::runList(const Value &form, std::vector<Tensor> columns) {
  auto list = std::make_shared<RunListValue>();
  // One length, by one name: what selects elements has counted them for each column.
  const Size length = columns.front()->shape[columns.front()->lift];
  for (Tensor &column : columns)
    if (const Dim &own = column->shape[column->lift].dim; own != length.dim && !own.constant()) {
      auto same = std::make_shared<TensorValue>(*column);
      same->shape[same->lift] = length;
      column = same;
    }
  list->form = formWith(form, columns);
  list->columns = std::move(columns);
  return list;
}

Value mdl::emptyRunList(Elaborator &e, const Value &form, SymbolId mark) {
  std::vector<Tensor> columns;
  Value known = mapColumns(form, [&](const Value &part) -> Value {
    TensorValue rows;
    rows.element = ElementType::I64;
    if (auto *tensor = as<TensorValue>(part)) {
      rows.element = tensor->element;
      rows.shape = tensor->shape;
    }
    rows.shape.insert(rows.shape.begin(), Size{Dim(0), {}});
    Value none = emptyRows(e, rows, mark);
    if (none)
      columns.push_back(e.tensor(none, {}));
    return none ? part : nullptr;
  });
  return known && !columns.empty() ? runList(form, columns) : Value();
}

Size mdl::lengthOfList(const RunListValue &list) {
  const TensorValue &column = *list.columns.front();
  return column.shape[column.lift];
}

//===--- Elements and parts -------------------------------------------------------------===//

Value mdl::elementFrom(Elaborator &e, const RunListValue &list, llvm::function_ref<Value(const Tensor &)> part,
                       SourceRange range) {
  size_t next = 0;
  return mapColumns(list.form, [&](const Value &form) -> Value {
    Value own = part(list.columns[next++]);
    return own && as<StringValue>(form) ? textOfNumber(e, e.tensor(own, range)) : own;
  });
}

namespace {
/// A slice whose known bounds are numbers of the run: those outside are cut off, as of other lists. In a tensor they
/// would promise how long it is at least, so that its sizes keep their form (Note [Sizes of slices]).
class CutSlice {
public:
  CutSlice(Elaborator &e, const ast::Subscript &given, const Size &length)
      : subscript(given), inner(std::make_shared<Scope>(e.scope)), begin(given.range), end(given.range),
        restore(e.scope, inner) {
    if (given.kind != ast::Subscript::Slice || length.dim.constant())
      return;
    cut(e, subscript.begin, begin, "$begin");
    cut(e, subscript.end, end, "$end");
  }
  ast::Subscript subscript;

private:
  void cut(Elaborator &e, ast::Expr *&bound, ast::NameRef &hidden, const char *name) {
    Value given = bound ? e.subscriptPart(bound) : nullptr;
    auto known = given ? e.constantInt(given) : std::nullopt;
    if (!known)
      return;
    hidden.name = name; // No name of the language.
    hidden.range = bound->range;
    std::string text(e.sources.text(bound->range));
    Value number = e.knownScalar(e.freshNumber(text, bound->range, e.index(Dim(*known))));
    inner->names[name] = Binding{number, false, {}};
    bound = &hidden;
  }
  ScopePtr inner;
  ast::NameRef begin, end;
  Restore<ScopePtr> restore;
};
} // namespace

Value mdl::indexRunList(Elaborator &e, const RunListValue &list, const ast::Subscript &subscript, SourceRange range) {
  std::vector<Value> read;
  CutSlice slice(e, subscript, lengthOfList(list));
  for (auto &column : list.columns) {
    read.push_back(e.indexTensor(column, range, {slice.subscript}, range));
    if (!read.back())
      return nullptr;
  }
  auto *first = as<TensorValue>(read.front());
  auto own = [&](const Tensor &column) { return read[llvm::find(list.columns, column) - list.columns.begin()]; };
  if (first && first->rank() + 1 == list.columns.front()->rank())
    return elementFrom(e, list, own, range);
  if (!first || first->rank() != list.columns.front()->rank()) {
    auto report = e.diags.report(diag::Unsupported, range, {"a list of " + e.typeName(list.form) + " for each place"});
    report.hint(first ? "a list has one axis: `xs[k]`, `xs[a:b]`, `[xs[k] for k in ks]`"
                      : "each index would have another number of them; a `for` loop has such parts one by one");
    return nullptr;
  }
  std::vector<Tensor> columns;
  for (auto &column : read)
    columns.push_back(e.tensor(column, range));
  return runList(list.form, columns);
}

Value mdl::withElementOfRunList(Elaborator &e, const RunListValue &list, const ast::Index &index, const Value &value,
                                SourceRange valueRange) {
  if (index.subscripts.size() != 1 || index.subscripts[0].kind != ast::Subscript::At) {
    e.diags.report(diag::Unsupported, index.range, {"an assignment to a part of " + e.typeName(list.form) + "s"})
        .hint("`xs[k] = …` assigns one element");
    return nullptr;
  }
  auto parts = partsOfElement(e, value, valueRange);
  if (parts && !isSameForm(parts->form, list.form))
    e.diags.report(diag::TypeChanges, index.range,
                   {std::string(e.sources.text(index.range)), e.typeName(list.form), e.typeName(value)});
  if (!parts || !isSameForm(parts->form, list.form))
    return nullptr;
  std::vector<Tensor> columns;
  for (auto [column, part] : llvm::zip_equal(list.columns, parts->columns)) {
    Value changed = e.updateTensor(column, index.subscripts, part, valueRange, index.range);
    if (!changed)
      return nullptr;
    columns.push_back(e.tensor(changed, index.range));
  }
  return runList(list.form, columns);
}

//===--- Lists that are known now -------------------------------------------------------===//

/// The column that the parts of all elements make.
static Tensor stacked(Elaborator &e, const std::vector<Value> &parts, SourceRange range) {
  bool areTexts = as<StringValue>(parts.front());
  if (areTexts && llvm::all_of(parts, [&](auto &text) { return e.knownText(text).has_value(); }))
    return numbersOfKnown(e, parts, range);
  auto all = std::make_shared<ListValue>();
  for (auto &part : parts) {
    all->elements.push_back(areTexts ? Value(textNumber(e, part, range)) : part);
    if (!all->elements.back())
      return nullptr;
  }
  all->ranges.assign(parts.size(), range);
  return e.tensor(all, range);
}

Value mdl::formOfElements(const Elaborator &e, const Value &value) {
  if (auto *own = as<RunListValue>(value))
    return own->form;
  auto *list = as<ListValue>(value);
  if (!list || list->elements.empty() || e.isTensorLike(value))
    return nullptr;
  Value form = formOf(e, list->elements.front());
  bool isOne = form && llvm::all_of(list->elements, [&](auto &element) {
                 Value own = formOf(e, element);
                 return own && isSameForm(form, own);
               });
  return isOne ? form : nullptr;
}

bool mdl::mayBeRunList(const Elaborator &e, const Value &value) { return formOfElements(e, value) != nullptr; }

std::shared_ptr<const RunListValue> mdl::asRunList(Elaborator &e, const Value &value, SourceRange range) {
  if (as<RunListValue>(value))
    return std::static_pointer_cast<const RunListValue>(value);
  auto *list = as<ListValue>(value);
  Value form;
  std::vector<std::vector<Value>> parts; // By column, of each element.
  for (auto &element : list->elements) {
    Value settled = e.settle(element, range), own = settled ? formOf(e, settled) : nullptr;
    if (settled && !own)
      reportElement(e, element, range);
    if (!own)
      return nullptr;
    if (form && !isSameForm(form, own)) {
      auto [first, other] = typeNamesApart(e, form, own);
      e.diags.report(diag::StructuresDiffer, range, {first, other})
          .hint("the elements of a list whose length the run knows are of one form");
      return nullptr;
    }
    form = own;
    size_t next = 0;
    mapColumns(settled, [&](const Value &part) {
      parts.resize(std::max(parts.size(), next + 1));
      parts[next++].push_back(part);
      return part;
    });
  }
  std::vector<Tensor> columns;
  for (auto &column : parts) {
    columns.push_back(stacked(e, column, range));
    if (!columns.back())
      return nullptr;
  }
  if (columns.empty()) {
    reportElement(e, list->elements.empty() ? value : list->elements.front(), range);
    return nullptr;
  }
  return runList(form, columns);
}

Value mdl::likeRunLists(Elaborator &e, const Value &like, const Value &value, SourceRange range,
                        std::optional<SymbolId> mark) {
  if (auto *list = as<RunListValue>(like)) {
    if (isEmptyList(value))
      return emptyRunList(e, list->form, mark.value_or(e.dims.count()));
    return as<ListValue>(value) && mayBeRunList(e, value) ? asRunList(e, value, range) : value;
  }
  if (auto *other = as<ListValue>(like);
      other && mark && as<ListValue>(value) && other->elements.size() != as<ListValue>(value)->elements.size()) {
    if (isEmptyList(value))
      return mayBeRunList(e, like) ? emptyRunList(e, formOf(e, other->elements.front()), *mark) : value;
    return mayBeRunList(e, value) && (isEmptyList(like) || mayBeRunList(e, like)) ? asRunList(e, value, range) : value;
  }
  if (!isParted(like) || !value || like->kind != value->kind)
    return value;
  std::vector<Value> parts = partsOf(value), others = partsOf(like);
  bool changed = false;
  for (size_t i = 0; i < parts.size() && parts.size() == others.size(); ++i) {
    Value own = likeRunLists(e, others[i], parts[i], range, mark);
    if (!own)
      return nullptr;
    changed |= own != parts[i];
    parts[i] = own;
  }
  return changed ? withParts(value, parts) : value;
}

bool mdl::reportRunLists(Elaborator &e, const Value &value, SourceRange range) {
  if (auto *list = as<RunListValue>(value)) {
    e.diags.report(diag::ExpectedTensor, range, {e.typeName(value)})
        .hint(as<RecordValue>(list->form) ? "`[x.field for x in xs]` is the tensor of a field's numbers"
                                          : "`[a for (a, b) in xs]` is the tensor of some numbers of each element");
    return true;
  }
  return value && llvm::any_of(partsOf(value), [&](auto &part) { return reportRunLists(e, part, range); });
}

std::optional<Value> mdl::joinedRunLists(Elaborator &e, const std::vector<Value> &lists, SourceRange range) {
  if (llvm::none_of(lists, [](auto &list) { return as<RunListValue>(list); }))
    return std::nullopt;
  std::vector<std::shared_ptr<const RunListValue>> all;
  for (auto &list : lists) {
    if (isEmptyList(list))
      continue;
    bool isList = as<RunListValue>(list) || (as<ListValue>(list) && !e.isTensorLike(list));
    auto own = isList ? asRunList(e, list, range) : nullptr;
    if (isList && !own)
      return Value();
    if (!isList || !isSameForm(own->form, all.empty() ? own->form : all.front()->form)) {
      auto [first, other] = typeNamesApart(e, lists.front(), list);
      e.diags.report(diag::StructuresDiffer, range, {first, other});
      return Value();
    }
    all.push_back(own);
  }
  std::vector<Tensor> columns;
  for (size_t i = 0; i < all.front()->columns.size(); ++i) {
    auto parts = std::make_shared<ListValue>();
    for (auto &list : all)
      parts->elements.push_back(list->columns[i]);
    parts->ranges.assign(all.size(), range);
    CallArguments call{"concat", range, {{"", parts, range}}};
    Value column = e.callValue(e.globals->find("concat")->value, call);
    if (!column)
      return Value();
    columns.push_back(e.tensor(column, range));
  }
  return runList(all.front()->form, columns);
}

/// Whether something is in it to which nothing can be added: a text, a function, a range.
static bool holdsOther(const Value &value) {
  if (auto *list = as<RunListValue>(value))
    return holdsOther(list->form);
  bool isOther = as<StringValue>(value) || as<RangeValue>(value) || as<ModelClassValue>(value) ||
                 (isCallable(value) && !as<ModelValue>(value));
  return isOther || (isParted(value) && llvm::any_of(partsOf(value), holdsOther));
}

std::optional<Value> mdl::joinedByPlus(Elaborator &e, const Value &first, const Value &second, SourceRange range) {
  auto isList = [&](const Value &value) {
    return as<RunListValue>(value) || (as<ListValue>(value) && !e.isTensorLike(value));
  };
  if (!isList(first) || !isList(second) || !(holdsOther(first) || holdsOther(second)))
    return std::nullopt;
  if (auto joined = joinedRunLists(e, {first, second}, range))
    return joined;
  auto both = std::make_shared<ListValue>(*as<ListValue>(first));
  llvm::append_range(both->elements, as<ListValue>(second)->elements);
  llvm::append_range(both->ranges, as<ListValue>(second)->ranges);
  return both;
}
