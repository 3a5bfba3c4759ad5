//===- AstWalk.cpp - What is directly inside a node --------------------------------===//

#include "compiler/syntax/AstWalk.h"

using namespace mdl::ast;

void mdl::ast::forEachPart(const Expr &expr, OnExpression onExpression, OnBlock onBlock) {
  auto visit = [&](const Expr *part) {
    if (part)
      onExpression(part);
  };
  switch (expr.kind) {
  case ExprKind::IntLiteral:
  case ExprKind::FloatLiteral:
  case ExprKind::BoolLiteral:
  case ExprKind::NameRef:
  case ExprKind::Error:
    return;
  case ExprKind::StringLiteral:
    for (auto &piece : as<StringLiteral>(&expr)->pieces) {
      visit(piece.expr);
      visit(piece.formatExpr);
    }
    return;
  case ExprKind::Unary:
    return visit(as<Unary>(&expr)->operand);
  case ExprKind::Binary:
    visit(as<Binary>(&expr)->lhs);
    return visit(as<Binary>(&expr)->rhs);
  case ExprKind::Compare:
    visit(as<Compare>(&expr)->lhs);
    return visit(as<Compare>(&expr)->rhs);
  case ExprKind::Logic:
    visit(as<Logic>(&expr)->lhs);
    return visit(as<Logic>(&expr)->rhs);
  case ExprKind::Membership:
    visit(as<Membership>(&expr)->element);
    return visit(as<Membership>(&expr)->collection);
  case ExprKind::Call:
    visit(as<Call>(&expr)->callee);
    for (auto &argument : as<Call>(&expr)->arguments)
      visit(argument.value);
    return;
  case ExprKind::Member:
    return visit(as<Member>(&expr)->base);
  case ExprKind::Index:
    visit(as<Index>(&expr)->base);
    for (auto &subscript : as<Index>(&expr)->subscripts)
      for (auto *part : {subscript.at, subscript.begin, subscript.end, subscript.step})
        visit(part);
    return;
  case ExprKind::List:
    for (auto *element : as<List>(&expr)->elements)
      visit(element);
    return;
  case ExprKind::Tuple:
    for (auto *element : as<Tuple>(&expr)->elements)
      visit(element);
    return;
  case ExprKind::Record:
    for (auto &field : as<Record>(&expr)->fields)
      visit(field.second);
    return;
  case ExprKind::Lambda:
    return visit(as<Lambda>(&expr)->body);
  case ExprKind::If: {
    auto *branch = as<If>(&expr);
    visit(branch->condition);
    if (branch->then)
      onBlock(branch->then);
    return visit(branch->otherwise);
  }
  case ExprKind::BlockExpr:
    if (auto *block = as<BlockExpr>(&expr)->block)
      onBlock(block);
    return;
  case ExprKind::Range:
    visit(as<Range>(&expr)->begin);
    return visit(as<Range>(&expr)->end);
  case ExprKind::Comprehension: {
    auto *comprehension = as<Comprehension>(&expr);
    for (auto &generator : comprehension->generators)
      visit(generator.source);
    for (auto *condition : comprehension->conditions)
      visit(condition);
    return visit(comprehension->body);
  }
  case ExprKind::Pipe:
    visit(as<Pipe>(&expr)->value);
    return visit(as<Pipe>(&expr)->function);
  }
}

void mdl::ast::forEachPart(const Stmt &stmt, OnExpression onExpression, OnBlock onBlock) {
  auto visit = [&](const Expr *part) {
    if (part)
      onExpression(part);
  };
  auto enter = [&](const Block *block) {
    if (block)
      onBlock(block);
  };
  switch (stmt.kind) {
  case StmtKind::Let:
    return visit(as<Let>(&stmt)->value);
  case StmtKind::Assign:
    visit(as<Assign>(&stmt)->target);
    return visit(as<Assign>(&stmt)->value);
  case StmtKind::Expression:
    return visit(as<ExprStmt>(&stmt)->expr);
  case StmtKind::For:
    visit(as<For>(&stmt)->source);
    return enter(as<For>(&stmt)->body);
  case StmtKind::While:
    visit(as<While>(&stmt)->condition);
    return enter(as<While>(&stmt)->body);
  case StmtKind::Return:
    return visit(as<Return>(&stmt)->value);
  case StmtKind::Assert:
    visit(as<Assert>(&stmt)->condition);
    return visit(as<Assert>(&stmt)->message);
  case StmtKind::Option:
    return visit(as<OptionDecl>(&stmt)->value);
  case StmtKind::Param:
    return visit(as<ParamDecl>(&stmt)->value);
  case StmtKind::Train:
    visit(as<Train>(&stmt)->model);
    visit(as<Train>(&stmt)->data);
    for (auto &setting : as<Train>(&stmt)->settings)
      visit(setting.second);
    return;
  case StmtKind::Break:
  case StmtKind::Continue:
  case StmtKind::Import:
  case StmtKind::Fn:
  case StmtKind::Model:
    return;
  }
}
