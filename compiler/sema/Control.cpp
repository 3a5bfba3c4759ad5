//===- Control.cpp - if, for, while ------------------------------------------------------------===//
//
// Stage: sema. Variables that a body assigns are carried through the scf operation leaf by
// leaf; their types may not change from pass to pass.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Elaborator.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using mlir::scf::ForOp;
using mlir::scf::IfOp;
using mlir::scf::WhileOp;
using mlir::scf::YieldOp;

//===--- Which variables a piece of code assigns ---------------------------------------------===//

namespace {
/// Collects the roots of assignments, lambdas and functions left out: they cannot assign outer variables.
struct AssignedNames {
  std::set<std::string> names;

  void block(const ast::Block *block) {
    if (!block)
      return;
    for (auto *stmt : block->statements)
      statement(stmt);
    expression(block->result);
  }
  void root(const ast::Expr *target) {
    while (target) {
      if (auto *name = ast::as<ast::NameRef>(target)) {
        names.insert(name->name);
        return;
      }
      if (auto *access = ast::as<ast::Member>(target))
        target = access->base;
      else if (auto *index = ast::as<ast::Index>(target))
        target = index->base;
      else
        return;
    }
  }
  void expression(const ast::Expr *expr) {
    if (auto *e = ast::as<ast::If>(expr)) {
      block(e->then);
      expression(e->otherwise);
    } else if (auto *b = ast::as<ast::BlockExpr>(expr)) {
      block(b->block);
    }
  }
  void statement(const ast::Stmt *stmt) {
    switch (stmt->kind) {
    case ast::StmtKind::Assign:
      root(ast::as<ast::Assign>(stmt)->target);
      break;
    case ast::StmtKind::Let:
      expression(ast::as<ast::Let>(stmt)->value);
      break;
    case ast::StmtKind::Expression:
      expression(ast::as<ast::ExprStmt>(stmt)->expr);
      break;
    case ast::StmtKind::For:
      block(ast::as<ast::For>(stmt)->body);
      break;
    case ast::StmtKind::While:
      block(ast::as<ast::While>(stmt)->body);
      break;
    case ast::StmtKind::Train:
      root(ast::as<ast::Train>(stmt)->model);
      break;
    default:
      break;
    }
  }
};

/// The variables that go through a loop or a branch.
class Carried {
public:
  Carried(Elaborator &e, const AssignedNames &assigned) : e(e) {
    for (auto &name : assigned.names)
      for (Scope *s = e.scope.get(); s; s = s->parent.get()) {
        auto it = s->names.find(name);
        if (it == s->names.end()) {
          if (s->isFunction)
            break;
          continue;
        }
        if (it->second.isVar && it->second.value)
          variables.push_back({&it->second, name, it->second.value});
        break;
      }
    for (auto &variable : variables) {
      e.leaves(variable.before, before);
      counts.push_back(before.size());
    }
  }

  llvm::SmallVector<mlir::Value> initial() {
    llvm::SmallVector<mlir::Value> values;
    for (auto &leaf : before)
      values.push_back(e.ssa(leaf));
    return values;
  }
  llvm::SmallVector<mlir::Type> types() {
    llvm::SmallVector<mlir::Type> result;
    for (auto &leaf : before)
      result.push_back(e.emit.tensorType(leaf->element, leaf->shape));
    return result;
  }
  size_t size() const { return before.size(); }

  /// Binds the variables to other SSA values of the same types.
  void bind(mlir::ValueRange values) {
    std::vector<Elaborator::Tensor> leaves;
    for (size_t i = 0; i < before.size(); ++i)
      leaves.push_back(e.make(values[i], before[i]->element, before[i]->shape));
    size_t next = 0;
    for (auto &variable : variables)
      variable.binding->value = e.rebuild(variable.before, leaves, next);
  }
  void restore() {
    for (auto &variable : variables)
      variable.binding->value = variable.before;
  }
  /// The values now; reports a type that changed.
  std::optional<llvm::SmallVector<mlir::Value>> current(SourceRange range) {
    llvm::SmallVector<mlir::Value> values;
    size_t from = 0;
    for (size_t v = 0; v < variables.size(); ++v) {
      if (!variables[v].binding->value)
        return std::nullopt;
      std::vector<Elaborator::Tensor> now;
      e.leaves(variables[v].binding->value, now);
      bool same = now.size() == counts[v] - from;
      for (size_t i = 0; same && i < now.size(); ++i) {
        auto &old = before[from + i];
        same = now[i]->element == old->element && now[i]->shape.size() == old->shape.size();
        for (size_t axis = 0; same && axis < now[i]->shape.size(); ++axis)
          same = now[i]->shape[axis].dim == old->shape[axis].dim;
        if (same)
          values.push_back(e.ssa(now[i]));
      }
      if (!same) {
        e.diags
            .report(diag::TypeChanges, range,
                    {variables[v].name, e.typeName(variables[v].before), e.typeName(variables[v].binding->value)})
            .note(variables[v].binding->range, "defined here")
            .hint("a variable keeps its type and shape through a loop or a branch");
        return std::nullopt;
      }
      from = counts[v];
    }
    return values;
  }

private:
  struct Variable {
    Binding *binding;
    std::string name;
    Value before;
  };
  Elaborator &e;
  std::vector<Variable> variables;
  std::vector<Elaborator::Tensor> before;
  std::vector<size_t> counts;
};
} // namespace

