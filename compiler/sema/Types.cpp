//===- Types.cpp - Types as written --------------------------------------------------------------===//
//
// Stage: sema. Checks values against declared types and makes values of a type with fresh sizes,
// for signatures that are checked where they stand. The names of sizes are SizeNames.cpp's.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/DimIdentities.h"
#include "compiler/sema/Namesakes.h"
#include "compiler/sema/SizeNames.h"
#include "compiler/syntax/AstWalk.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

/// The bound of a slice that is cut off in the size, in a quotient too: the outermost, which is the newest, of several.
static std::optional<SymbolId> cutBound(const DimTable &dims, const Dim &size) {
  std::optional<SymbolId> newest; // None is less than any.
  for (auto &[monomial, coefficient] : size.terms)
    for (SymbolId id : monomial) {
      if (dims[id].form == DimTable::Symbol::Form::Head)
        newest = std::max(newest, std::optional(id));
      if (dims[id].form == DimTable::Symbol::Form::Quotient)
        newest = std::max(newest, cutBound(dims, dims[id].first));
    }
  return newest;
}

/// The size as if no bound were cut off, and what is cut off: each bound and where.
static Dim withoutCuts(DimTable &dims, Dim size, std::vector<std::pair<Dim, Dim>> &cuts) {
  while (auto cut = cutBound(dims, size)) {
    auto [bound, axis] = cuts.emplace_back(dims[*cut].first, dims[*cut].second);
    size = dims.replace(size, *cut, bound.isNegated() ? axis + bound : bound);
  }
  return size;
}

/// `x[k:]` where `n - k` is declared, or `x[a:b]` where `b - a` is: that the bounds are places counted from the front,
/// in this order, is checked when the program runs.
static bool isPromisedSlice(Elaborator &e, const Dim &declared, const Dim &found, SourceRange range) {
  std::vector<std::pair<Dim, Dim>> cuts, inner;
  bool isPromise = withoutCuts(e.dims, found, cuts) == declared;
  if (!isPromise || (llvm::none_of(found.terms, [](auto &term) { return term.second < 0; }) &&
                     llvm::none_of(cuts, [](auto &cut) { return cut.first.isNegated(); })))
    return false;
  for (auto &[bound, size] : cuts) {
    // One that counts from the end lies before it: with a minus, 0 counts from the front.
    bool isFromEnd = bound.isNegated();
    auto order = isFromEnd ? mlir::arith::CmpIPredicate::ult : mlir::arith::CmpIPredicate::ule;
    mlir::Value isPlace = e.emit.builder.create<mlir::arith::CmpIOp>(
        e.emit.location, order, e.index(isFromEnd ? size + bound : bound), e.index(size));
    std::string limit = isFromEnd                ? " does not count from the end of an axis of size "
                        : cutBound(e.dims, size) ? " lies behind the end "
                                                 : " is outside an axis of size ";
    e.emit.runtime("mdl_assert", {isPlace, e.where(range),
                                  e.emit.string("slice bound " + e.dims.print(withoutCuts(e.dims, bound, inner)) +
                                                limit + e.dims.print(withoutCuts(e.dims, size, inner)))});
  }
  return true;
}

bool Elaborator::checkRest(const ast::TypeExpr &type, const Tensor &value, size_t rest, SourceRange range, Scope &names,
                           const std::string &what) {
  size_t named = type.dims.size() - 1;
  llvm::ArrayRef<Size> found = llvm::ArrayRef(value->shape).slice(value->lift + rest, value->rank() - named);
  auto expected = restSizes(names);
  if (!expected) {
    bindRest(found, names);
    return true;
  }
  Shape before;
  for (auto &dim : *expected)
    before.push_back({dim, {}});
  bool same = before.size() == found.size();
  for (size_t i = 0; same && i < found.size(); ++i)
    same = before[i].dim == found[i].dim;
  if (same)
    return true;
  auto report = diags.report(diag::DimensionDiffers, range,
                             {what, std::string(sources.text(type.range)), typeName(value), "`...` is " + print(before),
                              print(Shape(found.begin(), found.end()))});
  report.note(type.range, "declared here");
  if (found.size() == before.size() + 1 && value->shape.back().dim.isConstant(1))
    report.hint("the last axis has size 1: `.squeeze(-1)` drops it");
  else if (auto *last = ast::as<ast::NameRef>(type.dims.back().expr); last && found.size() + 1 == before.size())
    if (Binding *bound = names.find(last->name); bound && constantInt(bound->value) == 1)
      report.hint("`" + last->name + "` is 1: `.squeeze(-1)` drops an axis of size 1 of the other argument");
  return false;
}

