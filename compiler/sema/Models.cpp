//===- Models.cpp - Constructors and methods ----------------------------------------------------===//
//
// Stage: sema. A model is a structure: its parameters and state are tensors, its parts are
// models; constructor arguments are known when the program is compiled or are options.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/ChosenElements.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

/// The sizes of a model's tensors that are arguments of its constructor come from where these were given: to the user,
/// `100` of `Linear(784, 100)` says more than `outputs` in the library.
static Value withOrigins(Elaborator &e, const Value &model, const ast::ModelDecl &decl,
                         const CallArguments &arguments) {
  auto given = [&](SourceRange origin) -> std::optional<SourceRange> {
    bool isInside = origin.isValid() && origin.file == decl.range.file && origin.begin >= decl.range.begin &&
                    origin.end <= decl.range.end;
    for (size_t i = 0; isInside && i < arguments.items.size(); ++i) {
      const CallArguments::Item &item = arguments.items[i];
      bool isNamed = !item.name.empty() || i >= decl.parameters.size();
      if (e.sources.text(origin) == (isNamed ? item.name : decl.parameters[i].pattern->name.text))
        return item.range;
    }
    return std::nullopt;
  };
  std::vector<Elaborator::Tensor> parts;
  e.leaves(model, parts);
  for (auto &part : parts) {
    auto copy = std::make_shared<TensorValue>(*part);
    for (Size &size : copy->shape)
      size.origin = given(size.origin).value_or(size.origin);
    part = copy;
  }
  size_t next = 0;
  return e.rebuild(model, parts, next);
}

/// The models with parameters in a value, itself among them.
static void modelsIn(Elaborator &e, const Value &value, std::vector<const ModelValue *> &found) {
  std::vector<Elaborator::Tensor> tensors;
  e.leaves(value, tensors, /*trainableOnly=*/true);
  if (tensors.empty())
    return;
  if (auto *model = as<ModelValue>(value))
    found.push_back(model);
  for (auto &part : partsOf(value))
    modelsIn(e, part, found);
}

/// Values have no identity, so a model that is a part twice would have its parameters twice, each trained by itself:
/// what is meant are shared parameters (reported). `parts`: those so far, by their places.
static bool isPartOnce(Elaborator &e, const Value &value, const std::string &name, SourceRange range,
                       std::map<const ModelValue *, std::string> &parts) {
  std::vector<const ModelValue *> models;
  modelsIn(e, value, models);
  for (auto *model : models)
    if (auto [place, isNew] = parts.insert({model, name}); !isNew) {
      std::string what = "`" + model->cls->decl->name.text + "`", where = place->second;
      e.diags
          .report(diag::Unsupported, range,
                  {"parts of a model cannot share parameters: " +
                   (where == name ? "one " + what + " is in `" + name + "` twice, where it would be two, trained apart"
                                  : "this " + what + " is in `" + where + "` already, and in `" + name +
                                        "` it would be another one, trained apart")})
          .hint("`call` may use one part twice; another call of " + what + " makes a part with parameters of its own");
      return false;
    }
  return true;
}

Value Elaborator::construct(const std::shared_ptr<const ModelClassValue> &cls, CallArguments &arguments) {
  const ast::ModelDecl &decl = *cls->decl;
  auto inner = std::make_shared<Scope>(cls->scope, /*isFunction=*/true);
  if (!bindParameters(decl.name.text, decl.parameters, decl.name.range, arguments, *inner, inner))
    return nullptr;
  auto model = std::make_shared<ModelValue>();
  model->cls = cls;
  for (auto &parameter : decl.parameters) {
    Binding &binding = inner->names[parameter.pattern->name.text];
    binding.value = settle(binding.value, parameter.range);
    model->arguments.push_back({parameter.pattern->name.text, binding.value});
  }
  diags.pushContext(arguments.range, "in this model `" + decl.name.text + "`");
  bool failed = false;
  std::map<const ModelValue *, std::string> parts;
  {
    Restore<ScopePtr> restore(scope, inner);
    for (auto *member : decl.members) {
      emit.setPlace(member->range);
      if (auto *param = ast::as<ast::ParamDecl>(member)) {
        Value value = expression(param->value);
        if (value && param->type)
          value = checkDeclared(*param->type, value, param->value->range, "`" + param->name.text + "`");
        Tensor t = value ? tensor(value, param->value->range,
                                  isTensorLike(value) ? std::optional(ElementType::F32) : std::nullopt)
                         : nullptr;
        failed |= !t;
        auto role = param->isState ? ModelValue::Role::State : ModelValue::Role::Param;
        if (t && !t->ssa)
          t = make(ssa(t), t->element, t->shape);
        model->members.push_back({param->name.text, role, t});
        inner->names[param->name.text] = Binding{t, false, param->name.range};
      } else if (auto *part = ast::as<ast::Let>(member)) {
        Value value = settle(expression(part->value), part->value->range);
        failed |= !value;
        bool isMember = part->pattern->kind == ast::Pattern::Bind;
        failed |= isMember && !isPartOnce(*this, value, part->pattern->name.text, part->value->range, parts);
        if (isMember)
          model->members.push_back({part->pattern->name.text, ModelValue::Role::Part, value});
        failed |= !bindPattern(*part->pattern, value, part->value->range, *inner, false);
      }
    }
  }
  diags.popContext();
  return failed ? nullptr : withOrigins(*this, model, decl, arguments);
}

