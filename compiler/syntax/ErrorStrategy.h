//===- ErrorStrategy.h - What the parser does at a syntax error ----------------===//
//
// Stage: parser. At an error it reports one message in words and goes on with the next
// statement: nested rules give up, the statement around them skips to its end. Where a
// bracket is not closed, the end is found by indentation and keywords, and the rest of
// the file is laid out anew from there.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SYNTAX_ERRORSTRATEGY_H
#define MDL_SYNTAX_ERRORSTRATEGY_H

#include "compiler/support/Diagnostics.h"
#include "compiler/syntax/Layout.h"
#include "compiler/syntax/OpenStrings.h"

#include "antlr4-runtime.h"

#include <string>

namespace mdl::syntax {

/// The text that is parsed: a file, or the hole of a string in one.
struct Fragment {
  int file = -1;
  uint32_t base = 0;     ///< Where the first byte of `text` stands in the file.
  std::string_view text; ///< What the tokens' places count in.
  bool isHole = false;

  SourceRange range(const antlr4::Token *first, const antlr4::Token *last) const;
  SourceRange range(const antlr4::Token *token) const { return range(token, token); }
  std::string_view textOf(const antlr4::Token *token) const;
};

/// What is known about one syntax error when its message is written.
struct ErrorSite {
  const Fragment &fragment;
  const Layout &layout;
  size_t token;                              ///< The token that does not fit.
  const antlr4::misc::IntervalSet &expected; ///< The tokens that would.
  antlr4::RuleContext *context;              ///< The rule that was being read.
  const antlr4::dfa::Vocabulary &vocabulary; ///< How tokens are written.

  size_t type() const { return layout.tokens()[token]->getType(); }
  std::string_view text(int i) const;
  /// The token before, or -1.
  int previous() const { return layout.previous(token); }
  /// The first token of the statement around the error, or -1.
  int statementStart() const;
  /// Whether it is the first name of a record that stands where `train … on` has its block.
  bool isInRecordOn() const;
};

/// Writes the message (ErrorText.cpp) and its hints (Hints.cpp).
void reportSyntaxError(const ErrorSite &site, DiagnosticEngine &diagnostics);
void addLearnerHints(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic);
// StatementHints.cpp
/// The form of a statement of which a part is missing, such as its name.
bool hintForForm(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic);
/// Of a head as Python or C writes it.
bool hintForHead(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic);
/// Of a head behind which no `{` comes.
bool hintForBlock(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic);

class ErrorStrategy : public antlr4::ANTLRErrorStrategy {
public:
  /// No more than this many messages for one file.
  static constexpr size_t MaxErrors = 20;

  ErrorStrategy(const Fragment &fragment, Layout &layout, DiagnosticEngine &diagnostics)
      : fragment(fragment), layout(layout), openStrings(fragment, layout), diagnostics(diagnostics) {}

  bool anyError() const { return count > 0; }

  void reset(antlr4::Parser *) override {}
  antlr4::Token *recoverInline(antlr4::Parser *parser) override;
  void recover(antlr4::Parser *parser, std::exception_ptr error) override;
  void sync(antlr4::Parser *parser) override;
  bool inErrorRecoveryMode(antlr4::Parser *) override { return failing; }
  void reportMatch(antlr4::Parser *) override { failing = false; }
  void reportError(antlr4::Parser *parser, const antlr4::RecognitionException &error) override;

private:
  void syncBody(antlr4::Parser *parser);
  void report(antlr4::Parser *parser, size_t token, const antlr4::misc::IntervalSet &expected,
              antlr4::RuleContext *context);
  void skipStatement(antlr4::Parser *parser, size_t start);
  void skipSetting(antlr4::Parser *parser, size_t start);
  bool isConsequence(size_t token) const;

  const Fragment &fragment;
  Layout &layout;
  OpenStrings openStrings;
  DiagnosticEngine &diagnostics;
  size_t count = 0;
  size_t errorToken = 0;
  int skippedTo = -1; ///< Where the last skipped statement ended.
  bool failing = false;
  bool inGroup = false;    ///< An error stood inside brackets.
  bool inIf = false;       ///< An error stood inside an `if`.
  bool elseAstray = false; ///< An `else` stood where a `}` may be missing.
  bool inTrain = false;    ///< An error stood where a `train` has its `on`.
  bool inRecordOn = false; ///< A record after `on` was read as a block, and the block behind it as nothing.
};

} // namespace mdl::syntax

#endif // MDL_SYNTAX_ERRORSTRATEGY_H