//===--- Loops --------------------------------------------------------------------------------===//

void Elaborator::forLoop(const ast::For &stmt) {
  Value source = expression(stmt.source);
  if (!source)
    return;
  if (auto *range = as<RangeValue>(source))
    return forRange(stmt, *range);
  if (auto *batches = as<BatchesValue>(source))
    return forBatches(stmt, *batches);
  forElements(stmt, source);
}

void Elaborator::forRange(const ast::For &stmt, const RangeValue &range) {
  auto begin = size(range.begin, stmt.source->range), end = size(range.end, stmt.source->range);
  if (!begin || !end)
    return;
  AssignedNames assigned;
  assigned.block(stmt.body);
  Carried carried(*this, assigned);
  emit.setPlace(stmt.range);
  auto &builder = emit.builder;
  auto loop =
      builder.create<ForOp>(emit.location, index(begin->dim), index(end->dim), index(Dim(1)), carried.initial());
  if (!carried.size())
    loop.getBody()->getTerminator()->erase();
  {
    mlir::OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    carried.bind(loop.getRegionIterArgs());
    auto inner = std::make_shared<Scope>(scope);
    std::string name = stmt.pattern->kind == ast::Pattern::Bind ? stmt.pattern->name.text : "_";
    Value counter = knownScalar(freshDim(name, stmt.pattern->range, loop.getInductionVar()));
    bindPattern(*stmt.pattern, counter, stmt.source->range, *inner, false);
    block(*stmt.body, inner);
    auto values = carried.current(stmt.range);
    if (!values)
      values = llvm::SmallVector<mlir::Value>(loop.getRegionIterArgs());
    builder.create<YieldOp>(emit.location, *values);
  }
  carried.bind(loop.getResults());
}

void Elaborator::forElements(const ast::For &stmt, const Value &source) {
  // A list is known now: its body is repeated.
  std::vector<Value> elements;
  bool known = true;
  if (auto *list = as<ListValue>(source); list && !isTensorLike(source))
    elements = list->elements;
  else if (auto *tuple = as<TupleValue>(source))
    elements = tuple->elements;
  else
    known = false;
  if (known) {
    for (auto &element : elements) {
      auto inner = std::make_shared<Scope>(scope);
      bindPattern(*stmt.pattern, element, stmt.source->range, *inner, false);
      block(*stmt.body, inner);
    }
    return;
  }
  Tensor whole = isTensorLike(source) ? tensor(source, stmt.source->range) : nullptr;
  if (!whole || whole->rank() == 0) {
    auto report = diags.report(diag::CannotIterate, stmt.source->range, {typeName(source)});
    if (whole)
      report.hint("`0..n` counts");
    return;
  }
  AssignedNames assigned;
  assigned.block(stmt.body);
  Carried carried(*this, assigned);
  auto &builder = emit.builder;
  auto loop =
      builder.create<ForOp>(emit.location, index(Dim(0)), index(whole->shape[0].dim), index(Dim(1)), carried.initial());
  if (!carried.size())
    loop.getBody()->getTerminator()->erase();
  {
    mlir::OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    carried.bind(loop.getRegionIterArgs());
    auto inner = std::make_shared<Scope>(scope);
    inner->names["$i"] = Binding{knownScalar(freshDim("i", stmt.source->range, loop.getInductionVar())), false, {}};
    ast::NameRef counter(stmt.source->range);
    counter.name = "$i";
    ast::Subscript subscript{ast::Subscript::At, &counter, nullptr, nullptr, nullptr, stmt.source->range};
    Value element;
    {
      Restore<ScopePtr> restore(scope, inner);
      element = indexTensor(whole, stmt.source->range, {subscript}, stmt.source->range);
    }
    bindPattern(*stmt.pattern, element, stmt.source->range, *inner, false);
    block(*stmt.body, inner);
    auto values = carried.current(stmt.range);
    if (!values)
      values = llvm::SmallVector<mlir::Value>(loop.getRegionIterArgs());
    builder.create<YieldOp>(emit.location, *values);
  }
  carried.bind(loop.getResults());
}

