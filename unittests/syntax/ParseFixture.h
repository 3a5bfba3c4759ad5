//===- ParseFixture.h - Parses a text for a test --------------------------------===//
#ifndef MDL_UNITTESTS_SYNTAX_PARSEFIXTURE_H
#define MDL_UNITTESTS_SYNTAX_PARSEFIXTURE_H

#include "compiler/syntax/Parser.h"

#include <gtest/gtest.h>

namespace mdl {

/// A text, its AST and its messages.
struct Parsed {
  SourceManager sources;
  DiagnosticEngine diagnostics{sources};
  AstContext context;
  ast::Module *module = nullptr;

  explicit Parsed(std::string text) {
    int file = sources.addFile("t.mdl", std::move(text));
    module = parseModule(context, sources, file, diagnostics);
  }

  std::string messages() const { return diagnostics.render(false); }
  /// The first line of every message, without the file: `1:5: error: …`.
  std::vector<std::string> errors() const {
    std::vector<std::string> result;
    for (const Diagnostic &diagnostic : diagnostics.all()) {
      LineColumn place = sources.lineColumn(0, diagnostic.range.begin);
      result.push_back(std::to_string(place.line) + ":" + std::to_string(place.column) + ": " + diagnostic.text);
    }
    return result;
  }
  /// The AST without the line of the module and without places.
  std::string tree() const {
    std::string text = printAst(*module, sources), result;
    for (size_t begin = text.find('\n') + 1; begin < text.size();) {
      size_t end = text.find('\n', begin);
      std::string line = text.substr(begin + 2, end - begin - 2);
      size_t word = line.find_first_not_of(' '), space = line.find(' ', word);
      size_t rest = space == std::string::npos ? line.size() : line.find(' ', space + 1);
      bool placed = space != std::string::npos && std::isdigit(static_cast<unsigned char>(line[space + 1]));
      result += (placed ? line.substr(0, space) + (rest == std::string::npos ? "" : line.substr(rest)) : line) + "\n";
      begin = end + 1;
    }
    return result;
  }
  template <class Node> Node *first() const {
    Node *node = module->body->statements.empty() ? nullptr : ast::as<Node>(module->body->statements.front());
    EXPECT_NE(node, nullptr) << messages();
    return node;
  }
  std::string_view text(SourceRange range) const { return sources.text(range); }
};

/// The AST of a text without errors, as `tree` gives it.
inline std::string treeOf(const std::string &text) {
  Parsed parsed(text);
  EXPECT_EQ(parsed.messages(), "") << text;
  return parsed.tree();
}

/// An expression in prefix form, with every operator's operands in parentheses: for tests of precedence.
inline std::string shape(const ast::Expr *node) {
  using namespace ast;
  static const char *const binary[] = {"+", "-", "*", "/", "//", "%", "**", "@"};
  static const char *const compare[] = {"==", "!=", "<", "<=", ">", ">="};
  auto two = [](std::string op, const Expr *a, const Expr *b) {
    return "(" + op + " " + shape(a) + " " + shape(b) + ")";
  };
  if (auto *e = as<IntLiteral>(node))
    return std::to_string(e->value);
  if (auto *e = as<NameRef>(node))
    return e->name;
  if (auto *e = as<Unary>(node))
    return std::string("(") + (e->op == UnaryOp::Neg ? "-" : "not") + " " + shape(e->operand) + ")";
  if (auto *e = as<Binary>(node))
    return two(binary[size_t(e->op)], e->lhs, e->rhs);
  if (auto *e = as<Compare>(node))
    return two(compare[size_t(e->op)], e->lhs, e->rhs);
  if (auto *e = as<Logic>(node))
    return two(e->op == LogicOp::And ? "and" : "or", e->lhs, e->rhs);
  if (auto *e = as<Range>(node))
    return two("..", e->begin, e->end);
  if (auto *e = as<Pipe>(node))
    return two("|>", e->value, e->function);
  if (auto *e = as<Lambda>(node))
    return "(=> " + shape(e->body) + ")";
  if (auto *e = as<Member>(node))
    return shape(e->base) + "." + e->name.text;
  if (auto *e = as<Call>(node)) {
    std::string result = shape(e->callee) + "(";
    for (size_t i = 0; i < e->arguments.size(); ++i)
      result += (i ? ", " : "") + shape(e->arguments[i].value);
    return result + ")";
  }
  return "?";
}

inline std::string shapeOf(const std::string &text) {
  Parsed parsed(text);
  EXPECT_EQ(parsed.messages(), "") << text;
  return shape(parsed.first<ast::ExprStmt>()->expr);
}

} // namespace mdl

#endif // MDL_UNITTESTS_SYNTAX_PARSEFIXTURE_H
