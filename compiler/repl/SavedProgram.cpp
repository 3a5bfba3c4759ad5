//===- SavedProgram.cpp - A session as a program -------------------------------===//
//
// Stage: repl. See SavedProgram.h.
//
// Note [Definitions under other names]: in a session a later definition of a name takes the place of the earlier one.
// In the program the earlier one has another name, and so has it in what stands between the two; a function that
// nothing between them uses is left out. Functions look names up when they are called, so one that is called between
// the two and again behind them would have to be two functions: then the definitions stay as they are, which `:load`
// takes.
//
//===----------------------------------------------------------------------===//

#include "compiler/repl/SavedProgram.h"
#include "compiler/syntax/AstWalk.h"

#include <algorithm>
#include <map>

using namespace mdl;
using namespace mdl::repl;

namespace {

/// Where a statement has a name, bound or used; what is behind a dot and what an argument is for are no such names.
class Occurrences {
public:
  struct Place {
    SourceRange range;
    bool isField = false; ///< `{w}`, short for `{w: w}`.
  };
  std::map<std::string, std::vector<Place>> all;
  std::set<std::string> bound; ///< The names that it binds, in its parts, too.

  void statement(const ast::Stmt &stmt) {
    if (auto *let = ast::as<ast::Let>(&stmt)) {
      pattern(let->pattern);
      type(let->type);
    } else if (auto *loop = ast::as<ast::For>(&stmt)) {
      pattern(loop->pattern);
    } else if (auto *fn = ast::as<ast::FnDecl>(&stmt)) {
      name(fn->name);
      parametersOf(fn->parameters);
      type(fn->result);
      expression(fn->body);
      expression(fn->gradient);
    } else if (auto *model = ast::as<ast::ModelDecl>(&stmt)) {
      name(model->name);
      parametersOf(model->parameters);
      for (const ast::Stmt *member : model->members)
        statement(*member);
    } else if (auto *param = ast::as<ast::ParamDecl>(&stmt)) {
      name(param->name);
      type(param->type);
    } else if (auto *option = ast::as<ast::OptionDecl>(&stmt)) {
      name(option->name);
      type(option->type);
    }
    ast::forEachPart(
        stmt, [&](const ast::Expr *part) { expression(part); }, [&](const ast::Block *part) { block(part); });
  }

  void expression(const ast::Expr *expr) {
    if (!expr)
      return;
    if (auto *reference = ast::as<ast::NameRef>(expr))
      all[reference->name].push_back({reference->range});
    if (auto *lambda = ast::as<ast::Lambda>(expr))
      for (const ast::Pattern *parameter : lambda->parameters)
        pattern(parameter);
    if (auto *comprehension = ast::as<ast::Comprehension>(expr))
      for (auto &generator : comprehension->generators)
        pattern(generator.pattern);
    if (auto *record = ast::as<ast::Record>(expr))
      for (auto &[field, value] : record->fields)
        fields.insert(field.range.begin);
    ast::forEachPart(
        *expr, [&](const ast::Expr *part) { expression(part); }, [&](const ast::Block *part) { block(part); });
  }

  /// Tells the short fields from the others; when all has been seen.
  void finish() {
    for (auto &[name, places] : all) {
      for (Place &place : places)
        place.isField = fields.count(place.range.begin) != 0;
      std::sort(places.begin(), places.end(),
                [](const Place &a, const Place &b) { return a.range.begin < b.range.begin; });
      auto isSame = [](const Place &a, const Place &b) { return a.range.begin == b.range.begin; };
      places.erase(std::unique(places.begin(), places.end(), isSame), places.end());
    }
  }

private:
  void name(const ast::Name &name) {
    all[name.text].push_back({name.range});
    bound.insert(name.text);
  }

  void pattern(const ast::Pattern *pattern) {
    if (!pattern)
      return;
    if (pattern->kind == ast::Pattern::Bind)
      name(pattern->name);
    for (const ast::Name &field : pattern->fields)
      fields.insert(field.range.begin);
    for (const ast::Pattern *element : pattern->elements)
      this->pattern(element);
  }

  void type(const ast::TypeExpr *type) {
    if (!type)
      return;
    for (auto &dim : type->dims)
      expression(dim.expr);
    for (const ast::TypeExpr *element : type->elements)
      this->type(element);
  }

  void parametersOf(const std::vector<ast::Parameter> &list) {
    for (auto &parameter : list) {
      pattern(parameter.pattern);
      type(parameter.type);
      expression(parameter.defaultValue);
    }
  }

  void block(const ast::Block *block) {
    for (const ast::Stmt *stmt : block->statements)
      statement(*stmt);
    expression(block->result);
  }

  std::set<uint32_t> fields; ///< Where names of fields begin.
};

/// A statement of the session, or the value at the end of an input.
struct Entry {
  const ast::Module *input = nullptr;
  const ast::Stmt *stmt = nullptr;
  Occurrences names;
  std::set<std::string> defined;

  bool isDeclaration() const { return ast::as<ast::FnDecl>(stmt) || ast::as<ast::ModelDecl>(stmt); }
  bool isAlone() const { return input->body->statements.size() == 1 && !input->body->result; }
  bool uses(const std::string &name) const { return names.all.count(name) != 0; }
};

class Program {
public:
  Program(const std::vector<const ast::Module *> &inputs, const SourceManager &sources)
      : inputs(inputs), sources(sources) {
    for (const ast::Module *input : inputs) {
      for (const ast::Stmt *stmt : input->body->statements)
        add(input, stmt).names.statement(*stmt);
      if (input->body->result)
        add(input, nullptr).names.expression(input->body->result);
    }
    for (Entry &entry : entries) {
      entry.names.finish();
      for (auto &[name, places] : entry.names.all)
        known.insert(name);
    }
  }

