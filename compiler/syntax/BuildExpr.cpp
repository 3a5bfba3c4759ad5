//===- BuildExpr.cpp - Expressions of the AST ----------------------------------===//
//
// Stage: parser. Input: ANTLR's tree of an expression; output: nodes of Ast.h.
//
//===----------------------------------------------------------------------===//
#include "compiler/syntax/AstBuilder.h"
#include "compiler/syntax/AstWalk.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <limits>
#include <typeindex>
#include <unordered_map>

using namespace mdl::ast;

namespace mdl::syntax {

using P = AstBuilder::P;

/// The member that builds one sort of expression, callable for any.
template <class Node, auto build> static Expr *buildAs(AstBuilder &builder, P::ExprContext *tree) {
  return (builder.*build)(static_cast<Node *>(tree));
}

Expr *AstBuilder::expr(P::ExprContext *tree) {
  using Build = Expr *(*)(AstBuilder &, P::ExprContext *);
  static const std::unordered_map<std::type_index, Build> builders = {
      {typeid(P::AtomExprContext), buildAs<P::AtomExprContext, &AstBuilder::atom>},
      {typeid(P::BinaryExprContext), buildAs<P::BinaryExprContext, &AstBuilder::binary>},
      {typeid(P::CallExprContext), buildAs<P::CallExprContext, &AstBuilder::call>},
      {typeid(P::MemberExprContext), buildAs<P::MemberExprContext, &AstBuilder::member>},
      {typeid(P::ParenExprContext), buildAs<P::ParenExprContext, &AstBuilder::paren>},
      {typeid(P::ListExprContext), buildAs<P::ListExprContext, &AstBuilder::list>},
      {typeid(P::IndexExprContext), buildAs<P::IndexExprContext, &AstBuilder::index>},
      {typeid(P::CompareExprContext), buildAs<P::CompareExprContext, &AstBuilder::compare>},
      {typeid(P::LogicExprContext), buildAs<P::LogicExprContext, &AstBuilder::logic>},
      {typeid(P::InExprContext), buildAs<P::InExprContext, &AstBuilder::membership>},
      {typeid(P::SignExprContext), buildAs<P::SignExprContext, &AstBuilder::sign>},
      {typeid(P::NotExprContext), buildAs<P::NotExprContext, &AstBuilder::complement>},
      {typeid(P::RangeExprContext), buildAs<P::RangeExprContext, &AstBuilder::rangeExpr>},
      {typeid(P::PipeExprContext), buildAs<P::PipeExprContext, &AstBuilder::pipe>},
      {typeid(P::RecordExprContext), buildAs<P::RecordExprContext, &AstBuilder::record>},
      {typeid(P::LambdaExprContext), buildAs<P::LambdaExprContext, &AstBuilder::lambdaExpr>},
      {typeid(P::IfExprContext), buildAs<P::IfExprContext, &AstBuilder::ifExpr>},
      {typeid(P::BlockExprContext), buildAs<P::BlockExprContext, &AstBuilder::statementBlock>},
  };
  auto found = tree && !tree->exception ? builders.find(typeid(*tree)) : builders.end();
  if (found == builders.end()) // Reported by the parser.
    return errorExpr(tree ? range(tree) : SourceRange{});
  if (depth == MaxDepth) {
    diagnostics.report(diag::NestedTooDeeply, range(tree), {std::to_string(MaxDepth)});
    return errorExpr(range(tree));
  }
  ++depth;
  Expr *result = found->second(*this, tree);
  --depth;
  return result;
}

//===--- Operators --------------------------------------------------------------===//

static BinaryOp binaryOp(size_t type) {
  switch (type) {
  case P::PLUS:
    return BinaryOp::Add;
  case P::MINUS:
    return BinaryOp::Sub;
  case P::STAR:
    return BinaryOp::Mul;
  case P::SLASH:
    return BinaryOp::Div;
  case P::FLOORDIV:
    return BinaryOp::FloorDiv;
  case P::PERCENT:
    return BinaryOp::Mod;
  case P::POW:
    return BinaryOp::Pow;
  default:
    return BinaryOp::MatMul;
  }
}

Expr *AstBuilder::binary(P::BinaryExprContext *tree) {
  auto *result = context.make<Binary>(range(tree));
  result->op = binaryOp(tree->op->getType());
  result->opRange = range(tree->op);
  result->lhs = expr(tree->expr(0));
  result->rhs = expr(tree->expr(1));
  return result;
}

static CompareOp compareOp(size_t type) {
  switch (type) {
  case P::EQ:
    return CompareOp::Eq;
  case P::NE:
    return CompareOp::Ne;
  case P::LT:
    return CompareOp::Lt;
  case P::LE:
    return CompareOp::Le;
  case P::GT:
    return CompareOp::Gt;
  default:
    return CompareOp::Ge;
  }
}

/// Whether evaluating it twice could be told from evaluating it once.
static bool hasCall(const Expr *expr) {
  bool found = expr->kind == ExprKind::Call || expr->kind == ExprKind::Pipe;
  forEachPart(*expr, [&](const Expr *part) { found |= hasCall(part); }, [&](const Block *) { found = true; });
  return found;
}

/// Which way a comparison goes: a chain goes one way.
static int direction(CompareOp op) {
  bool rises = op == CompareOp::Lt || op == CompareOp::Le, falls = op == CompareOp::Gt || op == CompareOp::Ge;
  return rises ? 1 : falls ? -1 : 0;
}

/// Binds what `expr` gives in `block`; a name for it.
static Expr *computedOnce(AstContext &context, Block &block, Expr *expr) {
  auto *kept = context.make<Let>(expr->range);
  kept->pattern = context.make<Pattern>();
  kept->pattern->kind = Pattern::Bind;
  kept->pattern->name = {"compared " + std::to_string(block.statements.size()), expr->range}; // No name of a program.
  kept->value = expr;
  block.statements.push_back(kept);
  auto *name = context.make<NameRef>(expr->range);
  name->name = kept->pattern->name.text;
  return name;
}

/// `a < b <= c` is `a < b and b <= c`, with `b` computed once. One that goes two ways (`a < b > c`, `a < b == c`) is a
/// mistake more often than not.
Expr *AstBuilder::compare(P::CompareExprContext *tree) {
  std::vector<P::CompareExprContext *> chain{tree};
  while (auto *left = dynamic_cast<P::CompareExprContext *>(chain.back()->expr(0)))
    chain.push_back(left);
  std::reverse(chain.begin(), chain.end());
  auto opOf = [](P::CompareExprContext *link) { return compareOp(link->op->getType()); };
  int way = direction(opOf(chain.front()));
  auto *block = context.make<Block>();
  block->range = range(tree);
  Expr *lhs = expr(chain.front()->expr(0));
  for (auto *link : chain) {
    Expr *rhs = expr(link->expr(1));
    if (link != tree && hasCall(rhs))
      rhs = computedOnce(context, *block, rhs);
    auto *compared = context.make<Compare>(SourceRange::join(lhs->range, rhs->range));
    compared->op = opOf(link);
    compared->opRange = range(link->op);
    compared->lhs = lhs;
    compared->rhs = rhs;
    if (block->result && (direction(compared->op) != way || compared->op == CompareOp::Ne)) {
      auto text = [&](SourceRange place) {
        return std::string(fragment.text.substr(place.begin - fragment.base, place.end - place.begin));
      };
      diagnostics.report(diag::ChainedComparison, compared->opRange)
          .hint("write `" + text(range(link->expr(0))) + " and " + text(compared->range) + "`");
      return errorExpr(range(tree));
    }
    auto *both = block->result ? context.make<Logic>(SourceRange::join(block->result->range, rhs->range)) : nullptr;
    if (both) {
      both->op = LogicOp::And;
      both->opRange = compared->opRange;
      both->lhs = block->result;
      both->rhs = compared;
    }
    block->result = both ? static_cast<Expr *>(both) : compared;
    lhs = rhs;
  }
  if (block->statements.empty())
    return block->result;
  auto *whole = context.make<BlockExpr>(range(tree));
  whole->block = block;
  return whole;
}

Expr *AstBuilder::logic(P::LogicExprContext *tree) {
  auto *result = context.make<Logic>(range(tree));
  result->op = tree->op->getType() == P::AND ? LogicOp::And : LogicOp::Or;
  result->opRange = range(tree->op);
  result->lhs = expr(tree->expr(0));
  result->rhs = expr(tree->expr(1));
  return result;
}

/// A number without its `_`.
static std::string digitsOf(std::string_view text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), [](char c) { return c != '_'; });
  return digits;
}

