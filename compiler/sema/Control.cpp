//===- Control.cpp - for and while -------------------------------------------------------------===//
//
// Stage: sema. A loop over what is known now is unrolled; one that counts, over a range or
// the rows of a tensor, or several of these at once, is scf.for, unless its passes cannot be one (Note [Passes of their
// own]); batches and conditions are scf.while. `break`,
// `continue` and `return` have become branches by then (Exits.h): a counting loop that has ended goes on doing nothing,
// so that it can be differentiated; the others look at the flag.
//
// Note [Passes of their own]
// `for i in 0..2 { h = layers[i](h) }` with layers of several sizes is no scf.for: each pass leaves another shape in h.
// So is what has to be known when the program is compiled, `sum(x, axis=i)`. Where the loop cannot be made and has few
// passes, it is undone and elaborated for each of them. If that fails in the first pass, the messages are those of the
// loop; in a later one they are of that pass.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Attempt.h"
#include "compiler/sema/Carried.h"
#include "compiler/sema/DataSets.h"
#include "compiler/sema/Exits.h"
#include "compiler/sema/LoopPlaces.h"
#include "compiler/sema/Ragged.h"
#include "compiler/sema/RunTexts.h"
#include "compiler/sema/Sequences.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mdl;
using mlir::scf::ForOp;
using mlir::scf::WhileOp;

/// The scope around the passes of a loop.
static ScopePtr loopScope(Elaborator &e, const Exits::Loop &loop, SourceRange range) {
  auto around = std::make_shared<Scope>(e.scope);
  placeLoop(*around, range);
  if (loop.breaks)
    around->names[hidden::Break] = Binding{e.scalarConstant(ElementType::Bool, false), true, {}};
  return around;
}

/// A list beside what is as long as only the run knows: a pass for each element of the list, if there is one.
static void forListBeside(Elaborator &e, const ast::For &stmt, const ast::Block &body, const Value &source,
                          int64_t most, const Dim &length) {
  SourceRange range = stmt.source->range;
  auto assigned = assignedNames(&body);
  for (int64_t i = 0; i < most; ++i) {
    Value isThere = e.compare(ast::CompareOp::Lt, e.knownScalar(Dim(i)), e.knownScalar(length), range, range, range);
    auto pass = [&](bool taken) -> Value {
      auto inner = std::make_shared<Scope>(e.scope);
      placePattern(*inner, *stmt.pattern);
      if (taken && e.bindPattern(*stmt.pattern, elementAt(e, source, Dim(i), range), range, *inner, false))
        e.block(body, inner);
      return std::make_shared<UnitValue>();
    };
    auto truth = isThere ? e.tensor(isThere, range) : nullptr;
    if (!truth || !e.branch({assigned, {body.range, stmt.range}, range, stmt.range, pass}, truth))
      return;
  }
}

/// A loop with passes of its own for each index of the comprehension around, over a range or rows of different lengths:
/// it makes those of all indices, and what a pass changes stays as it is for an index that does not have it. False for
/// other loops.
static bool forVarying(Elaborator &e, const ast::For &stmt, const ast::Block &body, const Value &source) {
  SourceRange range = stmt.source->range;
  bool failed = false;
  auto bounds = varyingRange(e, source, range, failed);
  auto *rows = as<RaggedValue>(source);
  auto axis = rows ? llvm::find_if(rows->axes, [&](auto &one) { return one.fromEnd + 1 == rows->whole->rank(); })
                   : decltype(rows->axes.begin())();
  bool isRows = rows && axis != rows->axes.end();
  if (!bounds && !isRows)
    return failed;
  auto hasPass = [&](const Dim &at) -> Value {
    if (isRows)
      return e.row(axis->has, at, range);
    Value place = e.knownScalar(at), after, before;
    if (bounds->begin)
      after = e.compare(ast::CompareOp::Ge, place, bounds->begin, range, range, range);
    if (bounds->end)
      before = e.compare(ast::CompareOp::Lt, place, bounds->end, range, range, range);
    if (!after || !before)
      return after ? after : before;
    return e.elementwise("and", {after, before}, {range, range}, range);
  };
  auto element = [&](const Dim &at) -> Value {
    if (!isRows)
      return as<ZipValue>(source) ? elementAtPlace(e, source, e.knownScalar(at), range) : e.knownScalar(at);
    std::vector<RaggedValue::Axis> inner;
    llvm::copy_if(rows->axes, std::back_inserter(inner), [&](auto &one) { return one.fromEnd != axis->fromEnd; });
    return raggedRows(e.tensor(e.row(rows->whole, at, range), range), inner, rows->origin);
  };
  ast::NameRef condition(range);
  condition.name = "$pass"; // No name of the language.
  ast::Block own(body), passes;
  ast::If choice(stmt.range);
  choice.condition = &condition;
  choice.then = &own;
  ast::ExprStmt statement(stmt.range);
  statement.expr = &choice;
  passes.range = body.range;
  passes.statements.push_back(&statement);
  auto whole = bounds ? as<RangeValue>(bounds->whole) : nullptr;
  Dim begin = whole ? e.size(whole->begin, range)->dim : Dim(0);
  Dim end = whole ? e.size(whole->end, range)->dim : rows->whole->shape[rows->whole->lift].dim;
  e.forCounter(stmt, passes, begin, end, /*mayGrow=*/true, [&](const Dim &at) {
    e.scope->names[condition.name] = Binding{hasPass(at), false, {}};
    return element(at);
  });
  return true;
}

