//===- Functions.cpp - Functions, parameters, declared types -----------------------------------===//
//
// Stage: sema. A function's body is elaborated at each call; a signature with types is also
// elaborated once where it stands, with fresh sizes, so that its errors are found there.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Elaborator.h"

using namespace mdl;

/// Beyond this a recursion is taken to have no end.
static constexpr unsigned maxCallDepth = 200;

/// Binds the names of dimensions that stand for any size to what the argument has.
static void bindSizeNames(Elaborator &e, const ast::TypeExpr &type, const Value &value, Scope &scope) {
  auto *tensor = as<TensorValue>(value);
  if (type.kind != ast::TypeExpr::Tensor || !tensor)
    return;
  size_t rest = type.dims.size();
  for (size_t i = 0; i < type.dims.size(); ++i)
    if (type.dims[i].kind == ast::TypeExpr::Dim::Rest)
      rest = i;
  size_t count = type.dims.size() - (rest < type.dims.size());
  if (rest == type.dims.size() ? tensor->rank() != count : tensor->rank() < count)
    return;
  for (size_t i = 0; i < type.dims.size(); ++i) {
    auto *name = ast::as<ast::NameRef>(type.dims[i].expr);
    if (type.dims[i].kind != ast::TypeExpr::Dim::Expression || !name)
      continue;
    size_t axis = i < rest ? i : tensor->rank() - (type.dims.size() - i);
    Binding *bound = scope.find(name->name);
    bool isSize = false;
    if (bound && bound->value) {
      auto *t = as<TensorValue>(bound->value);
      isSize = as<LiteralValue>(bound->value) || (t && t->shape.empty() && isInteger(t->element));
    }
    if (!isSize)
      scope.names[name->name] = Binding{e.knownScalar(tensor->shape[tensor->lift + axis].dim), false, {}};
  }
}