// Note [State of a model]
// Models are values, so a call cannot change the `state` of the model that is called. What it assigns is remembered
// under the SSA value of the state: later calls of the same model start from there, and `with_state(model)` gives the
// model that has it. `fit` does so after each step; a state that nobody takes is forgotten. The state of `layers[k]` at
// a place of the run is chosen among those of the list, and what a call assigns to it is theirs at that place.

/// Whether a value may be used where operations are emitted now.
static bool isInSight(Elaborator &e, mlir::Value value) {
  for (mlir::Block *block = e.emit.builder.getInsertionBlock(); block;) {
    if (value.getParentBlock() == block)
      return true;
    mlir::Operation *parent = block->getParentOp();
    block = parent ? parent->getBlock() : nullptr;
  }
  return false;
}

Elaborator::Tensor Elaborator::latestState(const Tensor &state) {
  if (!state || !state->ssa)
    return state;
  auto found = newStates.find(state->ssa.getAsOpaquePointer());
  bool hasNew = found != newStates.end() && found->second.latest;
  return hasNew && isInSight(*this, found->second.latest->ssa) ? found->second.latest : state;
}

/// Remembers what a call has assigned to a state; reports another shape.
static void keepState(Elaborator &e, const TensorValue &state, const Value &now, SourceRange range) {
  auto *changed = as<TensorValue>(now);
  if (!changed || !state.ssa || changed->ssa == state.ssa)
    return;
  bool same = changed->shape.size() == state.shape.size();
  for (size_t axis = 0; same && axis < state.shape.size(); ++axis)
    same = changed->shape[axis].dim == state.shape[axis].dim;
  if (!same) {
    auto before = std::make_shared<TensorValue>(state);
    e.diags.report(diag::TypeChanges, range, {"state", e.typeName(before), e.typeName(now)});
    return;
  }
  auto kept = std::static_pointer_cast<const TensorValue>(now);
  if (!kept->ssa)
    kept = e.make(e.ssa(kept), kept->element, kept->shape);
  StateNow &entry = e.newStates[state.ssa.getAsOpaquePointer()];
  entry.latest = kept;
  StateNow chosen = entry;
  for (size_t place = 0; place < chosen.among.size(); ++place) {
    const Elaborator::Tensor &one = chosen.among[place];
    Value isThere = e.compare(ast::CompareOp::Eq, chosen.place, e.knownScalar(Dim(static_cast<int64_t>(place))), range,
                              range, range);
    Value own = e.elementwise("select", {isThere, kept, e.latestState(one)}, {range, range, range}, range);
    if (own)
      keepState(e, *one, own, range);
  }
}

void mdl::noteChosenState(Elaborator &e, const Value &state, const std::vector<Value> &states, const Value &place,
                          SourceRange range) {
  auto *chosen = as<TensorValue>(state);
  StateNow now;
  std::vector<Value> latest;
  for (auto &one : states) {
    if (!chosen || !chosen->ssa || !as<TensorValue>(one) || !as<TensorValue>(one)->ssa)
      return;
    now.among.push_back(std::static_pointer_cast<const TensorValue>(one));
    latest.push_back(e.latestState(now.among.back()));
  }
  now.place = place;
  if (latest != states)
    now.latest = e.tensor(elementOfRun(e, state, latest, place, range), range);
  e.newStates[chosen->ssa.getAsOpaquePointer()] = now;
}

Value Elaborator::callMethod(const ModelValue &model, const std::string &method, CallArguments &arguments,
                             bool report) {
  const ast::FnDecl *found = nullptr;
  for (auto *member : model.cls->decl->members)
    if (auto *fn = ast::as<ast::FnDecl>(member); fn && fn->name.text == method)
      found = fn;
  if (!found) {
    if (report)
      diags.report(diag::UnknownMember, arguments.range, {"model " + model.cls->decl->name.text, method})
          .note(model.cls->decl->name.range, "the model is here")
          .hint("a model is called by its `fn call(x) = …`");
    return nullptr;
  }
  auto self = std::make_shared<Scope>(model.cls->scope, /*isFunction=*/true);
  for (auto &[name, value] : model.arguments)
    self->names[name] = Binding{value, false, {}};
  for (auto &member : model.members) {
    bool isState = member.role == ModelValue::Role::State && as<TensorValue>(member.value);
    Value value = member.value;
    if (isState)
      value = latestState(std::static_pointer_cast<const TensorValue>(value));
    self->names[member.name] = Binding{value, isState, {}, nullptr, isState};
  }
  for (auto *member : model.cls->decl->members)
    if (auto *fn = ast::as<ast::FnDecl>(member)) {
      auto value = std::make_shared<FunctionValue>();
      value->decl = fn;
      value->scope = self;
      self->names[fn->name.text] = Binding{value, false, {}};
    }
  FunctionValue function;
  function.decl = found;
  function.scope = self;
  Dim before = tracer ? tracer->flops : Dim();
  Value result = callFunction(function, arguments);
  for (auto &member : model.members)
    if (self->names[member.name].isState)
      keepState(*this, *as<TensorValue>(member.value), self->names[member.name].value, arguments.range);
  if (!tracer)
    return result;
  if (auto it = tracer->rows.find(&model); it != tracer->rows.end() && result) {
    it->second.output = result;
    it->second.flops = tracer->flops - before;
  }
  return result;
}
