//===- Calls.cpp - Calls, arguments, patterns -------------------------------------------------===//
//
// Stage: sema. A call of a function elaborates its body with the actual arguments; builtins
// bind theirs by a list of parameter names.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/CallHints.h"
#include "compiler/sema/Callables.h"
#include "compiler/sema/Imports.h"
#include "compiler/sema/Members.h"
#include "compiler/sema/OpenSizes.h"
#include "compiler/sema/Ragged.h"
#include "compiler/sema/Sequences.h"
#include "compiler/sema/UnknownNames.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

static const char *const reducers[] = {"sum", "max", "min", "prod", "mean", "any", "all"};

/// The argument that a callee, or what it is a part of, stands for.
static SourceRange givenFor(Scope &scope, const ast::Expr *callee) {
  while (auto *member = ast::as<ast::Member>(callee))
    callee = member->base;
  auto *name = ast::as<ast::NameRef>(callee);
  Binding *binding = name ? scope.find(name->name) : nullptr;
  return binding ? binding->given : SourceRange();
}

Value Elaborator::call(const ast::Call &expr) {
  CallArguments arguments;
  arguments.range = expr.range;
  Value callee;
  auto *memberExpr = ast::as<ast::Member>(expr.callee);
  if (memberExpr) {
    if (reportUnknownBase(*this, *memberExpr))
      return nullptr;
    Value base = expression(memberExpr->base);
    if (!base)
      return nullptr;
    arguments.callee = memberExpr->name.text;
    auto isItsMethod = [&](const Value &value) {
      auto *model = as<ModelValue>(value);
      return model && llvm::any_of(model->cls->decl->members, [&](auto *stmt) {
               auto *fn = ast::as<ast::FnDecl>(stmt);
               return fn && fn->name.text == memberExpr->name.text;
             });
    };
    auto *choice = as<ChoiceValue>(base);
    bool isMethod = choice ? llvm::all_of(choice->functions, isItsMethod) : isItsMethod(base);
    if (!isMethod)
      callee = member(base, memberExpr->name, memberExpr->range, /*report=*/false);
    if (!callee && as<ModuleValue>(base))
      return member(base, memberExpr->name, memberExpr->range);
    if (!callee && !isMethod) {
      // `a.f(b)` is `f(a, b)`.
      if (Binding *binding = scope->find(memberExpr->name.text))
        callee = binding->value;
      else if (auto type = elementTypeNamed(memberExpr->name.text)) {
        auto value = std::make_shared<ElementTypeValue>();
        value->type = *type;
        callee = value;
      } else if (hasMissingNames(*scope)) {
        return nullptr;
      } else {
        auto report =
            diags.report(diag::UnknownMember, memberExpr->name.range, {typeName(base), memberExpr->name.text});
        // PyTorch's `net.train()` is the other half of `net.eval()`.
        bool isMode = as<ModelValue>(base) && memberExpr->name.text == "train";
        std::string hint = nameHint(isMode ? "eval" : memberExpr->name.text, memberNames(base), NameUse::Member);
        if (hint.empty())
          hint = nameHint(memberExpr->name.text, visibleNames(), NameUse::Member);
        if (!hint.empty())
          report.hint(hint);
        return nullptr;
      }
      arguments.items.push_back({"", base, memberExpr->base->range});
    }
    if (isMethod) {
      bool failed = false;
      for (auto &argument : expr.arguments) {
        arguments.items.push_back({argument.name ? argument.name->text : "", expression(argument.value),
                                   argument.value->range, argument.name ? argument.name->range : SourceRange{}});
        failed |= !arguments.items.back().value;
      }
      if (choice)
        return failed ? nullptr : callMethodOfChoice(*this, *choice, memberExpr->name.text, arguments);
      return failed ? nullptr : callMethod(*as<ModelValue>(base), memberExpr->name.text, arguments);
    }
  } else {
    arguments.callee = std::string(sources.text(expr.callee->range));
    callee = expression(expr.callee);
    if (!callee)
      return nullptr;
  }
  // `sum(body for l in 0..k)` reduces.
  if (expr.arguments.size() == 1)
    if (auto *inner = ast::as<ast::Comprehension>(expr.arguments[0].value)) {
      bool isReducer = llvm::is_contained(reducers, arguments.callee) && as<BuiltinValue>(callee);
      // Of what another comprehension selects for each of its indices only the reduction is the same size for all.
      bool selects = !axes.empty() && !inner->conditions.empty();
      if (isReducer && (!inner->brackets || selects))
        return comprehension(*inner, arguments.callee, expr.range);
      if (arguments.callee == "len" && as<BuiltinValue>(callee) && inner->brackets && selects) {
        ast::IntLiteral one(inner->body->range);
        one.value = 1;
        ast::Comprehension places(*inner);
        places.body = &one;
        return comprehension(places, "sum", expr.range);
      }
      if (!inner->brackets) {
        diags
            .report(
                diag::BadArgument, inner->range,
                {arguments.callee, "a comprehension without brackets goes to sum, max, min, prod, mean, any or all"})
            .hint("put brackets around it");
        return nullptr;
      }
    }
  bool failed = false;
  for (auto &argument : expr.arguments) {
    arguments.items.push_back({argument.name ? argument.name->text : "", expression(argument.value),
                               argument.value->range, argument.name ? argument.name->range : SourceRange{}});
    failed |= !arguments.items.back().value;
  }
  if (failed)
    return nullptr;
  // What the library finds in a function that the program gave it stands there: `loss: mse`.
  SourceRange given = sources.isLibrary(expr.range) ? givenFor(*scope, expr.callee) : SourceRange();
  bool isGiven = given.isValid() && !sources.isLibrary(given);
  if (isGiven)
    diags.pushContext(given, "the standard library calls this");
  Value result = callValue(callee, arguments);
  if (isGiven)
    diags.popContext();
  return result;
}

