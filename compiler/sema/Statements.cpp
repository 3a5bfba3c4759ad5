//===- Statements.cpp - Declarations, bindings, assignment ------------------------------------===//
//
// Stage: sema. Functions and models of a block are visible in all of it; the rest goes in order.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Elaborator.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

void Elaborator::declare(const ast::Stmt &stmt) {
  auto bind = [&](const ast::Name &name, Value value) {
    auto it = scope->names.find(name.text);
    if (it != scope->names.end() && it->second.range.isValid())
      diags.report(diag::Redefinition, name.range, {name.text}).note(it->second.range, "defined here before");
    scope->names[name.text] = Binding{std::move(value), false, name.range, &stmt};
  };
  if (auto *fn = ast::as<ast::FnDecl>(&stmt)) {
    auto value = std::make_shared<FunctionValue>();
    value->decl = fn;
    value->scope = scope;
    bind(fn->name, value);
  } else if (auto *model = ast::as<ast::ModelDecl>(&stmt)) {
    auto value = std::make_shared<ModelClassValue>();
    value->decl = model;
    value->scope = scope;
    bind(model->name, value);
  }
}

void Elaborator::statements(const std::vector<ast::Stmt *> &list) {
  for (auto *stmt : list)
    declare(*stmt);
  std::vector<const ast::FnDecl *> later;
  auto check = [&](const ast::FnDecl *fn, bool last) {
    Binding *binding = scope->find(fn->name.text);
    auto *function = binding ? as<FunctionValue>(binding->value) : nullptr;
    if (!function || function->decl != fn)
      return;
    size_t mark = diags.all().size();
    auto checked = std::make_shared<FunctionValue>(*function);
    bool ok = checkSignature(checked);
    // A name that is bound further down is known at the end of the block.
    bool unknown =
        llvm::any_of(llvm::ArrayRef(diags.all()).drop_front(mark), [](auto &d) { return d.kind == diag::UnknownName; });
    if (unknown && !last) {
      diags.rewind(mark);
      later.push_back(fn);
    } else if (!ok) {
      checked->failed = true;
      binding->value = checked;
    }
  };
  for (auto *stmt : list) {
    if (auto *fn = ast::as<ast::FnDecl>(stmt)) {
      if (!readingLibrary)
        check(fn, false);
    } else {
      statement(*stmt);
    }
  }
  for (auto *fn : later)
    check(fn, true);
}

void Elaborator::statement(const ast::Stmt &stmt) {
  emit.setPlace(stmt.range);
  switch (stmt.kind) {
  case ast::StmtKind::Let:
    return let(*ast::as<ast::Let>(&stmt));
  case ast::StmtKind::Assign:
    return assign(*ast::as<ast::Assign>(&stmt));
  case ast::StmtKind::Expression: {
    const ast::Expr *expr = ast::as<ast::ExprStmt>(&stmt)->expr;
    Value value = expression(expr);
    // A call may be made for what it does; arithmetic is made for its value. The parser has warned of a leading `-`.
    bool arithmetic = expr->kind == ast::ExprKind::Binary || expr->kind == ast::ExprKind::Compare ||
                      expr->kind == ast::ExprKind::Logic || expr->kind == ast::ExprKind::NameRef ||
                      expr->kind == ast::ExprKind::Index;
    if (value && arithmetic)
      diags.report(diag::UnusedValue, expr->range).hint("`print(…)` shows it, `let name = …` keeps it");
    return;
  }
  case ast::StmtKind::For:
    return forLoop(*ast::as<ast::For>(&stmt));
  case ast::StmtKind::While:
    return whileLoop(*ast::as<ast::While>(&stmt));
  case ast::StmtKind::Assert:
    return assertion(*ast::as<ast::Assert>(&stmt));
  case ast::StmtKind::Option:
    return option(*ast::as<ast::OptionDecl>(&stmt));
  case ast::StmtKind::Import:
    return import(*ast::as<ast::Import>(&stmt));
  case ast::StmtKind::Train:
    return train(*ast::as<ast::Train>(&stmt));
  case ast::StmtKind::Fn:
  case ast::StmtKind::Model:
    return; // declare()
  case ast::StmtKind::Param:
    diags.report(diag::Unsupported, stmt.range, {"`param` and `state` stand in a model"});
    return;
  case ast::StmtKind::Break:
  case ast::StmtKind::Continue:
  case ast::StmtKind::Return:
    return strayExit(stmt);
  }
}

