//===- ErrorStrategy.cpp - What the parser does at a syntax error --------------===//
//
// Stage: parser. See ErrorStrategy.h.
//
//===----------------------------------------------------------------------===//
#include "compiler/syntax/ErrorStrategy.h"

#include "grammar/MdlParser.h"

#include <algorithm>

using namespace antlr4;
using P = mdl::grammar::MdlParser;

namespace mdl::syntax {

//===--- Places -----------------------------------------------------------------===//

SourceRange Fragment::range(const Token *first, const Token *last) const {
  auto limit = [&](size_t offset) { return uint32_t(std::min(offset, text.size())); };
  uint32_t begin = limit(first->getStartIndex());
  bool ended = last->getType() == Token::EOF;
  uint32_t end = ended ? begin : std::max(begin, limit(last->getStopIndex() + 1));
  return {file, base + begin, base + end};
}

std::string_view Fragment::textOf(const Token *token) const {
  SourceRange place = range(token);
  return text.substr(place.begin - base, place.end - place.begin);
}

std::string_view ErrorSite::text(int i) const { return i < 0 ? "" : fragment.textOf(layout.tokens()[size_t(i)]); }

bool ErrorSite::isInRecordOn() const {
  int brace = previous(), word = brace >= 0 ? layout.previous(size_t(brace)) : -1;
  return type() == P::LABEL && word >= 0 && layout.lexedType(size_t(brace)) == P::LBRACE &&
         layout.lexedType(size_t(word)) == P::ON;
}

int ErrorSite::statementStart() const {
  for (RuleContext *around = context; around; around = static_cast<RuleContext *>(around->parent))
    if (auto *statement = dynamic_cast<P::StatementContext *>(around))
      return statement->start ? int(statement->start->getTokenIndex()) : -1;
  // Between two statements: the first token of the line.
  size_t i = token;
  while (i > 0 && !layout.isFirstOnLine(i))
    --i;
  return int(i);
}

//===--- Finding errors ---------------------------------------------------------===//

Token *ErrorStrategy::recoverInline(Parser *parser) { throw InputMismatchException(parser); }

/// Called before every optional or repeated part: finds an error while everything that could stand here is still known.
void ErrorStrategy::sync(Parser *parser) {
  if (failing)
    return;
  if (parser->getContext()->getRuleIndex() == P::RuleBody)
    return syncBody(parser);
  const atn::ATN &atn = parser->getInterpreter<atn::ATNSimulator>()->atn;
  const misc::IntervalSet &expected = atn.nextTokens(atn.states[parser->getState()]);
  if (!expected.contains(Token::EPSILON) && !expected.contains(parser->getTokenStream()->LA(1)))
    throw InputMismatchException(parser);
}

/// Between two statements: what does not belong there is reported here, so that the body goes on.
void ErrorStrategy::syncBody(Parser *parser) {
  TokenStream *stream = parser->getTokenStream();
  const atn::ATN &atn = parser->getInterpreter<atn::ATNSimulator>()->atn;
  bool inBlock = dynamic_cast<P::BlockContext *>(parser->getContext()->parent) != nullptr;
  while (true) {
    size_t type = stream->LA(1);
    if (type == Token::EOF || (type == P::RBRACE && inBlock))
      return;
    const misc::IntervalSet &expected = atn.nextTokens(atn.states[parser->getState()]);
    if (expected.contains(type))
      return;
    size_t token = stream->LT(1)->getTokenIndex();
    report(parser, token, expected, parser->getContext());
    errorToken = token;
    failing = false;
    bool stray = type == P::RBRACE;
    if (stray)
      stream->consume();
    if (!stray)
      skipStatement(parser, token);
  }
}

void ErrorStrategy::reportError(Parser *parser, const RecognitionException &error) {
  if (failing)
    return;
  failing = true;
  errorToken = error.getOffendingToken()->getTokenIndex();
  report(parser, errorToken, error.getExpectedTokens(), error.getCtx());
}

/// True for what a message would say about an error that is told already.
bool ErrorStrategy::isConsequence(size_t token) const {
  size_t type = layout.lexedType(token);
  // The braces were not in balance before.
  if (type == Token::EOF && (elseAstray || inRecordOn))
    return true;
  // The `else` of a skipped statement.
  if (skippedTo >= 0 && layout.previous(token) <= skippedTo && type == P::ELSE)
    return true;
  // The settings of a `train` that was given up.
  if (inTrain && layout.tokens()[token]->getType() == P::LABEL)
    return true;
  // The `else` of an `if` that was given up.
  if (type == P::ELSE && inIf)
    return true;
  // The rest of Python's `try`.
  int first = layout.previous(token);
  if (count > 1 && first >= 0 && layout.isFirstOnLine(size_t(first)))
    if (auto word = fragment.textOf(layout.tokens()[size_t(first)]); word == "except" || word == "finally")
      return true;
  // What closes a bracket that was given up.
  if (inGroup && layout.closes(token) < 0 && layout.isFirstOnLine(token) && (type == P::RPAREN || type == P::RBRACKET))
    return true;
  // A string that is not closed hides the rest of its line, and what closes a bracket of that line.
  int bracket = layout.opener(token);
  if (type == Token::EOF && first >= 0 && openStrings.hide(size_t(first)))
    return true;
  return openStrings.hide(token) || (bracket >= 0 && openStrings.hide(size_t(bracket)));
}

void ErrorStrategy::report(Parser *parser, size_t token, const misc::IntervalSet &expected, RuleContext *context) {
  ++count;
  if (count > MaxErrors || isConsequence(token))
    return;
  elseAstray |= layout.lexedType(token) == P::ELSE;
  for (RuleContext *around = context; around; around = static_cast<RuleContext *>(around->parent))
    inIf |= dynamic_cast<P::IfExpressionContext *>(around) != nullptr;
  inGroup |= layout.isGrouping(layout.opener(token));
  inTrain |= expected.contains(size_t(P::ON));
  ErrorSite site{fragment, layout, token, expected, context, parser->getVocabulary()};
  inRecordOn |= site.isInRecordOn();
  reportSyntaxError(site, diagnostics);
  if (count == MaxErrors)
    diagnostics.report(diag::TooManyErrors, fragment.range(layout.tokens()[token]));
}

//===--- Going on ---------------------------------------------------------------===//

void ErrorStrategy::recover(Parser *parser, std::exception_ptr error) {
  ParserRuleContext *context = parser->getContext();
  if (auto *statement = dynamic_cast<P::StatementContext *>(context)) {
    skipStatement(parser, statement->start->getTokenIndex());
    failing = false;
    return;
  }
  if (auto *setting = dynamic_cast<P::SettingContext *>(context)) {
    skipSetting(parser, setting->start->getTokenIndex());
    failing = false;
    return;
  }
  if (context->parent)
    std::rethrow_exception(error);
}

/// Moves to the end of the setting of a `train` block that began at `start`.
void ErrorStrategy::skipSetting(Parser *parser, size_t start) {
  const auto &tokens = layout.tokens();
  int home = layout.opener(start);
  size_t i = std::max(errorToken, start);
  for (; layout.lexedType(i) != Token::EOF; ++i) {
    size_t type = tokens[i]->getType();
    if (layout.opener(i) == home && tokens[i]->getChannel() == Token::DEFAULT_CHANNEL &&
        (type == P::NEWLINE || type == P::COMMA || type == P::RBRACE))
      break;
  }
  parser->getTokenStream()->seek(i);
}

/// Moves to the newline or brace that ends the statement that began at `start`.
void ErrorStrategy::skipStatement(Parser *parser, size_t start) {
  const auto &tokens = layout.tokens();
  int home = layout.enclosingBlock(start);
  size_t startLine = tokens[start]->getLine(), indent = tokens[start]->getCharPositionInLine();
  for (size_t i = start; i > 0 && tokens[i - 1]->getLine() == startLine; --i)
    if (layout.lexedType(i - 1) != P::NEWLINE)
      indent = tokens[i - 1]->getCharPositionInLine();

  size_t i = std::max(errorToken, start);
  for (; layout.lexedType(i) != Token::EOF; ++i) {
    size_t type = tokens[i]->getType();
    bool shown = tokens[i]->getChannel() == Token::DEFAULT_CHANNEL;
    bool closer = type == P::RPAREN || type == P::RBRACKET || type == P::RBRACE;
    if (layout.isGrouping(layout.opener(i)) && layout.isFirstOnLine(i) && i > start && type != P::NEWLINE && !closer &&
        (layout.beginsStatement(i) || tokens[i]->getCharPositionInLine() <= indent)) {
      // A bracket is open, but this line begins a statement.
      layout.restart(i, home);
      --i;
      break;
    }
    if (shown && type == P::NEWLINE && layout.enclosingBlock(i) == home)
      break;
    if (shown && type == P::RBRACE && home >= 0 && layout.closes(i) == home)
      break;
  }
  skippedTo = int(i);
  parser->getTokenStream()->seek(i);
}

} // namespace mdl::syntax
