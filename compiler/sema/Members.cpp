//===- Members.cpp - What stands behind a dot ---------------------------------------------------===//
//
// Stage: sema. Fields of records, elements of tuples, parts of models and data sets, names of modules.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Members.h"
#include "compiler/sema/Callables.h"
#include "compiler/sema/ChosenElements.h"
#include "compiler/sema/DataSets.h"
#include "compiler/sema/Imports.h"
#include "compiler/sema/RunLists.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mdl;

std::vector<std::string> mdl::memberNames(const Value &base) {
  std::vector<std::string> names;
  if (auto *record = as<RecordValue>(base))
    for (auto &field : record->fields)
      names.push_back(field.first);
  if (auto *model = as<ModelValue>(base)) {
    for (auto &member : model->members)
      names.push_back(member.name);
    for (auto &argument : model->arguments)
      names.push_back(argument.first);
    for (auto *stmt : model->cls->decl->members)
      if (auto *fn = ast::as<ast::FnDecl>(stmt))
        names.push_back(fn->name.text);
  }
  if (auto *data = as<DataValue>(base))
    names = data->hasParts ? std::vector<std::string>{"train", "valid", "classes"}
                           : std::vector<std::string>{data->hasImages ? "images" : "inputs",
                                                      data->hasImages ? "labels" : "targets", "classes"};
  if (auto *module = as<ModuleValue>(base))
    for (auto &[name, binding] : module->scope->names)
      names.push_back(name);
  return names;
}

/// `a`, `b` and `c`; nothing where that would be long.
static std::string listOf(const std::vector<std::string> &names) {
  constexpr size_t Few = 8;
  std::string list;
  for (size_t i = 0; i < names.size() && names.size() <= Few; ++i)
    list += (i == 0 ? "`" : i + 1 == names.size() ? " and `" : ", `") + names[i] + "`";
  return list;
}

/// What a message calls the thing before the dot: its type, a module by its name.
static std::string nameOf(const Elaborator &e, const Value &base) {
  auto *module = as<ModuleValue>(base);
  return module ? "module `" + module->name + "`" : e.typeName(base);
}

Value Elaborator::member(const Value &base, const ast::Name &name, SourceRange range, bool report) {
  if (!base)
    return nullptr;
  if (auto *record = as<RecordValue>(base)) {
    for (auto &[field, value] : record->fields)
      if (field == name.text)
        return value;
  } else if (auto *tuple = as<TupleValue>(base)) {
    char *end = nullptr;
    unsigned long position = std::strtoul(name.text.c_str(), &end, 10);
    if (!*end && position < tuple->elements.size())
      return tuple->elements[position];
  } else if (auto *model = as<ModelValue>(base)) {
    for (auto &member : model->members)
      if (member.name == name.text)
        return member.value;
    for (auto &[argument, value] : model->arguments)
      if (argument == name.text)
        return value;
  } else if (auto *choice = as<ChoiceValue>(base)) {
    // Of models of different shapes: that part of each.
    std::vector<Value> parts;
    for (auto &model : choice->functions)
      if (Value part = as<ModelValue>(model) ? member(model, name, range, /*report=*/false) : nullptr)
        parts.push_back(part);
    if (parts.size() == choice->functions.size())
      return elementOfRun(*this, base, parts, choice->number, range);
  } else if (as<DataValue>(base)) {
    if (Value value = dataMember(*this, std::static_pointer_cast<const DataValue>(base), name.text))
      return value;
  } else if (auto *module = as<ModuleValue>(base)) {
    if (auto it = module->scope->names.find(name.text); it != module->scope->names.end())
      return it->second.value;
    if (hasMissingNames(*module->scope))
      return nullptr;
  }
  if (!report)
    return nullptr;
  // `x.shape` for `x.shape()`: members of tensors are functions.
  Binding *function = scope->find(name.text);
  auto message = diags.report(diag::UnknownMember, name.range, {nameOf(*this, base), name.text});
  std::string all = listOf(memberNames(base));
  if (name.text == "grad" && all.empty())
    message.hint("`grad(loss, wrt=p)` is the gradient of a loss with respect to `p`");
  else if (bool isPlace = llvm::all_of(name.text, llvm::isDigit);
           isPlace && (as<TensorValue>(base) || as<ListValue>(base)))
    message.hint("an element has brackets: `x[" + name.text + "]`");
  else if (auto *list = as<RunListValue>(base); list && llvm::is_contained(memberNames(list->form), name.text))
    message.hint("`[x." + name.text + " for x in …]` has that of each element");
  else if (as<ModuleValue>(base) && function && function->value)
    message.hint("`" + name.text + "` is known without a module");
  else if (all.empty() && function && function->value && isCallable(function->value))
    message.hint("`" + name.text + "` is a function: `" + std::string(sources.text(range)) + "()`");
  else if (std::string hint = nameHint(name.text, memberNames(base), NameUse::Member); !hint.empty())
    message.hint(hint);
  else if (!all.empty())
    message.hint("it has " + all);
  return nullptr;
}
