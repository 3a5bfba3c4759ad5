//===- OutlineText.cpp - Names and types of a printed gradient ---------------------------===//
//
// Stage: sema. See Outliner.h.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Outliner.h"

#include "llvm/ADT/StringExtras.h"

using namespace mdl;

std::string Outliner::fresh(const std::string &wish) {
  std::string base;
  for (char c : wish)
    base += llvm::isAlnum(c) ? c : '_';
  if (base.empty() || llvm::isDigit(base[0]))
    base = "v" + base;
  // A name of the language or the library would hide that one.
  if (e.globals->names.count(base) || elementTypeNamed(base))
    base += "_";
  std::string name = base;
  for (unsigned number = 2; !taken.insert(name).second; ++number)
    name = base + "_" + std::to_string(number);
  return name;
}

std::string Outliner::symbolName(SymbolId id) {
  auto &name = symbolNames[id];
  if (name.empty())
    name = fresh(e.dims[id].isComputed() ? "n" : e.dims[id].name);
  return name;
}

/// The size that a type tells by this one: `n` itself, or from `2*n` and `n - 1`.
static std::optional<SymbolId> toldBy(const Dim &dim) {
  Dim whole = dim;
  whole.terms.erase(Dim::Monomial());
  bool isTold = whole.terms.size() == 1 && whole.terms.begin()->first.size() == 1 && whole.terms.begin()->second > 0;
  return isTold ? std::optional(whole.terms.begin()->first.front()) : std::nullopt;
}

void Outliner::bindSizes() {
  for (auto &argument : arguments)
    if (argument.shape)
      for (auto &size : *argument.shape)
        if (auto symbol = toldBy(size.dim))
          bound.insert(*symbol);
}

/// A size as a dimension of a type: a number, a name, or arithmetic on names that other dimensions bind.
std::string Outliner::dimText(const Dim &dim) {
  if (auto constant = dim.constant())
    return std::to_string(*constant);
  if (auto symbol = dim.asSymbol())
    return symbolName(*symbol);
  auto isBound = [&](auto &term) { return llvm::all_of(term.first, [&](SymbolId id) { return bound.count(id); }); };
  if (!llvm::all_of(dim.terms, isBound)) {
    auto &name = otherSizes[dim];
    if (name.empty())
      name = fresh("n");
    return name;
  }
  std::string text;
  // The constant, which is the first term, stands last.
  std::vector<std::pair<Dim::Monomial, int64_t>> ordered(dim.terms.begin(), dim.terms.end());
  std::stable_partition(ordered.begin(), ordered.end(), [](auto &term) { return !term.first.empty(); });
  for (auto &[monomial, coefficient] : ordered) {
    int64_t factor = std::abs(coefficient);
    std::string term = factor != 1 || monomial.empty() ? std::to_string(factor) : "";
    for (SymbolId id : monomial)
      term += (term.empty() ? "" : "*") + symbolName(id);
    text += (text.empty() ? (coefficient < 0 ? "-" : "") : coefficient < 0 ? " - " : " + ") + term;
  }
  return text;
}

std::string Outliner::structureText(const Value &value, LeafText leaf) {
  if (auto *t = as<TensorValue>(value))
    return leaf(*t);
  std::string text;
  auto part = [&](const std::string &name, const Value &inner) {
    text += (text.empty() ? "" : ", ") + (name.empty() ? "" : name + ": ") + structureText(inner, leaf);
  };
  if (auto *tuple = as<TupleValue>(value)) {
    for (auto &element : tuple->elements)
      part("", element);
    return "(" + text + ")";
  }
  if (auto *list = as<ListValue>(value)) {
    for (auto &element : list->elements)
      part("", element);
    return "(" + text + ")";
  }
  if (auto *record = as<RecordValue>(value))
    for (auto &[name, field] : record->fields)
      part(name, field);
  if (auto *model = as<ModelValue>(value))
    for (auto &member : model->members)
      if (member.role != ModelValue::Role::State &&
          (member.role != ModelValue::Role::Part || e.isStructure(member.value)))
        part(member.name, member.value);
  return "{" + text + "}";
}

std::string Outliner::typeText(const Value &value) {
  return structureText(value, [&](const TensorValue &t) {
    std::string text = elementTypeName(t.element), sizes;
    for (auto &size : t.shape)
      sizes += (sizes.empty() ? "" : ", ") + dimText(size.dim);
    return t.shape.empty() ? text : text + "[" + sizes + "]";
  });
}

std::string Outliner::formText(const Value &value) {
  unsigned next = 0;
  return structureText(value, [&](const TensorValue &) { return "$" + std::to_string(next++); });
}

std::string Outliner::signatureText(llvm::ArrayRef<std::pair<std::string, Value>> parameters) {
  std::string text;
  for (auto &[name, value] : parameters)
    text += (text.empty() ? "" : ", ") + name + (as<DataValue>(value) ? "" : ": " + typeText(value));
  return text;
}

/// A parameter for what comes from outside; where no type is known, its name alone.
std::string Outliner::parameterText(const Argument &argument) {
  std::string name = llvm::StringRef(argument.name).split('.').first.str();
  if (argument.value.getType().isInteger(64))
    return name + ": i64";
  if (!argument.shape || !llvm::isa<mlir::RankedTensorType>(argument.value.getType()))
    return name;
  return name + ": " + typeText(e.make(argument.value, argument.element, *argument.shape));
}