Value Elaborator::callValue(const Value &callee, CallArguments &arguments) {
  if (!callee)
    return nullptr;
  for (auto &item : arguments.items)
    if (!item.value)
      return nullptr;
  emit.setPlace(arguments.range);
  switch (callee->kind) {
  case ValueKind::Builtin:
    // Under another name (an argument, `grad(sin)`) it is still that builtin.
    arguments.callee = as<BuiltinValue>(callee)->name;
    return as<BuiltinValue>(callee)->function(*this, arguments);
  case ValueKind::Function:
    return callFunction(*as<FunctionValue>(callee), arguments);
  case ValueKind::Lambda:
    return callLambda(*as<LambdaValue>(callee), arguments);
  case ValueKind::Gradient:
    return callGradient(*as<GradientValue>(callee), arguments);
  case ValueKind::Choice:
    return callChoice(*as<ChoiceValue>(callee), arguments);
  case ValueKind::ModelClass:
    return construct(std::static_pointer_cast<const ModelClassValue>(callee), arguments);
  case ValueKind::Model:
    return callMethod(*as<ModelValue>(callee), "call", arguments);
  case ValueKind::ElementType: {
    auto bound = bindArguments(arguments, {"x"});
    if (!bound)
      return nullptr;
    ElementType type = as<ElementTypeValue>(callee)->type;
    std::vector<SourceRange> ranges{(*bound)[0]->range};
    std::function<Value(const std::vector<Value> &)> convert = [&](const std::vector<Value> &parts) -> Value {
      if (hasRagged(parts))
        return overRows(*this, "cast", parts, ranges, arguments.range, convert);
      // A literal with a point takes the type at once: `f64(0.1)` is not f32's 0.1.
      Tensor value = isFloat(type) ? tensor(parts[0], ranges[0], type) : tensor(parts[0], ranges[0]);
      return value ? cast(value, type) : nullptr;
    };
    const Value &given = (*bound)[0]->value;
    if (isEmptyList(given)) // Has that type from here on.
      return tensor(given, ranges[0], type);
    return mapStructures({given}, ranges, arguments.range, convert, /*withState=*/true);
  }
  default:
    auto report = diags.report(diag::NotCallable, arguments.range, {typeName(callee)});
    Binding *known = globals->find(arguments.callee), *own = scope->find(arguments.callee);
    if (known && own != known && known->value && isCallable(known->value) && own->range.isValid())
      report.note(own->range, "`" + arguments.callee + "` is this, and no longer the function of that name");
    else if (as<TensorValue>(callee))
      report.hint("index with brackets: `" + arguments.callee + "[…]`");
    return nullptr;
  }
}

