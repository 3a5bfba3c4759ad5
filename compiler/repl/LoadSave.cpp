//===- LoadSave.cpp - `:load` and `:save` -------------------------------------===//
//
// The REPL. In: a file of statements. Out: the session after them; and the way back.
//
// Note [Definitions that replace others]: in a session a later definition of a name takes the place of the earlier one;
// in a program it is an error, for functions are in sight before they are written. What `:save` has written is a
// session, so `:load` takes a file in parts in which no name is defined twice. Most files are one part.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Lowering.h"
#include "compiler/link/Link.h"
#include "compiler/repl/Repl.h"
#include "compiler/syntax/Parser.h"
#include "llvm/Support/MemoryBuffer.h"

#include <set>

using namespace mdl;
using namespace mdl::repl;

static void addNames(const ast::Pattern &pattern, std::set<std::string> &names) {
  if (pattern.kind == ast::Pattern::Bind)
    names.insert(pattern.name.text);
  for (const ast::Pattern *element : pattern.elements)
    addNames(*element, names);
}

static std::set<std::string> namesDefinedBy(const ast::Stmt &stmt) {
  std::set<std::string> names;
  if (auto *let = ast::as<ast::Let>(&stmt))
    addNames(*let->pattern, names);
  else if (auto *fn = ast::as<ast::FnDecl>(&stmt))
    names.insert(fn->name.text);
  else if (auto *model = ast::as<ast::ModelDecl>(&stmt))
    names.insert(model->name.text);
  else if (auto *option = ast::as<ast::OptionDecl>(&stmt))
    names.insert(option->name.text);
  return names;
}

/// See Note [Definitions that replace others].
static std::vector<const ast::Module *> withoutRedefinitions(const ast::Module &file, AstContext &context) {
  std::vector<ast::Module *> parts;
  std::set<std::string> defined;
  auto begin = [&] {
    auto *part = context.make<ast::Module>();
    part->file = file.file;
    part->body = context.make<ast::Block>();
    part->body->range = file.body->range;
    parts.push_back(part);
    defined.clear();
  };
  begin();
  for (ast::Stmt *stmt : file.body->statements) {
    std::set<std::string> names = namesDefinedBy(*stmt);
    if (std::any_of(names.begin(), names.end(), [&](const std::string &name) { return defined.count(name); }))
      begin();
    parts.back()->body->statements.push_back(stmt);
    defined.insert(names.begin(), names.end());
  }
  parts.back()->body->result = file.body->result;
  return {parts.begin(), parts.end()};
}

const ast::Module *Repl::parseFile(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer) {
    compilation.diagnostics.report(diag::CannotReadFile, {}, {path, buffer.getError().message()});
    report();
    return nullptr;
  }
  int file = compilation.sources.addFile(path, (*buffer)->getBuffer().str());
  const ast::Module *parsed = parseModule(compilation.ast, compilation.sources, file, compilation.diagnostics);
  if (!compilation.diagnostics.hasErrors())
    return parsed;
  report();
  return nullptr;
}

Repl::Outcome Repl::load(const std::string &path) {
  const ast::Module *file = parseFile(path);
  if (!file)
    return Outcome::Failed;
  auto parts = withoutRedefinitions(*file, compilation.ast);
  for (const ast::Module *part : parts) {
    if (Outcome outcome = execute(part); outcome != Outcome::Done)
      return outcome;
    bool isWhole = parts.size() == 1; // With its comments.
    accepted.emplace_back(isWhole ? compilation.sources.text(file->file) : compilation.sources.text(rangeOf(*part)));
  }
  return Outcome::Done;
}

Repl::Outcome Repl::save(const std::string &path) {
  std::string text, error;
  for (const std::string &input : accepted)
    text += input + (input.empty() || input.back() != '\n' ? "\n" : "");
  if (writeFile(path, text, error))
    return Outcome::Done;
  compilation.diagnostics.report(diag::CannotWriteFile, {}, {path, error});
  report();
  return Outcome::Failed;
}