void Elaborator::strayExit(const ast::Stmt &stmt) {
  bool isReturn = stmt.kind == ast::StmtKind::Return;
  std::string word = isReturn ? "return" : stmt.kind == ast::StmtKind::Break ? "break" : "continue";
  bool inFunction = false;
  for (Scope *s = scope.get(); s; s = s->parent.get())
    inFunction |= s->isFunction;
  if (isReturn ? inFunction : inLoop)
    diags.report(diag::Unsupported, stmt.range, {"`" + word + "` in the middle of an expression"})
        .hint("`if` as a statement of its own, or as all that a `let` binds, can leave");
  else
    diags.report(diag::StrayExit, stmt.range, {word, isReturn ? "function" : "loop"});
}

void Elaborator::let(const ast::Let &stmt) {
  Value value = expression(stmt.value);
  if (value && stmt.type)
    value = checkType(*stmt.type, value, stmt.value->range, *scope,
                      "`" + std::string(sources.text(stmt.pattern->range)) + "`");
  value = settle(value, stmt.value->range);
  // A whole number gets a name, so that it can be a size.
  if (auto *t = as<TensorValue>(value); t && !stmt.isVar && t->ssa && !t->known && t->shape.empty() &&
                                        t->element == ElementType::I64 && !t->affine &&
                                        stmt.pattern->kind == ast::Pattern::Bind) {
    auto named = std::make_shared<TensorValue>(*t);
    auto self = std::static_pointer_cast<const TensorValue>(value);
    named->known = freshNumber(stmt.pattern->name.text, stmt.pattern->range, emit.toIndex(scalar(self)));
    value = named;
  }
  bindPattern(*stmt.pattern, value, stmt.value->range, *scope, stmt.isVar);
}

void Elaborator::assign(const ast::Assign &stmt) {
  Value value = expression(stmt.value);
  if (!value)
    return;
  if (stmt.op) {
    Value current = expression(stmt.target);
    value = binary(*stmt.op, current, value, stmt.range, stmt.target->range, stmt.value->range, stmt.opRange);
    if (!value)
      return;
  }
  assignInto(stmt.target, nullptr, value, stmt.value->range);
}

Value Elaborator::assignInto(const ast::Expr *target, const Value &, const Value &value, SourceRange valueRange) {
  if (auto *name = ast::as<ast::NameRef>(target)) {
    assignVariable(name->name, value, name->range);
    return value;
  }
  if (auto *access = ast::as<ast::Member>(target)) {
    Value base = expression(access->base);
    if (!member(base, access->name, access->range))
      return nullptr;
    Value old = member(base, access->name, access->range);
    Value fitted = value;
    if (isTensorLike(value) && as<TensorValue>(old))
      fitted = tensor(value, valueRange, as<TensorValue>(old)->element);
    Value changed;
    if (auto *record = as<RecordValue>(base)) {
      auto copy = std::make_shared<RecordValue>(*record);
      for (auto &field : copy->fields)
        if (field.first == access->name.text)
          field.second = fitted;
      changed = copy;
    } else if (auto *model = as<ModelValue>(base)) {
      auto copy = std::make_shared<ModelValue>(*model);
      for (auto &part : copy->members)
        if (part.name == access->name.text)
          part.value = fitted;
      changed = copy;
    } else if (auto *tuple = as<TupleValue>(base)) {
      auto copy = std::make_shared<TupleValue>(*tuple);
      copy->elements[std::stoul(access->name.text)] = fitted;
      changed = copy;
    } else {
      diags.report(diag::NotAVariable, target->range, {std::string(sources.text(target->range))});
      return nullptr;
    }
    return assignInto(access->base, nullptr, changed, valueRange);
  }
  if (auto *index = ast::as<ast::Index>(target)) {
    Value base = expression(index->base);
    if (!base)
      return nullptr;
    Tensor whole = tensor(base, index->base->range);
    if (!whole)
      return nullptr;
    Value changed = updateTensor(whole, index->subscripts, value, valueRange, index->range);
    return changed ? assignInto(index->base, nullptr, changed, valueRange) : nullptr;
  }
  diags.report(diag::NotAVariable, target->range, {std::string(sources.text(target->range))});
  return nullptr;
}

