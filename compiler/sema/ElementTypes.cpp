//===- ElementTypes.cpp - `float[n]`, `int[n]` and `...` in signatures --------------------------===//
//
// Stage: sema. `float` stands for any of f16, bf16, f32, f64, `int` for any whole-number type,
// `...` for any leading sizes. Like the name of a dimension, each is bound by the first argument
// that has it, and must agree wherever it recurs in the signature.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Elaborator.h"

using namespace mdl;

namespace {
struct ElementClass {
  const char *name;
  bool (*has)(ElementType);
  ElementType usual;  ///< For literals, and where no argument tells.
  ElementType opaque; ///< While a signature is checked where it stands; see Note [Opaque element types].
  const char *members;
};
} // namespace

// Note [Opaque element types]
// A signature with `float` is checked once where it stands, for bf16: what is mixed there with f16, f32 or f64 becomes
// f32 or wider, so a body that gives its declared `float` for bf16 does so for each of them, unless it names bf16
// itself. Messages print that stand-in as `float`. Likewise `int` is checked for i32.
static const ElementClass classes[] = {
    {"float", isFloat, ElementType::F32, ElementType::BF16, "f16, bf16, f32 or f64"},
    {"int", isInteger, ElementType::I64, ElementType::I32, "i8, u8, i32 or i64"},
};

static const ElementClass *classNamed(const std::string &name) {
  for (auto &elementClass : classes)
    if (name == elementClass.name)
      return &elementClass;
  return nullptr;
}

bool Elaborator::isElementClass(const std::string &name) const { return classNamed(name); }

/// What the scope has bound the name of a type to.
static std::optional<ElementType> boundElement(const std::string &name, Scope &names) {
  Binding *bound = names.find(name);
  auto *type = bound ? as<ElementTypeValue>(bound->value) : nullptr;
  return type ? std::optional(type->type) : std::nullopt;
}

static void bindElement(const std::string &name, ElementType element, Scope &names) {
  auto value = std::make_shared<ElementTypeValue>();
  value->type = element;
  names.names[name] = Binding{value, false, {}};
}

/// The element type of the first tensor in a value that is one, or a list of them; none for literals.
static std::optional<ElementType> elementOf(const Value &value) {
  if (auto *tensor = as<TensorValue>(value))
    return tensor->element;
  if (auto *list = as<ListValue>(value))
    for (auto &element : list->elements)
      if (auto found = elementOf(element))
        return found;
  return std::nullopt;
}

void Elaborator::bindElementClass(const ast::TypeExpr &type, const Value &value, Scope &names) {
  const ElementClass *elementClass = type.kind == ast::TypeExpr::Tensor ? classNamed(type.name) : nullptr;
  auto element = elementOf(value);
  if (elementClass && element && elementClass->has(*element) && !boundElement(type.name, names))
    bindElement(type.name, inF64 && isFloat(*element) ? ElementType::F64 : *element, names);
}

std::optional<ElementType> Elaborator::declaredElement(const ast::TypeExpr &type, const Value &value, Scope &names) {
  std::optional<ElementType> element = elementTypeNamed(type.name);
  if (!element) {
    bindElementClass(type, value, names);
    element = boundElement(type.name, names);
    if (auto *elementClass = classNamed(type.name); !element && elementClass) {
      // What is of no such type leaves the name free for an argument that is.
      element = elementClass->usual;
      if (!elementOf(value))
        bindElement(type.name, *element, names);
    }
  }
  return element && inF64 && isFloat(*element) ? ElementType::F64 : element;
}

ElementType Elaborator::placeholderElement(const ast::TypeExpr &type, ElementType fixed, Scope &names) {
  const ElementClass *elementClass = classNamed(type.name);
  if (!elementClass)
    return fixed;
  if (auto bound = boundElement(type.name, names))
    return *bound;
  bindElement(type.name, opaqueElements ? elementClass->opaque : elementClass->usual, names);
  return *boundElement(type.name, names);
}

std::string Elaborator::elementName(ElementType element) const {
  if (opaqueElements)
    for (auto &elementClass : classes)
      if (element == elementClass.opaque && boundElement(elementClass.name, *scope) == element)
        return elementClass.name;
  return elementTypeName(element);
}

std::string Elaborator::elementHint(const ast::TypeExpr &type, ElementType declared, ElementType found) const {
  const ElementClass *elementClass = classNamed(type.name);
  std::string name = elementName(declared), converts = "`.` and the type's name converts: `x." + name + "()`";
  if (elementClass && elementClass->has(declared) && isInteger(declared) && isFloat(found))
    return "whole numbers are meant, such as the numbers of classes; " + converts;
  if (!elementClass || !elementClass->has(found))
    return converts;
  if (name == type.name)
    return "`" + name + "` is any of " + elementClass->members + ", and this fits one of them only; `x." + name +
           "()` and `dtype=" + name + "` go with it";
  return "`" + type.name + "` is " + name + " in this call: all of one signature are one type; " + converts;
}

/// The sizes that `...` was bound to in this signature; null if none was.
static const ListValue *boundRest(Scope &names) {
  auto it = names.names.find("...");
  return it == names.names.end() ? nullptr : as<ListValue>(it->second.value);
}

void Elaborator::bindRest(llvm::ArrayRef<Size> sizes, Scope &names) {
  auto list = std::make_shared<ListValue>();
  list->fixed = true;
  for (auto &size : sizes)
    list->elements.push_back(knownScalar(size.dim));
  names.names["..."] = Binding{list, false, {}};
}

std::optional<std::vector<Dim>> Elaborator::restSizes(Scope &names) const {
  const ListValue *bound = boundRest(names);
  if (!bound)
    return std::nullopt;
  std::vector<Dim> sizes;
  for (auto &element : bound->elements)
    sizes.push_back(*as<TensorValue>(element)->known);
  return sizes;
}

void Elaborator::unbindSignature(Scope &names) {
  names.names.erase("...");
  for (auto &elementClass : classes)
    if (auto it = names.names.find(elementClass.name);
        it != names.names.end() && as<ElementTypeValue>(it->second.value) && !it->second.range.isValid())
      names.names.erase(it);
}