/// Whether another pass, or knowing which one it is, may mend it: sizes, types, and what must be known now.
static bool mayGoForEachPass(llvm::ArrayRef<Diagnostic> reported) {
  static const diag kinds[] = {
      diag::TypeChanges,     diag::ExpectedConstant,  diag::ExpectedSize,    diag::ExpectedType,
      diag::ExpectedTensor,  diag::DimensionDiffers,  diag::RaggedList,      diag::MixedList,
      diag::MatmulSizes,     diag::ReshapeSizes,      diag::PatternMismatch, diag::StructuresDiffer,
      diag::AxisOutOfRange,  diag::BadArgument,       diag::CannotIndex,     diag::Unsupported,
      diag::NotCallable,     diag::TooManySubscripts, diag::IndexOutOfRange, diag::ShapesDoNotBroadcast,
      diag::RecursionTooDeep};
  return llvm::all_of(reported,
                      [](const Diagnostic &one) { return !isError(one.kind) || llvm::is_contained(kinds, one.kind); });
}

constexpr int64_t MostPasses = 64; ///< That are made one by one: each is compiled.

/// Makes the passes of a loop one by one; how many there are up to the first error, nothing where they cannot be made.
static std::optional<size_t> makeEachPass(Elaborator &e, const ast::For &stmt, const ast::Block &body,
                                          const Value &source) {
  SourceRange range = stmt.source->range;
  auto length = sequenceLength(e, source, range, RangeUse::Passes);
  auto count = length ? length->dim.constant() : std::nullopt;
  bool failed = !count || *count > MostPasses;
  auto elements = failed ? std::nullopt : elementsNow(e, source, range, /*all=*/true, failed);
  if (failed || !elements)
    return std::nullopt;
  // What a pass reads of a data set is gone where the passes are undone.
  Restore<mlir::Block *> notForLater(e.entry, nullptr);
  size_t errors = e.diags.errorCount(), made = 0;
  while (made < elements->size() && e.diags.errorCount() == errors) {
    auto &element = (*elements)[made++];
    e.diags.pushContext(stmt.pattern->range, "in pass " + std::to_string(made) + " of this loop");
    e.forElements(stmt, body, {element});
    e.diags.popContext();
  }
  return made;
}

/// Makes a loop that counts, or its passes one by one: see Note [Passes of their own].
static void countedOrEach(Elaborator &e, const ast::For &stmt, const ast::Block &body, const Value &source,
                          const Dim &length, llvm::function_ref<void(bool)> count) {
  std::vector<std::pair<Binding *, Binding>> before;
  for (auto &variable : assignedVariables(e, assignedNames(&body)))
    before.emplace_back(variable.binding, *variable.binding);
  Attempt attempt(e);
  size_t errors = e.diags.errorCount();
  auto restart = [&] {
    attempt.undo();
    for (auto &[binding, was] : before)
      *binding = was;
  };
  // Sizes that are known after each pass are better than ones of the run.
  bool isShort = length.constant() && *length.constant() <= MostPasses;
  count(/*mayGrow=*/!isShort);
  if (e.diags.errorCount() == errors || !isCountedNow(e, source) || !mayGoForEachPass(attempt.reported()))
    return;
  restart();
  auto passes = makeEachPass(e, stmt, body, source);
  if (passes && e.diags.errorCount() == errors)
    return;
  restart();
  count(/*mayGrow=*/true);
  if (e.diags.errorCount() == errors || !passes || *passes <= 1)
    return;
  restart();
  makeEachPass(e, stmt, body, source);
}

