//===- Functions.cpp - Functions and their parameters -------------------------------------------===//
//
// Stage: sema. A function's body is elaborated at each call; a signature with types is also
// elaborated once where it stands, with fresh sizes, so that its errors are found there.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/CustomGradients.h"
#include "compiler/sema/Equalities.h"
#include "compiler/sema/Recursion.h"
#include "compiler/sema/SizeNames.h"
#include "compiler/syntax/AstWalk.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

/// Hides what was bound after the function was written behind the names of its sizes, so that a `let n` further down
/// does not change what `f32[n]` says.
static void hideLaterNames(const ast::FnDecl &decl, Scope &outer, Scope &into) {
  auto isLater = [&](SourceRange range) {
    const SourceRange &own = decl.name.range;
    return range.isValid() && std::pair(range.file, range.begin) > std::pair(own.file, own.begin);
  };
  // A name that only the result has is none that an argument gives.
  auto isGiven = [&](const std::string &name) {
    return llvm::any_of(decl.parameters, [&](auto &parameter) { return isInSizes(parameter.type, name); });
  };
  for (Scope *scope = &outer; scope; scope = scope->parent.get())
    for (auto &[name, binding] : scope->names)
      if (isLater(binding.range) && (as<TensorValue>(binding.value) || as<LiteralValue>(binding.value)) &&
          isGiven(name))
        into.names[name] = Binding{std::make_shared<UnitValue>(), false, {}};
}