/// A note where each name of a size that the signature does not bind itself is bound. Gives the last of these names.
static std::string noteOuterNames(Elaborator &e, DiagnosticEngine::Builder &report, const ast::Expr *size,
                                  const Scope &own) {
  auto *name = ast::as<ast::NameRef>(size);
  Binding *outer = name && !own.names.count(name->name) ? e.scope->find(name->name) : nullptr;
  std::string noted = outer && outer->range.isValid() ? name->name : "";
  if (!noted.empty())
    report.note(outer->range,
                "`" + noted + "` is bound here, and the signature means it; only a new name stands for any size");
  auto inside = [&](const ast::Expr *part) {
    if (std::string found = noteOuterNames(e, report, part, own); !found.empty())
      noted = found;
  };
  ast::forEachPart(*size, inside, [](const ast::Block *) {});
  return noted;
}

/// Whether the signature has the size as one of its own names, `m` of `f32[m, 3]`.
static bool isSizeName(const Scope &names, const std::string &size) {
  auto bound = names.names.find(size);
  auto *number = bound == names.names.end() ? nullptr : as<TensorValue>(bound->second.value);
  return number && number->known && !bound->second.range.isValid();
}

/// Of a tensor with another element type and one axis more or less: numbers of classes where a score of each class is
/// meant, or the other way round, for which a conversion alone is no help. "" for any other.
static std::string hintForClasses(const ast::TypeExpr &type, ElementType declared, const TensorValue &found) {
  size_t named = llvm::count_if(type.dims, [](auto &dim) { return dim.kind != ast::TypeExpr::Dim::Rest; });
  if (isInteger(declared) && isFloat(found.element) && found.rank() == named + 1)
    return "the numbers of classes are meant: `argmax(x, axis=-1)` of what has a number for each class";
  if (isFloat(declared) && isInteger(found.element) && found.rank() + 1 == named)
    return "a number for each class is meant, as there is before `argmax`";
  return "";
}

/// Whether the first size of the type may be 1, and the others do not ask for another one.
static bool takesOne(const ast::TypeExpr &type, Scope &names) {
  auto &first = type.dims.front();
  auto *number = ast::as<ast::IntLiteral>(first.expr);
  if (first.kind == ast::TypeExpr::Dim::Any || (number && number->value == 1))
    return true;
  auto *name = ast::as<ast::NameRef>(first.expr);
  auto *isFree = name ? freeName(name, names) : nullptr;
  return isFree && llvm::none_of(llvm::ArrayRef(type.dims).drop_front(), [&](auto &dim) {
           return dim.expr && freeName(dim.expr, names) && freeName(dim.expr, names)->name == name->name;
         });
}

/// A record, or of a model what is declared of it, as the text of a gradient has its parameters; null for others.
static std::shared_ptr<RecordValue> asRecord(const Value &value, const ast::TypeExpr &type) {
  if (auto *record = as<RecordValue>(value))
    return std::make_shared<RecordValue>(*record);
  auto *model = as<ModelValue>(value);
  if (!model)
    return nullptr;
  auto record = std::make_shared<RecordValue>();
  for (auto &member : model->members)
    if (llvm::is_contained(llvm::map_range(type.fields, [](auto &field) { return field.text; }), member.name))
      record->fields.emplace_back(member.name, member.value);
  return record;
}

