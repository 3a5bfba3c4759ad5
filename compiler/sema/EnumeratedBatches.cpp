//===- EnumeratedBatches.cpp - `for i, batch in enumerate(batches(…))` ----------------------------===//
//
// Stage: sema. Batches come one by one, so what counts them is a variable of the loop:
//
//   for (i, (xb, yb)) in enumerate(batches(…)) { … }
//
//   var $place0 = 0
//   for $batch in batches(…) { let (i, (xb, yb)) = ($place0, $batch); $place0 = $place0 + 1; … }
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/DataSets.h"

#include <deque>

using namespace mdl;

namespace {
/// The nodes that such a loop is made of, for as long as it is elaborated.
class LoopNodes {
public:
  explicit LoopNodes(SourceRange range) : range(range) {}

  ast::NameRef *name(const std::string &text) {
    auto &node = names.emplace_back(range);
    node.name = text;
    return &node;
  }
  /// `name = name + 1`.
  ast::Assign *increment(const std::string &text) {
    one.value = 1;
    auto &sum = sums.emplace_back(range);
    sum.op = ast::BinaryOp::Add;
    sum.opRange = range;
    sum.lhs = name(text);
    sum.rhs = &one;
    auto &next = steps.emplace_back(range);
    next.target = name(text);
    next.value = &sum;
    return &next;
  }

private:
  SourceRange range;
  ast::IntLiteral one{range};
  std::deque<ast::NameRef> names;
  std::deque<ast::Binary> sums;
  std::deque<ast::Assign> steps;
};
} // namespace

static constexpr const char *BatchName = "$batch";

/// The batches that a source goes over beside counters only; null for other sources.
static const BatchesValue *batchesCounted(const Value &source) {
  const BatchesValue *found = nullptr;
  auto *zip = as<ZipValue>(source);
  for (size_t i = 0; zip && i < zip->parts.size(); ++i) {
    auto *range = as<RangeValue>(zip->parts[i]);
    auto *batches = as<BatchesValue>(zip->parts[i]);
    bool isCounter = range && !range->end;
    if (batches ? found != nullptr : !isCounter)
      return nullptr;
    found = batches ? batches : found;
  }
  return found;
}

bool mdl::forEnumeratedBatches(Elaborator &e, const ast::For &stmt, const ast::Block &body, const Value &source) {
  const BatchesValue *batches = batchesCounted(source);
  if (!batches)
    return false;
  SourceRange range = stmt.source->range;
  LoopNodes nodes(range);
  ast::Tuple element(range);
  ast::Let taken(range);
  taken.pattern = stmt.pattern;
  taken.value = &element;
  ast::Block counted = body;
  auto place = counted.statements.insert(counted.statements.begin(), &taken) + 1;
  for (auto &part : as<ZipValue>(source)->parts) {
    auto *counter = as<RangeValue>(part);
    std::string name = counter ? "$place" + std::to_string(element.elements.size()) : BatchName;
    element.elements.push_back(nodes.name(name));
    if (!counter)
      continue;
    auto begin = e.size(counter->begin, range);
    if (!begin)
      return true;
    e.scope->names[name] = Binding{e.knownScalar(begin->dim), true, {}};
    place = counted.statements.insert(place, nodes.increment(name)) + 1;
  }
  ast::Pattern pattern{ast::Pattern::Bind, range, {BatchName, range}, {}, {}};
  ast::For loop(stmt.range);
  loop.pattern = &pattern;
  loop.source = stmt.source;
  loop.body = stmt.body;
  e.forBatches(loop, counted, *batches);
  return true;
}
