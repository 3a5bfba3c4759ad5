//===- CallHints.cpp - Calls as PyTorch and NumPy write them -------------------------------------===//
//
// Stage: sema, for messages. Sizes and axes one by one, an axis in front, one bound of two.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/CallHints.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

std::string mdl::hintForSurplus(const Elaborator &e, const CallArguments &call,
                                const std::vector<std::string> &parameters) {
  if (call.callee == "transpose")
    return "`x.transpose()` swaps the last two axes, `permute(x, [1, 0])` gives all in another order";
  Binding *callee = e.scope->find(call.callee);
  if (callee && as<ModelClassValue>(callee->value) && parameters.empty())
    return "`" + call.callee + "()` makes a model: `let net = " + call.callee + "()`, then `net(x)` calls it";
  static const std::vector<std::string> lists{"shape", "axes", "repeats"};
  bool takesList = !parameters.empty() && (llvm::is_contained(lists, parameters.back()) || call.callee == "flip");
  if (!takesList || call.items.size() < parameters.size())
    return "";
  auto given = llvm::ArrayRef(call.items).drop_front(parameters.size() - 1);
  if (!llvm::all_of(given, [](auto &item) { return item.name.empty(); }))
    return "";
  SourceRange head{call.range.file, call.range.begin, given.front().range.begin};
  SourceRange list{call.range.file, given.front().range.begin, given.back().range.end};
  return "they stand in brackets: `" + std::string(e.sources.text(head)) + "[" + std::string(e.sources.text(list)) +
         "])`";
}

std::string mdl::hintForMissing(const Elaborator &e, const CallArguments &call, const std::string &missing) {
  auto *tuple = call.items.size() == 1 ? as<TupleValue>(call.items[0].value) : nullptr;
  llvm::StringRef given = tuple ? e.sources.text(call.items[0].range) : "";
  if (given.starts_with("(") && given.ends_with(")"))
    return "they are given one by one: `" + call.callee + given.str() + "`";
  if (tuple)
    return "they are given one by one: `" + call.callee + "(" + given.str() + ".0, " + given.str() + ".1)`";
  if (call.callee == "csv" && missing == "label")
    return "it names the column of the classes: `label=\"…\"`";
  if (call.callee == "load" && missing == "path")
    return "a value of the form that the file has comes first: `load(net, \"net.safetensors\")`";
  if (call.callee == "where" && call.items.size() == 1)
    return "`where(c, a, b)` chooses between two; the places where a mask is true are `arange(n)[c]`";
  if (call.callee != "clamp" || call.items.size() != 2)
    return "";
  std::string x(e.sources.text(call.items[0].range)), bound(e.sources.text(call.items[1].range));
  return missing == "max" ? "`maximum(" + x + ", " + bound + ")` has a lower bound only"
                          : "`minimum(" + x + ", " + bound + ")` has an upper bound only";
}

std::string mdl::fieldsOf(const RecordValue &record, const ast::Pattern &pattern) {
  std::string fields;
  if (pattern.elements.size() > record.fields.size())
    return "";
  for (auto [field, element] : llvm::zip(record.fields, pattern.elements)) {
    if (element->kind != ast::Pattern::Bind && element->kind != ast::Pattern::Ignore)
      return "";
    if (element->kind == ast::Pattern::Bind)
      fields += (fields.empty() ? "" : ", ") + field.first +
                (element->name.text == field.first ? "" : ": " + element->name.text);
  }
  return fields.empty() ? "" : "{" + fields + "}";
}

bool mdl::reportAxisFirst(Elaborator &e, const CallArguments &call, const CallArguments::Item &index,
                          const CallArguments::Item &axis) {
  bool swapped = index.name.empty() && axis.name.empty() && e.constantInt(index.value) && !e.constantInt(axis.value);
  if (!swapped)
    return false;
  std::string arguments;
  for (auto &item : call.items)
    if (&item != &index)
      arguments += std::string(e.sources.text(item.range)) + ", ";
  e.diags.report(diag::BadArgument, index.range, {call.callee, "the axis is its last argument"})
      .hint("`" + call.callee + "(" + arguments + "axis=" + std::string(e.sources.text(index.range)) + ")`");
  return true;
}