/// Binds the parameters to the arguments, of the types that are declared; false if reported.
static bool bindInOrder(Elaborator &e, const std::string &name, const std::vector<ast::Parameter> &parameters,
                        CallArguments &arguments, Scope &into, const ScopePtr &typeScope, const std::string &kind) {
  std::vector<std::string> names;
  for (auto &parameter : parameters) {
    bool named = parameter.pattern->kind == ast::Pattern::Bind;
    names.push_back((named ? parameter.pattern->name.text : "_") + (parameter.defaultValue ? "?" : ""));
  }
  arguments.callee = name;
  auto bound = e.bindArguments(arguments, names);
  if (!bound)
    return false;
  Restore<ScopePtr> restore(e.scope, typeScope);
  // Before a literal takes its type from them.
  for (size_t i = 0; i < parameters.size(); ++i)
    if (parameters[i].type && (*bound)[i])
      e.bindElementClass(*parameters[i].type, (*bound)[i]->value, into);
  std::vector<Value> values;
  for (size_t i = 0; i < parameters.size(); ++i) {
    Value value = (*bound)[i] ? (*bound)[i]->value : e.expression(parameters[i].defaultValue);
    if (!value)
      return false;
    if (parameters[i].type) {
      if (parameters[i].type->kind == ast::TypeExpr::Tensor && e.isTensorLike(value))
        if (auto element = e.declaredElement(*parameters[i].type, value, into))
          value = e.tensor(value, (*bound)[i] ? (*bound)[i]->range : parameters[i].range, element);
      if (!value)
        return false;
      e.bindSizeNames(*parameters[i].type, value, into);
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
      value = e.checkType(*parameters[i].type, value, range, into,
                          "argument `" + std::string(e.sources.text(parameters[i].pattern->range)) + "` of `" + name +
                              "`" + (kind.empty() ? "" : " (" + kind + ")"));
    else
      value = as<LiteralValue>(value) || as<ListValue>(value) ? value : e.settle(value, range);
    ok &= value != nullptr;
    ok &= e.bindPattern(*parameters[i].pattern, value, range, into, false);
    if (parameters[i].pattern->kind == ast::Pattern::Bind && (*bound)[i])
      into.names[parameters[i].pattern->name.text].given = range;
  }
  return ok;
}

/// The places of two arguments that fit the types that are declared only the other way round; none where there are no
/// such. Nothing of it is reported.
static std::optional<std::pair<size_t, size_t>> changedOver(Elaborator &e, const std::string &name,
                                                            const std::vector<ast::Parameter> &parameters,
                                                            const CallArguments &arguments, const Scope &into,
                                                            const ScopePtr &typeScope) {
  size_t count = std::min(arguments.items.size(), parameters.size());
  auto isTyped = [&](size_t i) { return arguments.items[i].name.empty() && parameters[i].type; };
  std::optional<std::pair<size_t, size_t>> found;
  Restore<int64_t> sites(e.randomSites, int64_t(e.randomSites));
  size_t mark = e.diags.all().size();
  for (size_t i = 0; i < count && !found; ++i)
    for (size_t j = i + 1; j < count && !found && isTyped(i); ++j) {
      if (!isTyped(j))
        continue;
      CallArguments other = arguments;
      std::swap(other.items[i], other.items[j]);
      auto trial = std::make_shared<Scope>(into.parent, /*isFunction=*/true);
      e.speculate([&] {
        if (bindInOrder(e, name, parameters, other, *trial, typeScope.get() == &into ? trial : typeScope, ""))
          found = {i, j};
      });
      e.diags.rewind(mark);
    }
  return found;
}

bool Elaborator::bindParameters(const std::string &name, const std::vector<ast::Parameter> &parameters,
                                SourceRange decl, CallArguments &arguments, Scope &into, const ScopePtr &typeScope,
                                const std::string &kind) {
  size_t mark = diags.all().size();
  if (bindInOrder(*this, name, parameters, arguments, into, typeScope, kind))
    return true;
  bool isOfTypes = llvm::any_of(llvm::ArrayRef(diags.all()).drop_front(mark), [](const Diagnostic &one) {
    return one.kind == diag::ExpectedType || one.kind == diag::DimensionDiffers;
  });
  auto places = isOfTypes ? changedOver(*this, name, parameters, arguments, into, typeScope) : std::nullopt;
  if (!places)
    return false;
  auto text = [&](size_t i) { return std::string(sources.text(arguments.items[i].range)); };
  auto [first, second] = *places;
  std::string call;
  for (size_t i = 0; i < arguments.items.size(); ++i)
    call += (i ? ", " : "") + (arguments.items[i].name.empty() ? "" : arguments.items[i].name + "=") +
            text(i == first    ? second
                 : i == second ? first
                               : i);
  auto &parameter = parameters[first];
  diags.rewind(mark);
  diags
      .report(diag::ExpectedType, arguments.items[first].range,
              {"argument `" + parameter.pattern->name.text + "` of `" + name + "`",
               std::string(sources.text(parameter.type->range)), typeName(arguments.items[first].value)})
      .note(parameter.type->range, "declared here")
      .hint("the other way round they fit: `" + name + "(" + call + ")`");
  return false;
}

/// The sizes that a function of the library made come from the arguments that the program gave for them, or else from
/// its call: to the user, `n` of `eye(n)` says more than the library's line.
static Value withOriginsOfCall(Elaborator &e, const Value &result, const CallArguments &arguments) {
  std::vector<Elaborator::Tensor> parts;
  e.leaves(result, parts);
  bool changed = false;
  for (auto &part : parts) {
    auto copy = std::make_shared<TensorValue>(*part);
    for (Size &size : copy->shape) {
      if (!e.sources.isLibrary(size.origin))
        continue;
      auto given = llvm::find_if(arguments.items, [&](const CallArguments::Item &item) {
        auto *number = as<TensorValue>(item.value);
        return number && number->known ? *number->known == size.dim
                                       : size.dim.constant() && e.constantInt(item.value) == size.dim.constant();
      });
      size.origin = given == arguments.items.end() ? arguments.range : given->range;
      changed = true;
    }
    part = copy;
  }
  size_t next = 0;
  return changed ? e.rebuild(result, parts, next) : result;
}

Value Elaborator::callFunction(const FunctionValue &function, CallArguments &arguments, const std::string &title,
                               const std::string &kind) {
  if (function.failed)
    return nullptr;
  const ast::FnDecl &decl = *function.decl;
  if (isTooDeep(*this, &decl, arguments))
    return nullptr;
  Restore<unsigned> deeper(depth, depth + 1);
  auto inner = std::make_shared<Scope>(function.scope, /*isFunction=*/true);
  inner->block = emit.builder.getInsertionBlock();
  hideLaterNames(decl, *inner->parent, *inner);
  const std::string &name = title.empty() ? decl.name.text : title;
  if (!bindParameters(name, decl.parameters, decl.name.range, arguments, *inner, inner, kind))
    return nullptr;
  if (Value own = decl.gradient ? resultInRule(*this, decl, *inner) : nullptr)
    return own;
  // Where a recursion ends is a matter of the arguments of a use.
  if (&decl == signatureOf) {
    Restore<ScopePtr> restore(scope, inner); // Its sizes are those of this call.
    return decl.result ? typedPlaceholder(*decl.result, *inner).value_or(nullptr) : nullptr;
  }
  diags.pushContext(arguments.range, "in this call of `" + name + "`");
  Value result;
  {
    Restore<ScopePtr> restore(scope, inner);
    Restore<bool> outside(inLoop, false);
    result = evaluate(exits.function(decl.body));
    if (result && decl.result)
      result = checkType(*decl.result, result, decl.body->range, *inner, "the result of `" + name + "`");
    if (result && decl.gradient)
      result = customGradient(decl, inner, result, arguments.range);
  }
  diags.popContext();
  learnFromCall(*this, *inner);
  bool isFromLibrary = sources.isLibrary(decl.name.range) && !sources.isLibrary(arguments.range);
  return result && isFromLibrary ? withOriginsOfCall(*this, result, arguments) : result;
}

Value Elaborator::callLambda(const LambdaValue &function, CallArguments &arguments) {
  const ast::Lambda &lambda = *function.lambda;
  if (isTooDeep(*this, nullptr, arguments))
    return nullptr;
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
  return evaluate(exits.function(lambda.body));
}

bool Elaborator::checkSignature(const std::shared_ptr<FunctionValue> &function) {
  const ast::FnDecl &decl = *function->decl;
  if (!areTypesKnown(decl))
    return false;
  for (auto &parameter : decl.parameters)
    if (!parameter.type)
      return true;
  if (decl.parameters.empty() && !decl.result)
    return true;
  size_t errors = diags.errorCount();
  speculate([&] {
    auto inner = std::make_shared<Scope>(function->scope, /*isFunction=*/true);
    inner->block = emit.builder.getInsertionBlock();
    Restore<ScopePtr> restore(scope, inner);
    Restore<bool> opaque(opaqueElements, true);
    Restore<const ast::FnDecl *> alone(signatureOf, &decl);
    for (auto &parameter : decl.parameters) {
      auto value = typedPlaceholder(*parameter.type, *inner);
      if (!value || !bindPattern(*parameter.pattern, *value, parameter.range, *inner, false))
        return;
    }
    Restore<bool> outside(inLoop, false);
    Value result = evaluate(exits.function(decl.body));
    if (result && decl.result)
      result = checkType(*decl.result, result, decl.body->range, *inner, "the result of `" + decl.name.text + "`");
    if (result && decl.gradient)
      customGradient(decl, inner, result, decl.name.range);
  });
  return diags.errorCount() == errors;
}
