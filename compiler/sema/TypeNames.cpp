//===- TypeNames.cpp - Types as messages name them -----------------------------------------===//
//
// Stage: sema. In: a value, a shape, a size. Out: the text of its type; the note of where a size comes from.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/TypeNames.h"
#include "compiler/sema/RunLists.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

std::string Elaborator::print(const Shape &shape, unsigned from) const {
  std::string text = "[";
  for (size_t i = from; i < shape.size(); ++i)
    text += (i > from ? ", " : "") + dims.print(shape[i].dim);
  return text + "]";
}

static std::string nameOf(const Elaborator &e, const Value &value, bool withLengths);

/// The type that all elements of a list have. Of tensors of several sizes it has `_` for these, as in a signature.
static std::string typeOfElements(const Elaborator &e, const ListValue &list, bool withLengths) {
  std::string first = nameOf(e, list.elements[0], withLengths);
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

/// `withLengths`, a list that no tensor is tells how many elements it has.
static std::string nameOf(const Elaborator &e, const Value &value, bool withLengths) {
  auto part = [&](const Value &inner) { return nameOf(e, inner, withLengths); };
  if (!value)
    return "nothing";
  switch (value->kind) {
  case ValueKind::Tensor: {
    auto *tensor = as<TensorValue>(value);
    std::string name = e.elementName(tensor->element);
    return tensor->rank() ? name + e.print(tensor->shape, tensor->lift) : name;
  }
  case ValueKind::Literal:
    return as<LiteralValue>(value)->isInt ? "i64" : "f32";
  case ValueKind::Tuple: {
    std::string text = "(";
    for (auto &element : as<TupleValue>(value)->elements)
      text += (text.size() > 1 ? ", " : "") + part(element);
    return text + ")";
  }
  case ValueKind::Record: {
    std::string text = "{";
    for (auto &[name, field] : as<RecordValue>(value)->fields)
      text += (text.size() > 1 ? ", " : "") + name + ": " + part(field);
    return text + "}";
  }
  case ValueKind::List: {
    auto *list = as<ListValue>(value);
    std::string length = withLengths ? std::to_string(list->elements.size()) + " " : "";
    return list->elements.empty() ? "an empty list" : "list of " + length + typeOfElements(e, *list, withLengths);
  }
  case ValueKind::RunList: {
    auto *list = as<RunListValue>(value);
    return "list of " + (withLengths ? e.dims.print(lengthOfList(*list).dim) + " " : "") + part(list->form);
  }
  case ValueKind::Model:
    return "model " + as<ModelValue>(value)->cls->decl->name.text;
  case ValueKind::Unit:
    return "nothing";
  case ValueKind::String:
    return "string";
  case ValueKind::Range:
    return "range";
  case ValueKind::Ragged:
    return e.elementName(as<RaggedValue>(value)->whole->element) + " rows of different lengths";
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

std::string Elaborator::typeName(const Value &value) const { return nameOf(*this, value, /*withLengths=*/false); }

std::pair<std::string, std::string> mdl::typeNamesApart(const Elaborator &e, const Value &a, const Value &b) {
  std::string first = e.typeName(a), second = e.typeName(b);
  if (first != second)
    return {first, second};
  return {nameOf(e, a, /*withLengths=*/true), nameOf(e, b, /*withLengths=*/true)};
}

void Elaborator::noteOrigin(DiagnosticEngine::Builder &builder, const Size &size) {
  if (size.origin.isValid())
    builder.note(size.origin, "`" + dims.print(size.dim) + "` comes from here");
}
