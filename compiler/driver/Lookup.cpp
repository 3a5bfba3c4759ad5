//===- Lookup.cpp - `mdl doc` and `mdl explain` -------------------------------===//

#include "compiler/driver/Lookup.h"

#include "compiler/driver/Session.h"
#include "compiler/sema/Documentation.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace mdl;

const std::vector<DocEntry> &mdl::documentedNames() {
  static const std::vector<DocEntry> entries = [] {
    Compilation compilation;
    compilation.libraryFolders = {installation().libraryFolder};
    mlir::DialectRegistry registry;
    registerMdlDialects(registry);
    mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
    return documentation(compilation, context);
  }();
  return entries;
}

/// `what` of that name is unknown; the nearest of the known ones is offered.
static LookupResult unknown(const std::string &what, const std::string &name, const std::vector<std::string> &known,
                            const std::string &listed) {
  std::string hint = nameHint(name, known, NameUse::Member);
  if (hint.empty())
    hint = listed + " lists them";
  return {"", "error: there is no " + what + " `" + name + "`\nhint: " + hint + "\n"};
}

LookupResult mdl::lookUpDoc(const std::string &name) {
  // `nn.relu` is the module's.
  auto [first, last] = llvm::StringRef(name).rsplit('.');
  bool inModule = !last.empty();
  const std::vector<DocEntry> &entries = documentedNames();
  auto isReached = [&, module = first, member = last](const DocEntry &entry) {
    return entry.name == member && llvm::any_of(entries, [&](const DocEntry &other) {
             return other.kind == DocKind::Module && other.name == module &&
                    llvm::is_contained(other.names, entry.name);
           });
  };
  std::vector<std::string> known;
  for (const DocEntry &entry : entries) {
    if (inModule ? isReached(entry) : entry.name == name)
      return {printDoc(entry, entries), ""};
    known.push_back(entry.name);
  }
  return unknown("builtin or function of the standard library", inModule ? last.str() : name, known, "`mdl doc`");
}

/// Markdown as text for a terminal: code is indented instead of fenced, the title is left out.
static std::string withoutMarkup(llvm::StringRef text) {
  std::string result;
  bool code = false, skipBlank = true;
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    text = rest;
    bool fence = line.starts_with("```"), title = !code && line.starts_with("# ");
    code ^= fence;
    if (!fence && !title && !(line.empty() && skipBlank))
      result += (code ? "    " : "") + line.str() + "\n";
    skipBlank = (line.empty() && !code) || title || fence;
  }
  return result;
}

LookupResult mdl::lookUpExplanation(const std::string &code) {
  std::vector<std::string> known;
  for (const DiagInfo &info : allDiagInfos())
    known.emplace_back(info.code);
  if (std::find(known.begin(), known.end(), code) == known.end())
    return unknown("kind of message", code, known, "`mdl explain`");
  std::string path = installation().errorFolder + "/" + code + ".md";
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return {"", "error: cannot read `" + path + "`: " + buffer.getError().message() + "\n"};
  return {withoutMarkup((*buffer)->getBuffer()), ""};
}

/// Prints a text for each word, with an empty line between two.
static int printAll(const std::vector<std::string> &words, LookupResult (*lookUp)(const std::string &)) {
  int status = 0;
  bool first = true;
  for (const std::string &word : words) {
    LookupResult found = lookUp(word);
    llvm::errs() << found.error;
    llvm::outs() << (first || found.text.empty() ? "" : "\n") << found.text;
    first = false;
    status |= !found.error.empty();
  }
  return status;
}

int mdl::docCommand(const std::vector<std::string> &names) {
  if (names.empty())
    llvm::outs() << printDocIndex(documentedNames());
  return printAll(names, lookUpDoc);
}

int mdl::explainCommand(const std::vector<std::string> &codes) {
  if (codes.empty())
    for (const DiagInfo &info : allDiagInfos())
      llvm::outs() << info.code << "\n";
  return printAll(codes, lookUpExplanation);
}
