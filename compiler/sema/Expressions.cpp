//===- Expressions.cpp - Literals, names, blocks ------------------------------------===//
//
// Stage: sema. One method a kind of expression; operators, calls, indexing, comprehensions
// and text have files of their own.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Callables.h"
#include "compiler/sema/FirstNumbers.h"
#include "compiler/sema/Guards.h"
#include "compiler/sema/Literals.h"
#include "compiler/sema/Ragged.h"
#include "compiler/sema/UnknownNames.h"

using namespace mdl;

/// A whole number as written, with or without a minus.
static std::optional<int64_t> numberAsWritten(const ast::Expr *expr) {
  auto *unary = ast::as<ast::Unary>(expr);
  bool isNegative = unary && unary->op == ast::UnaryOp::Neg;
  auto *literal = ast::as<ast::IntLiteral>(isNegative ? unary->operand : expr);
  return literal ? std::optional(isNegative ? -literal->value : literal->value) : std::nullopt;
}

/// `a..b`. Bounds that are written in the other order mean to count down.
static Value range(Elaborator &e, const ast::Range &expr) {
  if (expr.begin->kind == ast::ExprKind::Range) {
    e.diags.report(diag::ExpectedSize, expr.begin->range, {"a range"})
        .hint("a range counts by 1; `arange(0, 10, 2)` counts by 2");
    return nullptr;
  }
  auto begin = numberAsWritten(expr.begin), end = numberAsWritten(expr.end);
  if (begin && end && *begin > *end) {
    std::string up = std::to_string(*end) + ".." + std::to_string(*begin);
    e.diags.report(diag::EmptyRange, expr.range, {std::string(e.sources.text(expr.range))})
        .replaceContext({})
        .hint("`(" + up + ")[::-1]` counts down, from " + std::to_string(*begin - 1) + " to " + std::to_string(*end));
  }
  auto range = std::make_shared<RangeValue>();
  range->begin = e.expression(expr.begin);
  range->end = e.expression(expr.end);
  return range->begin && range->end ? Value(range) : nullptr;
}

Value Elaborator::expression(const ast::Expr *expr) {
  Value value = evaluate(expr);
  auto *unit = as<UnitValue>(value);
  if (!unit || !unit->lacking.isValid())
    return value;
  bool isHere = unit->lacking.file == expr->range.file && unit->lacking.begin >= expr->range.begin &&
                unit->lacking.end <= expr->range.end;
  auto report = diags.report(diag::NoValue, isHere ? unit->lacking : expr->range,
                             {!isHere          ? "this"
                              : unit->isBranch ? "this branch"
                                               : "an `if` without `else`"});
  if (!isHere)
    report.note(unit->lacking, unit->isBranch ? "this branch has none" : "this `if` has no `else`");
  report.hint(unit->isBranch ? "the last expression of a block is its value" : "`else { … }` gives the other value");
  return nullptr;
}