/// What a loop that nothing can be said of would have assigned is not known behind it, and uses of it are silent.
static void forgetAssigned(Elaborator &e, const ast::Block *body) {
  for (const std::string &name : assignedNames(body))
    if (Binding *variable = e.scope->find(name); variable && variable->isVar)
      variable->value = variable->number = nullptr;
}

void Elaborator::forLoop(const ast::For &stmt) {
  Value source = withTextsMade(*this, expression(stmt.source), stmt.source->range);
  if (!source)
    return forgetAssigned(*this, stmt.body);
  Exits::Loop loop = exits.loop(stmt.body);
  Restore<ScopePtr> restore(scope, loopScope(*this, loop, stmt.range));
  Restore<bool> within(inLoop, true);
  if (auto *batches = as<BatchesValue>(source))
    return forBatches(stmt, *loop.body, *batches);
  if (forEnumeratedBatches(*this, stmt, *loop.body, source))
    return;
  if (hasVaryingLength(source)) {
    forVarying(*this, stmt, *loop.body, source);
    return;
  }
  if (auto most = mostBesideList(*this, source)) {
    auto length = sequenceLength(*this, source, stmt.source->range, RangeUse::Passes);
    if (!length)
      return forgetAssigned(*this, stmt.body);
    if (!length->dim.constant())
      return forListBeside(*this, stmt, *loop.body, source, *most, length->dim);
  }
  bool failed = false;
  auto elements = elementsNow(*this, source, stmt.source->range, /*all=*/false, failed);
  if (failed)
    return forgetAssigned(*this, stmt.body);
  if (elements)
    return forElements(stmt, *loop.body, *elements);
  if (forVarying(*this, stmt, *loop.body, source))
    return;
  if (auto *range = as<RangeValue>(source)) {
    auto begin = size(range->begin, stmt.source->range), end = size(range->end, stmt.source->range);
    if (begin && end)
      countedOrEach(*this, stmt, *loop.body, source, end->dim - begin->dim, [&](bool mayGrow) {
        forCounter(stmt, *loop.body, begin->dim, end->dim, mayGrow, [&](const Dim &at) { return knownScalar(at); });
      });
    return;
  }
  Value whole = isTensorLike(source) ? Value(tensor(source, stmt.source->range)) : source;
  auto length = sequenceLength(*this, whole, stmt.source->range, RangeUse::Passes);
  if (!length)
    return forgetAssigned(*this, stmt.body);
  countedOrEach(*this, stmt, *loop.body, whole, length->dim, [&](bool mayGrow) {
    forCounter(stmt, *loop.body, Dim(0), length->dim, mayGrow,
               [&](const Dim &at) { return elementAt(*this, whole, at, stmt.source->range); });
  });
}

Value Elaborator::row(const Tensor &whole, const Dim &at, SourceRange range) {
  auto inner = std::make_shared<Scope>(scope);
  inner->names["$row"] = Binding{knownScalar(at), false, {}};
  ast::NameRef counter(range);
  counter.name = "$row";
  ast::Subscript subscript{ast::Subscript::At, &counter, nullptr, nullptr, nullptr, range};
  Restore<ScopePtr> restore(scope, inner);
  return indexTensor(whole, range, {subscript}, range);
}

void Elaborator::forElements(const ast::For &stmt, const ast::Block &body, const std::vector<Value> &elements) {
  for (auto &element : elements) {
    auto stopped = scope->names.find(hidden::Break);
    if (stopped != scope->names.end() && constantBool(stopped->second.value).value_or(false))
      return;
    auto inner = std::make_shared<Scope>(scope);
    placePattern(*inner, *stmt.pattern);
    bindElement(*this, *stmt.pattern, element, stmt.source, stmt.source->range, *inner);
    block(body, inner);
  }
}