Expr *AstBuilder::membership(P::InExprContext *tree) {
  auto *result = context.make<Membership>(range(tree));
  result->isNegated = tree->NOT() != nullptr;
  result->element = expr(tree->expr(0));
  result->collection = expr(tree->expr(1));
  return result;
}

Expr *AstBuilder::unary(Tree *tree, UnaryOp op, P::ExprContext *operand) {
  // The least i64 has no positive one to be the negative of.
  bool isInt = operand->start == operand->stop && operand->start->getType() == P::INT;
  if (op == UnaryOp::Neg && isInt && digitsOf(fragment.textOf(operand->start)) == "9223372036854775808") {
    auto *least = context.make<IntLiteral>(range(tree));
    least->value = std::numeric_limits<int64_t>::min();
    return least;
  }
  auto *result = context.make<Unary>(range(tree));
  result->op = op;
  result->operand = expr(operand);
  return result;
}

Expr *AstBuilder::sign(P::SignExprContext *tree) {
  return unary(tree, tree->op->getType() == P::PLUS ? UnaryOp::Pos : UnaryOp::Neg, tree->expr());
}

Expr *AstBuilder::rangeExpr(P::RangeExprContext *tree) {
  auto *result = context.make<Range>(range(tree));
  result->begin = expr(tree->expr(0));
  result->end = expr(tree->expr(1));
  return result;
}

