//===- ListComprehension.cpp - Comprehensions over what is known now -----------------===//
//
// Stage: sema. A list of strings, functions, records, tensors of different shapes is known when
// the program is compiled: the body is elaborated for each of its elements, and the result is a
// list, or the fold of one.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/ListComprehension.h"
#include "compiler/sema/Attempt.h"
#include "compiler/sema/Callables.h"
#include "compiler/sema/Sequences.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mdl;

/// The characters of a text in UTF-8, each a text of its own.
static std::vector<Value> characters(const std::string &text) {
  std::vector<Value> result;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = begin + 1;
    while (end < text.size() && (text[end] & 0xC0) == 0x80)
      ++end;
    auto character = std::make_shared<StringValue>();
    character->constant = text.substr(begin, end - begin);
    character->pieces.push_back({*character->constant, nullptr, "", nullptr, {}});
    result.push_back(character);
    begin = end;
  }
  return result;
}

std::optional<std::vector<Value>> Elaborator::knownElements(const Value &value) const {
  if (auto *list = as<ListValue>(value); list && !isTensorLike(value))
    return list->elements;
  if (auto *tuple = as<TupleValue>(value))
    return tuple->elements;
  auto *text = as<StringValue>(value);
  if (text && text->constant && llvm::none_of(text->pieces, [](auto &piece) { return piece.pointer; }))
    return characters(*text->constant);
  return std::nullopt;
}

/// What a name, or a member of one, stands for; null for other expressions.
static Value bound(Elaborator &e, const ast::Expr *expr) {
  if (auto *access = ast::as<ast::Member>(expr)) {
    Value base = bound(e, access->base);
    return as<DataValue>(base) ? nullptr : e.member(base, access->name, access->range, /*report=*/false);
  }
  auto *name = ast::as<ast::NameRef>(expr);
  Binding *binding = name ? e.scope->find(name->name) : nullptr;
  return binding ? binding->value : nullptr;
}

/// Whether an element of it is a function or a model (with `orText` a text, too), or holds one.
static bool hasOneEach(const Value &value, bool orText) {
  return value && ((orText && as<StringValue>(value)) || isCallable(value) ||
                   llvm::any_of(partsOf(value), [&](auto &part) { return hasOneEach(part, orText); }));
}

bool Elaborator::makesOneEach(const ast::Expr *body, bool orText) {
  auto any = [&](const std::vector<ast::Expr *> &parts) {
    return llvm::any_of(parts, [&](auto *part) { return makesOneEach(part, orText); });
  };
  if (ast::as<ast::Lambda>(body) || (orText && ast::as<ast::StringLiteral>(body)))
    return true;
  if (auto *nested = ast::as<ast::Comprehension>(body))
    return makesOneEach(nested->body, orText);
  if (auto *list = ast::as<ast::List>(body))
    return any(list->elements);
  if (auto *tuple = ast::as<ast::Tuple>(body))
    return any(tuple->elements);
  if (auto *record = ast::as<ast::Record>(body))
    return llvm::any_of(record->fields, [&](auto &field) { return makesOneEach(field.second, orText); });
  if (auto *index = ast::as<ast::Index>(body))
    return hasOneEach(bound(*this, index->base), orText);
  auto *call = ast::as<ast::Call>(body);
  return call && as<ModelClassValue>(bound(*this, call->callee));
}

/// What each element selects, in one row: the condition chooses among all.
static Value oneBehindTheOther(Elaborator &e, const ListValue &rows, SourceRange range) {
  if (rows.elements.empty())
    return std::make_shared<ListValue>();
  auto joined = [&](const std::vector<Value> &parts) -> Value {
    auto list = std::make_shared<ListValue>(rows);
    list->elements = parts;
    CallArguments call{"concat", range, {{"", list, range}}};
    return e.callValue(e.globals->find("concat")->value, call);
  };
  bool areLists = llvm::all_of(rows.elements, [](auto &row) { return as<ListValue>(row) != nullptr; });
  return areLists ? joined(rows.elements) : e.mapStructures(rows.elements, rows.ranges, range, joined);
}

