//===- Layout.h - Which newlines count and which words are keywords -----------===//
//
// Stage: between lexer and parser. Takes all tokens of a file; hides the newlines that
// end no statement and gives the tokens whose meaning depends on their neighbours a type
// of their own: records and blocks, lambdas and parentheses, names of arguments and
// fields, soft keywords. It changes the tokens in place, so that the parser's error
// recovery can lay out the rest of a file again from a place of its choice.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SYNTAX_LAYOUT_H
#define MDL_SYNTAX_LAYOUT_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace antlr4 {
class CommonToken;
}

namespace mdl::syntax {

class Layout {
public:
  /// Brackets (and other nesting) deeper than this are refused, so that no stage runs out of stack.
  static constexpr size_t MaxDepth = 256;

  explicit Layout(std::vector<antlr4::CommonToken *> tokens);

  /// Lays out all tokens.
  void run() { runFrom(0, -1); }
  /// Lays out the rest from token `from`, which begins a statement in the block of opener `home` (-1: the file).
  void restart(size_t from, int home);

  const std::vector<antlr4::CommonToken *> &tokens() const { return all; }
  size_t size() const { return all.size(); }
  /// The type that the lexer gave.
  size_t lexedType(size_t i) const { return lexed[i]; }
  /// The token that opens the innermost bracket around token `i` (a closing one stands inside), or -1.
  int opener(size_t i) const { return openers[i]; }
  /// The opening bracket that a closing one closes, past others that are not closed; -1 for any other token.
  int closes(size_t i) const { return closed[i]; }
  /// True for `(`, `[` and the `{` of a record: newlines do not matter inside.
  bool isGrouping(int opener) const;
  /// The innermost opener of a block around token `i`, or -1.
  int enclosingBlock(size_t i) const;
  /// True when no token but newlines stands before `i` on its line.
  bool isFirstOnLine(size_t i) const;
  /// The nearest token before or after `i` that is no newline and no comment; -1 or the end of the file.
  int previous(size_t i) const { return before[i]; }
  size_t next(size_t i) const { return after[i]; }
  /// True when a keyword that can only begin a statement stands at `i`.
  bool beginsStatement(size_t i) const;

  /// The token at which the nesting became too deep, or -1.
  int tooDeepAt() const { return deepest; }
  /// After the last token: brackets are open, or an operator waits for its operand.
  bool endsOpen() const { return open; }

private:
  struct Frame {
    enum Kind { Paren, Bracket, Record, Block, Train } kind;
    int opener;
    size_t prefixes = 0;  ///< Prefix operators in a row just before the current token.
    size_t chained = 0;   ///< Lambdas, powers and `else` that nest in the current expression.
    bool inFn = false;    ///< The statement began with `fn`.
    bool inTrain = false; ///< The statement began with `train` and its braces have not come.
  };

  void runFrom(size_t from, int home);
  void findNeighbours();
  void matchBrackets();
  void visit(size_t i);
  void visitNewline(size_t i);
  void visitWord(size_t i);
  void visitBrace(size_t i);
  void visitCloser(size_t i);
  void push(Frame::Kind kind, size_t i);
  void setType(size_t i, size_t type);
  void countNesting(size_t i, size_t type);
  Frame::Kind kindOf(int opener) const;
  bool atStatementStart() const;
  bool inGroup() const;
  bool isPattern(int opener) const;
  bool opensRecord(size_t i) const;
  bool beginsGradient(size_t i) const;
  bool lacksName(size_t i) const;
  bool callsVar(size_t i) const;
  size_t lexedNext(size_t i) const { return lexed[next(i)]; }
  size_t shownType(int i) const;

  std::vector<antlr4::CommonToken *> all;
  std::vector<size_t> lexed;
  std::vector<int> before;   ///< Per token: previous().
  std::vector<size_t> after; ///< Per token: next().
  std::vector<int> openers;  ///< Per token.
  std::vector<int> closed;   ///< Per token.
  std::vector<int> matching; ///< Per opening bracket: its closing one, or -1.
  std::vector<bool> trains;  ///< Per token: the `{` of a `train`.
  std::vector<Frame> stack;
  int last = -1; ///< The last token that the parser sees.
  int deepest = -1;
  bool open = false;
};

} // namespace mdl::syntax

#endif // MDL_SYNTAX_LAYOUT_H
