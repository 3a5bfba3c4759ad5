//===- AstBuilder.h - From ANTLR's tree to the AST -----------------------------===//
//
// Stage: parser. Takes the parse tree of a file (or of a string's hole) and makes the
// nodes of Ast.h. Statements with a syntax error are left out, or stand with an ErrorExpr
// where the names that they bind are known. Checks what the grammar lets through.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SYNTAX_ASTBUILDER_H
#define MDL_SYNTAX_ASTBUILDER_H

#include "compiler/syntax/ErrorStrategy.h"
#include "compiler/syntax/Parser.h"

#include "grammar/MdlParser.h"

namespace mdl::syntax {

class AstBuilder {
public:
  using P = grammar::MdlParser;

  /// A longer chain of operators, calls or members is refused, so that no stage runs out of stack.
  static constexpr size_t MaxDepth = 1000;

  AstBuilder(AstContext &context, const Fragment &fragment, const Layout &layout, DiagnosticEngine &diagnostics)
      : context(context), fragment(fragment), layout(layout), diagnostics(diagnostics) {}

  ast::Module *module(P::ModuleContext *tree);
  ast::Expr *expr(P::ExprContext *tree);

private:
  using Tree = antlr4::ParserRuleContext;
  using Token = antlr4::Token;

  // BuildStmt.cpp
  ast::Block *block(P::BlockContext *tree);
  void body(P::BodyContext *tree, std::vector<ast::Stmt *> &statements);
  ast::Stmt *statement(P::StatementContext *tree);
  ast::Stmt *brokenStatement(P::StatementContext *tree);
  ast::Stmt *letStatement(P::LetStatementContext *tree);
  ast::Stmt *fnStatement(P::FnStatementContext *tree);
  ast::Stmt *modelStatement(P::ModelStatementContext *tree);
  ast::Stmt *paramStatement(P::ParamStatementContext *tree);
  ast::Stmt *optionStatement(P::OptionStatementContext *tree);
  ast::Stmt *trainStatement(P::TrainStatementContext *tree);
  ast::Stmt *exprStatement(P::ExprStatementContext *tree);
  ast::Stmt *controlStatement(P::StatementContext *tree);
  std::string docFor(P::StatementContext *tree) const;
  std::string docBefore(size_t token) const;
  std::string docText(size_t token) const;
  std::string moduleDoc(const ast::Block &body) const;

  // BuildBinding.cpp
  ast::Pattern *pattern(P::PatternContext *tree);
  ast::Pattern *bindings(P::BindingsContext *tree);
  /// The elements of a tuple's pattern or the parameters of a lambda.
  template <class Node> std::vector<ast::Pattern *> patterns(Node *tree) {
    checkCommas(tree, "a name");
    std::vector<ast::Pattern *> result;
    for (P::PatternContext *element : tree->pattern())
      result.push_back(pattern(element));
    return result;
  }
  ast::Pattern *namePattern(const Token *name);
  std::vector<ast::Parameter> parameters(P::ParametersContext *tree);
  ast::TypeExpr *type(P::TypeContext *tree);
  ast::TypeExpr::Dim dimension(P::DimensionContext *tree);

  // BuildExpr.cpp
  ast::Expr *binary(P::BinaryExprContext *tree);
  ast::Expr *compare(P::CompareExprContext *tree);
  ast::Expr *logic(P::LogicExprContext *tree);
  ast::Expr *membership(P::InExprContext *tree);
  ast::Expr *unary(Tree *tree, ast::UnaryOp op, P::ExprContext *operand);
  ast::Expr *sign(P::SignExprContext *tree);
  ast::Expr *complement(P::NotExprContext *tree) { return unary(tree, ast::UnaryOp::Not, tree->expr()); }
  ast::Expr *rangeExpr(P::RangeExprContext *tree);
  ast::Expr *pipe(P::PipeExprContext *tree);
  ast::Expr *lambdaExpr(P::LambdaExprContext *tree) { return lambda(tree->lambda()); }
  ast::Expr *ifExpr(P::IfExprContext *tree) { return ifExpression(tree->ifExpression()); }
  ast::Expr *statementBlock(P::BlockExprContext *tree) { return blockExpr(tree->block()); }
  ast::Expr *call(P::CallExprContext *tree);
  ast::Expr *index(P::IndexExprContext *tree);
  ast::Expr *member(P::MemberExprContext *tree);
  ast::Expr *paren(P::ParenExprContext *tree);
  ast::Expr *list(P::ListExprContext *tree);
  ast::Expr *record(P::RecordExprContext *tree);
  ast::Expr *atom(P::AtomExprContext *tree);
  ast::Expr *number(const Token *token);
  ast::Lambda *lambda(P::LambdaContext *tree);
  ast::If *ifExpression(P::IfExpressionContext *tree);
  ast::Comprehension *comprehension(Tree *whole, P::ExprContext *body, P::GeneratorsContext *tree, bool brackets);
  ast::BlockExpr *blockExpr(P::BlockContext *tree);
  ast::Expr *errorExpr(SourceRange range) { return context.make<ast::ErrorExpr>(range); }

  // BuildString.cpp
  ast::Expr *string(const Token *token);
  ast::Expr *format(size_t begin, size_t end);
  ast::Expr *hole(uint32_t begin, uint32_t end);

  SourceRange range(const Token *token) const { return fragment.range(token); }
  SourceRange range(const Tree *tree) const {
    bool empty = !tree->stop || tree->stop->getTokenIndex() < tree->start->getTokenIndex();
    return fragment.range(tree->start, empty ? tree->start : tree->stop);
  }
  ast::Name name(const Token *token) const { return {std::string(fragment.textOf(token)), range(token)}; }
  /// Reports `a, , b`.
  void checkCommas(const Tree *tree, const char *what);

  AstContext &context;
  const Fragment &fragment;
  const Layout &layout;
  DiagnosticEngine &diagnostics;
  size_t depth = 0;
  size_t unclosedHoleLine = 0; ///< The line of the last `{` in a string that no `}` closes.
  bool inModel = false;
};

/// Parses the hole of a string (Parser.cpp).
ast::Expr *parseHole(AstContext &context, const Fragment &fragment, DiagnosticEngine &diagnostics);

} // namespace mdl::syntax

#endif // MDL_SYNTAX_ASTBUILDER_H