Value Elaborator::evaluate(const ast::Expr *expr) {
  if (!expr)
    return nullptr;
  emit.setPlace(expr->range);
  switch (expr->kind) {
  case ast::ExprKind::IntLiteral: {
    auto literal = std::make_shared<LiteralValue>();
    literal->intValue = ast::as<ast::IntLiteral>(expr)->value;
    literal->floatValue = static_cast<double>(literal->intValue);
    return literal;
  }
  case ast::ExprKind::FloatLiteral: {
    auto literal = std::make_shared<LiteralValue>();
    literal->isInt = false;
    literal->floatValue = ast::as<ast::FloatLiteral>(expr)->value;
    return literal;
  }
  case ast::ExprKind::BoolLiteral:
    return scalarConstant(ElementType::Bool, ast::as<ast::BoolLiteral>(expr)->value);
  case ast::ExprKind::StringLiteral:
    return stringLiteral(*ast::as<ast::StringLiteral>(expr));
  case ast::ExprKind::NameRef:
    return lookup(*ast::as<ast::NameRef>(expr));
  case ast::ExprKind::Unary:
    return unary(*ast::as<ast::Unary>(expr));
  case ast::ExprKind::Binary: {
    auto *e = ast::as<ast::Binary>(expr);
    Value lhs = expression(e->lhs), rhs = expression(e->rhs);
    return binary(e->op, lhs, rhs, e->range, e->lhs->range, e->rhs->range, e->opRange);
  }
  case ast::ExprKind::Compare: {
    auto *e = ast::as<ast::Compare>(expr);
    Value lhs = expression(e->lhs), rhs = expression(e->rhs);
    return compare(e->op, lhs, rhs, e->range, e->lhs->range, e->rhs->range);
  }
  case ast::ExprKind::Logic:
    return logic(*ast::as<ast::Logic>(expr));
  case ast::ExprKind::Membership:
    return membership(*ast::as<ast::Membership>(expr));
  case ast::ExprKind::Call:
    return call(*ast::as<ast::Call>(expr));
  case ast::ExprKind::Member: {
    auto *e = ast::as<ast::Member>(expr);
    return reportUnknownBase(*this, *e) ? nullptr : member(expression(e->base), e->name, e->range);
  }
  case ast::ExprKind::Index:
    return indexValue(*ast::as<ast::Index>(expr));
  case ast::ExprKind::List:
    return listLiteral(*ast::as<ast::List>(expr));
  case ast::ExprKind::Tuple: {
    auto tuple = std::make_shared<TupleValue>();
    for (auto *element : ast::as<ast::Tuple>(expr)->elements)
      tuple->elements.push_back(expression(element));
    for (auto &element : tuple->elements)
      if (!element)
        return nullptr;
    return tuple;
  }
  case ast::ExprKind::Record: {
    auto record = std::make_shared<RecordValue>();
    bool failed = false;
    for (auto &[name, value] : ast::as<ast::Record>(expr)->fields) {
      record->fields.push_back({name.text, expression(value)});
      failed |= !record->fields.back().second;
    }
    return failed ? nullptr : Value(record);
  }
  case ast::ExprKind::Lambda: {
    auto lambda = std::make_shared<LambdaValue>();
    lambda->lambda = ast::as<ast::Lambda>(expr);
    lambda->scope = scope;
    return lambda;
  }
  case ast::ExprKind::If:
    return ifExpression(*ast::as<ast::If>(expr));
  case ast::ExprKind::BlockExpr:
    return block(*ast::as<ast::BlockExpr>(expr)->block, std::make_shared<Scope>(scope));
  case ast::ExprKind::Range:
    return range(*this, *ast::as<ast::Range>(expr));
  case ast::ExprKind::Comprehension:
    return comprehension(*ast::as<ast::Comprehension>(expr), "", expr->range);
  case ast::ExprKind::Pipe: {
    auto *e = ast::as<ast::Pipe>(expr);
    CallArguments arguments;
    Value value = expression(e->value);
    const ast::Expr *function = e->function;
    // A stage behind another has its own place, not that of all before it.
    bool isFurther = ast::as<ast::Pipe>(e->value);
    arguments.range = isFurther ? function->range : e->range;
    arguments.items.push_back({"", value, isFurther ? function->range : e->value->range});
    if (auto *inner = ast::as<ast::Call>(function)) {
      for (auto &argument : inner->arguments)
        arguments.items.push_back({argument.name ? argument.name->text : "", expression(argument.value),
                                   argument.value->range, argument.name ? argument.name->range : SourceRange{}});
      function = inner->callee;
    }
    arguments.callee = std::string(sources.text(function->range));
    return callValue(expression(function), arguments);
  }
  case ast::ExprKind::Error:
    return nullptr;
  }
  return nullptr;
}

/// `+x` is `x`, if that can be computed with; a bool counts.
static Value unchanged(Elaborator &e, const Value &operand, const ast::Unary &expr) {
  SourceRange range = expr.operand->range;
  return e.mapStructures({operand}, {range}, expr.range, [&](const std::vector<Value> &parts) -> Value {
    if (writtenNumbers(parts[0]) || as<RaggedValue>(parts[0]))
      return parts[0];
    Elaborator::Tensor number = e.tensor(parts[0], range);
    return number && number->element == ElementType::Bool ? e.cast(number, ElementType::I64) : number;
  });
}