/// Of a record with other fields: which of those declared it lacks, and which it has besides.
static std::string fieldsHint(const ast::TypeExpr &type, const RecordValue &record) {
  auto isDeclared = [&](const std::string &name) {
    return llvm::any_of(type.fields, [&](const ast::Name &field) { return field.text == name; });
  };
  auto isThere = [&](const std::string &name) {
    return llvm::any_of(record.fields, [&](auto &field) { return field.first == name; });
  };
  std::string lacking, besides;
  for (auto &field : type.fields)
    if (!isThere(field.text))
      lacking += (lacking.empty() ? "`" : ", `") + field.text + "`";
  for (auto &[name, part] : record.fields)
    if (!isDeclared(name))
      besides += (besides.empty() ? "`" : ", `") + name + "`";
  return (lacking.empty() ? "" : "it has no " + lacking) + (lacking.empty() || besides.empty() ? "" : "; ") +
         (besides.empty() ? "" : besides + " is not declared");
}

Value Elaborator::checkType(const ast::TypeExpr &type, const Value &value, SourceRange range, Scope &names,
                            const std::string &what) {
  if (!value)
    return nullptr;
  std::string written(sources.text(type.range));
  auto differs = [&]() -> DiagnosticEngine::Builder {
    auto report = diags.report(diag::ExpectedType, range, {what, written, typeName(value)});
    report.note(type.range, "declared here");
    return report;
  };
  switch (type.kind) {
  case ast::TypeExpr::Tensor: {
    auto element = declaredElement(type, value, names);
    if (!element) {
      reportUnknownType(type);
      return nullptr;
    }
    auto *list = as<ListValue>(value);
    if (!isTensorLike(value) && !(list && list->elements.empty() && !type.dims.empty())) {
      differs();
      return nullptr;
    }
    Tensor t = tensor(value, range, element);
    if (!t)
      return nullptr;
    if (inF64 && isFloat(t->element))
      t = cast(t, *element);
    if (t->element != *element) {
      if (!isFloat(*element) || !as<LiteralValue>(value)) {
        std::string ofClasses = hintForClasses(type, *element, *t);
        differs().hint(ofClasses.empty() ? elementHint(type, *element, t->element) : ofClasses);
        return nullptr;
      }
      t = cast(t, *element);
    }
    bindSizeNames(type, t, names);
    size_t rest = type.dims.size();
    for (size_t i = 0; i < type.dims.size(); ++i)
      if (type.dims[i].kind == ast::TypeExpr::Dim::Rest)
        rest = i;
    size_t count = type.dims.size() - (rest < type.dims.size());
    if (rest == type.dims.size() ? t->rank() != count : t->rank() < count) {
      auto report = differs();
      if (count == 0 && sources.text(range).substr(0, 1) == "[")
        report.hint("a number alone is written without brackets");
      else if (t->rank() == count + 1 && t->shape.back().dim.isConstant(1))
        report.hint("the last axis has size 1: `.squeeze(-1)` drops it");
      else if (rest == type.dims.size() && t->rank() + 1 == count && takesOne(type, names))
        report.hint("`x[new]` has an axis of size 1 in front: a batch of one");
      else if (rest == type.dims.size() && count == 4 && t->rank() == 2)
        report.hint("`x[new, new]` is a batch of one image that has one channel");
      return nullptr;
    }
    if (rest < type.dims.size() && !checkRest(type, t, rest, range, names, what))
      return nullptr;
    auto result = std::make_shared<TensorValue>(*t);
    for (size_t i = 0; i < type.dims.size(); ++i) {
      const auto &dim = type.dims[i];
      if (dim.kind != ast::TypeExpr::Dim::Expression)
        continue;
      size_t axis = (i < rest ? i : t->rank() - (type.dims.size() - i)) + t->lift;
      const ast::NameRef *free = freeName(dim.expr, names);
      if (auto solved = solveSizeName(*this, dim.expr, t->shape[axis].dim, names)) {
        if (solved->constant().value_or(0) < 0) {
          std::string claim = "`" + free->name + "` would be " + dims.print(*solved);
          auto report = diags.report(diag::DimensionDiffers, range, {what, written, typeName(t), claim, "a size"});
          report.note(type.range, "declared here");
          noteOrigin(report, t->shape[axis]);
          return nullptr;
        }
        checkSize(Size{*solved, range});
      }
      // Looked up where the parameters are.
      Restore<ScopePtr> restore(scope, std::make_shared<Scope>(scope));
      for (auto &[name, binding] : names.names)
        scope->names[name] = binding;
      if (auto *name = freeName(dim.expr, *scope); name && name != dim.expr && !scope->find(name->name)) {
        diags.report(diag::UnknownName, name->range, {name->name})
            .hint("the size of an axis tells `" + name->name + "` where it is that itself or grows with it, as `2*" +
                  name->name + " + 1` does; a number given by another parameter stands before it");
        return nullptr;
      }
      if (reportSeveralNames(*this, dim.expr, *scope))
        return nullptr;
      auto expected = size(expression(dim.expr), dim.range);
      if (!expected)
        return nullptr;
      if (isPromisedSlice(*this, expected->dim, t->shape[axis].dim, range) ||
          areOneNumber(dims, expected->dim, t->shape[axis].dim)) {
        result->shape[axis].dim = expected->dim;
      } else {
        std::string dimension(sources.text(dim.range));
        std::string size = dims.print(expected->dim), found = dims.print(t->shape[axis].dim);
        std::string claim = dimension == size ? "axis " + std::to_string(axis - t->lift) + " must be " + size
                                              : "`" + dimension + "` is " + size;
        auto report = diags.report(diag::DimensionDiffers, range, {what, written, typeName(t), claim, found});
        report.note(type.range, "declared here");
        std::string outer = noteOuterNames(*this, report, dim.expr, names);
        bool areNamesakes = noteNamesakes(dims, report, expected->dim, t->shape[axis].dim);
        if (!areNamesakes)
          noteOrigin(report, t->shape[axis]);
        if (areNamesakes)
          report.hint(
              "a number that a parameter behind the size is called by is another one: as a parameter before it, it "
              "is the size");
        else if (!outer.empty())
          report.hint("a name of its own in the signature, another one than `" + outer + "`, takes any size");
        else if (!(expected->dim - t->shape[axis].dim).constant())
          report.hint(isSizeName(names, found) ? "`" + found + "` is any size in this signature: what this gives is `" +
                                                     typeName(t) + "`, unless another axis was meant"
                                               : equalityHint(expected->dim, t->shape[axis].dim));
        return nullptr;
      }
      if (!result->shape[axis].origin.isValid())
        result->shape[axis].origin = dim.range;
    }
    return result;
  }
  case ast::TypeExpr::Tuple: {
    auto *tuple = as<TupleValue>(value);
    if (!tuple || tuple->elements.size() != type.elements.size()) {
      differs();
      return nullptr;
    }
    auto result = std::make_shared<TupleValue>(*tuple);
    for (size_t i = 0; i < type.elements.size(); ++i) {
      result->elements[i] = checkType(*type.elements[i], tuple->elements[i], range, names,
                                      "element " + std::to_string(i) + " of " + what);
      if (!result->elements[i])
        return nullptr;
    }
    return result;
  }
  case ast::TypeExpr::Record: {
    auto result = asRecord(value, type);
    if (!result) {
      differs();
      return nullptr;
    }
    if (std::string hint = fieldsHint(type, *result); !hint.empty()) {
      differs().hint(hint);
      return nullptr;
    }
    for (auto [name, declared] : llvm::zip_equal(type.fields, type.elements)) {
      auto field = llvm::find_if(result->fields, [&, text = name.text](auto &one) { return one.first == text; });
      field->second = checkType(*declared, field->second, range, names, "field `" + name.text + "` of " + what);
      if (!field->second)
        return nullptr;
    }
    return result;
  }
  case ast::TypeExpr::List: {
    auto *list = as<ListValue>(value);
    if (!list) {
      differs();
      return nullptr;
    }
    auto result = std::make_shared<ListValue>(*list);
    for (auto &element : result->elements) {
      element = checkType(*type.elements[0], element, range, names, what);
      if (!element)
        return nullptr;
    }
    return result;
  }
  case ast::TypeExpr::Named: {
    if (type.name == "string" ? as<StringValue>(value) != nullptr : false)
      return value;
    Binding *bound = scope->find(type.name);
    auto *cls = bound ? as<ModelClassValue>(bound->value) : nullptr;
    if (!cls && type.name != "string") {
      reportUnknownType(type);
      return nullptr;
    }
    auto *model = as<ModelValue>(value);
    if (cls && model && model->cls->decl == cls->decl)
      return value;
    differs();
    return nullptr;
  }
  }
  return nullptr;
}