void Elaborator::assignVariable(const std::string &name, const Value &value, SourceRange range) {
  Binding *binding = nullptr;
  bool crossed = false;
  for (Scope *s = scope.get(); s && !binding; s = s->parent.get()) {
    if (auto it = s->names.find(name); it != s->names.end())
      binding = &it->second;
    else
      crossed |= s->isFunction;
  }
  if (!binding) {
    auto report = diags.report(diag::UnknownName, range, {name});
    report.hint("`let " + name + " = …` or `var " + name + " = …` makes a new name");
    return;
  }
  if (!binding->isVar) {
    auto report = diags.report(diag::NotAVariable, range, {name});
    if (binding->range.isValid())
      report.note(binding->range, "defined here").hint("`var " + name + "` can be assigned");
    return;
  }
  if (crossed && !binding->isState) {
    diags.report(diag::AssignInFunction, range, {name}).hint("give the new value back as the function's result");
    return;
  }
  if (!binding->value)
    return; // Its definition failed.
  if (name == hidden::Result && (as<UnsetValue>(binding->value) || as<LiteralValue>(binding->value))) {
    binding->value = as<LiteralValue>(value) ? value : settle(value, range);
    return;
  }
  if (name == hidden::Result && typeName(value) != typeName(binding->value) && !as<LiteralValue>(value)) {
    diags.report(diag::PatternMismatch, range,
                 {typeName(binding->value) + " as another `return` gives", typeName(value)});
    return;
  }
  Value fitted = value;
  if (auto *old = as<TensorValue>(binding->value); old && isTensorLike(value)) {
    Tensor t = tensor(value, range, old->element);
    if (!t)
      return;
    if (t->element != old->element) {
      diags.report(diag::TypeChanges, range, {name, typeName(binding->value), typeName(value)})
          .note(binding->range, "defined here");
      return;
    }
    fitted = t;
  } else if (isStructure(binding->value) != isStructure(value) ||
             (as<TensorValue>(binding->value) && !isTensorLike(value))) {
    diags.report(diag::TypeChanges, range, {name, typeName(binding->value), typeName(value)})
        .note(binding->range, "defined here");
    return;
  }
  binding->value = settle(fitted, range);
}

