//===- Completion.cpp - Ways to go on with what is typed -----------------------===//

#include "compiler/repl/Completion.h"

#include "compiler/repl/Repl.h"
#include "compiler/sema/Documentation.h"
#include "compiler/syntax/Parser.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cstdlib>

using namespace mdl;
using namespace mdl::repl;

static constexpr llvm::StringLiteral wordCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

std::string mdl::repl::expandHome(const std::string &path) {
  const char *home = path.rfind("~/", 0) == 0 ? std::getenv("HOME") : nullptr;
  return home ? home + path.substr(1) : path;
}

/// What stands behind `:load` or `:save`, if that is where the cursor is.
static std::optional<llvm::StringRef> pathBefore(llvm::StringRef before) {
  before = before.ltrim();
  if (!before.consume_front(":load") && !before.consume_front(":save"))
    return std::nullopt;
  if (!before.starts_with(" "))
    return std::nullopt;
  before = before.ltrim();
  return before.ltrim("\"'");
}

/// Folders and programs whose path begins with `typed`, from its last `word` on.
static std::vector<std::string> filesFrom(llvm::StringRef typed, llvm::StringRef word) {
  std::string path = typed.str() + word.str();
  llvm::StringRef start = llvm::sys::path::filename(path);
  if (llvm::StringRef(path).ends_with("/"))
    start = "";
  std::string folder = expandHome(path.substr(0, path.size() - start.size()));
  std::vector<std::string> names;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator it(folder.empty() ? "." : folder, error), end; !error && it != end;
       it.increment(error)) {
    std::string name = llvm::sys::path::filename(it->path()).str();
    bool isFolder = llvm::sys::fs::is_directory(it->path());
    bool fits = llvm::StringRef(name).starts_with(start) && (name[0] != '.' || start.starts_with("."));
    if (fits && (isFolder || llvm::StringRef(name).ends_with(".mdl")))
      names.push_back(name.substr(start.size() - word.size()) + (isFolder ? "/" : ""));
  }
  return names;
}

/// The expression that ends at the end of `text`: names, dots, calls and subscripts in a row.
static llvm::StringRef lastExpression(llvm::StringRef text) {
  size_t start = text.size();
  while (start > 0) {
    char last = text[start - 1];
    if (wordCharacters.contains(last) || last == '.') {
      --start;
      continue;
    }
    if (last == '"') {
      size_t open = text.take_front(start - 1).rfind('"');
      if (open == llvm::StringRef::npos)
        break;
      start = open;
      continue;
    }
    if (last != ')' && last != ']')
      break;
    size_t open = start - 1;
    for (int depth = 0; open < start; --open) {
      depth += text[open] == ')' || text[open] == ']' ? 1 : text[open] == '(' || text[open] == '[' ? -1 : 0;
      if (depth == 0)
        break;
    }
    if (open >= start)
      break;
    start = open;
  }
  return text.drop_front(start);
}

/// Nothing is run for it: names and types are enough.
std::vector<std::string> Repl::membersOf(const std::string &expression) {
  std::vector<std::string> names;
  const ast::Module *input = expression.empty() ? nullptr : read(expression, 1, 0);
  if (input && !compilation.diagnostics.hasErrors())
    names = LineScope(*session, *input, LineScope::Show::Type).resultMembers();
  takeMessages();
  return names;
}

std::vector<std::string> Repl::completions(const std::string &before, const std::string &word) {
  std::vector<std::string> names, fitting;
  bool isCommand = before == ":", isMember = !before.empty() && before.back() == '.';
  auto path = pathBefore(before);
  if (path)
    names = filesFrom(*path, word);
  if (isCommand)
    names = commandNames();
  if (isMember && !path)
    names = membersOf(lastExpression(llvm::StringRef(before).drop_back()).str());
  bool isKnown = isCommand || path;
  // What the value holds comes before what can be called on it.
  if (!isKnown && llvm::none_of(names, [&](auto &name) { return llvm::StringRef(name).starts_with(word); }))
    for (Scope *scope : {session->names.get(), session->library.globals.get()})
      for (auto &[name, binding] : scope->names)
        if ((!isMember || as<FunctionValue>(binding.value) || as<BuiltinValue>(binding.value)) && !isInternalName(name))
          names.push_back(name);
  if (!isKnown && !isMember)
    for (const char *keyword :
         {"let", "var", "fn",  "model", "import", "for",      "while", "if",    "else",   "return", "true",  "false",
          "and", "or",  "not", "in",    "break",  "continue", "param", "state", "option", "train",  "assert"})
      names.emplace_back(keyword);
  for (std::string &name : names)
    if (llvm::StringRef(name).starts_with(word))
      fitting.push_back(std::move(name));
  llvm::sort(fitting);
  fitting.erase(std::unique(fitting.begin(), fitting.end()), fitting.end());
  return fitting;
}
