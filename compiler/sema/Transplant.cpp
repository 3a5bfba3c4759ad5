//===- Transplant.cpp - Values from one elaboration to another ----------------===//
//
// Stage: sema, for the REPL. See Transplant.h.
//
//===----------------------------------------------------------------------===//

#include "compiler/sema/Transplant.h"
#include "compiler/sema/RunLists.h"

using namespace mdl;

Value Transplant::value(const Value &from) {
  if (!from)
    return nullptr;
  if (auto it = values.find(from); it != values.end())
    return it->second;
  Value to = copy(from);
  values[from] = to;
  return to;
}

ScopePtr Transplant::scope(const ScopePtr &from) {
  if (!from)
    return nullptr;
  if (auto it = scopes.find(from); it != scopes.end())
    return it->second;
  // Known before its names are copied: a function lives in the scope that it is bound in.
  auto to = std::make_shared<Scope>(nullptr, from->isFunction);
  scopes[from] = to;
  to->parent = scope(from->parent);
  for (auto &[name, binding] : from->names) {
    Binding copied = binding;
    copied.value = value(binding.value);
    if (!as<LiteralValue>(copied.number)) // What the run chose is of the line that is over.
      copied.number = nullptr;
    to->names[name] = copied;
  }
  return to;
}

std::vector<Value> Transplant::all(const std::vector<Value> &from) {
  std::vector<Value> to;
  to.reserve(from.size());
  for (auto &element : from)
    to.push_back(value(element));
  return to;
}

/// A copy of a node whose parts are then replaced.
template <class T> static std::shared_ptr<T> clone(const Value &from) { return std::make_shared<T>(*as<T>(from)); }

Value Transplant::copy(const Value &from) {
  switch (from->kind) {
  case ValueKind::Tensor:
    return tensor(std::static_pointer_cast<const TensorValue>(from));
  case ValueKind::Data:
    return data(std::static_pointer_cast<const DataValue>(from));
  case ValueKind::String: {
    auto to = clone<StringValue>(from);
    for (auto &piece : to->pieces) {
      piece.hole = value(piece.hole);
      piece.formatValue = value(piece.formatValue);
      if (piece.pointer && to->constant) { // Of an option: its default from now on.
        piece.pointer = {};
        piece.text = *to->constant;
      } else if (piece.pointer || piece.number) {
        text(piece);
      }
    }
    return to;
  }
  case ValueKind::Tuple: {
    auto to = clone<TupleValue>(from);
    to->elements = all(to->elements);
    return to;
  }
  case ValueKind::List: {
    auto to = clone<ListValue>(from);
    to->elements = all(to->elements);
    return to;
  }
  case ValueKind::RunList: {
    auto to = clone<RunListValue>(from);
    for (auto &column : to->columns)
      column = std::static_pointer_cast<const TensorValue>(value(column));
    to->form = formWith(to->form, to->columns);
    return to;
  }
  case ValueKind::Record: {
    auto to = clone<RecordValue>(from);
    for (auto &field : to->fields)
      field.second = value(field.second);
    return to;
  }
  case ValueKind::Range: {
    auto to = clone<RangeValue>(from);
    to->begin = value(to->begin);
    to->end = value(to->end);
    return to;
  }
  case ValueKind::Zip: {
    auto to = clone<ZipValue>(from);
    to->parts = all(to->parts);
    return to;
  }
  case ValueKind::Function: {
    auto to = clone<FunctionValue>(from);
    to->scope = scope(to->scope);
    return to;
  }
  case ValueKind::Lambda: {
    auto to = clone<LambdaValue>(from);
    to->scope = scope(to->scope);
    return to;
  }
  case ValueKind::Gradient: {
    auto to = clone<GradientValue>(from);
    to->function = value(to->function);
    return to;
  }
  case ValueKind::Choice: {
    auto to = clone<ChoiceValue>(from);
    for (auto &function : to->functions)
      function = value(function);
    to->number = value(to->number);
    return to;
  }
  case ValueKind::ModelClass: {
    auto to = clone<ModelClassValue>(from);
    to->scope = scope(to->scope);
    return to;
  }
  case ValueKind::Model: {
    auto to = clone<ModelValue>(from);
    to->cls = std::static_pointer_cast<const ModelClassValue>(value(to->cls));
    for (auto &argument : to->arguments)
      argument.second = value(argument.second);
    for (auto &member : to->members)
      member.value = value(member.value);
    return to;
  }
  case ValueKind::Batches: {
    auto to = clone<BatchesValue>(from);
    to->data = std::static_pointer_cast<const DataValue>(value(to->data));
    to->source = value(to->source);
    to->batch = value(to->batch);
    to->seed = value(to->seed);
    return to;
  }
  case ValueKind::Module: {
    auto to = clone<ModuleValue>(from);
    to->scope = scope(to->scope);
    return to;
  }
  default:
    return from; // Nothing of a module is in it.
  }
}
