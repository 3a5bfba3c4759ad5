//===- Hints.cpp - What a learner may have meant --------------------------------===//
//
// Stage: parser. Input: a syntax error; output: hints for the habits of other languages.
//
//===----------------------------------------------------------------------===//
#include "compiler/syntax/ErrorStrategy.h"

#include "grammar/MdlParser.h"

#include <map>

using namespace antlr4;
using P = mdl::grammar::MdlParser;

namespace mdl::syntax {

/// Words of other languages, at the start of a statement or where the error is.
static const std::map<std::string_view, std::string> &foreignWords() {
  static const std::map<std::string_view, std::string> words = {
      {"def", "a function is written `fn f(x) = …` or `fn f(x) { … }`"},
      {"function", "a function is written `fn f(x) = …` or `fn f(x) { … }`"},
      {"func", "a function is written `fn f(x) = …` or `fn f(x) { … }`"},
      {"class", "a model is written `model Name(sizes) { … }`"},
      {"elif", "write `else if`"},
      {"elseif", "write `else if`"},
      {"lambda", "a lambda is written `x => …` or `(a, b) => …`"},
      {"const", "a constant is bound with `let`"},
      {"from", "write `import nn`; the names of the module are then known"},
      {"is", "write `==`"},
      {"print", "a call has parentheses: `print(x)`"},
      {"del", "a value goes away by itself; there is nothing to delete"},
      {"pass", "an empty block is `{ }`"},
      {"then", "a block is written in braces: `if c { … } else { … }`"},
  };
  return words;
}

/// Operators of other languages.
static const std::map<std::string_view, std::string> &foreignOperators() {
  static const std::map<std::string_view, std::string> operators = {
      {"^", "`**` is the power"},
      {"&&", "write `and`"},
      {"||", "write `or`"},
      {"&", "write `and`"},
      {"|", "write `or`; `|>` passes a value to a function"},
      {"!", "write `not`"},
      {"++", "write `x += 1`"},
      {"?", "a choice is written `if c { a } else { b }`"},
      {"\\", "a line goes on after an operator, inside brackets, or when the next line begins with `|>` or `.`"},
      {"×", "write `*`, or `@` for a matrix product"},
      {"·", "write `*`, or `@` for a matrix product"},
      {"÷", "write `/`"},
      {"−", "write `-`"},
      {"≤", "write `<=`"},
      {"≥", "write `>=`"},
      {"≠", "write `!=`"},
      {"→", "write `->` for the result of a function, `=>` in a lambda"},
      {"“", "a string stands in straight quotes: `\"…\"`"},
      {"”", "a string stands in straight quotes: `\"…\"`"},
      {"‘", "a string stands in straight quotes: `'…'`"},
      {"’", "a string stands in straight quotes: `'…'`"},
  };
  return operators;
}

static bool isAssignment(size_t type) { return type >= P::ASSIGN && type <= P::MATMUL_ASSIGN; }

/// The first token of the statement around the error.
static int statementStart(const ErrorSite &site) {
  for (RuleContext *context = site.context; context; context = static_cast<RuleContext *>(context->parent))
    if (auto *statement = dynamic_cast<P::StatementContext *>(context))
      return statement->start ? int(statement->start->getTokenIndex()) : -1;
  // Between two statements: the first token of the line.
  size_t i = site.token;
  while (i > 0 && !site.layout.isFirstOnLine(i))
    --i;
  return int(i);
}

static bool hintForBlock(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  size_t start = site.layout.lexedType(size_t(statementStart(site)));
  bool hasBlock = start == P::IF || start == P::FOR || start == P::WHILE || start == P::FN || start == P::MODEL;
  if (site.type() != P::COLON || !(hasBlock || site.text(site.previous()) == "else"))
    return false;
  diagnostic.hint("a block is written in braces: `{ … }`");
  return true;
}

static bool hintForAssignment(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  size_t type = site.type();
  int before = site.previous();
  if (!isAssignment(type) || before < 0 || site.expected.contains(size_t(P::NAME)))
    return false;
  diagnostic.hint(type == P::ASSIGN ? "`==` compares; `=` gives a name or an argument its value"
                                    : "an update such as `x += 1` is a statement of its own");
  return true;
}

/// Whether a string ends behind a `{`: it was meant to go on.
static bool endsInHole(std::string_view text) {
  int depth = 0;
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    i += text[i] == '\\';
    depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
  }
  return depth > 0;
}