Value Elaborator::checkDeclared(const ast::TypeExpr &type, const Value &value, SourceRange range,
                                const std::string &what) {
  auto own = std::make_shared<Scope>(scope);
  Value result = checkType(type, value, range, *own, what);
  // Names of sizes stay.
  unbindSignature(*own);
  for (auto &[name, binding] : own->names)
    scope->names[name] = binding;
  return result;
}

std::optional<Value> Elaborator::typedPlaceholder(const ast::TypeExpr &type, Scope &names, bool leading) {
  auto &block = *emit.builder.getInsertionBlock();
  switch (type.kind) {
  case ast::TypeExpr::Tensor: {
    auto element = elementTypeNamed(type.name);
    if (!element && !isElementClass(type.name))
      return std::nullopt;
    element = placeholderElement(type, element.value_or(ElementType::F32), names);
    Shape shape;
    auto fresh = [&](const std::string &name, SourceRange origin) {
      return freshDim(name, origin, block.addArgument(emit.builder.getIndexType(), emit.location));
    };
    for (auto &dim : type.dims) {
      if (dim.kind == ast::TypeExpr::Dim::Rest) {
        if (!restSizes(names))
          bindRest(leading ? Shape{{fresh("_", dim.range), dim.range}} : Shape{}, names);
        std::vector<Dim> sizes = *restSizes(names);
        for (auto &size : sizes)
          shape.push_back({size, dim.range});
        continue;
      }
      if (dim.kind == ast::TypeExpr::Dim::Any) {
        shape.push_back({fresh("_", dim.range), dim.range});
        continue;
      }
      if (auto *name = freeName(dim.expr, names))
        names.names[name->name] = Binding{knownScalar(fresh(name->name, dim.range)), false, {}};
      auto *name = ast::as<ast::NameRef>(dim.expr);
      Binding *bound = name ? names.find(name->name) : nullptr;
      auto *boundTensor = bound ? as<TensorValue>(bound->value) : nullptr;
      bool isSize = boundTensor && boundTensor->shape.empty() && isInteger(boundTensor->element);
      if (name && !isSize)
        names.names[name->name] = Binding{knownScalar(fresh(name->name, dim.range)), false, {}};
      if (reportSeveralNames(*this, dim.expr, names))
        return std::nullopt;
      auto dimension = size(expression(dim.expr), dim.range);
      if (!dimension)
        return std::nullopt;
      shape.push_back({dimension->dim, dim.range});
    }
    return make(block.addArgument(emit.tensorType(*element, shape), emit.location), *element, shape);
  }
  case ast::TypeExpr::Tuple: {
    auto tuple = std::make_shared<TupleValue>();
    for (auto *element : type.elements) {
      auto part = typedPlaceholder(*element, names, leading);
      if (!part)
        return std::nullopt;
      tuple->elements.push_back(*part);
    }
    return tuple;
  }
  case ast::TypeExpr::Record: {
    auto record = std::make_shared<RecordValue>();
    for (size_t i = 0; i < type.fields.size(); ++i) {
      auto part = typedPlaceholder(*type.elements[i], names, leading);
      if (!part)
        return std::nullopt;
      record->fields.push_back({type.fields[i].text, *part});
    }
    return record;
  }
  default:
    return std::nullopt;
  }
}
