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

/// Whether a reduction along an axis that is not the first is called, or a sort of rows.
static bool isAlongRows(const Elaborator &e, const ast::Call &call, llvm::StringRef callee, unsigned rank) {
  if (callee == "sort")
    return rank > 1;
  bool isMethod = ast::as<ast::Member>(call.callee);
  for (auto [place, argument] : llvm::enumerate(call.arguments)) {
    bool isAxis = argument.name ? argument.name->text == "axis" : place == (isMethod ? 0 : 1);
    if (isAxis)
      return e.sources.text(argument.value->range) != "0";
  }
  return false;
}

bool mdl::reportValuesOnly(Elaborator &e, const ast::Expr *value, const Value &given, size_t names,
                           SourceRange pattern) {
  auto *call = ast::as<ast::Call>(value);
  auto *method = call ? ast::as<ast::Member>(call->callee) : nullptr;
  auto *function = call ? ast::as<ast::NameRef>(call->callee) : nullptr;
  auto *tensor = as<TensorValue>(given);
  std::string callee = method ? method->name.text : function ? function->name : "";
  bool givesPlaces = callee == "max" || callee == "min" || callee == "sort";
  Binding *binding = givesPlaces ? e.scope->find(callee) : nullptr;
  if (names != 2 || !tensor || !binding || !as<BuiltinValue>(binding->value))
    return false;
  bool isPair = tensor->rank() && tensor->shape[tensor->lift].dim.isConstant(2);
  if (isPair && !isAlongRows(e, *call, callee, tensor->rank()))
    return false;
  SourceRange all = value->range;
  uint32_t at = method ? method->name.range.begin : function->range.begin;
  std::string places = std::string(e.sources.text({all.file, all.begin, at})) + "arg" +
                       std::string(e.sources.text({all.file, at, all.end}));
  auto report = e.diags.report(diag::PatternMismatch, pattern, {"a name for values alone", e.typeName(given)});
  report.hint("`" + callee + "` gives no places; `" + places + "` does");
  if (isPair)
    report.hint("the two rows of a tensor that has a name are taken apart: `let (a, b) = rows`");
  return true;
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
