//===- Documentation.cpp - What there is to say of each known name ------------===//
//
// Stage: sema, beside the pipeline. See Documentation.h.
//
//===----------------------------------------------------------------------===//

#include "compiler/sema/Documentation.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/sema/Elaborator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"

#include <algorithm>
#include <set>

using namespace mdl;

namespace {
struct BuiltinDoc {
  const char *name, *signature, *text;
  bool isInternal = false;
};
} // namespace

static const BuiltinDoc builtinDocs[] = {
#define MDL_BUILTIN(Name, Signature, Text) {Name, Signature, Text},
#define MDL_LIBRARY_BUILTIN(Name, Signature, Text) {Name, Signature, Text, /*isInternal=*/true},
#include "compiler/sema/BuiltinDocs.def"
};

/// Keywords, element types and constants: what has no declaration.
static const BuiltinDoc wordDocs[] = {
#define MDL_WORD(Name, Form, Text) {Name, Form, Text},
#include "compiler/sema/WordDocs.def"
};

bool mdl::isInternalName(const std::string &name) {
  return llvm::any_of(builtinDocs, [&](const BuiltinDoc &doc) { return doc.isInternal && name == doc.name; });
}

static DocEntry builtinEntry(const std::string &name) {
  for (const BuiltinDoc &doc : builtinDocs)
    if (name == doc.name)
      return {name, "", doc.signature, doc.text, ""};
  return {name, "", "", "", ""};
}

std::string mdl::signatureOf(const SourceManager &sources, const ast::Stmt &decl) {
  uint32_t end = decl.range.end;
  std::string_view source = sources.text(decl.range);
  if (auto *fn = ast::as<ast::FnDecl>(&decl))
    end = fn->body->range.begin;
  else if (size_t brace = source.find('{'); brace != std::string::npos)
    end = decl.range.begin + uint32_t(brace);
  llvm::StringRef text(sources.text(SourceRange{decl.range.file, decl.range.begin, end}));
  text = text.rtrim();
  if (text.ends_with("="))
    text = text.drop_back().rtrim();
  return text.str();
}

DocEntry mdl::declarationEntry(const SourceManager &sources, const std::string &name, const ast::Stmt &decl) {
  llvm::StringRef path(sources.path(decl.range.file));
  llvm::StringRef file = path.substr(path.rfind('/') + 1);
  return {name, file.drop_back(file.ends_with(".mdl") ? 4 : 0).str(), signatureOf(sources, decl), decl.doc,
          std::string(sources.text(decl.range))};
}

std::vector<DocEntry> mdl::documentation(Compilation &compilation, mlir::MLIRContext &context) {
  loadSemaDialects(context);
  mlir::OwningOpRef<mlir::ModuleOp> scratch = mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
  Elaborator elaborator(compilation, *scratch);
  elaborator.loadStandardLibrary();
  std::vector<DocEntry> entries;
  for (auto &[name, binding] : elaborator.globals->names) {
    if (as<BuiltinValue>(binding.value))
      entries.push_back(builtinEntry(name));
    else if (binding.decl)
      entries.push_back(declarationEntry(compilation.sources, name, *binding.decl));
  }
  std::set<std::string> known;
  for (const DocEntry &entry : entries)
    known.insert(entry.name);
  for (const BuiltinDoc &word : wordDocs)
    if (known.count(word.name) == 0)
      entries.push_back({word.name, "", word.signature, word.text, "", /*isWord=*/true});
  std::sort(entries.begin(), entries.end(), [](auto &a, auto &b) { return a.name < b.name; });
  return entries;
}

/// Every line behind `indent`.
static std::string indented(llvm::StringRef text, llvm::StringRef indent) {
  std::string result;
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    result += (line.empty() ? "" : indent.str() + line.str()) + "\n";
    text = rest;
  }
  return result;
}

std::string mdl::printDoc(const DocEntry &entry) {
  std::string result = entry.signature + "\n\n", text = indented(entry.text, "  ");
  if (!text.empty() && !entry.source.empty())
    text += "\n";
  std::string where = entry.module.empty() ? "" : ", in " + entry.module + ".mdl of the standard library";
  if (!entry.source.empty())
    text += "  Its source" + where + ":\n\n" + indented(entry.source, "    ");
  result += text;
  return result;
}

/// Up to the first full stop or semicolon that ends a clause; `et al.` does not.
static std::string firstClause(llvm::StringRef text) {
  size_t end = text.size();
  for (size_t i = 0; i + 1 < text.size() && end == text.size(); ++i) {
    bool ends = (text[i] == '.' && !text.take_front(i).ends_with("et al")) || text[i] == ';';
    if (ends && (text[i + 1] == ' ' || text[i + 1] == '\n'))
      end = i;
  }
  std::string clause = text.take_front(end).rtrim(".\n").str();
  std::replace(clause.begin(), clause.end(), '\n', ' ');
  return clause;
}

std::string mdl::printDocIndex(const std::vector<DocEntry> &entries) {
  size_t width = 0;
  std::vector<const DocEntry *> listed;
  for (const DocEntry &entry : entries)
    if (!isInternalName(entry.name)) {
      listed.push_back(&entry);
      width = std::max(width, entry.name.size());
    }
  std::string functions, words;
  for (const DocEntry *one : listed) {
    const DocEntry &entry = *one;
    std::string text = entry.text.empty() ? "(no text)" : firstClause(entry.text);
    (entry.isWord ? words += "  " : functions) +=
        entry.name + std::string(width - entry.name.size() + 2, ' ') + text + "\n";
  }
  return functions + "\nWords:\n" + words;
}
