//===- ModelTable.cpp - What `print(net)` shows ---------------------------------------------------===//
//
// Stage: sema. A row for each part of a model: what it gives, its parameters, and how much
// arithmetic a row of input takes. The model is called once in code that is thrown away.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Elaborator.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

/// Visits the models in a value, the outer one first: `blocks.0`, `blocks.0.attention`. A model that `isAll` of the one
/// around it is left out: its row would say the same again.
template <class Visit>
static void eachPart(const Value &value, const std::string &name, Visit &&visit, bool isAll = false) {
  if (auto *model = as<ModelValue>(value)) {
    if (!isAll)
      visit(name, *model);
    for (auto &member : model->members)
      eachPart(member.value, name + "." + member.name, visit, model->members.size() == 1);
  } else if (auto *list = as<ListValue>(value)) {
    for (size_t i = 0; i < list->elements.size(); ++i)
      eachPart(list->elements[i], name + "." + std::to_string(i), visit);
  } else if (auto *tuple = as<TupleValue>(value)) {
    for (size_t i = 0; i < tuple->elements.size(); ++i)
      eachPart(tuple->elements[i], name + "." + std::to_string(i), visit);
  } else if (auto *record = as<RecordValue>(value)) {
    for (auto &[field, part] : record->fields)
      eachPart(part, name + "." + field, visit);
  }
}

/// A size without the factors made after `first`: FLOPs of one row, whatever the batch.
static Dim perRow(const Dim &dim, SymbolId first) {
  Dim result;
  for (auto &[monomial, coefficient] : dim.terms) {
    Dim term(coefficient);
    for (SymbolId id : monomial)
      if (id < first)
        term = term * Dim::symbol(id);
    result = result + term;
  }
  return result;
}

static Dim elementCount(const Shape &shape) {
  Dim count(1);
  for (auto &size : shape)
    count = count * size.dim;
  return count;
}

bool Elaborator::printModel(const ModelValue &model, SourceRange range) {
  const ast::FnDecl *call = nullptr;
  for (auto *member : model.cls->decl->members)
    if (auto *fn = ast::as<ast::FnDecl>(member); fn && fn->name.text == "call")
      call = fn;
  bool typed = call && !call->parameters.empty() &&
               llvm::all_of(call->parameters, [](auto &parameter) { return parameter.type != nullptr; });
  Tracer trace;
  for (auto &member : model.members)
    eachPart(member.value, member.name, [&](const std::string &, const ModelValue &part) { trace.rows[&part] = {}; });
  Tracer::Row whole;
  SymbolId first = freshDim("", range, {}).asSymbol().value();
  if (typed) {
    size_t errors = diags.errorCount();
    speculate([&] {
      Restore<Tracer *> restore(tracer, &trace);
      auto inner = std::make_shared<Scope>(model.cls->scope, /*isFunction=*/true);
      for (auto &[name, value] : model.arguments)
        inner->names[name] = Binding{value, false, {}};
      CallArguments arguments;
      arguments.range = range;
      {
        Restore<ScopePtr> restoreScope(scope, inner);
        std::vector<Tensor> parameters;
        leaves(std::make_shared<ModelValue>(model), parameters, /*trainableOnly=*/true);
        for (auto &parameter : call->parameters) {
          // `float` is what the model's own parameters are.
          if (!parameters.empty())
            bindElementClass(*parameter.type, parameters[0], *inner);
          auto value = typedPlaceholder(*parameter.type, *inner);
          if (!value)
            return;
          arguments.items.push_back({"", *value, parameter.range});
        }
      }
      whole.output = callMethod(model, "call", arguments);
      whole.flops = trace.flops;
    });
    if (diags.errorCount() != errors)
      return false;
  }
  emit.setPlace(range);
  auto text = [&](const std::string &piece) { emit.runtime("mdl_text_add", emit.string(piece)); };
  auto number = [&](const Dim &dim) { emit.runtime("mdl_text_add_i64", {emit.i64(dim, dims), emit.string(",")}); };
  auto row = [&](const std::string &name, const Value &part, const Tracer::Row &traced) {
    std::vector<Tensor> parameters;
    leaves(part, parameters, /*trainableOnly=*/true);
    Dim count, bytes;
    for (auto &leaf : parameters) {
      count = count + elementCount(leaf->shape);
      bytes = bytes + elementCount(leaf->shape) * Dim(emit.elementType(leaf->element).getIntOrFloatBitWidth() / 8);
    }
    text("\n" + name + "\t");
    if (auto *out = as<TensorValue>(traced.output)) {
      text(std::string(elementTypeName(out->element)) + "[");
      for (size_t i = 0; i < out->shape.size(); ++i) {
        if (i)
          text(", ");
        bool known = llvm::all_of(out->shape[i].dim.terms, [&](auto &term) {
          return llvm::all_of(term.first, [&](SymbolId id) { return id < first; });
        });
        if (known)
          number(out->shape[i].dim);
        else
          text(dims.print(out->shape[i].dim));
      }
      text("]");
    }
    text("\t");
    number(count);
    text("\t");
    number(bytes);
    text("\t");
    if (traced.output)
      number(perRow(traced.flops, first));
  };
  emit.runtime("mdl_text_begin", {});
  text("layer\toutput\tparameters\tbytes\tFLOPs");
  Value self = std::make_shared<ModelValue>(model);
  for (auto &member : model.members) {
    if (member.role == ModelValue::Role::Param)
      row(member.name, member.value, {});
    eachPart(member.value, member.name, [&](const std::string &name, const ModelValue &part) {
      row(name + ": " + part.cls->decl->name.text, std::make_shared<ModelValue>(part), trace.rows[&part]);
    });
  }
  row(model.cls->decl->name.text, self, whole);
  emit.runtime("mdl_text_print_table", {});
  if (call && !typed) {
    emit.runtime("mdl_text_begin", {});
    text("Outputs and FLOPs are shown where `call` has types, such as `fn call(x: f32[n, 784])`.");
    emit.runtime("mdl_text_print", {});
  }
  return true;
}