  /// See Note [Definitions under other names].
  void separate(std::set<std::string> &kept) {
    std::map<std::string, size_t> last;
    for (size_t i = 0; i < entries.size(); ++i)
      for (const std::string &name : entries[i].defined) {
        if (auto before = last.find(name); before != last.end() && !separate(name, before->second, i))
          kept.insert(name);
        last[name] = i;
      }
  }

  std::string text() const {
    std::string all;
    for (const ast::Module *input : inputs) {
      if (dropped.count(input))
        continue;
      std::string own(sources.text(input->file));
      if (auto changed = edits.find(input); changed != edits.end())
        for (auto edit = changed->second.rbegin(); edit != changed->second.rend(); ++edit)
          own.replace(edit->first.first, edit->first.second - edit->first.first, edit->second);
      all += own + (own.empty() || own.back() != '\n' ? "\n" : "");
    }
    return all;
  }

private:
  Entry &add(const ast::Module *input, const ast::Stmt *stmt) {
    Entry &entry = entries.emplace_back();
    entry.input = input;
    entry.stmt = stmt;
    if (stmt)
      entry.defined = namesDefinedBy(*stmt);
    return entry;
  }

  /// Renames the definition in entry `from` up to entry `to`, which defines the name again.
  bool separate(const std::string &name, size_t from, size_t to) {
    bool isUsed = false;
    for (size_t i = from + 1; i <= to; ++i)
      isUsed |= !entries[i].isDeclaration() && usedBefore(name, i, to);
    if (!isUsed && (entries[from].isDeclaration() || ast::as<ast::OptionDecl>(entries[from].stmt)) &&
        entries[from].isAlone()) {
      dropped.insert(entries[from].input);
      return true;
    }
    std::set<std::string> callers = functionsWith(name, to);
    for (size_t i = from + 1; i <= to; ++i)
      if (!entries[i].isDeclaration())
        for (const std::string &caller : callers)
          if (entries[i].uses(caller))
            return false;
    std::string other = unused(name);
    rename(entries[from], name, other, entries[from].isDeclaration() ? Part::All : Part::Definition);
    for (size_t i = from + 1; i <= to; ++i)
      if (!entries[i].isDeclaration())
        rename(entries[i], name, other, i == to ? Part::Rest : Part::All);
    return true;
  }

  /// Whether entry `i` has the name, but for the definition of the name in entry `to`.
  bool usedBefore(const std::string &name, size_t i, size_t to) const {
    auto places = entries[i].names.all.find(name);
    return places != entries[i].names.all.end() && places->second.size() > (i == to ? 1U : 0U);
  }

  /// The functions and models that look the name up outside of themselves when they are called, at once or through
  /// others.
  std::set<std::string> functionsWith(const std::string &name, size_t end) const {
    std::set<std::string> found, wanted{name};
    for (size_t before = 0; before < wanted.size();) {
      before = wanted.size();
      for (size_t i = 0; i < end; ++i) {
        const Entry &entry = entries[i];
        if (!entry.isDeclaration() || dropped.count(entry.input) || entry.defined.count(name))
          continue;
        for (const std::string &one : std::set<std::string>(wanted))
          if (entry.uses(one) && !entry.names.bound.count(one)) {
            found.insert(entry.defined.begin(), entry.defined.end());
            wanted.insert(entry.defined.begin(), entry.defined.end());
          }
      }
    }
    return found;
  }

  std::string unused(const std::string &name) {
    for (unsigned number = 1;; ++number)
      if (std::string other = name + "_" + std::to_string(number); known.insert(other).second)
        return other;
  }

  /// Of the places of a name in a statement that defines it the first is the definition. A function is in sight in
  /// itself; in the value of a `let` the name is an older one.
  enum class Part : uint8_t { All, Definition, Rest };
  void rename(Entry &entry, const std::string &name, const std::string &other, Part part) {
    auto found = entry.names.all.find(name);
    if (found == entry.names.all.end())
      return;
    auto &places = found->second;
    auto begin = places.begin() + (part == Part::Rest ? 1 : 0);
    auto end = part == Part::Definition ? begin + 1 : places.end();
    std::vector<Occurrences::Place> renamed(begin, end);
    for (auto &place : renamed)
      edits[entry.input][{place.range.begin, place.range.end}] = place.isField ? name + ": " + other : other;
    places.erase(begin, end);
    if (places.empty())
      entry.names.all.erase(found);
    if (!renamed.empty())
      entry.names.all[other] = std::move(renamed);
    if (part != Part::Rest && entry.defined.erase(name))
      entry.defined.insert(other);
  }

  const std::vector<const ast::Module *> &inputs;
  const SourceManager &sources;
  std::vector<Entry> entries;
  std::set<std::string> known;
  std::set<const ast::Module *> dropped;
  /// By input: what stands instead of a range.
  std::map<const ast::Module *, std::map<std::pair<uint32_t, uint32_t>, std::string>> edits;
};

void addNames(const ast::Pattern &pattern, std::set<std::string> &names) {
  if (pattern.kind == ast::Pattern::Bind)
    names.insert(pattern.name.text);
  for (const ast::Pattern *element : pattern.elements)
    addNames(*element, names);
}

} // namespace

std::set<std::string> mdl::repl::namesDefinedBy(const ast::Stmt &stmt) {
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

std::string mdl::repl::savedProgram(const std::vector<const ast::Module *> &inputs, const SourceManager &sources,
                                    std::set<std::string> &kept) {
  Program program(inputs, sources);
  program.separate(kept);
  return program.text();
}