Value Elaborator::unary(const ast::Unary &expr) {
  Value operand = expression(expr.operand);
  if (!operand)
    return nullptr;
  if (auto known = expr.op == ast::UnaryOp::Not ? constantBool(operand) : std::nullopt)
    return scalarConstant(ElementType::Bool, !*known);
  if (expr.op == ast::UnaryOp::Not)
    return withRegion(elementwise("not", {operand}, {expr.operand->range}, expr.range), !regionOf(operand));
  if (expr.op == ast::UnaryOp::Pos)
    return unchanged(*this, operand, expr);
  if (auto *literal = as<LiteralValue>(operand)) {
    auto negated = std::make_shared<LiteralValue>(*literal);
    negated->intValue = -literal->intValue;
    negated->floatValue = -literal->floatValue;
    return negated;
  }
  auto *t = as<TensorValue>(operand);
  if (t && (t->known || t->affine)) {
    auto zero = std::make_shared<LiteralValue>();
    return binary(ast::BinaryOp::Sub, zero, operand, expr.range, expr.range, expr.operand->range, expr.range);
  }
  return elementwise("neg", {operand}, {expr.operand->range}, expr.range);
}

/// What values of a list have in common: numbers and tensors are alike, and so is what can be called.
static ValueKind kindInList(const Elaborator &e, const Value &value) {
  if (e.isTensorLike(value))
    return ValueKind::Tensor;
  if (as<RunListValue>(value))
    return ValueKind::List;
  return isCallable(value) || value->kind == ValueKind::ModelClass ? ValueKind::Function : value->kind;
}

Value Elaborator::listLiteral(const ast::List &expr) {
  auto list = std::make_shared<ListValue>();
  for (auto *element : expr.elements) {
    list->elements.push_back(expression(element));
    list->ranges.push_back(element->range);
  }
  for (auto &element : list->elements)
    if (!element)
      return nullptr;
  for (size_t i = 1; i < list->elements.size(); ++i) {
    const Value &before = list->elements[i - 1], &here = list->elements[i];
    if (kindInList(*this, before) == kindInList(*this, here) || isEmptyList(before) || isEmptyList(here))
      continue; // `[]` is of every kind.
    if (auto *rows = as<RaggedValue>(isTensorLike(before) ? here : before);
        rows && (isTensorLike(before) || isTensorLike(here)))
      return reportRagged(*this, *rows, list->ranges[i]);
    diags.report(diag::MixedList, list->ranges[i], {typeName(here), typeName(before)})
        .note(list->ranges[i - 1], "the one before")
        .hint("a tuple `(a, b)` or a record `{a: …, b: …}` holds values of several kinds");
    return nullptr;
  }
  return list;
}

Value Elaborator::lookup(const ast::NameRef &expr) {
  if (Binding *binding = scope->find(expr.name)) {
    if (binding == inTrainBlock)
      diags.report(diag::BeforeTraining, expr.range, {expr.name})
          .hint(
              "a penalty on the parameters is given by the model with its prediction, `fn call(x) = {scores: x @ w, "
              "size: sum(w ** 2)}` and `(p, y) => cross_entropy(p.scores, y) + 0.01 * p.size`; or it stands in a loop "
              "of one's own")
          .hint("`weight_decay=` of an optimizer keeps parameters small");
    return underEqualities(binding->value);
  }
  if (expr.name == hidden::Unset)
    return std::make_shared<UnsetValue>();
  if (expr.name == "training")
    return scalarConstant(ElementType::Bool, training);
  if (auto type = elementTypeNamed(expr.name)) {
    auto value = std::make_shared<ElementTypeValue>();
    value->type = *type;
    return value;
  }
  reportUnknownName(*this, expr);
  return nullptr;
}

std::vector<std::string> Elaborator::visibleNames() const {
  std::vector<std::string> names;
  for (Scope *s = scope.get(); s; s = s->parent.get())
    for (auto &[name, binding] : s->names)
      names.push_back(name);
  return names;
}

Value Elaborator::block(const ast::Block &block, ScopePtr inner) {
  Restore<ScopePtr> restore(scope, std::move(inner));
  if (!scope->block)
    scope->block = emit.builder.getInsertionBlock();
  statements(block.statements);
  if (!block.result)
    return std::make_shared<UnitValue>();
  Value number = numberGivenBack(*this, block.result);
  return number ? number : evaluate(block.result);
}
