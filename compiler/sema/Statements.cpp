//===- Statements.cpp - Blocks, bindings, assertions --------------------------------------------===//
//
// Stage: sema. Functions and models of a block are visible in all of it; the rest goes in order.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/dialect/Mdl.h"
#include "compiler/sema/CallHints.h"
#include "compiler/sema/Guards.h"
#include "compiler/sema/ListComprehension.h"
#include "compiler/sema/Models.h"
#include "compiler/sema/OpenSizes.h"
#include "compiler/syntax/AstWalk.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

void Elaborator::declare(const ast::Stmt &stmt) {
  auto bind = [&](const ast::Name &name, Value value) {
    auto it = scope->names.find(name.text);
    if (it != scope->names.end() && !it->second.isEarlier && it->second.range.isValid()) {
      diags.report(diag::Redefinition, name.range, {name.text}).note(it->second.range, "defined here before");
      value = nullptr;
    }
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
  std::vector<const ast::Stmt *> later;
  uint32_t lastImport = 0;
  for (auto *stmt : list)
    if (ast::as<ast::Import>(stmt))
      lastImport = stmt->range.begin;
  auto check = [&](const ast::Stmt *stmt, bool last) {
    auto *fn = ast::as<ast::FnDecl>(stmt);
    auto *model = ast::as<ast::ModelDecl>(stmt);
    Binding *binding = scope->find(fn ? fn->name.text : model->name.text);
    auto *function = binding ? as<FunctionValue>(binding->value) : nullptr;
    auto *cls = binding ? as<ModelClassValue>(binding->value) : nullptr;
    if (fn ? !function || function->decl != fn : !cls || cls->decl != model)
      return;
    size_t mark = diags.all().size();
    auto checked = fn ? std::make_shared<FunctionValue>(*function) : nullptr;
    bool ok = fn ? checkSignature(checked)
                 : checkModel(*this, std::static_pointer_cast<const ModelClassValue>(binding->value));
    // A name that is bound further down is known at the end of the block; that of a type an import may bring.
    bool unknown = llvm::any_of(llvm::ArrayRef(diags.all()).drop_front(mark), [&](auto &d) {
      return d.kind == diag::UnknownName || (d.kind == diag::UnknownType && stmt->range.end < lastImport);
    });
    if (unknown && !last) {
      diags.rewind(mark);
      later.push_back(stmt);
    } else if (!ok) {
      if (fn)
        checked->failed = true;
      binding->value = checked; // Of a model: none.
    }
  };
  for (auto *stmt : list) {
    if (!ast::as<ast::FnDecl>(stmt) && !ast::as<ast::ModelDecl>(stmt))
      statement(*stmt);
    else if (!readingLibrary)
      check(stmt, false);
  }
  for (auto *stmt : later)
    check(stmt, true);
}

/// A call of a model may change its state, which no operation tells.
static bool isCallOfFunction(const Elaborator &e, const ast::Expr &expr) {
  auto *call = ast::as<ast::Call>(&expr);
  auto *name = call ? ast::as<ast::NameRef>(call->callee) : nullptr;
  Binding *callee = name ? e.scope->find(name->name) : nullptr;
  // `x.sort()` is `sort(x)`.
  auto *behind = call ? ast::as<ast::Member>(call->callee) : nullptr;
  auto *base = behind ? ast::as<ast::NameRef>(behind->base) : nullptr;
  Binding *first = base ? e.scope->find(base->name) : nullptr;
  if (first && (as<TensorValue>(first->value) || as<ListValue>(first->value)))
    callee = e.scope->find(behind->name.text);
  return callee && (as<FunctionValue>(callee->value) || as<BuiltinValue>(callee->value));
}

/// What to do with a value: of `x.sort()`, as Python has it, to give it to x.
static std::string hintForUnused(const Elaborator &e, const ast::Expr &expr, const Value &value) {
  auto *call = ast::as<ast::Call>(&expr);
  auto *behind = call ? ast::as<ast::Member>(call->callee) : nullptr;
  auto *base = behind ? ast::as<ast::NameRef>(behind->base) : nullptr;
  Binding *old = base ? e.scope->find(base->name) : nullptr;
  if (!old || e.typeName(old->value) != e.typeName(value))
    return "`print(…)` shows it, `let name = …` keeps it";
  return "a function changes none of its arguments: `" + base->name + " = " + std::string(e.sources.text(expr.range)) +
         "` gives `" + base->name + "` the new value";
}

static bool hasEffects(mlir::Block::iterator from, mlir::Block::iterator to) {
  auto isEffect = [](RuntimeOp call) {
    return call.getPure() ? mlir::WalkResult::advance() : mlir::WalkResult::interrupt();
  };
  return std::any_of(from, to, [&](mlir::Operation &op) { return op.walk(isEffect).wasInterrupted(); });
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
    mlir::Block *block = emit.builder.getInsertionBlock();
    auto at = emit.builder.getInsertionPoint();
    mlir::Operation *before = at == block->begin() ? nullptr : &*std::prev(at);
    Value value = evaluate(expr);
    // Arithmetic is made for its value, a call may be for what it does. The parser has warned of a leading `-`.
    bool arithmetic = expr->kind == ast::ExprKind::Binary || expr->kind == ast::ExprKind::Compare ||
                      expr->kind == ast::ExprKind::Logic || expr->kind == ast::ExprKind::NameRef ||
                      expr->kind == ast::ExprKind::Index;
    if (value && (arithmetic || (isCallOfFunction(*this, *expr) && !as<UnitValue>(value) &&
                                 !hasEffects(before ? std::next(before->getIterator()) : block->begin(),
                                             emit.builder.getInsertionPoint()))))
      diags.report(diag::UnusedValue, expr->range).hint(hintForUnused(*this, *expr, value));
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
    diags.report(diag::OnlyInModel, stmt.range, {ast::as<ast::ParamDecl>(&stmt)->isState ? "state" : "param"});
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

/// Variables that begin with a number as written may take another type: see FirstNumbers.h.
static void bindNumbers(Scope &scope, const ast::Pattern &pattern, const Value &given) {
  if (pattern.kind == ast::Pattern::Bind && as<LiteralValue>(given))
    scope.names[pattern.name.text].number = given;
  if (auto *tuple = as<TupleValue>(given); tuple && pattern.kind == ast::Pattern::Tuple)
    for (auto [part, value] : llvm::zip_equal(pattern.elements, tuple->elements))
      bindNumbers(scope, *part, value);
}

void Elaborator::let(const ast::Let &stmt) {
  Value value = expression(stmt.value), given = value;
  if (value && stmt.type)
    value =
        checkDeclared(*stmt.type, value, stmt.value->range, "`" + std::string(sources.text(stmt.pattern->range)) + "`");
  const ast::Pattern &pattern = *stmt.pattern;
  if (pattern.kind == ast::Pattern::Tuple &&
      reportValuesOnly(*this, stmt.value, value, pattern.elements.size(), pattern.range))
    value = nullptr;
  value = settle(value, stmt.value->range);
  if (value && stmt.pattern->kind == ast::Pattern::Bind)
    nameSizes(*this, value, stmt.pattern->name.text);
  if (bindPattern(*stmt.pattern, value, stmt.value->range, *scope, stmt.isVar) && stmt.isVar && !stmt.type)
    bindNumbers(*scope, *stmt.pattern, given);
}

static bool isNumber(const Value &value) {
  auto *t = as<TensorValue>(value);
  return as<LiteralValue>(value) || (t && t->rank() == 0 && t->element != ElementType::Bool);
}

/// What a comparison of two numbers gives that are known now; whole numbers are compared without this.
static std::optional<bool> comparedNow(Elaborator &e, ast::CompareOp op, const Value &lhs, const Value &rhs) {
  auto a = e.constantNumber(lhs), b = e.constantNumber(rhs);
  if (!a || !b || !isNumber(lhs) || !isNumber(rhs))
    return std::nullopt;
  auto isWide = [](const Value &value) {
    auto *t = as<TensorValue>(value);
    return t && t->element == ElementType::F64;
  };
  // As the run rounds them.
  if (!isWide(lhs) && !isWide(rhs))
    a = static_cast<float>(*a), b = static_cast<float>(*b);
  bool truth[] = {*a == *b, *a != *b, *a<*b, *a <= *b, *a> * b, *a >= *b};
  return truth[static_cast<int>(op)];
}

/// Asserts what compares two numbers so that the message tells them; false if it compares something else.
static bool assertNumbers(Elaborator &e, const ast::Compare &compared, const Value &lhs, const Value &rhs,
                          const Elaborator::Tensor &truth, mlir::Value where, mlir::Value message) {
  if (!isNumber(lhs) || !isNumber(rhs))
    return false;
  // A literal tells its value.
  auto text = [&](const ast::Expr *side, const Value &value) {
    return e.emit.string(as<LiteralValue>(value) ? "" : std::string(e.sources.text(side->range)));
  };
  auto number = [&](const ast::Expr *side, const Value &value, const Value &other) {
    auto *t = as<TensorValue>(other);
    auto *literal = as<LiteralValue>(value);
    bool fits = t && (isFloat(t->element) || !literal || literal->isInt);
    return e.tensor(value, side->range, fits ? t->element : ElementType::F32);
  };
  auto a = number(compared.lhs, lhs, rhs), b = number(compared.rhs, rhs, lhs);
  ElementType element = e.promote(a->element, true, b->element, true);
  bool areFloats = isFloat(element);
  ElementType wide = areFloats ? ElementType::F64 : ElementType::I64;
  llvm::SmallVector<mlir::Value> operands{e.scalar(truth), e.scalar(e.cast(a, wide)), e.scalar(e.cast(b, wide))};
  if (areFloats)
    operands.push_back(e.emit.constantI64(static_cast<int64_t>(element)));
  operands.append({where, message, text(compared.lhs, lhs), text(compared.rhs, rhs)});
  e.emit.runtime(areFloats ? "mdl_assert_float" : "mdl_assert_whole", operands);
  return true;
}

/// The program's argument that a name in a condition of the library stands for; nowhere if there is none.
static SourceRange givenIn(const Elaborator &e, const ast::Expr *condition) {
  SourceRange given;
  std::function<void(const ast::Expr *)> look = [&](const ast::Expr *part) {
    auto *name = ast::as<ast::NameRef>(part);
    Binding *binding = name ? e.scope->find(name->name) : nullptr;
    if (binding && !given.isValid() && !e.sources.isLibrary(binding->given))
      given = binding->given;
    ast::forEachPart(*part, look, [](const ast::Block *) {});
  };
  if (e.sources.isLibrary(condition->range))
    look(condition);
  return given;
}

namespace {
/// Messages stand at an argument of the program, if it is anywhere.
class AtArgument {
public:
  AtArgument(DiagnosticEngine &diags, SourceRange argument) : diags(diags), isGiven(argument.isValid()) {
    if (isGiven)
      diags.pushContext(argument, "the standard library asserts something of this");
  }
  ~AtArgument() {
    if (isGiven)
      diags.popContext();
  }
  AtArgument(const AtArgument &) = delete;
  AtArgument &operator=(const AtArgument &) = delete;

private:
  DiagnosticEngine &diags;
  bool isGiven;
};
} // namespace

/// Whether the numbers that an assertion compares stand behind its message: a message of the program says what it wants
/// to; the library's do, if they do not repeat what was given.
static bool tellsNumbers(const Elaborator &e, const ast::Assert &stmt) {
  if (!stmt.message)
    return true;
  auto *text = ast::as<ast::StringLiteral>(stmt.message);
  return text && e.sources.isLibrary(stmt.range) &&
         llvm::none_of(text->pieces, [](auto &piece) { return piece.expr != nullptr; });
}

void Elaborator::assertion(const ast::Assert &stmt) {
  AtArgument place(diags, givenIn(*this, stmt.condition));
  auto *pair = stmt.message ? nullptr : ast::as<ast::Tuple>(stmt.condition);
  if (Value both = pair && pair->elements.size() == 2 ? expression(pair) : nullptr) {
    diags.report(diag::ExpectedScalarBool, pair->range, {typeName(both)})
        .hint("without parentheses: `assert " + std::string(sources.text(pair->elements[0]->range)) + ", " +
              std::string(sources.text(pair->elements[1]->range)) + "`");
    return;
  }
  auto *compared = ast::as<ast::Compare>(stmt.condition);
  Value lhs = compared ? expression(compared->lhs) : nullptr, rhs = compared ? expression(compared->rhs) : nullptr;
  Value condition = compared
                        ? compare(compared->op, lhs, rhs, compared->range, compared->lhs->range, compared->rhs->range)
                        : expression(stmt.condition);
  Tensor truth = this->condition(condition, stmt.condition->range);
  if (!truth)
    return;
  std::string text = "assertion failed: " + std::string(sources.text(stmt.condition->range));
  auto constant = constantBool(condition);
  if (!constant && compared)
    constant = comparedNow(*this, compared->op, lhs, rhs);
  if (constant && !*constant) {
    auto given = stmt.message ? constantString(expression(stmt.message)) : std::nullopt;
    auto report = diags.report(diag::AssertFails, stmt.condition->range, {given.value_or("this is never true")});
    std::string numbers;
    auto tell = [&](const ast::Expr *side, const Value &value) {
      if (auto number = constantInt(value); number && !as<LiteralValue>(value))
        numbers += (numbers.empty() ? "`" : ", `") + std::string(sources.text(side->range)) + "` is " +
                   std::to_string(*number);
    };
    if (compared && tellsNumbers(*this, stmt)) {
      tell(compared->lhs, lhs);
      tell(compared->rhs, rhs);
    }
    if (!numbers.empty())
      report.hint(numbers);
    return;
  }
  Value given = stmt.message ? expression(stmt.message) : nullptr;
  if ((stmt.message && !given) || constant) // known to be true
    return;
  if (truth->lift || !guards.empty()) {
    auto known = stmt.message ? knownText(given) : std::optional(text);
    if (known)
      checkForAll(*this, condition, stmt.range, *known);
    else
      reportForEachIndex(*this, "a text", stmt.message->range);
    return;
  }
  mlir::Value at = where(stmt.range), message = emit.string(text);
  if (stmt.message) {
    message = stringPointer(given, stmt.message->range);
    if (!message)
      return;
  }
  bool tells = compared && tellsNumbers(*this, stmt);
  if (!tells || !assertNumbers(*this, *compared, lhs, rhs, truth, at, message))
    emit.runtime("mdl_assert", {scalar(truth), at, message});
  learnSizes(stmt.condition);
}
