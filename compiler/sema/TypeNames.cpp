//===- TypeNames.cpp - Types as messages name them -----------------------------------------===//
//
// Stage: sema. In: a value, a shape, a size. Out: the text of its type; the note of where a size comes from.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Elaborator.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

std::string Elaborator::print(const Shape &shape, unsigned from) const {
  std::string text = "[";
  for (size_t i = from; i < shape.size(); ++i)
    text += (i > from ? ", " : "") + dims.print(shape[i].dim);
  return text + "]";
}

/// The type that all elements of a list have. Of tensors of several sizes it has `_` for these, as in a signature.
static std::string typeOfElements(const Elaborator &e, const ListValue &list) {
  std::string first = e.typeName(list.elements[0]);
  auto *tensor = as<TensorValue>(list.elements[0]);
  if (!tensor || llvm::all_of(list.elements, [&](auto &element) { return e.typeName(element) == first; }))
    return first;
  std::string sizes;
  for (size_t i = tensor->lift; i < tensor->shape.size(); ++i) {
    bool same = llvm::all_of(list.elements, [&](auto &element) {
      auto *other = as<TensorValue>(element);
      return other && other->shape.size() == tensor->shape.size() && other->shape[i].dim == tensor->shape[i].dim;
    });
    sizes += (sizes.empty() ? "" : ", ") + (same ? e.dims.print(tensor->shape[i].dim) : "_");
  }
  bool sameRank = llvm::all_of(list.elements, [&](auto &element) {
    auto *other = as<TensorValue>(element);
    return other && other->rank() == tensor->rank();
  });
  return elementTypeName(tensor->element) + (sameRank ? "[" + sizes + "]" : "[...]");
}

std::string Elaborator::typeName(const Value &value) const {
  if (!value)
    return "nothing";
  switch (value->kind) {
  case ValueKind::Tensor: {
    auto *tensor = as<TensorValue>(value);
    std::string name = elementName(tensor->element);
    return tensor->rank() ? name + print(tensor->shape, tensor->lift) : name;
  }
  case ValueKind::Literal:
    return as<LiteralValue>(value)->isInt ? "i64" : "f32";
  case ValueKind::Tuple: {
    std::string text = "(";
    for (auto &element : as<TupleValue>(value)->elements)
      text += (text.size() > 1 ? ", " : "") + typeName(element);
    return text + ")";
  }
  case ValueKind::Record: {
    std::string text = "{";
    for (auto &[name, field] : as<RecordValue>(value)->fields)
      text += (text.size() > 1 ? ", " : "") + name + ": " + typeName(field);
    return text + "}";
  }
  case ValueKind::List: {
    auto *list = as<ListValue>(value);
    return list->elements.empty() ? "an empty list" : "list of " + typeOfElements(*this, *list);
  }
  case ValueKind::RunList:
    return "list of " + typeName(as<RunListValue>(value)->form);
  case ValueKind::Model:
    return "model " + as<ModelValue>(value)->cls->decl->name.text;
  case ValueKind::Unit:
    return "nothing";
  case ValueKind::String:
    return "string";
  case ValueKind::Range:
    return "range";
  case ValueKind::Ragged:
    return elementName(as<RaggedValue>(value)->whole->element) + " rows of different lengths";
  case ValueKind::Zip:
    return "pairs of `zip` or `enumerate`";
  case ValueKind::ModelClass:
    return "model class " + as<ModelClassValue>(value)->decl->name.text;
  case ValueKind::Choice: {
    const Value &one = as<ChoiceValue>(value)->functions.front();
    return as<ModelValue>(one)        ? "one of several models"
           : as<ModelClassValue>(one) ? "one of several model classes"
                                      : "function";
  }
  case ValueKind::ElementType:
  case ValueKind::TensorType:
    return "type";
  case ValueKind::Data:
    return "data set";
  case ValueKind::Batches:
    return "batches";
  case ValueKind::Module:
    return "module";
  default:
    return "function";
  }
}

void Elaborator::noteOrigin(DiagnosticEngine::Builder &builder, const Size &size) {
  if (size.origin.isValid())
    builder.note(size.origin, "`" + dims.print(size.dim) + "` comes from here");
}
