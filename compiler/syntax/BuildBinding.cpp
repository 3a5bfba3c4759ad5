//===- BuildBinding.cpp - Patterns, parameters and types of the AST -------------===//
//
// Stage: parser. Input: ANTLR's tree of what binds names; output: nodes of Ast.h.
//
//===----------------------------------------------------------------------===//
#include "compiler/syntax/AstBuilder.h"

#include <set>

using namespace mdl::ast;

namespace mdl::syntax {

using P = AstBuilder::P;

Pattern *AstBuilder::namePattern(const Token *token) {
  auto *result = context.make<Pattern>();
  result->range = range(token);
  result->name = name(token);
  result->kind = result->name.text == "_" ? Pattern::Ignore : Pattern::Bind;
  return result;
}

Pattern *AstBuilder::pattern(P::PatternContext *tree) {
  if (dynamic_cast<P::NamePatternContext *>(tree))
    return namePattern(tree->start);
  auto *result = context.make<Pattern>();
  result->range = range(tree);
  if (auto *tuple = dynamic_cast<P::TuplePatternContext *>(tree)) {
    result->kind = Pattern::Tuple;
    result->elements = patterns(tuple->patterns());
    return result;
  }
  auto *record = static_cast<P::RecordPatternContext *>(tree);
  checkCommas(record, "a field");
  result->kind = Pattern::Record;
  for (P::FieldPatternContext *field : record->fieldPattern()) {
    result->fields.push_back(name(field->start));
    result->elements.push_back(field->pattern() ? pattern(field->pattern()) : namePattern(field->start));
  }
  return result;
}

Pattern *AstBuilder::bindings(P::BindingsContext *tree) {
  if (tree->pattern().size() == 1)
    return pattern(tree->pattern(0));
  auto *result = context.make<Pattern>();
  result->kind = Pattern::Tuple;
  result->range = range(tree);
  for (P::PatternContext *element : tree->pattern())
    result->elements.push_back(pattern(element));
  return result;
}

std::vector<Parameter> AstBuilder::parameters(P::ParametersContext *tree) {
  checkCommas(tree, "a parameter");
  std::vector<Parameter> result;
  for (P::ParameterContext *part : tree->parameter()) {
    Parameter parameter;
    parameter.range = range(part);
    parameter.pattern = part->pattern() ? pattern(part->pattern()) : namePattern(part->LABEL()->getSymbol());
    parameter.type = part->type() ? type(part->type()) : nullptr;
    parameter.defaultValue = part->expr() ? expr(part->expr()) : nullptr;
    result.push_back(parameter);
  }
  return result;
}

//===--- Types ------------------------------------------------------------------===//

static bool isElementType(const std::string &name) {
  static const std::set<std::string> names = {"f16", "bf16", "f32",  "f64",   "i8", "u8",
                                              "i32", "i64",  "bool", "float", "int"};
  return names.count(name) > 0;
}

TypeExpr::Dim AstBuilder::dimension(P::DimensionContext *tree) {
  TypeExpr::Dim result{TypeExpr::Dim::Expression, nullptr, range(tree)};
  if (tree->ELLIPSIS()) {
    result.kind = TypeExpr::Dim::Rest;
    return result;
  }
  result.expr = expr(tree->expr());
  auto *reference = as<NameRef>(result.expr);
  if (reference && reference->name == "_")
    result = {TypeExpr::Dim::Any, nullptr, result.range};
  return result;
}

TypeExpr *AstBuilder::type(P::TypeContext *tree) {
  auto *result = context.make<TypeExpr>();
  result->range = range(tree);
  if (auto *named = dynamic_cast<P::NamedTypeContext *>(tree)) {
    result->name = std::string(fragment.textOf(named->NAME()->getSymbol()));
    result->kind = named->LBRACKET() || isElementType(result->name) ? TypeExpr::Tensor : TypeExpr::Named;
    checkCommas(named, "a dimension");
    for (P::DimensionContext *part : named->dimension())
      result->dims.push_back(dimension(part));
  } else if (dynamic_cast<P::FunctionTypeContext *>(tree)) {
    result->kind = TypeExpr::Named;
    result->name = "fn";
  } else if (auto *list = dynamic_cast<P::ListTypeContext *>(tree)) {
    result->kind = TypeExpr::List;
    result->elements.push_back(type(list->type()));
  } else if (auto *tuple = dynamic_cast<P::TupleTypeContext *>(tree)) {
    checkCommas(tuple, "a type");
    if (tuple->type().size() == 1 && tuple->COMMA().empty())
      return type(tuple->type(0));
    result->kind = TypeExpr::Tuple;
    for (P::TypeContext *element : tuple->type())
      result->elements.push_back(type(element));
  } else {
    auto *record = static_cast<P::RecordTypeContext *>(tree);
    checkCommas(record, "a field");
    result->kind = TypeExpr::Record;
    for (P::FieldTypeContext *field : record->fieldType()) {
      result->fields.push_back(name(field->start));
      result->elements.push_back(type(field->type()));
    }
  }
  return result;
}

} // namespace mdl::syntax