std::optional<BoundArguments> Elaborator::bindArguments(CallArguments &call,
                                                        const std::vector<std::string> &parameters) {
  BoundArguments bound;
  bound.items.resize(parameters.size());
  auto nameOf = [&](size_t i) {
    std::string name = parameters[i];
    if (!name.empty() && name.back() == '?')
      name.pop_back();
    return name;
  };
  size_t position = 0;
  for (auto &item : call.items) {
    size_t slot = position;
    if (item.name.empty()) {
      if (slot >= parameters.size()) {
        std::string count = std::to_string(parameters.size()) + (parameters.size() == 1 ? " argument" : " arguments");
        auto report =
            diags.report(diag::TooManyArguments, item.range, {call.callee, count, std::to_string(call.items.size())});
        if (std::string hint = hintForSurplus(*this, call, parameters); !hint.empty())
          report.hint(hint);
        return std::nullopt;
      }
      ++position;
    } else {
      for (slot = 0; slot < parameters.size() && nameOf(slot) != item.name;)
        ++slot;
      if (slot == parameters.size()) {
        auto report = diags.report(diag::UnknownArgument, item.nameRange.isValid() ? item.nameRange : item.range,
                                   {call.callee, item.name});
        std::vector<std::string> names;
        for (size_t i = 0; i < parameters.size(); ++i)
          names.push_back(nameOf(i));
        if (std::string hint = nameHint(item.name, names, NameUse::Argument); !hint.empty()) {
          report.hint(hint);
        } else {
          std::string list;
          for (auto &name : names)
            list += (list.empty() ? "`" : ", `") + name + "`";
          report.hint("it has " + list);
        }
        return std::nullopt;
      }
    }
    if (bound.items[slot]) {
      diags.report(diag::RepeatedArgument, item.nameRange.isValid() ? item.nameRange : item.range, {nameOf(slot)});
      return std::nullopt;
    }
    bound.items[slot] = &item;
  }
  for (size_t i = 0; i < parameters.size(); ++i)
    if (!bound.items[i] && parameters[i].back() != '?') {
      auto report = diags.report(diag::MissingArgument, call.range, {call.callee, nameOf(i)});
      if (parameters[0] == "self")
        report.hint(nameHint("self", {}));
      else if (std::string hint = hintForMissing(*this, call, nameOf(i)); !hint.empty())
        report.hint(hint);
      return std::nullopt;
    }
  return bound;
}

bool Elaborator::bindPattern(const ast::Pattern &pattern, const Value &value, SourceRange range, Scope &into,
                             bool isVar) {
  switch (pattern.kind) {
  case ast::Pattern::Ignore:
    return true;
  case ast::Pattern::Bind: {
    auto it = into.names.find(pattern.name.text);
    if (it != into.names.end() && !it->second.isEarlier && it->second.range.isValid() &&
        it->second.range.file == pattern.range.file && it->second.range.begin != pattern.range.begin) {
      bool isOption = ast::as<ast::OptionDecl>(it->second.decl) != nullptr;
      diags.report(diag::Redefinition, pattern.range, {pattern.name.text})
          .note(it->second.range, "defined here before")
          .hint(isOption           ? "an option has one default; `--" + pattern.name.text + " …` gives it another value"
                : it->second.isVar ? "`" + pattern.name.text + " = …` gives it another value"
                                   : "with `var` above, `" + pattern.name.text +
                                         " = …` gives it another value; else take another name");
      it->second.value = nullptr; // Which of the two is meant, nobody knows: uses stay silent.
      return false;
    }
    into.names[pattern.name.text] = Binding{namedNumber(*this, value, pattern.name), isVar, pattern.range};
    // What the library calls its parameters says nothing of what the program gives for them.
    bool isOfLibrary = sources.isLibrary(pattern.range) && !sources.isLibrary(range);
    if (auto *named = as<TensorValue>(value); named && outlines && named->ssa && !isOfLibrary)
      notes.noteName(named->ssa, pattern.name.text, sources.isLibrary(pattern.range));
    if (auto *data = as<DataValue>(value); data && outlines)
      notes.noteName(data->handle, pattern.name.text);
    return true;
  }
  case ast::Pattern::Tuple: {
    std::vector<Value> parts = partsToBind(*this, value, pattern.elements.size(), range);
    if (value && parts.size() != pattern.elements.size()) {
      auto report = diags.report(diag::PatternMismatch, pattern.range,
                                 {"a tuple of " + std::to_string(pattern.elements.size()), typeName(value)});
      auto *record = as<RecordValue>(value);
      if (std::string fields = record ? fieldsOf(*record, pattern) : ""; !fields.empty())
        report.hint("a record is taken apart by its fields: `" + fields + "`");
    }
    bool fits = parts.size() == pattern.elements.size();
    // Bound even on an error, so that no name is unknown because of it.
    for (size_t i = 0; i < pattern.elements.size(); ++i)
      bindPattern(*pattern.elements[i], fits ? parts[i] : nullptr, range, into, isVar);
    return fits;
  }
  case ast::Pattern::Record: {
    bool fits = true;
    for (size_t i = 0; i < pattern.fields.size(); ++i) {
      Value part = value ? member(value, pattern.fields[i], range) : nullptr;
      fits &= part != nullptr;
      bindPattern(*pattern.elements[i], part, range, into, isVar);
    }
    return fits;
  }
  }
  return false;
}