void Elaborator::forCounter(const ast::For &stmt, const ast::Block &body, const Dim &begin, const Dim &end,
                            bool mayGrow, llvm::function_ref<Value(const Dim &)> elementAt) {
  auto &builder = emit.builder;
  auto pass = [&](mlir::Value counter) {
    auto inner = std::make_shared<Scope>(scope);
    Dim at = freshDim(placeName(*stmt.pattern), stmt.pattern->range, counter);
    dims.setPlace(*at.asSymbol(), begin, end - Dim(1));
    placePattern(*inner, *stmt.pattern);
    bindElement(*this, *stmt.pattern, elementAt(at), stmt.source, stmt.source->range, *inner);
    block(body, inner);
  };
  Carried carried(*this, assignedNames(&body), stmt.range, mayGrow);
  carried.settleTypes([&] { pass(index(begin)); }, stmt.range);
  carried.build([&] {
    emit.setPlace(stmt.range);
    auto loop = builder.create<ForOp>(emit.location, index(begin), index(end), index(Dim(1)), carried.initial());
    if (!carried.size())
      loop.getBody()->getTerminator()->erase();
    mlir::OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    carried.bind(loop.getRegionIterArgs());
    pass(loop.getInductionVar());
    carried.yield(loop.getRegionIterArgs(), stmt.range);
    return loop;
  });
}

void Elaborator::forBatches(const ast::For &stmt, const ast::Block &body, const BatchesValue &batches) {
  emit.setPlace(stmt.source->range);
  mlir::Value iterator = beginBatches(*this, batches, stmt.source->range);
  if (!iterator)
    return;
  auto &builder = emit.builder;
  auto pass = [&](mlir::Value rows) {
    auto constant = constantInt(batches.batch);
    Dim count =
        batches.dropLast && constant ? Dim(*constant) : freshDim("batch", stmt.source->range, emit.toIndex(rows));
    auto inner = std::make_shared<Scope>(scope);
    placePattern(*inner, *stmt.pattern);
    bindPattern(*stmt.pattern, batchValue(*this, batches, iterator, count), stmt.source->range, *inner, false);
    block(body, inner);
  };
  Carried carried(*this, assignedNames(&body), stmt.range);
  carried.settleTypes([&] { pass(emit.constantI64(1)); }, stmt.range);
  carried.build([&] {
    auto types = carried.types();
    auto inside = types;
    inside.push_back(builder.getI64Type());
    llvm::SmallVector<mlir::Location> places(inside.size(), emit.location);
    auto loop = builder.create<WhileOp>(emit.location, inside, carried.initial());
    mlir::OpBuilder::InsertionGuard guard(builder);
    auto *test = builder.createBlock(&loop.getBefore(), {}, types, llvm::ArrayRef(places).drop_back());
    carried.bind(test->getArguments());
    mlir::Value rows = emit.runtime("mdl_batches_next", iterator, builder.getI64Type());
    mlir::Value more =
        builder.create<mlir::arith::CmpIOp>(emit.location, mlir::arith::CmpIPredicate::sgt, rows, emit.constantI64(0));
    if (auto it = scope->names.find(hidden::Break); it != scope->names.end()) {
      mlir::Value stopped = scalar(std::static_pointer_cast<const TensorValue>(it->second.value));
      mlir::Value goes = builder.create<mlir::arith::XOrIOp>(emit.location, stopped, emit.constantBool(true));
      more = builder.create<mlir::arith::AndIOp>(emit.location, more, goes);
    }
    llvm::SmallVector<mlir::Value> passed(test->getArguments());
    passed.push_back(rows);
    builder.create<mlir::scf::ConditionOp>(emit.location, more, passed);

    auto *block = builder.createBlock(&loop.getAfter(), {}, inside, places);
    carried.bind(block->getArguments().drop_back());
    pass(block->getArguments().back());
    carried.yield(block->getArguments().drop_back(), stmt.range);
    return loop;
  });
  emit.runtime("mdl_batches_end", iterator);
}

