//===- StatementHints.cpp - What a statement looks like ------------------------===//
//
// Stage: parser. Input: a syntax error in the head of a statement, such as a missing name, or
// between a head and its block; output: a hint with the statement's form.
//
//===----------------------------------------------------------------------===//
#include "compiler/syntax/ErrorStrategy.h"
#include "compiler/syntax/StatementForms.h"

#include "grammar/MdlParser.h"

#include <algorithm>
#include <iterator>

using namespace antlr4;
using P = mdl::grammar::MdlParser;

namespace mdl::syntax {

const StatementForm *statementForm(std::string_view word) {
  static constexpr StatementForm forms[] = {
      {"let", "a name", "a value gets a name: `let name = …`"},
      {"var", "a name", "a variable has a name: `var name = …`"},
      {"fn", "a name for the function",
       "a function has a name: `fn name(x) = …`; one without is a lambda: `x => …`, `(a, b) => …`"},
      {"model", "a name for the model", "a model has a name: `model Name(sizes) { … }`"},
      {"option", "a name for the option", "an option needs a name: `option name = …`"},
      {"param", "a name for the parameter", "a parameter of a model has a name: `param name = …`"},
      {"state", "a name for the state", "a state of a model has a name: `state name = …`"},
      {"import", "the name of a module", "a module is named: `import nn`, or `import nn as name`"},
      {"for", "a name", "a loop names what it goes over: `for x in xs { … }`, `for i in 0..n { … }`"},
      {"train", "a model", "a model is trained on data: `train net on data { … }`"},
  };
  auto found = std::find_if(std::begin(forms), std::end(forms), [&](auto &form) { return form.word == word; });
  return found == std::end(forms) ? nullptr : found;
}

/// Whether the statement's own name, or a word that its form has, is what was expected.
static bool lacksPartOfForm(const ErrorSite &site, size_t keyword, bool isSecond) {
  auto wants = [&](size_t type) { return site.expected.contains(type); };
  switch (keyword) {
  case P::FOR:
    return wants(P::IN) || (isSecond && wants(P::NAME));
  case P::TRAIN:
    return wants(P::ON) || isSecond;
  case P::IMPORT:
    return wants(P::NAME);
  default:
    return isSecond && wants(P::NAME);
  }
}

/// Whether one of its kind stands behind it on its line.
static bool isOnLine(const ErrorSite &site, size_t type) {
  for (size_t i = site.token; i < site.layout.size() && site.layout.lexedType(i) != P::NEWLINE; ++i)
    if (site.layout.lexedType(i) == type)
      return true;
  return false;
}

/// `if x > 3:`, `for i in 0:3 {`, `for (i in 0..3) {`, `for (let i = 0; …)`, and a head without its `{`.
bool hintForHead(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  int start = site.statementStart(), before = site.previous(), opener = site.layout.opener(site.token);
  size_t keyword = start < 0 ? size_t(Token::EOF) : site.layout.lexedType(size_t(start)), type = site.type();
  bool isControl = keyword == P::IF || keyword == P::FOR || keyword == P::WHILE || site.text(before) == "else";
  if (keyword == P::FOR && type == P::COLON && isOnLine(site, P::LBRACE)) {
    size_t end = site.layout.next(site.token);
    bool isWhole = site.layout.lexedType(site.layout.next(end)) == P::LBRACE;
    std::string from(isWhole ? site.text(before) : "0"), upTo(isWhole ? site.text(int(end)) : "n");
    diagnostic.hint("a range is written `" + from + ".." + upTo + "`: from " + from + ", without " + upTo);
  } else if (type == P::COLON && (isControl || keyword == P::FN || keyword == P::MODEL)) {
    diagnostic.hint("a block is written in braces: `{ … }`");
  } else if (keyword == P::FOR && opener >= 0 && site.layout.previous(size_t(opener)) == start &&
             (type == P::IN || type == P::LET || type == P::VAR || type == P::ASSIGN)) {
    diagnostic.hint("a loop is written without parentheses: `for x in xs { … }`, `for i in 0..n { … }`");
  } else {
    return false;
  }
  return true;
}

bool hintForBlock(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  int start = site.statementStart(), before = site.previous();
  size_t keyword = start < 0 ? size_t(Token::EOF) : site.layout.lexedType(size_t(start));
  bool isElse = site.text(before) == "else";
  if (!site.expected.contains(size_t(P::LBRACE)) ||
      !(isElse || keyword == P::IF || keyword == P::FOR || keyword == P::WHILE))
    return false;
  std::string head = isElse ? "else" : keyword == P::IF ? "if c" : keyword == P::WHILE ? "while c" : "for x in xs";
  bool comesLater = site.layout.lexedType(site.token) == P::NEWLINE &&
                    site.layout.lexedType(site.layout.next(site.token)) == P::LBRACE;
  diagnostic.hint(comesLater ? "put `{` at the end of this line"
                             : "a block is written in braces: `" + head + " { … }`");
  return true;
}

bool hintForForm(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  int start = site.statementStart(), before = site.previous();
  if (start < 0 || before < 0 || site.type() == P::LBRACKET)
    return false;
  size_t keyword = site.layout.tokens()[size_t(start)]->getType();
  std::string word(site.text(start)), name(site.text(before)), second(site.text(int(site.layout.next(size_t(start)))));
  bool isSecond = before == start, isThird = site.layout.previous(size_t(before)) == start;
  auto wants = [&](size_t type) { return site.expected.contains(type); };
  const StatementForm *form = keyword == P::NAME ? nullptr : statementForm(word);
  if (form && lacksPartOfForm(site, keyword, isSecond))
    diagnostic.hint(std::string(form->form));
  else if (keyword == P::FN && site.type() == P::FAT_ARROW && wants(P::ASSIGN))
    diagnostic.hint("a function is written `fn " + second + "(x) = …`; `=>` makes a lambda: `let " + second +
                    " = x => …`");
  else if (keyword == P::FN && isThird && wants(P::LPAREN))
    diagnostic.hint("the parameters follow the name: `fn " + name + "(x) = …`, `fn " + name + "() = …`");
  else if (keyword == P::MODEL && isThird && wants(P::LPAREN))
    diagnostic.hint("the parameters of its constructor follow the name: `model " + name + "(sizes) { … }`, `model " +
                    name + "() { … }`");
  else if (form && isThird && wants(P::ASSIGN))
    diagnostic.hint("a name has a value from the start: `" + word + " " + name + " = …`");
  else
    return false;
  return true;
}

} // namespace mdl::syntax