Expr *AstBuilder::pipe(P::PipeExprContext *tree) {
  auto *result = context.make<Pipe>(range(tree));
  result->value = expr(tree->expr(0));
  result->function = expr(tree->expr(1));
  return result;
}

//===--- Calls, members, subscripts ---------------------------------------------===//

Expr *AstBuilder::call(P::CallExprContext *tree) {
  auto *result = context.make<Call>(range(tree));
  result->callee = expr(tree->expr());
  checkCommas(tree->arguments(), "an argument");
  for (P::ArgumentContext *argument : tree->arguments()->argument()) {
    Argument made;
    if (argument->LABEL())
      made.name = name(argument->LABEL()->getSymbol());
    made.value = argument->generators() ? comprehension(argument, argument->expr(), argument->generators(), false)
                                        : expr(argument->expr());
    result->arguments.push_back(std::move(made));
  }
  return result;
}

Expr *AstBuilder::member(P::MemberExprContext *tree) {
  const Token *token = tree->stop;
  Name whole = name(token);
  size_t dot = token->getType() == P::FLOAT ? whole.text.find('.') : std::string::npos;
  auto make = [&](Expr *base, Name part) {
    SourceRange place = range(tree);
    place.end = part.range.end;
    auto *result = context.make<Member>(place);
    result->base = base;
    result->name = std::move(part);
    return result;
  };
  if (dot == std::string::npos)
    return make(expr(tree->expr()), whole);
  // `t.0.1`: the lexer took the two numbers for one.
  uint32_t at = whole.range.begin + uint32_t(dot);
  Name first{whole.text.substr(0, dot), {whole.range.file, whole.range.begin, at}};
  Name second{whole.text.substr(dot + 1), {whole.range.file, at + 1, whole.range.end}};
  return make(make(expr(tree->expr()), first), second);
}

Expr *AstBuilder::index(P::IndexExprContext *tree) {
  auto *result = context.make<Index>(range(tree));
  result->base = expr(tree->expr());
  checkCommas(tree, "an index");
  for (P::SubscriptContext *part : tree->subscript()) {
    Subscript subscript{};
    subscript.range = range(part);
    Expr *first = part->expr() ? expr(part->expr()) : nullptr;
    if (part->ELLIPSIS())
      subscript.kind = Subscript::Rest;
    else if (part->NEW())
      subscript.kind = Subscript::NewAxis;
    else if (!part->slice())
      subscript.at = first;
    if (P::SliceContext *slice = part->slice()) {
      subscript.kind = Subscript::Slice;
      subscript.begin = first;
      // The part after the first colon is the end, after the second the step.
      size_t colons = 0;
      for (antlr4::tree::ParseTree *child : slice->children) {
        if (auto *bound = dynamic_cast<P::ExprContext *>(child))
          (colons == 1 ? subscript.end : subscript.step) = expr(bound);
        else
          ++colons;
      }
    }
    result->subscripts.push_back(subscript);
  }
  return result;
}

//===--- Brackets ---------------------------------------------------------------===//

void AstBuilder::checkCommas(const Tree *tree, const char *what) {
  const Token *before = nullptr;
  for (antlr4::tree::ParseTree *child : tree->children) {
    auto *leaf = dynamic_cast<antlr4::tree::TerminalNode *>(child);
    const Token *comma = leaf && leaf->getSymbol()->getType() == P::COMMA ? leaf->getSymbol() : nullptr;
    if (comma && before)
      diagnostics.report(diag::MissingElement, range(comma), {what});
    before = comma;
  }
}