/// Python's `a if c else b`, `for … for …`, `{"name": value}`, `f"…"`, `"{d["a"]}"`, `[a, b] = …` and `a, b = b, a`.
static bool hintForPython(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  int before = site.previous();
  size_t previous = before >= 0 ? site.layout.lexedType(size_t(before)) : size_t(Token::EOF);
  if (site.type() == P::STRING && previous == P::NAME && site.text(before) == "f")
    diagnostic.hint("every string fills in what stands in braces; it needs no `f`");
  else if (previous == P::STRING && endsInHole(site.text(before)))
    diagnostic.hint("a string inside the braces of a string needs the other quotes");
  else if (site.type() == P::COMMA && site.expected.contains(size_t(P::NEWLINE)))
    diagnostic.hint("a tuple stands in parentheses: `(a, b) = (b, a)`");
  else if (site.type() == P::LBRACKET && (previous == P::LET || previous == P::VAR))
    diagnostic.hint("parts get their names without brackets: `let a, b = …`");
  else if (site.type() == P::COLON && previous == P::STRING)
    diagnostic.hint("the names of a record stand without quotes: `{name: value}`");
  else if (site.type() == P::FOR)
    diagnostic.hint("a further `for` comes after a comma: `[… for row in rows, x in row]`");
  else if (site.type() == P::IF && previous != P::LET && previous != P::VAR)
    diagnostic.hint("a choice is written `if c { a } else { b }`");
  else
    return false;
  return true;
}

static bool hintForNumber(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  int before = site.previous();
  if (before < 0)
    return false;
  const auto &tokens = site.layout.tokens();
  size_t previous = tokens[size_t(before)]->getType(), type = site.type();
  bool touches = tokens[size_t(before)]->getStopIndex() + 1 == tokens[site.token]->getStartIndex();
  bool number = previous == P::INT || previous == P::FLOAT;
  std::string left(site.text(before)), right(site.text(int(site.token)));
  if (number && touches && (type == P::NAME || type == P::LABEL)) {
    diagnostic.hint("a product is written `" + left + " * " + right + "`");
    return true;
  }
  if (previous == P::DOT && site.layout.lexedType(size_t(site.layout.previous(size_t(before)))) == P::INT) {
    diagnostic.hint("write `" + std::string(site.text(site.layout.previous(size_t(before)))) + ".0`");
    return true;
  }
  if (type == P::DOT && (site.layout.lexedType(site.layout.next(site.token)) == P::INT)) {
    diagnostic.hint("write `0." + std::string(site.text(int(site.layout.next(site.token)))) + "`");
    return true;
  }
  return false;
}

void addLearnerHints(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  std::string_view found = site.text(int(site.token));
  auto byOperator = foreignOperators().find(found);
  if (byOperator != foreignOperators().end())
    return void(diagnostic.hint(byOperator->second));
  for (int place : {int(site.token), site.previous()}) {
    bool word = place >= 0 && site.layout.lexedType(size_t(place)) == P::NAME;
    bool call = word && site.text(place) == "print" && place == int(site.token); // As such it is no mistake.
    auto known = word && !call ? foreignWords().find(site.text(place)) : foreignWords().end();
    if (known != foreignWords().end())
      return void(diagnostic.hint(known->second));
  }
  if (hintForBlock(site, diagnostic) || hintForAssignment(site, diagnostic) || hintForNumber(site, diagnostic) ||
      hintForPython(site, diagnostic))
    return;
  if (site.type() == P::RESULT)
    diagnostic.hint("a lambda is written with `=>`: `x => x + 1`");
  else if (site.type() == P::PLUS && site.text(site.previous()) == "+")
    diagnostic.hint("write `x += 1`");
  else if (site.type() == P::FLOORDIV || (site.type() == P::SLASH && site.layout.isFirstOnLine(site.token)))
    diagnostic.hint("a comment begins with `#`");
  else if (site.layout.isFirstOnLine(site.token) && site.type() >= P::EQ && site.type() <= P::MATMUL)
    diagnostic.hint("a new line begins a new statement; put the operator at the end of the line before");
  else if (site.type() == P::FOREIGN && static_cast<unsigned char>(found[0]) >= 0x80)
    diagnostic.hint("names are made of the letters a to z, digits and `_`");
  else if (site.expected.contains(size_t(P::LBRACE)) &&
           site.layout.lexedType(site.layout.next(site.token)) == P::LBRACE &&
           site.layout.lexedType(site.token) == P::NEWLINE)
    diagnostic.hint("put `{` at the end of this line");
  else if (site.type() == P::ELSE)
    diagnostic.hint("`else` follows the `}` of an `if`");
  else if (site.type() == P::LBRACE && site.layout.isFirstOnLine(site.token))
    diagnostic.hint("put `{` at the end of the line before");
}

} // namespace mdl::syntax
