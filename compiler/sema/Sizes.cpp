//===- Sizes.cpp - Whole numbers as sizes ----------------------------------------------===//
//
// Stage: sema. What a program gives where a size is needed, `n`, `2*n`, `len(x)`, `[n, 3]`, as polynomials; a number
// that only the run knows gets a symbol of its own, and a check where it may be negative.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Elaborator.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

Dim Elaborator::freshDim(const std::string &name, SourceRange origin, mlir::Value index) {
  return Dim::symbol(dims.fresh(name, origin, index.getAsOpaquePointer()));
}

Dim Elaborator::freshNumber(const std::string &name, SourceRange origin, mlir::Value index) {
  Dim number = freshDim(name, origin, index);
  dims.setNumber(*number.asSymbol());
  return number;
}

void Elaborator::checkSize(const Size &size) {
  if (!dims.mayBeNegative(size.dim))
    return;
  emit.runtime("mdl_check_size", {emit.i64(size.dim, dims), where(size.origin), emit.string(dims.print(size.dim))});
  learnChecked(size.dim);
  // Checked before all that follows in the program.
  auto &[monomial, coefficient] = *size.dim.terms.begin();
  bool isMultiple =
      size.dim.terms.size() == 1 && monomial.size() == 1 && coefficient > 0; // `2*n` is not, so `n` is not
  if (isMultiple && emit.builder.getInsertionBlock() == entry)
    dims.setMayBeNegative(monomial.front(), false);
}

std::optional<Size> Elaborator::size(const Value &value, SourceRange range) {
  if (!value)
    return std::nullopt;
  if (auto *literal = as<LiteralValue>(value); literal && literal->isInt)
    return Size{Dim(literal->intValue), range};
  auto *t = as<TensorValue>(value);
  if (!t || !isInteger(t->element) || !t->shape.empty() || t->affine) {
    auto report = diags.report(diag::ExpectedSize, range, {typeName(value)});
    std::string text(range.isValid() ? sources.text(range) : "");
    bool isNamesake = t && llvm::any_of(t->shape, [&](const Size &one) { return dims.print(one.dim) == text; });
    if (isNamesake)
      report.hint("`" + text + "` is the parameter here, which hides the size `" + text + "` of its type: `shape(" +
                  text + ")` gives it, or name one of them otherwise");
    else if (t && t->lift)
      report.hint("this depends on an index of the comprehension, and a size is the same for all indices");
    else if (t && isFloat(t->element) && t->shape.empty())
      report.hint("`//` divides whole numbers, `x.i64()` cuts a fraction off");
    return std::nullopt;
  }
  if (t->known)
    return Size{*t->known, range};
  auto self = std::static_pointer_cast<const TensorValue>(value);
  std::string name = range.isValid() ? std::string(sources.text(range)) : "size";
  return Size{freshNumber(name, range, emit.toIndex(scalar(cast(self, ElementType::I64)))), range};
}

/// The sizes in a tensor of them, `let sizes = [2, 3]`; none of what is no list of whole numbers of a known length.
static std::vector<Value> elementsOfSizes(Elaborator &e, const Value &value, SourceRange range) {
  auto *whole = as<TensorValue>(value);
  bool isList = whole && !whole->lift && whole->rank() == 1 && isInteger(whole->element);
  int64_t count = isList ? whole->shape[0].dim.constant().value_or(0) : 0;
  std::vector<Value> sizes;
  for (int64_t i = 0; i < count; ++i) {
    Value size = e.row(std::static_pointer_cast<const TensorValue>(value), Dim(i), range);
    auto *number = as<TensorValue>(size);
    auto constant = number ? e.constantInt(size) : std::nullopt;
    if (constant) {
      sizes.push_back(e.knownScalar(Dim(*constant)));
    } else if (number && !number->known) {
      std::string name = std::string(e.sources.text(range)) + "[" + std::to_string(i) + "]";
      auto tensor = std::static_pointer_cast<const TensorValue>(size);
      sizes.push_back(
          e.knownScalar(e.freshNumber(name, range, e.emit.toIndex(e.scalar(e.cast(tensor, ElementType::I64))))));
    } else {
      sizes.push_back(size);
    }
  }
  return sizes;
}

std::optional<Shape> Elaborator::shapeArgument(const Value &value, SourceRange range, int64_t least) {
  if (!value)
    return std::nullopt;
  auto checked = [&](std::optional<Size> one, SourceRange at) {
    auto constant = one ? one->dim.constant() : std::nullopt;
    if (one && !constant)
      checkSize(*one);
    if (!constant || *constant >= least)
      return one;
    diags.report(diag::ExpectedSize, at, {std::to_string(*constant)});
    return std::optional<Size>();
  };
  Shape shape;
  const std::vector<Value> *elements = nullptr;
  const std::vector<SourceRange> *ranges = nullptr;
  const std::vector<Value> ofTensor = elementsOfSizes(*this, value, range);
  if (auto *list = as<ListValue>(value)) {
    elements = &list->elements;
    ranges = &list->ranges;
  } else if (auto *tuple = as<TupleValue>(value)) {
    elements = &tuple->elements;
  } else if (!ofTensor.empty()) {
    elements = &ofTensor;
  } else {
    auto one = checked(size(value, range), range);
    if (one)
      shape.push_back(*one);
    return one ? std::optional<Shape>(shape) : std::nullopt;
  }
  for (size_t i = 0; i < elements->size(); ++i) {
    SourceRange at = ranges ? (*ranges)[i] : range;
    auto one = checked(size((*elements)[i], at), at);
    if (!one)
      return std::nullopt;
    shape.push_back(*one);
  }
  return shape;
}