Expr *AstBuilder::paren(P::ParenExprContext *tree) {
  checkCommas(tree, "an element");
  if (tree->expr().size() == 1 && tree->COMMA().empty())
    return expr(tree->expr(0));
  auto *result = context.make<Tuple>(range(tree));
  for (P::ExprContext *element : tree->expr())
    result->elements.push_back(expr(element));
  return result;
}

Expr *AstBuilder::list(P::ListExprContext *tree) {
  if (tree->generators())
    return comprehension(tree, tree->expr(0), tree->generators(), true);
  checkCommas(tree, "an element");
  auto *result = context.make<List>(range(tree));
  for (P::ExprContext *element : tree->expr())
    result->elements.push_back(expr(element));
  return result;
}

Comprehension *AstBuilder::comprehension(Tree *whole, P::ExprContext *body, P::GeneratorsContext *tree, bool brackets) {
  auto *result = context.make<Comprehension>(range(whole));
  result->brackets = brackets;
  result->body = expr(body);
  for (P::GeneratorContext *generator : tree->generator())
    result->generators.push_back(
        {pattern(generator->pattern()), generator->expr() ? expr(generator->expr()) : nullptr, range(generator)});
  for (P::ExprContext *condition : tree->expr())
    result->conditions.push_back(expr(condition));
  return result;
}

Expr *AstBuilder::record(P::RecordExprContext *tree) {
  checkCommas(tree, "a field");
  auto *result = context.make<Record>(range(tree));
  for (P::FieldContext *field : tree->field()) {
    Name label = name(field->start);
    Expr *value = nullptr;
    if (field->expr()) {
      value = expr(field->expr());
    } else { // `{w, b}` is `{w: w, b: b}`.
      auto *reference = context.make<NameRef>(label.range);
      reference->name = label.text;
      value = reference;
    }
    result->fields.emplace_back(std::move(label), value);
  }
  return result;
}

//===--- Lambdas, branches, blocks ----------------------------------------------===//

Lambda *AstBuilder::lambda(P::LambdaContext *tree) {
  auto *result = context.make<Lambda>(range(tree));
  if (tree->LAMBDA_NAME())
    result->parameters.push_back(namePattern(tree->LAMBDA_NAME()->getSymbol()));
  else
    result->parameters = patterns(tree->lambdaParameters());
  result->body = expr(tree->expr());
  return result;
}

If *AstBuilder::ifExpression(P::IfExpressionContext *tree) {
  auto *result = context.make<If>(range(tree));
  result->condition = expr(tree->expr());
  result->then = block(tree->block(0));
  if (tree->ifExpression())
    result->otherwise = ifExpression(tree->ifExpression());
  else if (tree->ELSE())
    result->otherwise = blockExpr(tree->block(1));
  return result;
}

BlockExpr *AstBuilder::blockExpr(P::BlockContext *tree) {
  auto *result = context.make<BlockExpr>(range(tree));
  result->block = block(tree);
  return result;
}

//===--- Literals and names -----------------------------------------------------===//

Expr *AstBuilder::number(const Token *token) {
  std::string digits = digitsOf(fragment.textOf(token));
  errno = 0;
  if (token->getType() == P::FLOAT) {
    auto *result = context.make<FloatLiteral>(range(token));
    result->value = std::strtod(digits.c_str(), nullptr);
    if (result->value > 1.7976931348623157e308)
      diagnostics.report(diag::NumberTooLarge, range(token), {digits, "`f64`"});
    return result;
  }
  auto *result = context.make<IntLiteral>(range(token));
  result->value = std::strtoll(digits.c_str(), nullptr, 10);
  if (errno == ERANGE)
    diagnostics.report(diag::NumberTooLarge, range(token), {digits, "`i64`"})
        .hint("write `" + digits + ".0` for a `f32`");
  return result;
}

Expr *AstBuilder::atom(P::AtomExprContext *tree) {
  const Token *token = tree->start;
  switch (token->getType()) {
  case P::INT:
  case P::FLOAT:
    return number(token);
  case P::STRING:
    return string(token);
  case P::TRUE:
  case P::FALSE: {
    auto *result = context.make<BoolLiteral>(range(token));
    result->value = token->getType() == P::TRUE;
    return result;
  }
  default:
    break;
  }
  auto *result = context.make<NameRef>(range(token));
  result->name = std::string(fragment.textOf(token));
  if (result->name == "True" || result->name == "False")
    diagnostics.report(diag::ForeignWord, range(token), {result->name, result->name == "True" ? "true" : "false"});
  return result;
}

} // namespace mdl::syntax