void Elaborator::option(const ast::OptionDecl &stmt) {
  if (!entry || depth || emit.builder.getInsertionBlock() != entry) {
    diags.report(diag::OptionPlace, stmt.range);
    // Bound all the same, so that no use of it is another error.
    scope->names[stmt.name.text] = Binding{nullptr, false, stmt.name.range};
    return;
  }
  Value value = expression(stmt.value);
  if (!value)
    return;
  if (stmt.type)
    value = checkType(*stmt.type, value, stmt.value->range, *scope, "option `" + stmt.name.text + "`");
  if (!value)
    return;
  auto declared = [&](const char *symbol, auto &&constant) {
    mlir::OpBuilder::InsertionGuard guard(emit.builder);
    emit.builder = mlir::OpBuilder(emit.declare);
    llvm::SmallVector<mlir::Value> ins{emit.string(stmt.name.text), constant(), emit.string(stmt.doc)};
    emit.runtime(symbol, ins);
  };
  auto read = [&](const char *symbol, mlir::Type type) {
    return emit.runtime(symbol, emit.string(stmt.name.text), type, /*pure=*/true);
  };
  Value result;
  auto text = constantString(value);
  auto truth = constantBool(value);
  auto whole = constantInt(value);
  auto number = constantNumber(value);
  if (text) {
    declared("mdl_declare_option_string", [&] { return emit.string(*text); });
    auto string = std::make_shared<StringValue>();
    string->constant = *text;
    string->pieces.push_back({"", nullptr, "", read("mdl_option_string", emit.pointer())});
    result = string;
  } else if (truth) {
    declared("mdl_declare_option_bool", [&] { return emit.constantBool(*truth); });
    result = make(emit.fromScalar(read("mdl_option_bool", emit.builder.getI1Type())), ElementType::Bool, {});
  } else if (whole) {
    declared("mdl_declare_option_i64", [&] { return emit.constantI64(*whole); });
    mlir::Value scalar = read("mdl_option_i64", emit.builder.getI64Type());
    auto known =
        std::make_shared<TensorValue>(*knownScalar(freshNumber(stmt.name.text, stmt.name.range, emit.toIndex(scalar))));
    known->ssa = emit.fromScalar(scalar);
    result = known;
  } else if (number) {
    declared("mdl_declare_option_f64", [&] { return emit.constantF64(*number); });
    mlir::Value wide = read("mdl_option_f64", emit.builder.getF64Type());
    mlir::Value narrow = emit.builder.create<mlir::arith::TruncFOp>(emit.location, emit.builder.getF32Type(), wide);
    result = make(emit.fromScalar(narrow), ElementType::F32, {});
  } else {
    diags.report(diag::BadOption, stmt.value->range, {typeName(value)});
    return;
  }
  ast::Pattern pattern{ast::Pattern::Bind, stmt.name.range, stmt.name, {}, {}};
  bindPattern(pattern, result, stmt.range, *scope, false);
}

void Elaborator::assertion(const ast::Assert &stmt) {
  Value condition = expression(stmt.condition);
  if (!condition)
    return;
  Tensor truth = tensor(condition, stmt.condition->range);
  if (!truth)
    return;
  if (truth->element != ElementType::Bool || truth->rank() != 0) {
    auto report = diags.report(diag::ExpectedScalarBool, stmt.condition->range, {typeName(truth)});
    if (truth->element == ElementType::Bool)
      report.hint("`all(…)` and `any(…)` make one of many");
    return;
  }
  std::string text = "assertion failed: " + std::string(sources.text(stmt.condition->range));
  auto constant = constantBool(condition);
  if (constant && !*constant) {
    diags.report(diag::AssertFails, stmt.condition->range);
    return;
  }
  mlir::Value message = emit.string(text);
  if (stmt.message) {
    Value given = expression(stmt.message);
    if (!given)
      return;
    message = stringPointer(given, stmt.message->range);
    if (!message)
      return;
  }
  emit.runtime("mdl_assert", {scalar(truth), where(stmt.range), message});
  learnEqualities(stmt.condition);
}

void Elaborator::import(const ast::Import &stmt) {
  ScopePtr loaded = module(stmt.module.text, stmt.module.range);
  if (!loaded)
    return;
  auto value = std::make_shared<ModuleValue>();
  value->name = stmt.module.text;
  value->scope = loaded;
  // Its names are there bare and behind the module's name.
  for (auto &[name, binding] : loaded->names)
    if (!scope->names.count(name)) {
      Binding copy = binding;
      copy.range = {};
      scope->names[name] = copy;
    }
  scope->names[stmt.module.text] = Binding{value, false, {}};
}