void Elaborator::reportUnknownType(const ast::TypeExpr &type) {
  // What other languages call our element types.
  static const std::pair<const char *, const char *> others[] = {
      {"float", "f32"},   {"float32", "f32"}, {"float64", "f64"},  {"double", "f64"},
      {"float16", "f16"}, {"half", "f16"},    {"int", "i64"},      {"int64", "i64"},
      {"long", "i64"},    {"int32", "i32"},   {"uint8", "u8"},     {"byte", "u8"},
      {"int8", "i8"},     {"str", "string"},  {"boolean", "bool"}, {"bfloat16", "bf16"}};
  auto report = diags.report(diag::UnknownType, type.range, {type.name});
  for (auto [other, ours] : others)
    if (type.name == other)
      report.hint("it is called `" + std::string(ours) + "` here");
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
    auto element = elementTypeNamed(type.name);
    if (!element) {
      reportUnknownType(type);
      return nullptr;
    }
    if (!isTensorLike(value)) {
      differs();
      return nullptr;
    }
    Tensor t = tensor(value, range, element);
    if (!t)
      return nullptr;
    if (t->element != *element) {
      if (!isFloat(*element) || !as<LiteralValue>(value)) {
        differs().hint("`.` and the type's name converts: `x." + std::string(elementTypeName(*element)) + "()`");
        return nullptr;
      }
      t = cast(t, *element);
    }
    bindSizeNames(*this, type, t, names);
    size_t rest = type.dims.size();
    for (size_t i = 0; i < type.dims.size(); ++i)
      if (type.dims[i].kind == ast::TypeExpr::Dim::Rest)
        rest = i;
    size_t count = type.dims.size() - (rest < type.dims.size());
    if (rest == type.dims.size() ? t->rank() != count : t->rank() < count) {
      auto report = differs();
      if (t->rank() == count + 1 && t->shape.back().dim.isConstant(1))
        report.hint("the last axis has size 1: `.squeeze(-1)` drops it");
      return nullptr;
    }
    auto result = std::make_shared<TensorValue>(*t);
    for (size_t i = 0; i < type.dims.size(); ++i) {
      const auto &dim = type.dims[i];
      if (dim.kind != ast::TypeExpr::Dim::Expression)
        continue;
      size_t axis = (i < rest ? i : t->rank() - (type.dims.size() - i)) + t->lift;
      // Looked up where the parameters are.
      Restore<ScopePtr> restore(scope, std::make_shared<Scope>(scope));
      for (auto &[name, binding] : names.names)
        scope->names[name] = binding;
      auto expected = size(expression(dim.expr), dim.range);
      if (!expected)
        return nullptr;
      if (expected->dim != t->shape[axis].dim) {
        auto report = diags.report(diag::DimensionDiffers, range,
                                   {what, written, typeName(t), std::string(sources.text(dim.range)),
                                    dims.print(expected->dim), dims.print(t->shape[axis].dim)});
        report.note(type.range, "declared here");
        noteOrigin(report, t->shape[axis]);
        if (!expected->dim.constant() || !t->shape[axis].dim.constant())
          report.hint(equalityHint(expected->dim, t->shape[axis].dim));
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
      result->elements[i] = checkType(*type.elements[i], tuple->elements[i], range, names, what);
      if (!result->elements[i])
        return nullptr;
    }
    return result;
  }
  case ast::TypeExpr::Record: {
    auto *record = as<RecordValue>(value);
    if (!record || record->fields.size() != type.fields.size()) {
      differs();
      return nullptr;
    }
    auto result = std::make_shared<RecordValue>(*record);
    for (size_t i = 0; i < type.fields.size(); ++i) {
      bool found = false;
      for (auto &field : result->fields)
        if (field.first == type.fields[i].text) {
          found = true;
          field.second = checkType(*type.elements[i], field.second, range, names, what);
          if (!field.second)
            return nullptr;
        }
      if (!found) {
        differs();
        return nullptr;
      }
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

bool Elaborator::bindParameters(const std::string &name, const std::vector<ast::Parameter> &parameters,
                                SourceRange decl, CallArguments &arguments, Scope &into, const ScopePtr &typeScope) {
  std::vector<std::string> names;
  for (auto &parameter : parameters) {
    bool named = parameter.pattern->kind == ast::Pattern::Bind;
    names.push_back((named ? parameter.pattern->name.text : "_") + (parameter.defaultValue ? "?" : ""));
  }
  arguments.callee = name;
  auto bound = bindArguments(arguments, names);
  if (!bound)
    return false;
  Restore<ScopePtr> restore(scope, typeScope);
  std::vector<Value> values;
  for (size_t i = 0; i < parameters.size(); ++i) {
    Value value = (*bound)[i] ? (*bound)[i]->value : expression(parameters[i].defaultValue);
    if (!value)
      return false;
    if (parameters[i].type) {
      if (auto element = elementTypeNamed(parameters[i].type->name);
          element && parameters[i].type->kind == ast::TypeExpr::Tensor && isTensorLike(value))
        value = tensor(value, (*bound)[i] ? (*bound)[i]->range : parameters[i].range, element);
      if (!value)
        return false;
      bindSizeNames(*this, *parameters[i].type, value, into);
    }
    values.push_back(value);
    // Defaults may use the parameters before them.
    if (typeScope.get() == &into && parameters[i].pattern->kind == ast::Pattern::Bind)
      into.names[parameters[i].pattern->name.text] = Binding{value, false, parameters[i].pattern->range};
  }
  for (auto &parameter : parameters)
    if (parameter.pattern->kind == ast::Pattern::Bind)
      into.names.erase(parameter.pattern->name.text);
  bool ok = true;
  for (size_t i = 0; i < parameters.size(); ++i) {
    SourceRange range = (*bound)[i] ? (*bound)[i]->range : parameters[i].range;
    Value value = values[i];
    if (parameters[i].type)
      value = checkType(*parameters[i].type, value, range, into,
                        "argument `" + std::string(sources.text(parameters[i].pattern->range)) + "` of `" + name + "`");
    else
      value = as<LiteralValue>(value) || as<ListValue>(value) ? value : settle(value, range);
    ok &= value != nullptr;
    ok &= bindPattern(*parameters[i].pattern, value, range, into, false);
  }
  return ok;
}

Value Elaborator::callFunction(const FunctionValue &function, CallArguments &arguments,
                               const std::vector<std::pair<std::string, Value>> *self, const ScopePtr &selfScope) {
  if (function.failed)
    return nullptr;
  const ast::FnDecl &decl = *function.decl;
  if (depth >= maxCallDepth) {
    diags.report(diag::RecursionTooDeep, arguments.range, {std::to_string(maxCallDepth)});
    return nullptr;
  }
  Restore<unsigned> deeper(depth, depth + 1);
  auto inner = std::make_shared<Scope>(selfScope ? selfScope : function.scope, /*isFunction=*/true);
  inner->block = emit.builder.getInsertionBlock();
  if (!bindParameters(decl.name.text, decl.parameters, decl.name.range, arguments, *inner, inner))
    return nullptr;
  diags.pushContext(arguments.range, "in this call of `" + decl.name.text + "`");
  Value result;
  {
    Restore<ScopePtr> restore(scope, inner);
    Restore<bool> outside(inLoop, false);
    result = expression(exits.function(decl.body));
    if (result && decl.result)
      result = checkType(*decl.result, result, decl.body->range, *inner, "the result of `" + decl.name.text + "`");
  }
  diags.popContext();
  return result;
}

Value Elaborator::callLambda(const LambdaValue &function, CallArguments &arguments) {
  const ast::Lambda &lambda = *function.lambda;
  if (depth >= maxCallDepth) {
    diags.report(diag::RecursionTooDeep, arguments.range, {std::to_string(maxCallDepth)});
    return nullptr;
  }
  Restore<unsigned> deeper(depth, depth + 1);
  std::vector<std::string> names;
  for (auto *pattern : lambda.parameters)
    names.push_back(pattern->kind == ast::Pattern::Bind ? pattern->name.text : "_");
  auto bound = bindArguments(arguments, names);
  if (!bound)
    return nullptr;
  auto inner = std::make_shared<Scope>(function.scope, /*isFunction=*/true);
  for (size_t i = 0; i < names.size(); ++i) {
    Value value = (*bound)[i]->value;
    if (!as<LiteralValue>(value) && !as<ListValue>(value))
      value = settle(value, (*bound)[i]->range);
    if (!bindPattern(*lambda.parameters[i], value, (*bound)[i]->range, *inner, false))
      return nullptr;
  }
  Restore<ScopePtr> restore(scope, inner);
  Restore<bool> outside(inLoop, false);
  return expression(exits.function(lambda.body));
}

std::optional<Value> Elaborator::typedPlaceholder(const ast::TypeExpr &type, Scope &names) {
  auto &block = *emit.builder.getInsertionBlock();
  switch (type.kind) {
  case ast::TypeExpr::Tensor: {
    auto element = elementTypeNamed(type.name);
    if (!element)
      return std::nullopt;
    Shape shape;
    auto fresh = [&](const std::string &name, SourceRange origin) {
      return freshDim(name, origin, block.addArgument(emit.builder.getIndexType(), emit.location));
    };
    for (auto &dim : type.dims) {
      if (dim.kind != ast::TypeExpr::Dim::Expression) {
        shape.push_back({fresh("_", dim.range), dim.range});
        continue;
      }
      auto *name = ast::as<ast::NameRef>(dim.expr);
      Binding *bound = name ? names.find(name->name) : nullptr;
      auto *boundTensor = bound ? as<TensorValue>(bound->value) : nullptr;
      bool isSize = boundTensor && boundTensor->shape.empty() && isInteger(boundTensor->element);
      if (name && !isSize)
        names.names[name->name] = Binding{knownScalar(fresh(name->name, dim.range)), false, {}};
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
      auto part = typedPlaceholder(*element, names);
      if (!part)
        return std::nullopt;
      tuple->elements.push_back(*part);
    }
    return tuple;
  }
  case ast::TypeExpr::Record: {
    auto record = std::make_shared<RecordValue>();
    for (size_t i = 0; i < type.fields.size(); ++i) {
      auto part = typedPlaceholder(*type.elements[i], names);
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

bool Elaborator::checkSignature(const std::shared_ptr<FunctionValue> &function) {
  const ast::FnDecl &decl = *function->decl;
  for (auto &parameter : decl.parameters)
    if (!parameter.type)
      return true;
  if (decl.parameters.empty())
    return true;
  size_t errors = diags.errorCount();
  speculate([&] {
    auto inner = std::make_shared<Scope>(function->scope, /*isFunction=*/true);
    inner->block = emit.builder.getInsertionBlock();
    Restore<ScopePtr> restore(scope, inner);
    for (auto &parameter : decl.parameters) {
      auto value = typedPlaceholder(*parameter.type, *inner);
      if (!value || !bindPattern(*parameter.pattern, *value, parameter.range, *inner, false))
        return;
    }
    Restore<bool> outside(inLoop, false);
    Value result = expression(exits.function(decl.body));
    if (result && decl.result)
      checkType(*decl.result, result, decl.body->range, *inner, "the result of `" + decl.name.text + "`");
  });
  return diags.errorCount() == errors;
}
