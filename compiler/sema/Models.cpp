//===- Models.cpp - Constructors and methods ----------------------------------------------------===//
//
// Stage: sema. A model is a structure: its parameters and state are tensors, its parts are
// models; constructor arguments are known when the program is compiled or are options.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Models.h"
#include "compiler/sema/Attempt.h"
#include "compiler/sema/ModelStates.h"
#include "compiler/sema/PartsOfModel.h"
#include "compiler/sema/Recursion.h"

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

/// A parameter or a state is an SSA value of its own, by which it is known to gradients, to calls that assign it and to
/// other parts, also where it begins with a value that something else has. `before`: what stood last when its value was
/// computed.
static Elaborator::Tensor withOwnValue(Elaborator &e, const Elaborator::Tensor &begin, mlir::Operation *before) {
  mlir::Value value = e.ssa(begin);
  mlir::Operation *made = value.getDefiningOp();
  bool isNew = made && made->getBlock() == e.emit.builder.getInsertionBlock() &&
               (!before || (before != made && before->isBeforeInBlock(made)));
  if (!isNew) {
    llvm::SmallVector<mlir::Value> operands{value};
    operands.append(e.emit.dynamicSizes(begin->shape, e.dims));
    value = e.emit.op("reshape", operands, value.getType());
  }
  return e.make(value, begin->element, begin->shape, begin->lift);
}

namespace {
/// The tensors of a `param` or `state`: each is a value of its own. A parameter may be a structure of them.
class DeclaredTensors {
public:
  DeclaredTensors(Elaborator &e, PartsOfModel &parts, const ast::ParamDecl &decl, mlir::Operation *before)
      : e(e), parts(parts), decl(decl), before(before) {}

  Value own(const Value &value, const std::string &name) {
    if (!value)
      return nullptr;
    if (decl.isState && (as<RecordValue>(value) || as<TupleValue>(value))) {
      e.diags.report(diag::ExpectedTensor, decl.value->range, {e.typeName(value)})
          .hint("a state is one tensor; write a `state` for each part");
      return nullptr;
    }
    if (decl.isState)
      return ownTensor(value, name);
    if (auto *record = as<RecordValue>(value)) {
      auto result = std::make_shared<RecordValue>(*record);
      for (auto &[field, part] : result->fields)
        part = own(part, name + "." + field);
      return llvm::all_of(result->fields, [](auto &field) { return field.second != nullptr; }) ? result : nullptr;
    }
    if (auto *tuple = as<TupleValue>(value)) {
      auto result = std::make_shared<TupleValue>(*tuple);
      return ownAll(result->elements, name) ? result : nullptr;
    }
    // Elements of one shape are a tensor.
    Value settled = as<ListValue>(value) ? e.settle(value, decl.value->range) : nullptr;
    if (auto *list = as<ListValue>(settled)) {
      auto result = std::make_shared<ListValue>(*list);
      return ownAll(result->elements, name) ? result : nullptr;
    }
    return ownTensor(value, name);
  }

private:
  Value ownTensor(const Value &value, const std::string &name) {
    auto number = e.isTensorLike(value) ? std::optional(ElementType::F32) : std::nullopt;
    Elaborator::Tensor t = e.tensor(value, decl.value->range, number);
    if (t)
      t = withOwnValue(e, t, before);
    parts.addDeclared(t, name);
    return t;
  }

  bool ownAll(std::vector<Value> &elements, const std::string &name) {
    for (size_t i = 0; i < elements.size(); ++i)
      elements[i] = own(elements[i], name + "." + std::to_string(i));
    return llvm::all_of(elements, [](auto &element) { return element != nullptr; });
  }

  Elaborator &e;
  PartsOfModel &parts;
  const ast::ParamDecl &decl;
  mlir::Operation *before;
};
} // namespace