/// Defined in Data.cpp: the parts of one batch.
Value batchValue(Elaborator &e, const BatchesValue &batches, mlir::Value iterator, const Dim &rows);
mlir::Value beginBatches(Elaborator &e, const BatchesValue &batches, SourceRange range);

void Elaborator::forBatches(const ast::For &stmt, const BatchesValue &batches) {
  AssignedNames assigned;
  assigned.block(stmt.body);
  Carried carried(*this, assigned);
  emit.setPlace(stmt.source->range);
  mlir::Value iterator = beginBatches(*this, batches, stmt.source->range);
  if (!iterator)
    return;
  auto &builder = emit.builder;
  auto types = carried.types();
  auto inside = types;
  inside.push_back(builder.getI64Type());
  llvm::SmallVector<mlir::Location> places(inside.size(), emit.location);
  auto loop = builder.create<WhileOp>(emit.location, inside, carried.initial());
  {
    mlir::OpBuilder::InsertionGuard guard(builder);
    auto *test = builder.createBlock(&loop.getBefore(), {}, types, llvm::ArrayRef(places).drop_back());
    mlir::Value rows = emit.runtime("mdl_batches_next", iterator, builder.getI64Type());
    mlir::Value more =
        builder.create<mlir::arith::CmpIOp>(emit.location, mlir::arith::CmpIPredicate::sgt, rows, emit.constantI64(0));
    llvm::SmallVector<mlir::Value> passed(test->getArguments());
    passed.push_back(rows);
    builder.create<mlir::scf::ConditionOp>(emit.location, more, passed);

    auto *body = builder.createBlock(&loop.getAfter(), {}, inside, places);
    carried.bind(body->getArguments().drop_back());
    auto constant = constantInt(batches.batch);
    Dim count = batches.dropLast && constant
                    ? Dim(*constant)
                    : freshDim("batch", stmt.source->range, emit.toIndex(body->getArguments().back()));
    auto inner = std::make_shared<Scope>(scope);
    Value batch = batchValue(*this, batches, iterator, count);
    bindPattern(*stmt.pattern, batch, stmt.source->range, *inner, false);
    block(*stmt.body, inner);
    auto values = carried.current(stmt.range);
    if (!values)
      values = llvm::SmallVector<mlir::Value>(body->getArguments().drop_back());
    builder.create<YieldOp>(emit.location, *values);
  }
  emit.runtime("mdl_batches_end", iterator);
  carried.bind(loop.getResults().drop_back());
}

void Elaborator::whileLoop(const ast::While &stmt) {
  AssignedNames assigned;
  assigned.block(stmt.body);
  Carried carried(*this, assigned);
  auto &builder = emit.builder;
  auto types = carried.types();
  llvm::SmallVector<mlir::Location> places(types.size(), emit.location);
  auto loop = builder.create<WhileOp>(emit.location, types, carried.initial());
  {
    mlir::OpBuilder::InsertionGuard guard(builder);
    auto *test = builder.createBlock(&loop.getBefore(), {}, types, places);
    carried.bind(test->getArguments());
    Value condition = expression(stmt.condition);
    Tensor truth = condition ? tensor(condition, stmt.condition->range) : nullptr;
    if (truth && (truth->element != ElementType::Bool || truth->rank() != 0)) {
      diags.report(diag::ExpectedScalarBool, stmt.condition->range, {typeName(truth)});
      truth = nullptr;
    }
    mlir::Value go = truth ? scalar(truth) : emit.constantBool(false);
    builder.create<mlir::scf::ConditionOp>(emit.location, go, test->getArguments());
    auto *body = builder.createBlock(&loop.getAfter(), {}, types, places);
    carried.bind(body->getArguments());
    block(*stmt.body, std::make_shared<Scope>(scope));
    auto values = carried.current(stmt.range);
    if (!values)
      values = llvm::SmallVector<mlir::Value>(body->getArguments());
    builder.create<YieldOp>(emit.location, *values);
  }
  carried.bind(loop.getResults());
}

//===--- Branches ------------------------------------------------------------------------------===//

