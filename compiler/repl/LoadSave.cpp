//===- LoadSave.cpp - `:load` and `:save` -------------------------------------===//
//
// The REPL. In: a file of statements. Out: the session after them; and the way back.
//
// Note [Definitions that replace others]: in a session a later definition of a name takes the place of the earlier one;
// in a program it is an error, for functions are in sight before they are written. `:save` may have to write such a
// session (Note [Definitions under other names]), so `:load` takes a file in parts in which no name is defined twice.
// Most files are one part.
//
// Note [Sizes that a session knows]: between the lines of a session all sizes are numbers, so what was right there can
// be wrong in a program (`x[x > 0] + ones([2])`). A part that is refused as a program is taken statement by statement;
// if that fails, too, the messages are those of the program, for they are all of them.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Lowering.h"
#include "compiler/driver/Session.h"
#include "compiler/link/Link.h"
#include "compiler/repl/Repl.h"
#include "compiler/repl/SavedProgram.h"
#include "compiler/syntax/Parser.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SaveAndRestore.h"

#include <set>

using namespace mdl;
using namespace mdl::repl;

/// A part of a file, without statements yet.
static ast::Module *emptyPart(const ast::Module &file, AstContext &context) {
  auto *part = context.make<ast::Module>();
  part->file = file.file;
  part->body = context.make<ast::Block>();
  part->body->range = file.body->range;
  return part;
}

/// See Note [Definitions that replace others].
static std::vector<const ast::Module *> withoutRedefinitions(const ast::Module &file, AstContext &context) {
  std::vector<ast::Module *> parts;
  std::set<std::string> defined;
  auto begin = [&] {
    parts.push_back(emptyPart(file, context));
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

/// Each statement as a part of its own.
static std::vector<const ast::Module *> statementsOf(const ast::Module &part, AstContext &context) {
  std::vector<const ast::Module *> parts;
  for (ast::Stmt *stmt : part.body->statements) {
    auto *one = emptyPart(part, context);
    one->body->statements.push_back(stmt);
    parts.push_back(one);
  }
  if (part.body->result) {
    auto *one = emptyPart(part, context);
    one->body->result = part.body->result;
    parts.push_back(one);
  }
  return parts;
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
  // Its modules and data are beside it, as `mdl run` finds them.
  llvm::SaveAndRestore folder(compilation.programFolder, folderOf(path));
  runtime->declareProgram("", "", compilation.programFolder.c_str());
  auto leave = llvm::make_scope_exit([&] { runtime->declareProgram("", "", ""); });
  // What fails leaves the session as it was.
  auto names = session->names->names;
  int64_t randomSites = session->randomSites;
  size_t inputs = accepted.size();
  for (const ast::Module *part : parts) {
    bool isWhole = parts.size() == 1; // With its comments.
    std::string text(isWhole ? compilation.sources.text(file->file) : compilation.sources.text(rangeOf(*part)));
    if (Outcome outcome = loadPart(*part, text); outcome != Outcome::Done) {
      session->names->names = std::move(names);
      session->randomSites = randomSites;
      accepted.resize(inputs);
      return outcome;
    }
  }
  return Outcome::Done;
}

bool Repl::isRefused(const ast::Module &input) {
  LineScope line(*session, input, LineScope::Show::Type);
  return compilation.diagnostics.hasErrors();
}

/// See Note [Sizes that a session knows].
Repl::Outcome Repl::loadPart(const ast::Module &part, const std::string &text) {
  bool refused = isRefused(part);
  std::string messages = takeMessages();
  if (!refused)
    return execute(&part, text);
  for (const ast::Module *statement : statementsOf(part, compilation.ast)) {
    refused = isRefused(*statement);
    takeMessages();
    if (refused) {
      fputs(messages.c_str(), stderr);
      return Outcome::Failed;
    }
    std::string own(compilation.sources.text(rangeOf(*statement)));
    if (Outcome outcome = execute(statement, own); outcome != Outcome::Done)
      return outcome;
  }
  return Outcome::Done;
}

/// Modules of the session that `mdl run` would not find beside a program of this folder, nor in the library.
static std::set<std::string> modulesMissingFor(const std::vector<const ast::Module *> &inputs,
                                               const std::string &folder, llvm::ArrayRef<std::string> libraryFolders) {
  std::set<std::string> missing;
  std::vector<std::string> folders(libraryFolders.begin(), libraryFolders.end());
  folders.push_back(folder);
  for (const ast::Module *input : inputs)
    for (const ast::Stmt *stmt : input->body->statements) {
      const auto *import = ast::as<ast::Import>(stmt);
      auto isThere = [&](const std::string &own) {
        return llvm::sys::fs::exists(own + "/" + import->module.text + ".mdl");
      };
      if (import && llvm::none_of(folders, isThere))
        missing.insert(import->module.text);
    }
  return missing;
}

Repl::Outcome Repl::save(const std::string &path) {
  std::vector<const ast::Module *> inputs;
  for (const std::string &input : accepted)
    inputs.push_back(read(input, 1, 0));
  takeMessages(); // Which were shown when it was entered.
  std::set<std::string> kept;
  std::string text = savedProgram(inputs, compilation.sources, kept), error;
  if (writeFile(path, text, error)) {
    fflush(stdout);
    for (const std::string &name : kept)
      fprintf(stderr,
              "note: `%s` is defined more than once in %s, for functions used both: `:load` takes it, `mdl run` "
              "does not\n",
              name.c_str(), path.c_str());
    for (const std::string &name : modulesMissingFor(inputs, folderOf(path), compilation.libraryFolders))
      fprintf(stderr, "note: %s imports `%s`, and a module is a file beside the program: copy %s.mdl there\n",
              path.c_str(), name.c_str(), name.c_str());
    return Outcome::Done;
  }
  compilation.diagnostics.report(diag::CannotWriteFile, {}, {path, error});
  report();
  return Outcome::Failed;
}
