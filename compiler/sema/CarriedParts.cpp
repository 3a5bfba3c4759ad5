//===- CarriedParts.cpp - Texts, choices and placeholders in what loops carry -------===//
//
// Stage: sema. See CarriedParts.h.
//
//===----------------------------------------------------------------------===//

#include "compiler/sema/CarriedParts.h"
#include "compiler/sema/Carried.h"
#include "compiler/sema/Literals.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

//===--- Texts and functions ---------------------------------------------------------===//

bool mdl::isText(const Value &value) { return as<StringValue>(value) != nullptr; }

bool mdl::isChoice(const Value &value) {
  auto *choice = as<ChoiceValue>(value);
  auto *number = choice ? as<TensorValue>(choice->number) : nullptr;
  return number && !number->lift;
}

Value mdl::mapParts(const Value &value, IsPart isPart, llvm::function_ref<Value(const Value &)> change) {
  if (isPart(value))
    return change(value);
  std::vector<Value> parts = partsOf(value);
  bool changed = false;
  for (Value &part : parts) {
    Value now = mapParts(part, isPart, change);
    changed |= now != part;
    part = now;
  }
  return changed ? withParts(value, parts) : value;
}

Value mdl::mapTexts(const Value &value, llvm::function_ref<Value(const Value &)> change) {
  return mapParts(value, isText, change);
}

std::vector<Value> mdl::partsThat(const Value &value, IsPart isPart) {
  std::vector<Value> found;
  mapParts(value, isPart, [&](const Value &part) {
    found.push_back(part);
    return part;
  });
  return found;
}

std::vector<Value> mdl::textsOf(const Value &value) { return partsThat(value, isText); }

void mdl::forEachChoice(const Value &value, const Value &other,
                        llvm::function_ref<void(const Value &, const Value &)> visit) {
  if (isChoice(value))
    return visit(value, other);
  for (auto [part, otherPart] : llvm::zip(partsOf(value), partsOf(other)))
    forEachChoice(part, otherPart, visit);
}

bool mdl::isRunText(const Value &value) {
  auto *string = as<StringValue>(value);
  return string && string->pieces.size() == 1 && string->pieces[0].pointer && !string->constant;
}

//===--- Indices of comprehensions -----------------------------------------------------===//

Elaborator::Tensor mdl::withIndices(Elaborator &e, const Elaborator::Tensor &value, const TensorValue &like) {
  if (auto numbers = writtenNumbers(value)) {
    numbers->exact = withIndices(e, numbers->exact, like);
    return numbers->exact == value->written->exact ? value : withOpenType(e, *numbers);
  }
  Elaborator::Tensor lifted = e.liftTo(value, like.lift);
  Shape shape = lifted->shape;
  bool changes = lifted != value;
  for (unsigned axis = 0; axis < like.lift; ++axis)
    if (shape[axis].dim.isConstant(1) && !like.shape[axis].dim.isConstant(1)) {
      shape[axis] = like.shape[axis];
      changes = true;
    }
  return changes ? e.broadcast(lifted, shape, lifted->lift) : value;
}

//===--- Placeholders ------------------------------------------------------------------===//

/// Whether every symbol of the size is older than `mark`.
static bool isOlder(const DimTable &dims, const Dim &dim, SymbolId mark) {
  for (auto &[monomial, coefficient] : dim.terms)
    for (SymbolId id : monomial) {
      auto &symbol = dims[id];
      bool older =
          symbol.isComputed() ? isOlder(dims, symbol.first, mark) && isOlder(dims, symbol.second, mark) : id < mark;
      if (!older)
        return false;
    }
  return true;
}

Value mdl::emptyRows(Elaborator &e, const TensorValue &like, SymbolId mark) {
  Shape shape = like.shape;
  bool isKnown = true;
  for (size_t axis = like.lift + 1; axis < shape.size(); ++axis)
    isKnown &= isOlder(e.dims, shape[axis].dim, mark);
  shape[like.lift].dim = Dim(0);
  return isKnown ? e.broadcast(e.scalarConstant(like.element, 0), shape, like.lift) : nullptr;
}

Value mdl::placeholder(Elaborator &e, const Value &like, SymbolId mark) {
  std::vector<Elaborator::Tensor> parts;
  e.leaves(like, parts);
  for (auto &part : parts) {
    Shape shape = part->shape;
    for (auto &size : shape)
      if (!isOlder(e.dims, size.dim, mark))
        size.dim = Dim(0);
    auto written = writtenNumbers(part);
    ElementType element = written ? written->element : part->element;
    part = e.broadcast(e.scalarConstant(element, 0), shape, part->lift);
    if (written) {
      written->exact = part;
      part = withOpenType(e, *written);
    }
  }
  size_t next = 0;
  auto nothing = std::make_shared<StringValue>();
  nothing->constant = "";
  return mapTexts(e.rebuild(like, parts, next),
                  [&](const Value &text) { return e.knownText(text) ? text : Value(nothing); });
}