std::shared_ptr<ModelValue> mdl::makeModel(Elaborator &e, const std::shared_ptr<const ModelClassValue> &cls,
                                           const ScopePtr &inner) {
  const ast::ModelDecl &decl = *cls->decl;
  auto model = std::make_shared<ModelValue>();
  model->cls = cls;
  for (auto &parameter : decl.parameters) {
    Binding &binding = inner->names[parameter.pattern->name.text];
    binding.value = e.settle(binding.value, parameter.range);
    model->arguments.push_back({parameter.pattern->name.text, binding.value});
  }
  bool failed = false;
  size_t errors = e.diags.errorCount();
  PartsOfModel parts(e);
  Restore<ScopePtr> restore(e.scope, inner);
  // A model that it was given and calls is a part of it, under the parameter's name.
  for (auto &parameter : decl.parameters)
    if (const Value &given = inner->names[parameter.pattern->name.text].value;
        isPartGiven(e, decl, parameter.pattern->name.text, given)) {
      parts.add(given, parameter.pattern->name.text, parameter.range);
      model->members.push_back({parameter.pattern->name.text, ModelValue::Role::Part, given});
    }
  for (auto *member : decl.members) {
    e.emit.setPlace(member->range);
    if (auto *param = ast::as<ast::ParamDecl>(member)) {
      mlir::Operation *before = lastOperation(e);
      Value value = e.expression(param->value);
      if (value && param->type)
        value = e.checkDeclared(*param->type, value, param->value->range, "`" + param->name.text + "`");
      Value held = DeclaredTensors(e, parts, *param, before).own(value, param->name.text);
      failed |= !held;
      auto role = param->isState ? ModelValue::Role::State : ModelValue::Role::Param;
      model->members.push_back({param->name.text, role, held});
      inner->names[param->name.text] = Binding{held, false, param->name.range};
    } else if (auto *part = ast::as<ast::Let>(member)) {
      Value value = e.settle(e.expression(part->value), part->value->range);
      failed |= !value;
      bool isMember = part->pattern->kind == ast::Pattern::Bind;
      failed |= isMember && !parts.add(value, part->pattern->name.text, part->value->range);
      if (isMember)
        model->members.push_back({part->pattern->name.text, ModelValue::Role::Part, value});
      failed |= !e.bindPattern(*part->pattern, value, part->value->range, *inner, false);
    }
  }
  failed |= e.diags.errorCount() > errors; // An `assert` that fails gives a value all the same.
  return failed ? nullptr : model;
}

Value Elaborator::construct(const std::shared_ptr<const ModelClassValue> &cls, CallArguments &arguments) {
  const ast::ModelDecl &decl = *cls->decl;
  if (isTooDeep(*this, &decl, arguments))
    return nullptr;
  Restore<unsigned> deeper(depth, depth + 1);
  auto inner = std::make_shared<Scope>(cls->scope, /*isFunction=*/true);
  if (!bindParameters(decl.name.text, decl.parameters, decl.name.range, arguments, *inner, inner))
    return nullptr;
  diags.pushContext(arguments.range, "in this model `" + decl.name.text + "`");
  std::shared_ptr<ModelValue> model = makeModel(*this, cls, inner);
  diags.popContext();
  return model ? withOrigins(*this, model, decl, arguments) : nullptr;
}

ScopePtr mdl::scopeOfMethods(Elaborator &e, const ModelValue &model, SourceRange range) {
  auto self = std::make_shared<Scope>(model.cls->scope, /*isFunction=*/true);
  for (auto &[name, value] : model.arguments)
    self->names[name] = Binding{value, false, {}};
  for (auto &member : model.members) {
    bool isState = member.role == ModelValue::Role::State && as<TensorValue>(member.value);
    Value value = member.value;
    if (isState)
      value = e.settle(e.latestState(std::static_pointer_cast<const TensorValue>(value)), range);
    self->names[member.name] = Binding{value, isState, {}, nullptr, isState};
  }
  for (auto *member : model.cls->decl->members)
    if (auto *fn = ast::as<ast::FnDecl>(member)) {
      auto value = std::make_shared<FunctionValue>();
      value->decl = fn;
      value->scope = self;
      self->names[fn->name.text] = Binding{value, false, {}};
    }
  return self;
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
  ScopePtr self = scopeOfMethods(*this, model, arguments.range);
  FunctionValue function;
  function.decl = found;
  function.scope = self;
  Dim before = tracer ? tracer->flops : Dim();
  // A model is called by what it is called in the program.
  std::string title = method == "call" ? arguments.callee : "";
  bool isLine = !title.empty() && title.find('\n') == std::string::npos;
  Value result =
      isLine ? callFunction(function, arguments, title, model.cls->decl->name.text) : callFunction(function, arguments);
  for (auto &member : model.members)
    if (self->names[member.name].isState)
      keepState(*this, member, self->names[member.name].value, arguments.range);
  if (!tracer)
    return result;
  if (auto it = tracer->rows.find(&model); it != tracer->rows.end() && result) {
    it->second.output = result;
    it->second.flops = tracer->flops - before;
  }
  return result;
}
