//===- Layout.cpp - Which newlines count and which words are keywords ---------===//
//
// Stage: between lexer and parser. See Layout.h.
//
//===----------------------------------------------------------------------===//
#include "compiler/syntax/Layout.h"

#include "antlr4-runtime.h"
#include "grammar/MdlLexer.h"

#include <algorithm>

using namespace antlr4;
using T = mdl::grammar::MdlLexer;

namespace mdl::syntax {

/// The channel of newlines that end nothing; comments are skipped by the lexer or stand on channel 2.
static constexpr size_t HiddenChannel = 1;

//===--- Sorts of tokens --------------------------------------------------------===//

static bool isSoftKeyword(size_t type) { return type >= T::MODEL && type <= T::GRADIENT; }
static bool isNameLike(size_t type) { return type == T::NAME || isSoftKeyword(type); }
static bool isWord(size_t type) { return type >= T::LET && type <= T::NAME; }
static bool isOpener(size_t type) { return type == T::LPAREN || type == T::LBRACKET || type == T::LBRACE; }
static bool isCloser(size_t type) { return type == T::RPAREN || type == T::RBRACKET || type == T::RBRACE; }
static size_t closerOf(size_t type) {
  return type == T::LPAREN ? size_t(T::RPAREN) : type == T::LBRACKET ? size_t(T::RBRACKET) : size_t(T::RBRACE);
}
static bool isBinary(size_t type) {
  return type == T::PIPE || type == T::DOTDOT || (type >= T::EQ && type <= T::GT) ||
         (type >= T::PLUS && type <= T::MATMUL) || type == T::AND || type == T::OR;
}
/// After these at the end of a line the next line goes on.
static bool awaitsMore(size_t type) {
  return isBinary(type) || (type >= T::ASSIGN && type <= T::MATMUL_ASSIGN) || type == T::NOT || type == T::IN ||
         type == T::COMMA || type == T::COLON || type == T::RESULT || type == T::FAT_ARROW || type == T::DOT;
}
static bool isBreak(size_t type) { return type == T::NEWLINE || type == T::SEMICOLON; }

//===--- Construction and looking around ----------------------------------------===//

Layout::Layout(std::vector<CommonToken *> tokens) : all(std::move(tokens)) {
  for (CommonToken *token : all)
    lexed.push_back(token->getType());
  openers.assign(all.size(), -1);
  closed.assign(all.size(), -1);
  trains.assign(all.size(), false);
  findNeighbours();
  matchBrackets();
}

void Layout::findNeighbours() {
  auto isSkipped = [&](size_t i) { return lexed[i] == T::NEWLINE || lexed[i] == T::DOC; };
  before.assign(all.size(), -1);
  for (size_t i = 1; i < all.size(); ++i)
    before[i] = isSkipped(i - 1) ? before[i - 1] : int(i) - 1;
  after.assign(all.size(), all.size() - 1);
  for (size_t i = all.size() - 1; i-- > 0;)
    after[i] = isSkipped(i + 1) ? after[i + 1] : i + 1;
}

void Layout::matchBrackets() {
  matching.assign(all.size(), -1);
  std::vector<size_t> open;
  for (size_t i = 0; i < all.size(); ++i) {
    if (isOpener(lexed[i]))
      open.push_back(i);
    if (!isCloser(lexed[i]))
      continue;
    // A closing bracket ends the nearest opening one of its kind; those in between are not closed.
    auto fits = [&](size_t j) { return closerOf(lexed[j]) == lexed[i]; };
    auto found = std::find_if(open.rbegin(), open.rend(), fits);
    if (found == open.rend())
      continue;
    matching[*found] = int(i);
    open.erase(found.base() - 1, open.end());
  }
}

bool Layout::isFirstOnLine(size_t i) const { return i == 0 || lexed[i - 1] == T::NEWLINE; }

bool Layout::beginsStatement(size_t i) const {
  switch (lexed[i]) {
  case T::VAR:
    return !callsVar(i) && lexedNext(i) != T::COLON && lexedNext(i) != T::ASSIGN;
  case T::LET:
  case T::RETURN:
  case T::WHILE:
  case T::BREAK:
  case T::CONTINUE:
  case T::ASSERT:
  case T::IMPORT:
    return lexedNext(i) != T::COLON && lexedNext(i) != T::ASSIGN;
  case T::FN:
    return isNameLike(lexedNext(i));
  default:
    return false;
  }
}

/// `var(x)` is the variance, but `var (a, b) = …` binds.
bool Layout::callsVar(size_t i) const {
  size_t opener = next(i);
  if (lexed[opener] != T::LPAREN || matching[opener] < 0)
    return false;
  size_t behind = lexedNext(size_t(matching[opener]));
  return behind != T::ASSIGN && behind != T::COLON;
}

Layout::Frame::Kind Layout::kindOf(int opener) const {
  size_t type = all[opener]->getType();
  if (lexed[opener] == T::LPAREN)
    return Frame::Paren;
  if (lexed[opener] == T::LBRACKET)
    return Frame::Bracket;
  return type == T::RECORD_OPEN ? Frame::Record : trains[opener] ? Frame::Train : Frame::Block;
}

bool Layout::isGrouping(int opener) const {
  if (opener < 0)
    return false;
  Frame::Kind kind = kindOf(opener);
  return kind != Frame::Block && kind != Frame::Train;
}

int Layout::enclosingBlock(size_t i) const {
  int result = openers[i];
  while (result >= 0 && kindOf(result) != Frame::Block)
    result = openers[result];
  return result;
}

size_t Layout::shownType(int i) const { return i < 0 ? size_t(T::NEWLINE) : all[i]->getType(); }

bool Layout::inGroup() const {
  return !stack.empty() && stack.back().kind != Frame::Block && stack.back().kind != Frame::Train;
}

bool Layout::atStatementStart() const {
  return !inGroup() && (last < 0 || shownType(last) == T::NEWLINE || (!stack.empty() && stack.back().opener == last));
}

//===--- The walk ---------------------------------------------------------------===//

void Layout::restart(size_t from, int home) {
  // The newline before the statement ends the broken one.
  for (size_t i = from; i > 0 && lexed[i - 1] == T::NEWLINE; --i)
    all[i - 1]->setChannel(HiddenChannel);
  if (from > 0 && isBreak(lexed[from - 1])) {
    all[from - 1]->setChannel(Token::DEFAULT_CHANNEL);
    openers[from - 1] = home;
  }
  runFrom(from, home);
}

void Layout::runFrom(size_t from, int home) {
  stack.clear();
  std::vector<int> chain;
  for (int opener = home; opener >= 0; opener = openers[opener])
    chain.push_back(opener);
  stack.push_back({Frame::Block, -1});
  for (auto it = chain.rbegin(); it != chain.rend(); ++it)
    stack.push_back({kindOf(*it), *it});
  last = -1;
  open = false;
  for (size_t i = from; i < all.size() && deepest < 0; ++i)
    visit(i);
}

void Layout::visit(size_t i) {
  size_t type = lexed[i];
  if (type == T::DOC)
    return;
  all[i]->setType(type);
  all[i]->setChannel(Token::DEFAULT_CHANNEL);
  openers[i] = stack.back().opener;
  closed[i] = -1;
  if (type == Token::EOF) {
    open = stack.size() > 1 || (last >= 0 && awaitsMore(shownType(last)));
    return;
  }
  if (type == T::NEWLINE || (type == T::SEMICOLON && !inGroup()))
    return visitNewline(i);
  if (isWord(type))
    visitWord(i);
  else if (type == T::OPEN_STRING)
    setType(i, T::STRING); // Reported by the caller.
  if (isOpener(type)) {
    int closer = matching[i];
    bool lambda = type == T::LPAREN && closer >= 0 && lexedNext(size_t(closer)) == T::FAT_ARROW;
    int first = last < 0 ? -1 : previous(size_t(last));
    bool named = first >= 0 && shownType(first) == T::FN && shownType(last) == T::NAME; // `fn f(x) => …`, a mistake.
    if (lambda && !named)
      setType(i, T::LAMBDA_OPEN);
    if (type == T::LBRACE)
      visitBrace(i);
    else
      push(type == T::LPAREN ? Frame::Paren : Frame::Bracket, i);
  } else if (isCloser(type)) {
    visitCloser(i);
  }
  countNesting(i, type);
  last = int(i);
}

void Layout::setType(size_t i, size_t type) { all[i]->setType(type); }

void Layout::visitNewline(size_t i) {
  size_t following = next(i);
  while (lexed[following] == T::SEMICOLON && !inGroup())
    following = next(following);
  size_t before = shownType(last), after = lexed[following];
  if (inGroup()) {
    // A line that can only begin a statement, or a string that is not closed: the bracket lacks its partner.
    bool broken = beginsStatement(following) || (last >= 0 && lexed[last] == T::OPEN_STRING);
    if (!broken) {
      all[i]->setChannel(HiddenChannel);
      return;
    }
    // The token stays inside the bracket, so that the message can name it.
    while (inGroup())
      stack.pop_back();
  }
  bool opens = last < 0 || before == T::NEWLINE || stack.back().opener == last;
  bool closes = (after == T::RBRACE && stack.back().opener >= 0) || after == Token::EOF;
  bool joins = after == T::PIPE || after == T::DOT || (after == T::ELSE && before == T::RBRACE) ||
               (after == T::GRADIENT && stack.back().inFn && beginsGradient(following));
  setType(i, T::NEWLINE);
  bool nextSetting = stack.back().kind == Frame::Train && isWord(after) && lexedNext(following) == T::COLON;
  // Here, unlike in brackets, no value and no generator begins with `for`.
  bool goesOn = awaitsMore(before) && !beginsStatement(following) && after != T::FOR && !nextSetting;
  if (opens || closes || joins || goesOn) {
    all[i]->setChannel(HiddenChannel);
    if (after == Token::EOF && awaitsMore(before))
      open = true;
    return;
  }
  Frame &frame = stack.back();
  frame = {frame.kind, frame.opener};
  last = int(i);
}

void Layout::visitWord(size_t i) {
  size_t type = lexed[i], following = lexedNext(i);
  size_t before = shownType(last);
  Frame &frame = stack.back();
  bool first = atStatementStart();
  bool element = last == frame.opener || before == T::COMMA;
  bool field = following == T::COLON && frame.kind == Frame::Record && element;
  bool argument = following == T::ASSIGN && frame.kind == Frame::Paren && element;
  if (last >= 0 && before == T::DOT)
    return setType(i, T::NAME);
  bool setting = frame.kind == Frame::Train && (element || before == T::NEWLINE); // With its `:` or not.
  if (field || argument || setting)
    return setType(i, T::LABEL);
  if (isNameLike(type) && following == T::FAT_ARROW)
    return setType(i, T::LAMBDA_NAME);
  if (type == T::VAR && callsVar(i))
    return setType(i, T::NAME);
  if (first && type == T::FN)
    frame.inFn = true;
  if (!isSoftKeyword(type))
    return;

  bool keyword = false;
  if (type == T::ON) {
    keyword = frame.inTrain;
  } else if (type == T::NEW) {
    keyword = frame.kind == Frame::Bracket && element && (following == T::COMMA || following == T::RBRACKET);
  } else if (type == T::GRADIENT) {
    keyword = frame.inFn && beginsGradient(i);
  } else {
    keyword = first && (isNameLike(following) || lacksName(i));
    if (keyword && type == T::TRAIN)
      frame.inTrain = true;
  }
  if (!keyword)
    setType(i, T::NAME);
}

/// `model (n) {`, `model {`, `option: f32 =`: no expression begins so, and the parser says that a name is missing.
bool Layout::lacksName(size_t i) const {
  size_t behind = i + 1 < all.size() ? i + 1 : i; // On the same line.
  size_t type = lexed[behind];
  if (lexed[i] != T::MODEL)
    return lexed[i] != T::TRAIN && (type == T::COLON || type == T::STRING || type == T::INT || type == T::FLOAT);
  bool constructs = type == T::LPAREN && matching[behind] >= 0 && lexed[size_t(matching[behind]) + 1] == T::LBRACE;
  return constructs || type == T::LBRACE;
}

/// `gradient (x, g) =>` or `gradient g =>`.
bool Layout::beginsGradient(size_t i) const {
  size_t following = next(i);
  if (isNameLike(lexed[following]))
    return lexedNext(following) == T::FAT_ARROW;
  return lexed[following] == T::LPAREN && matching[following] >= 0 &&
         lexedNext(size_t(matching[following])) == T::FAT_ARROW;
}

void Layout::visitBrace(size_t i) {
  Frame &frame = stack.back();
  if (frame.inTrain) {
    frame.inTrain = false;
    trains[i] = true;
    return push(Frame::Train, i);
  }
  trains[i] = false;
  bool record = opensRecord(i);
  if (record)
    setType(i, T::RECORD_OPEN);
  push(record ? Frame::Record : Frame::Block, i);
}

/// Whether a record's brace opens a pattern, `let {a, b: {c}} = r`.
bool Layout::isPattern(int opener) const {
  if (opener < 0 || shownType(opener) != T::RECORD_OPEN)
    return false;
  int before = previous(size_t(opener));
  size_t type = before < 0 ? size_t(antlr4::Token::EOF) : shownType(before);
  return type == T::LET || type == T::VAR || type == T::FOR || isPattern(openers[opener]);
}

/// A block never begins with `name:` or `name,`; nothing in braces is a record where a value is expected.
bool Layout::opensRecord(size_t i) const {
  size_t first = next(i), second = next(first);
  size_t before = shownType(last);
  if (isWord(lexed[first]) && (lexed[second] == T::COLON || (isNameLike(lexed[first]) && lexed[second] == T::COMMA)))
    return true;
  bool binds = before == T::LET || before == T::VAR || before == T::FOR || isPattern(stack.back().opener);
  bool value = before == T::ASSIGN || before == T::LPAREN || before == T::LBRACKET || before == T::COMMA ||
               before == T::COLON || before == T::RETURN;
  return lexed[first] == T::RBRACE ? binds || value : binds;
}

void Layout::push(Frame::Kind kind, size_t i) { stack.push_back({kind, int(i)}); }

void Layout::visitCloser(size_t i) {
  auto fits = [&](const Frame &frame) { return frame.opener >= 0 && closerOf(lexed[frame.opener]) == lexed[i]; };
  auto found = std::find_if(stack.rbegin(), stack.rend(), fits);
  if (found == stack.rend())
    return; // Closes nothing: the parser says so.
  closed[i] = found->opener;
  stack.erase(found.base() - 1, stack.end());
}

void Layout::countNesting(size_t i, size_t type) {
  Frame &frame = stack.back();
  bool prefix = type == T::NOT || ((type == T::MINUS || type == T::PLUS) &&
                                   (last < 0 || awaitsMore(shownType(last)) || frame.prefixes > 0 ||
                                    isOpener(lexed[last]) || shownType(last) == T::NEWLINE));
  frame.prefixes = prefix ? frame.prefixes + 1 : 0;
  if (type == T::FAT_ARROW || type == T::POW || type == T::ELSE)
    ++frame.chained;
  else if (type == T::COMMA || (isBinary(type) && !prefix))
    frame.chained = 0;
  size_t depth = 0;
  if (isOpener(type) || prefix || frame.chained > 0)
    for (const Frame &level : stack)
      depth += 1 + level.prefixes + level.chained;
  if (depth > MaxDepth)
    deepest = int(i);
}

} // namespace mdl::syntax
