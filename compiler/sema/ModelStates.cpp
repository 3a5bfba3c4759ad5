//===- ModelStates.cpp - What calls of models leave in their state --------------===//
//
// Stage: sema.
//
// Note [State of a model]
// Models are values, so a call cannot change the `state` of the model that is called. What it assigns is remembered
// under the SSA value of the state: later calls of the same model start from there, and `with_state(model)` gives the
// model that has it. `fit` does so after each step; a state that nobody takes is forgotten. The state of `layers[k]` at
// a place of the run is chosen among those of the list, and what a call assigns to it is theirs at that place.
//
// A branch or a pass of a loop that has changed a state of a model from outside of it has assigned a variable, though
// no name in its text says so: the `scf.if` gives it, and the loop is made again with it among what it carries.
//
//===----------------------------------------------------------------------===//

#include "compiler/sema/ModelStates.h"
#include "compiler/sema/ChosenElements.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

/// Whether a value may be used in operations of a block.
static bool isInSight(mlir::Block *block, mlir::Value value) {
  while (block) {
    if (value.getParentBlock() == block)
      return true;
    mlir::Operation *parent = block->getParentOp();
    block = parent ? parent->getBlock() : nullptr;
  }
  return false;
}

static const void *keyOf(const TensorValue &state) { return state.ssa.getAsOpaquePointer(); }

/// The latest of a state that may be used in a block.
static Elaborator::Tensor latestIn(const decltype(Elaborator::newStates) &states, const Elaborator::Tensor &state,
                                   mlir::Block *block) {
  auto found = states.find(keyOf(*state));
  bool hasNew = found != states.end() && found->second.latest;
  return hasNew && isInSight(block, found->second.latest->ssa) ? found->second.latest : state;
}

Elaborator::Tensor Elaborator::latestState(const Tensor &state) {
  return state && state->ssa ? latestIn(newStates, state, emit.builder.getInsertionBlock()) : state;
}

StatesThen Elaborator::statesNow() const {
  StatesThen now{newStates, {}};
  for (Scope *s = scope.get(); s; s = s->parent.get())
    for (auto &[name, binding] : s->names)
      if (binding.isState)
        now.ofFunctions.push_back({name, &binding, binding.value});
  return now;
}

void Elaborator::restoreStates(const StatesThen &then) {
  newStates = then.ofModels;
  for (auto &state : then.ofFunctions)
    state.binding->value = state.value;
}

/// The entry of a state, made where there is none.
static StateNow &entryOf(Elaborator &e, const std::string &name, const Elaborator::Tensor &state) {
  StateNow &entry = e.newStates[keyOf(*state)];
  if (!entry.own) {
    entry.name = name;
    entry.order = e.newStates.size();
    entry.own = state;
  }
  return entry;
}

std::vector<AssignedVariable> mdl::changedStates(Elaborator &e, const StatesThen &since,
                                                 llvm::ArrayRef<AssignedVariable> known, mlir::Block *place) {
  std::vector<AssignedVariable> changed;
  for (auto &[name, binding, value] : since.ofFunctions)
    if (binding->value != value &&
        llvm::none_of(known, [binding = binding](auto &one) { return one.binding == binding; }))
      changed.push_back({binding, name, value});
  std::vector<const StateNow *> entries;
  for (auto &[key, entry] : e.newStates)
    if (entry.latest && isInSight(place, entry.own->ssa))
      entries.push_back(&entry);
  llvm::sort(entries, [](auto *a, auto *b) { return a->order < b->order; });
  for (auto *entry : entries) {
    const void *key = keyOf(*entry->own);
    auto before = since.ofModels.find(key);
    bool isChanged = before == since.ofModels.end() || before->second.latest != entry->latest;
    if (isChanged && llvm::none_of(known, [&](auto &one) { return one.state && keyOf(*one.state) == key; }))
      changed.push_back({nullptr, entry->name, latestIn(since.ofModels, entry->own, place), entry->own});
  }
  return changed;
}

Value AssignedVariable::now(const Elaborator &e) const {
  if (!state)
    return binding->value;
  auto found = e.newStates.find(keyOf(*state));
  return found != e.newStates.end() && found->second.latest ? Value(found->second.latest) : before;
}

void AssignedVariable::set(Elaborator &e, const Value &value) const {
  if (!state) {
    binding->value = value;
    return;
  }
  entryOf(e, name, state).latest = std::static_pointer_cast<const TensorValue>(value);
}

static void keep(Elaborator &e, const std::string &name, const Elaborator::Tensor &state, Elaborator::Tensor now,
                 SourceRange range) {
  if (!now->ssa)
    now = e.make(e.ssa(now), now->element, now->shape);
  StateNow &entry = entryOf(e, name, state);
  entry.latest = now;
  StateNow chosen = entry;
  for (size_t place = 0; place < chosen.among.size(); ++place) {
    const Elaborator::Tensor &one = chosen.among[place];
    Value isThere = e.compare(ast::CompareOp::Eq, chosen.place, e.knownScalar(Dim(static_cast<int64_t>(place))), range,
                              range, range);
    Value own = e.elementwise("select", {isThere, now, e.latestState(one)}, {range, range, range}, range);
    if (own)
      keep(e, name, one, std::static_pointer_cast<const TensorValue>(own), range);
  }
}

void mdl::keepState(Elaborator &e, const ModelValue::Member &member, const Value &now, SourceRange range) {
  auto *state = as<TensorValue>(member.value), *changed = as<TensorValue>(now);
  // What calls leave while a gradient is checked in f64 is forgotten.
  if (!changed || !state->ssa || changed->ssa == state->ssa || e.inF64)
    return;
  if (!e.axes.empty()) {
    e.diags
        .report(diag::Unsupported, range,
                {"a comprehension computes all its elements at once, so `" + member.name +
                 "` cannot change from one call of the model to the next"})
        .hint("a `for` loop makes the calls one after another");
    return;
  }
  bool same = changed->shape.size() == state->shape.size();
  for (size_t axis = 0; same && axis < state->shape.size(); ++axis)
    same = changed->shape[axis].dim == state->shape[axis].dim;
  if (!same) {
    e.diags.report(diag::TypeChanges, range, {member.name, e.typeName(member.value), e.typeName(now)});
    return;
  }
  keep(e, member.name, std::static_pointer_cast<const TensorValue>(member.value),
       std::static_pointer_cast<const TensorValue>(now), range);
}

void mdl::noteChosenState(Elaborator &e, const Value &state, const std::vector<Value> &states, const Value &place,
                          SourceRange range) {
  auto *chosen = as<TensorValue>(state);
  StateNow now;
  now.name = "state";
  now.order = e.newStates.size() + 1;
  std::vector<Value> latest;
  for (auto &one : states) {
    if (!chosen || !chosen->ssa || !as<TensorValue>(one) || !as<TensorValue>(one)->ssa)
      return;
    now.among.push_back(std::static_pointer_cast<const TensorValue>(one));
    latest.push_back(e.latestState(now.among.back()));
  }
  now.own = std::static_pointer_cast<const TensorValue>(state);
  now.place = place;
  if (latest != states)
    now.latest = e.tensor(elementOfRun(e, state, latest, place, range), range);
  e.newStates[keyOf(*chosen)] = now;
}