/// A condition as it would be where it stands, of code that is thrown away.
static Elaborator::Tensor triedTruth(Elaborator &e, llvm::function_ref<Elaborator::Tensor()> condition) {
  size_t reported = e.diags.all().size();
  Restore<int64_t> sites(e.randomSites, int64_t(e.randomSites));
  Elaborator::Tensor truth;
  e.speculate([&] { truth = condition(); });
  e.diags.rewind(reported);
  return truth;
}

/// Whether it holds for any index.
static Elaborator::Tensor anyIndex(Elaborator &e, const Elaborator::Tensor &truth) {
  auto all = llvm::to_vector(llvm::seq<int64_t>(truth->lift));
  return e.make(e.emit.op("any", e.ssa(truth), e.emit.tensorType(ElementType::Bool, {}), {e.emit.ints("axes", all)}),
                ElementType::Bool, {});
}

void Elaborator::whileLoop(const ast::While &stmt) {
  Exits::Loop body = exits.loop(stmt.body);
  const ast::Expr *test = body.breaks ? exits.condition(stmt.condition) : stmt.condition;
  Restore<ScopePtr> restore(scope, loopScope(*this, body, stmt.range));
  Restore<bool> within(inLoop, true);
  auto truthOf = [&](const ast::Expr *expr) -> Tensor { return condition(expression(expr), stmt.condition->range); };
  auto condition = [&] { return truthOf(test); };
  // With a `break` it is a part of another condition: by itself its error says what it is.
  size_t errors = diags.errorCount();
  if (Restore<int64_t> sites(randomSites, int64_t(randomSites)); body.breaks)
    speculate([&] { truthOf(stmt.condition); });
  if (diags.errorCount() != errors)
    return;
  auto assigned = assignedNames(body.body);
  auto run = [&](bool taken) -> Value {
    return taken ? block(*body.body, std::make_shared<Scope>(scope)) : std::make_shared<UnitValue>();
  };
  // Where the condition depends on an index of the comprehension around, a pass changes nothing of those that ended.
  auto pass = [&](const Tensor &truth) {
    if (truth && truth->lift)
      branchOfIndex({assigned, {body.body->range, stmt.range}, stmt.condition->range, stmt.range, run}, truth);
    else
      run(true);
  };
  Carried carried(*this, assigned, stmt.range);
  carried.settleTypes([&] { pass(axes.empty() ? nullptr : condition()); }, stmt.range);
  Tensor form = axes.empty() ? nullptr : triedTruth(*this, condition);
  bool ofIndex = form && form->lift;

  auto &builder = emit.builder;
  carried.build([&] {
    emit.setPlace(stmt.range);
    auto types = carried.types(), passed = types;
    if (ofIndex)
      passed.push_back(emit.tensorType(ElementType::Bool, form->shape));
    auto loop = builder.create<WhileOp>(emit.location, passed, carried.initial());
    mlir::OpBuilder::InsertionGuard guard(builder);
    auto begin = [&](mlir::Region &region, mlir::TypeRange arguments) {
      return builder.createBlock(&region, {}, arguments,
                                 llvm::SmallVector<mlir::Location>(arguments.size(), emit.location));
    };
    auto *before = begin(loop.getBefore(), types);
    carried.bind(before->getArguments());
    Tensor truth = condition();
    mlir::Value go = truth ? scalar(ofIndex ? anyIndex(*this, truth) : truth) : emit.constantBool(false);
    llvm::SmallVector<mlir::Value> values(before->getArguments());
    carried.passStates(values);
    if (ofIndex) {
      if (!truth) // Reported.
        truth = liftTo(scalarConstant(ElementType::Bool, false), form->lift);
      values.push_back(ssa(broadcast(truth, form->shape, form->lift)));
    }
    builder.create<mlir::scf::ConditionOp>(emit.location, go, values);
    auto *after = begin(loop.getAfter(), passed);
    mlir::ValueRange arguments = after->getArguments();
    carried.bind(arguments.take_front(types.size()));
    pass(ofIndex ? make(arguments.back(), ElementType::Bool, form->shape, form->lift) : nullptr);
    carried.yield(arguments.take_front(types.size()), stmt.range);
    return loop;
  });
}
