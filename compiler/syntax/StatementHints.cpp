//===- StatementHints.cpp - What a statement looks like that has no name --------===//
//
// Stage: parser. Input: a syntax error in the head of a statement; output: a hint with the
// statement's form.
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

bool hintForForm(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  int start = site.statementStart(), before = site.previous();
  if (start < 0 || before < 0 || site.type() == P::LBRACKET)
    return false;
  size_t keyword = site.layout.tokens()[size_t(start)]->getType();
  std::string word(site.text(start)), name(site.text(before));
  bool isSecond = before == start, isThird = site.layout.previous(size_t(before)) == start;
  auto wants = [&](size_t type) { return site.expected.contains(type); };
  const StatementForm *form = keyword == P::NAME ? nullptr : statementForm(word);
  if (form && lacksPartOfForm(site, keyword, isSecond))
    diagnostic.hint(std::string(form->form));
  else if (keyword == P::FN && isThird && wants(P::LPAREN) && site.text(static_cast<int>(site.token)) == "(")
    diagnostic.hint("a function is written `fn " + name + "(x) = …`; `=>` makes a lambda: `let " + name + " = x => …`");
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