Value Elaborator::ifExpression(const ast::If &expr) {
  Value condition = expression(expr.condition);
  if (!condition)
    return nullptr;
  Tensor truth = tensor(condition, expr.condition->range);
  if (!truth)
    return nullptr;
  if (truth->element != ElementType::Bool || truth->rank() != 0) {
    auto report = diags.report(diag::ExpectedScalarBool, expr.condition->range, {typeName(truth)});
    if (truth->element == ElementType::Bool)
      report.hint("`where(condition, a, b)` chooses element by element");
    return nullptr;
  }
  auto branch = [&](bool taken) -> Value {
    if (taken)
      return block(*expr.then, std::make_shared<Scope>(scope));
    return expr.otherwise ? expression(expr.otherwise) : std::make_shared<UnitValue>();
  };
  // What is known now chooses now: recursion ends, other types do not matter.
  if (auto known = constantBool(condition))
    return branch(*known);
  SourceRange thenRange = expr.then->range, elseRange = expr.otherwise ? expr.otherwise->range : expr.range;
  if (truth->lift) {
    Value a = branch(true), b = branch(false);
    return elementwise("select", {condition, a, b}, {expr.condition->range, thenRange, elseRange}, expr.range);
  }
  AssignedNames assigned;
  assigned.expression(&expr);
  Carried carried(*this, assigned);
  auto &builder = emit.builder;
  mlir::Value chosen = scalar(truth);
  auto op = builder.create<IfOp>(emit.location, mlir::TypeRange{}, chosen, /*withElseRegion=*/true);
  std::vector<Tensor> parts[2];
  llvm::SmallVector<mlir::Value> outputs[2];
  Value results[2];
  bool failed = false;
  for (bool taken : {true, false}) {
    mlir::OpBuilder::InsertionGuard guard(builder);
    mlir::Block *body = taken ? op.thenBlock() : op.elseBlock();
    if (!body->empty())
      body->back().erase();
    builder.setInsertionPointToEnd(body);
    carried.restore();
    size_t errors = diags.errorCount();
    results[taken] = settle(branch(taken), taken ? thenRange : elseRange);
    failed |= diags.errorCount() != errors || !results[taken];
    auto values = carried.current(expr.range);
    failed |= !values;
    if (values)
      outputs[taken] = *values;
    if (results[taken])
      leaves(results[taken], parts[taken]);
    for (auto &part : parts[taken])
      outputs[taken].push_back(ssa(part));
  }
  carried.restore();
  // Without a value in one branch, the `if` is a statement.
  bool statement = !expr.otherwise || as<UnitValue>(results[0]) || as<UnitValue>(results[1]);
  if (!failed && !statement) {
    bool same = parts[0].size() == parts[1].size() && results[0]->kind == results[1]->kind;
    for (size_t i = 0; same && i < parts[0].size(); ++i) {
      same = parts[0][i]->element == parts[1][i]->element && parts[0][i]->shape.size() == parts[1][i]->shape.size();
      for (size_t axis = 0; same && axis < parts[0][i]->shape.size(); ++axis)
        same = parts[0][i]->shape[axis].dim == parts[1][i]->shape[axis].dim;
    }
    if (!same) {
      diags
          .report(diag::ExpectedType, elseRange,
                  {"the value of this branch", typeName(results[1]), typeName(results[0])})
          .note(thenRange, "the other branch is here");
      failed = true;
    }
  }
  if (failed) {
    op.erase();
    return nullptr;
  }
  if (statement)
    for (auto &values : outputs)
      values.resize(carried.size());
  auto types = carried.types();
  if (!statement)
    for (auto &part : parts[1])
      types.push_back(emit.tensorType(part->element, part->shape));
  for (bool taken : {true, false}) {
    mlir::OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(taken ? op.thenBlock() : op.elseBlock());
    builder.create<YieldOp>(emit.location, outputs[taken]);
  }
  auto typed = builder.create<IfOp>(emit.location, types, chosen, /*addThenBlock=*/false, /*addElseBlock=*/false);
  typed.getThenRegion().takeBody(op.getThenRegion());
  typed.getElseRegion().takeBody(op.getElseRegion());
  op.erase();
  carried.bind(typed.getResults().take_front(carried.size()));
  if (statement)
    return std::make_shared<UnitValue>();
  std::vector<Tensor> joined;
  for (size_t i = 0; i < parts[1].size(); ++i)
    joined.push_back(make(typed.getResult(carried.size() + i), parts[1][i]->element, parts[1][i]->shape));
  size_t next = 0;
  return rebuild(results[1], joined, next);
}