/// What the comprehension gives for each element of its first generator, reduced over the others; null if reported.
static std::shared_ptr<ListValue> eachElement(Elaborator &e, const ast::Comprehension &expr,
                                              const std::string &reduction, SourceRange range,
                                              const std::vector<Value> &elements) {
  auto &generator = expr.generators.front();
  ast::Comprehension rest(expr);
  rest.generators.erase(rest.generators.begin());
  auto list = std::make_shared<ListValue>();
  for (auto &element : elements) {
    auto inner = std::make_shared<Scope>(e.scope);
    if (!bindElement(e, *generator.pattern, element, generator.source, generator.range, *inner))
      return nullptr;
    Restore<ScopePtr> restore(e.scope, inner);
    Value value;
    if (rest.generators.empty()) {
      auto chosen = e.chosenNow(expr.conditions);
      if (!chosen)
        return nullptr;
      if (!*chosen)
        continue;
      value = e.expression(expr.body);
    } else {
      value = e.comprehension(rest, reduction, range);
    }
    if (!value)
      return nullptr;
    list->elements.push_back(value);
    list->ranges.push_back(expr.body->range);
  }
  return list;
}

/// The mean of what was added up for all indices.
static Value meanOf(Elaborator &e, const Value &total, const ast::Comprehension &expr, SourceRange range,
                    const std::vector<Value> &elements) {
  ast::IntLiteral one(range);
  one.value = 1;
  ast::Comprehension places(expr);
  places.body = &one;
  Value count = total ? e.overElements(places, "sum", range, elements) : nullptr;
  return count ? e.binary(ast::BinaryOp::Div, total, count, range, range, range, range) : nullptr;
}

Value Elaborator::overElements(const ast::Comprehension &expr, const std::string &reduction, SourceRange range,
                               const std::vector<Value> &elements) {
  bool hasOthers = expr.generators.size() > 1;
  if (reduction == "mean" && hasOthers)
    return meanOf(*this, overElements(expr, "sum", range, elements), expr, range, elements);
  auto list = eachElement(*this, expr, reduction, range, elements);
  if (!list)
    return nullptr;
  if (!reduction.empty())
    return fold(*list, reduction, range);
  return expr.conditions.empty() || !hasOthers ? list : oneBehindTheOther(*this, *list, range);
}

std::optional<bool> Elaborator::chosenNow(const std::vector<ast::Expr *> &conditions) {
  for (auto *condition : conditions) {
    Value value = expression(condition);
    if (!this->condition(value, condition->range))
      return std::nullopt;
    auto truth = constantBool(value);
    if (!truth) {
      diags.report(diag::ExpectedConstant, condition->range, {std::string(sources.text(condition->range))});
      return std::nullopt;
    }
    if (!*truth)
      return false;
  }
  return true;
}

Value Elaborator::fold(const ListValue &list, const std::string &reduction, SourceRange range) {
  if (list.elements.empty()) {
    if (reduction == "any" || reduction == "all")
      return scalarConstant(ElementType::Bool, reduction == "all");
    if (reduction == "sum" || reduction == "prod") {
      auto literal = std::make_shared<LiteralValue>();
      literal->intValue = reduction == "prod";
      literal->floatValue = reduction == "prod";
      return literal;
    }
    diags.report(diag::BadArgument, range, {reduction, "there is no element"});
    return nullptr;
  }
  static const std::map<std::string, std::string> operations{
      {"max", "maximum"}, {"min", "minimum"}, {"any", "or"}, {"all", "and"}};
  auto element = [&](size_t i) -> Value { // As `sum(x)`: whole numbers and bools are added and multiplied as i64.
    auto *whole = as<TensorValue>(list.elements[i]);
    bool widens = whole && !isFloat(whole->element) && !operations.count(reduction);
    return widens ? cast(std::static_pointer_cast<const TensorValue>(list.elements[i]), ElementType::I64)
                  : list.elements[i];
  };
  Value result = element(0);
  for (size_t i = 1; i < list.elements.size() && result; ++i) {
    SourceRange at = list.ranges[i];
    if (auto it = operations.find(reduction); it != operations.end())
      result = elementwise(it->second, {result, element(i)}, {at, at}, range);
    else
      result =
          binary(reduction == "prod" ? ast::BinaryOp::Mul : ast::BinaryOp::Add, result, element(i), range, at, at, at);
  }
  if (reduction != "mean" || !result)
    return result;
  auto count = std::make_shared<LiteralValue>();
  count->intValue = static_cast<int64_t>(list.elements.size());
  count->floatValue = static_cast<double>(list.elements.size());
  return binary(ast::BinaryOp::Div, result, count, range, range, range, range);
}

//===--- Rows of different lengths --------------------------------------------------------===//

bool mdl::isFewNow(Elaborator &e, const Value &source) {
  if (e.knownElements(source))
    return true;
  if (!isCountedNow(e, source))
    return false;
  auto length = sequenceLength(e, source, {}, RangeUse::Passes);
  auto count = length ? length->dim.constant() : std::nullopt;
  return count && *count <= mostForEach;
}

