//===- Documentation.cpp - What there is to say of each known name ------------===//
//
// Stage: sema, beside the pipeline. See Documentation.h.
//
//===----------------------------------------------------------------------===//

#include "compiler/sema/Documentation.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/sema/Elaborator.h"
#include "compiler/syntax/Parser.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Path.h"

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

/// The entries of the standard library's files: the text at their head and what their scopes hold.
static std::vector<DocEntry> moduleEntries(const Elaborator &elaborator, Compilation &compilation) {
  std::vector<DocEntry> entries;
  for (auto &[path, scope] : elaborator.modules) {
    std::string name = llvm::sys::path::stem(path).str();
    DocEntry entry{name, "", "import " + name, "", "", DocKind::Module};
    for (auto &[known, binding] : scope->names) {
      if (!binding.decl || isInternalName(known))
        continue;
      entry.names.push_back(known);
      int file = binding.decl->range.file;
      if (entry.text.empty() && compilation.sources.path(file) == path)
        entry.text = parseModule(compilation.ast, compilation.sources, file, compilation.diagnostics)->doc;
    }
    std::sort(entry.names.begin(), entry.names.end());
    entries.push_back(entry);
  }
  return entries;
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
      entries.push_back({word.name, "", word.signature, word.text, "", DocKind::Word});
  llvm::append_range(entries, moduleEntries(elaborator, compilation));
  // Of `train`, a word and a module, the word comes first.
  std::stable_sort(entries.begin(), entries.end(), [](auto &a, auto &b) { return a.name < b.name; });
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

/// Up to the first full stop or semicolon that ends a clause; `et al.` does not, nor what stands in parentheses.
static std::string firstClause(llvm::StringRef text) {
  size_t end = text.size();
  int depth = 0;
  for (size_t i = 0; i + 1 < text.size() && end == text.size(); ++i) {
    depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
    bool ends = (text[i] == '.' && !text.take_front(i).ends_with("et al")) || text[i] == ';';
    if (ends && depth == 0 && (text[i + 1] == ' ' || text[i + 1] == '\n'))
      end = i;
  }
  std::string clause = text.take_front(end).rtrim(".\n").str();
  std::replace(clause.begin(), clause.end(), '\n', ' ');
  return clause;
}

/// The names of `listed` with the first clause of their texts behind `indent`.
static std::string tableOf(const std::vector<const DocEntry *> &listed, size_t width, const char *indent) {
  std::string lines;
  for (const DocEntry *entry : listed)
    lines += indent + entry->name + std::string(width - entry->name.size() + 2, ' ') +
             (entry->text.empty() ? "(no text)" : firstClause(entry->text)) + "\n";
  return lines;
}

static size_t widthOf(const std::vector<const DocEntry *> &listed) {
  size_t width = 0;
  for (const DocEntry *entry : listed)
    width = std::max(width, entry->name.size());
  return width;
}

std::string mdl::printDoc(const DocEntry &entry, const std::vector<DocEntry> &entries) {
  std::string result = entry.signature + "\n\n", text = indented(entry.text, "  ");
  if (!text.empty() && !entry.source.empty())
    text += "\n";
  std::string where = entry.module.empty() ? "" : ", in " + entry.module + ".mdl of the standard library";
  if (!entry.source.empty())
    text += "  Its source" + where + ":\n\n" + indented(entry.source, "    ");
  if (entry.kind == DocKind::Module) {
    std::vector<const DocEntry *> listed;
    for (const DocEntry &other : entries)
      if (other.kind == DocKind::Declaration && llvm::is_contained(entry.names, other.name))
        listed.push_back(&other);
    text += "\n" + tableOf(listed, widthOf(listed), "  ");
  }
  return result + text;
}

std::string mdl::printDocIndex(const std::vector<DocEntry> &entries) {
  std::vector<const DocEntry *> declarations, words, modules, all;
  for (const DocEntry &entry : entries)
    if (!isInternalName(entry.name)) {
      all.push_back(&entry);
      (entry.kind == DocKind::Word ? words : entry.kind == DocKind::Module ? modules : declarations).push_back(&entry);
    }
  size_t width = widthOf(all);
  return tableOf(declarations, width, "") + "\nWords:\n" + tableOf(words, width, "  ") +
         "\nModules of the standard library:\n" + tableOf(modules, width, "  ");
}
