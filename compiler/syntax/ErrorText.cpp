//===- ErrorText.cpp - Syntax errors in words ----------------------------------===//
//
// Stage: parser. Input: the token that does not fit and the set of those that would;
// output: a message that says in words what was expected, and where what is open began.
//
//===----------------------------------------------------------------------===//
#include "compiler/syntax/ErrorStrategy.h"
#include "compiler/syntax/StatementForms.h"

#include "grammar/MdlParser.h"

#include <algorithm>

using namespace antlr4;
using P = mdl::grammar::MdlParser;

namespace mdl::syntax {

//===--- What was found ---------------------------------------------------------===//

static std::string quoted(std::string_view text) {
  std::string result = "`";
  result += text.substr(0, 40);
  return result + (text.size() > 40 ? "…`" : "`");
}

/// A line that ends before the statement is complete: its newline, or the brace on the next line.
static bool isLineEnd(const ErrorSite &site) {
  size_t type = site.layout.lexedType(site.token);
  bool brace = type == P::RBRACE && site.layout.isFirstOnLine(site.token) && site.previous() >= 0;
  return type == P::NEWLINE || (brace && !dynamic_cast<P::BodyContext *>(site.context));
}

static std::string foundText(const ErrorSite &site) {
  size_t type = site.layout.lexedType(site.token);
  if (type == Token::EOF)
    return site.fragment.isHole ? "the end of the braces" : "the end of the file";
  if (isLineEnd(site))
    return "the end of the line";
  if (type == P::STRING || type == P::OPEN_STRING)
    return "a string";
  if (type >= P::LET && type <= P::FALSE)
    return "the keyword " + quoted(site.text(int(site.token)));
  return quoted(site.text(int(site.token)));
}

//===--- What was expected ------------------------------------------------------===//

static std::string spelling(const ErrorSite &site, size_t type) {
  switch (type) {
  case P::NAME:
  case P::LABEL:
    return "a name";
  case P::NEWLINE:
    return "the end of the line";
  case Token::EOF:
    return site.fragment.isHole ? "`}`" : "the end of the file";
  case P::RECORD_OPEN:
    return "`{`";
  case P::LAMBDA_OPEN:
    return "`(`";
  case P::LAMBDA_NAME:
    return "a name";
  default:
    break;
  }
  std::string literal = site.vocabulary.getLiteralName(type);
  return literal.size() > 2 ? "`" + literal.substr(1, literal.size() - 2) + "`" : "";
}

/// `a`, `a or b`, `a, b or c`.
static std::string joinChoices(const std::vector<std::string> &choices) {
  std::string result;
  for (size_t i = 0; i < choices.size(); ++i)
    result += (i == 0 ? "" : i + 1 == choices.size() ? " or " : ", ") + choices[i];
  return result;
}

/// Whose name is missing, where the grammar wants one.
static std::string namedThing(const ErrorSite &site) {
  int start = site.statementStart();
  const StatementForm *form = start < 0 ? nullptr : statementForm(site.text(start));
  if (dynamic_cast<P::FnStatementContext *>(site.context) || dynamic_cast<P::ModelStatementContext *>(site.context) ||
      dynamic_cast<P::OptionStatementContext *>(site.context) ||
      dynamic_cast<P::ParamStatementContext *>(site.context) || dynamic_cast<P::ImportStatementContext *>(site.context))
    return form ? std::string(form->named) : "a name";
  if (dynamic_cast<P::SettingContext *>(site.context) || dynamic_cast<P::TrainStatementContext *>(site.context))
    return "a setting such as `epochs: 10`";
  if (dynamic_cast<P::MemberExprContext *>(site.context))
    return "a name after `.`";
  return "a name";
}

static std::string expectedText(const ErrorSite &site) {
  auto wants = [&](size_t type) { return site.expected.contains(type); };
  bool expression = wants(P::INT) && wants(P::STRING), type = wants(P::NAME) && wants(P::FN) && !expression;
  if (dynamic_cast<P::BodyContext *>(site.context) || wants(P::LET))
    return expression ? "a statement" : "the end of the statement";
  std::vector<std::string> choices;
  if (expression)
    choices.push_back(wants(P::NEW) ? "an index" : wants(P::ELLIPSIS) ? "a size" : "an expression");
  else if (type)
    choices.push_back("a type");
  else if (wants(P::LABEL) || wants(P::NAME))
    choices.push_back(namedThing(site));
  bool value = !choices.empty();
  int before = site.previous();
  bool afterOpener = before >= 0 && before == site.layout.opener(site.token);
  std::string last;
  for (size_t token : site.expected.toList()) {
    bool closer = token == P::RPAREN || token == P::RBRACKET || token == P::RBRACE;
    // After an operator only the value matters, not what else could stand there.
    if ((value && !(closer && afterOpener)) || token == P::FOR)
      continue;
    std::string text = spelling(site, token);
    if (closer)
      last = text;
    else if (!text.empty() && std::find(choices.begin(), choices.end(), text) == choices.end())
      choices.push_back(text);
  }
  if (!last.empty())
    choices.push_back(last);
  if (choices.empty() || choices.size() > 5)
    return "the end of the statement";
  return joinChoices(choices);
}

//===--- The message ------------------------------------------------------------===//

/// Just after the last token before the one that does not fit.
static SourceRange afterPrevious(const ErrorSite &site) {
  int before = site.previous();
  if (before < 0)
    return site.fragment.range(site.layout.tokens()[site.token]);
  SourceRange place = site.fragment.range(site.layout.tokens()[size_t(before)]);
  return {place.file, place.end, place.end};
}

/// The bracket that should have been closed before the token, or -1.
static int unclosedOpener(const ErrorSite &site) {
  int opener = site.layout.opener(site.token);
  if (opener < 0)
    return -1;
  size_t lexed = site.layout.lexedType(size_t(opener));
  size_t closer = lexed == P::LPAREN     ? size_t(P::RPAREN)
                  : lexed == P::LBRACKET ? size_t(P::RBRACKET)
                                         : size_t(P::RBRACE);
  if (!site.expected.contains(closer))
    return -1;
  size_t type = site.layout.lexedType(site.token);
  bool ends = type == Token::EOF || type == P::RPAREN || type == P::RBRACKET || type == P::RBRACE;
  bool awaitsValue = site.expected.contains(size_t(P::INT)) && site.previous() != opener;
  bool lineEnds = type == P::NEWLINE || (site.layout.isFirstOnLine(site.token) && !awaitsValue);
  return ends || (lineEnds && site.layout.isGrouping(opener)) ? opener : -1;
}

void reportSyntaxError(const ErrorSite &site, DiagnosticEngine &diagnostics) {
  const auto &tokens = site.layout.tokens();
  size_t lexed = site.layout.lexedType(site.token);
  bool atEnd = lexed == Token::EOF || isLineEnd(site);
  SourceRange place = atEnd ? afterPrevious(site) : site.fragment.range(tokens[site.token]);
  int opener = unclosedOpener(site);
  if (opener >= 0) {
    SourceRange open = site.fragment.range(tokens[size_t(opener)]);
    std::string text(site.text(opener));
    std::string closer = text == "(" ? ")" : text == "[" ? "]" : "}";
    bool nextLine = !atEnd && site.layout.isFirstOnLine(site.token);
    auto diagnostic = diagnostics.report(diag::UnclosedBracket, nextLine ? afterPrevious(site) : place,
                                         {closer, text, nextLine ? "the end of the line" : foundText(site)});
    diagnostic.note(open, "the `" + text + "` is here");
    return addLearnerHints(site, diagnostic);
  }
  bool closer = lexed == P::RPAREN || lexed == P::RBRACKET || lexed == P::RBRACE;
  if (closer && dynamic_cast<P::BodyContext *>(site.context)) {
    std::string text(site.text(int(site.token)));
    auto diagnostic = diagnostics.report(diag::StrayBracket, place,
                                         {text, text == ")"   ? "("
                                                : text == "]" ? "["
                                                              : "{"});
    return addLearnerHints(site, diagnostic);
  }
  auto diagnostic = lexed == P::FOREIGN
                        ? diagnostics.report(diag::UnknownCharacter, place, {quoted(site.text(int(site.token)))})
                        : diagnostics.report(diag::UnexpectedToken, place, {expectedText(site), foundText(site)});
  addLearnerHints(site, diagnostic);
}

} // namespace mdl::syntax