/// Whether what went wrong may go for one element: something has another length for each index, or is a text, a size,
/// or what cannot be lifted. A declared type tells no such rows from other things that it does not take.
static bool mayGoForEach(llvm::ArrayRef<Diagnostic> reported) {
  return llvm::all_of(reported, [](auto &one) {
    return one.kind == diag::RaggedRows || one.kind == diag::ExpectedType || one.kind == diag::ExpectedTensor ||
           one.kind == diag::ExpectedSize || one.kind == diag::Unsupported || one.kind == diag::RecursionTooDeep ||
           one.kind == diag::TypeChanges;
  });
}

static bool isNumber(const Value &value) {
  auto *tensor = as<TensorValue>(value);
  return as<LiteralValue>(value) || (tensor && tensor->rank() == 0);
}

/// Whether elements can be reduced to one of them: numbers, or tensors of one shape. Where the lengths of rows are
/// other ones for each index, two of them may happen to be the same, or 1.
static bool canFold(const ListValue &list, bool hasRaggedRows) {
  auto *first = list.elements.empty() ? nullptr : as<TensorValue>(list.elements.front());
  auto isLikeFirst = [&](const Value &value) {
    auto *own = as<TensorValue>(value);
    return own && own->rank() == first->rank() && llvm::all_of(llvm::seq(own->rank()), [&](unsigned axis) {
             return own->shape[own->lift + axis].dim == first->shape[first->lift + axis].dim;
           });
  };
  return llvm::all_of(list.elements, isNumber) || (first && !hasRaggedRows && llvm::all_of(list.elements, isLikeFirst));
}

/// The elements of what is counted now, unless they are too many to compile the body for each.
static std::optional<std::vector<Value>> fewElements(Elaborator &e, const Value &source, SourceRange range,
                                                     bool &failed) {
  auto length = sequenceLength(e, source, range, RangeUse::Passes);
  failed = !length;
  auto count = length ? length->dim.constant() : std::nullopt;
  if (!count || *count > mostForEach)
    return std::nullopt;
  return elementsNow(e, source, range, /*all=*/true, failed);
}

Value mdl::liftedOrEach(Elaborator &e, const ast::Comprehension &expr, const std::string &reduction, SourceRange range,
                        const Value &source, llvm::function_ref<Value(bool)> lift) {
  // What several indices select is in one row, not in one for each element.
  bool isOneRow = reduction.empty() && !expr.conditions.empty() && expr.generators.size() > 1;
  if (!source || !isCountedNow(e, source) || isOneRow)
    return lift(/*mayBeList=*/true);
  Attempt attempt(e);
  size_t errors = e.diags.errorCount();
  Value result = lift(/*mayBeList=*/false);
  if (e.diags.errorCount() == errors || !mayGoForEach(attempt.reported()))
    return result;
  bool hasRaggedRows = llvm::any_of(attempt.reported(), [](auto &one) { return one.kind == diag::RaggedRows; });
  attempt.undo();
  bool failed = false;
  auto elements = fewElements(e, source, expr.generators.front().source->range, failed);
  bool isOfSeveral = expr.generators.size() > 1 && !reduction.empty();
  const std::string inner = isOfSeveral && reduction == "mean" ? "sum" : reduction;
  if (elements)
    result = isOfSeveral ? eachElement(e, expr, inner, range, *elements) : e.overElements(expr, "", range, *elements);
  auto *list = as<ListValue>(result);
  if (list && reduction.empty())
    return result;
  if (list && canFold(*list, hasRaggedRows)) {
    Value folded = e.fold(*list, inner, range);
    return inner == reduction ? folded : meanOf(e, folded, expr, range, *elements);
  }
  bool isOwnError = !failed && !list && elements && expr.conditions.empty();
  if (isOwnError)
    return nullptr;
  attempt.undo();
  return lift(/*mayBeList=*/true);
}

bool mdl::reportForEachIndex(Elaborator &e, const std::string &what, SourceRange range) {
  if (e.axes.empty())
    return false;
  e.diags.report(diag::Unsupported, range, {what + " for each index of a comprehension"})
      .hint("a `for` loop does it in each pass");
  return true;
}

Elaborator::Tensor mdl::valueOfText(Elaborator &e, const Elaborator::Tensor &value, SourceRange range) {
  if (!value || !value->lift)
    return value;
  auto lifted = llvm::ArrayRef(value->shape).take_front(value->lift);
  if (llvm::any_of(lifted, [](const Size &size) { return !size.dim.isConstant(1); })) {
    reportForEachIndex(e, "a text", range);
    return nullptr;
  }
  return e.reshape(value, Shape(value->shape.begin() + value->lift, value->shape.end()), 0);
}
