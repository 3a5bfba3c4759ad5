//===- AstPrinter.cpp - The text of --emit=ast ------------------------------------===//
//
// Stage: parser. Input: an AST; output: an indented tree, one node a line, `Kind line:col`
// and what the node says itself.
//
//===----------------------------------------------------------------------===//
#include "compiler/syntax/Parser.h"

#include <cstdio>
#include <cstdlib>

using namespace mdl::ast;

namespace mdl {

namespace {

const char *spelling(BinaryOp op) {
  static const char *const names[] = {"+", "-", "*", "/", "//", "%", "**", "@"};
  return names[size_t(op)];
}
const char *spelling(CompareOp op) {
  static const char *const names[] = {"==", "!=", "<", "<=", ">", ">="};
  return names[size_t(op)];
}

std::string quoted(const std::string &text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '\n')
      result += "\\n";
    else if (c == '"' || c == '\\')
      result += std::string("\\") + c;
    else if (static_cast<unsigned char>(c) < 0x20) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u{%x}", unsigned(c));
      result += code;
    } else
      result += c;
  }
  return result + "\"";
}

class Printer {
public:
  explicit Printer(const SourceManager &sources) : sources(sources) {}

  void module(const Module &module) {
    line("Module", {}, std::string(sources.path(module.file)));
    Nest nest(*this);
    doc(module.doc);
    for (const Stmt *stmt : module.body->statements)
      statement(stmt);
    if (module.body->result)
      labelled("result", module.body->result);
  }

  std::string take() { return std::move(out); }

private:
  struct Nest {
    Printer &printer;
    explicit Nest(Printer &printer) : printer(printer) { ++printer.depth; }
    ~Nest() { --printer.depth; }
  };

  void line(const std::string &kind, SourceRange range, const std::string &text = "") {
    out.append(depth * 2, ' ');
    out += kind;
    if (range.isValid()) {
      LineColumn place = sources.lineColumn(range.file, range.begin);
      out += " " + std::to_string(place.line) + ":" + std::to_string(place.column);
    }
    out += (text.empty() ? "" : " " + text) + "\n";
  }
  void doc(const std::string &text) {
    if (!text.empty())
      line("doc", {}, quoted(text));
  }
  /// A child whose part is told: `step:` and then the node, deeper.
  void labelled(const char *label, const Expr *child) {
    if (!child)
      return;
    line(label, {});
    Nest nest(*this);
    expr(child);
  }
  void block(const char *label, const Block *block) {
    line(label, block->range);
    Nest nest(*this);
    for (const Stmt *stmt : block->statements)
      statement(stmt);
    labelled("result", block->result);
  }

  // Patterns and types are short: on the line of what they belong to.
  std::string text(const Pattern *pattern) {
    if (pattern->kind == Pattern::Bind)
      return pattern->name.text;
    if (pattern->kind == Pattern::Ignore)
      return "_";
    bool record = pattern->kind == Pattern::Record;
    std::string result = record ? "{" : "(";
    for (size_t i = 0; i < pattern->elements.size(); ++i)
      result += (i ? ", " : "") + (record ? pattern->fields[i].text + ": " : "") + text(pattern->elements[i]);
    return result + (record ? "}" : ")");
  }
  std::string text(const std::vector<Pattern *> &patterns) {
    std::string result = "(";
    for (size_t i = 0; i < patterns.size(); ++i)
      result += (i ? ", " : "") + text(patterns[i]);
    return result + ")";
  }
  std::string text(const TypeExpr *type) {
    if (type->kind == TypeExpr::Named)
      return type->name;
    std::string result;
    if (type->kind == TypeExpr::Tensor) {
      for (const TypeExpr::Dim &dim : type->dims) {
        result += result.empty() ? "" : ", ";
        result += dim.kind == TypeExpr::Dim::Any    ? "_"
                  : dim.kind == TypeExpr::Dim::Rest ? "..."
                                                    : std::string(sources.text(dim.range));
      }
      return type->name + (result.empty() ? "" : "[" + result + "]");
    }
    for (size_t i = 0; i < type->elements.size(); ++i)
      result += (i ? ", " : "") + (type->kind == TypeExpr::Record ? type->fields[i].text + ": " : "") +
                text(type->elements[i]);
    return type->kind == TypeExpr::Record ? "{" + result + "}"
           : type->kind == TypeExpr::List ? "[" + result + "]"
                                          : "(" + result + ")";
  }
  std::string typed(const std::string &name, const TypeExpr *type) { return type ? name + ": " + text(type) : name; }

  void parameters(const std::vector<Parameter> &parameters) {
    for (const Parameter &parameter : parameters) {
      line("Parameter", parameter.range, typed(text(parameter.pattern), parameter.type));
      Nest nest(*this);
      labelled("default", parameter.defaultValue);
    }
  }

  void statement(const Stmt *stmt);
  void declaration(const Stmt *stmt);
  void expr(const Expr *expr);
  void bracketed(const Expr *expr);
  void stringLiteral(const StringLiteral *string);
  void subscripts(const Index *index);
  void comprehension(const Comprehension *node);

  const SourceManager &sources;
  std::string out;
  size_t depth = 0;
};

void Printer::statement(const Stmt *stmt) {
  if (auto *let = as<Let>(stmt)) {
    line(let->isVar ? "Var" : "Let", stmt->range, typed(text(let->pattern), let->type));
    Nest nest(*this);
    doc(stmt->doc);
    expr(let->value);
  } else if (auto *assign = as<Assign>(stmt)) {
    line("Assign", stmt->range, assign->op ? std::string(spelling(*assign->op)) + "=" : "=");
    Nest nest(*this);
    expr(assign->target);
    expr(assign->value);
  } else if (auto *expression = as<ExprStmt>(stmt)) {
    expr(expression->expr);
  } else if (auto *loop = as<For>(stmt)) {
    line("For", stmt->range, text(loop->pattern));
    Nest nest(*this);
    expr(loop->source);
    block("Block", loop->body);
  } else if (auto *loop = as<While>(stmt)) {
    line("While", stmt->range);
    Nest nest(*this);
    expr(loop->condition);
    block("Block", loop->body);
  } else if (auto *result = as<Return>(stmt)) {
    line("Return", stmt->range);
    Nest nest(*this);
    if (result->value)
      expr(result->value);
  } else if (auto *assertion = as<Assert>(stmt)) {
    line("Assert", stmt->range);
    Nest nest(*this);
    expr(assertion->condition);
    labelled("message", assertion->message);
  } else if (stmt->kind == StmtKind::Break || stmt->kind == StmtKind::Continue) {
    line(stmt->kind == StmtKind::Break ? "Break" : "Continue", stmt->range);
  } else {
    declaration(stmt);
  }
}

void Printer::declaration(const Stmt *stmt) {
  if (auto *fn = as<FnDecl>(stmt)) {
    line("Fn", stmt->range, fn->name.text + (fn->result ? " -> " + text(fn->result) : ""));
    Nest nest(*this);
    doc(stmt->doc);
    parameters(fn->parameters);
    expr(fn->body);
    labelled("gradient", fn->gradient);
  } else if (auto *model = as<ModelDecl>(stmt)) {
    line("Model", stmt->range, model->name.text);
    Nest nest(*this);
    doc(stmt->doc);
    parameters(model->parameters);
    for (const Stmt *member : model->members)
      statement(member);
  } else if (auto *param = as<ParamDecl>(stmt)) {
    line(param->isState ? "State" : "Param", stmt->range, typed(param->name.text, param->type));
    Nest nest(*this);
    doc(stmt->doc);
    expr(param->value);
  } else if (auto *option = as<OptionDecl>(stmt)) {
    line("Option", stmt->range, typed(option->name.text, option->type));
    Nest nest(*this);
    doc(stmt->doc);
    expr(option->value);
  } else if (auto *import = as<Import>(stmt)) {
    line("Import", stmt->range, import->module.text + (import->alias ? " as " + import->alias->text : ""));
  } else if (auto *train = as<Train>(stmt)) {
    line("Train", stmt->range);
    Nest nest(*this);
    labelled("model", train->model);
    labelled("data", train->data);
    for (const auto &[name, value] : train->settings) {
      line("Setting", name.range, name.text);
      Nest inner(*this);
      expr(value);
    }
  }
}

void Printer::expr(const Expr *node) {
  if (auto *literal = as<IntLiteral>(node))
    return line("Int", node->range, std::to_string(literal->value));
  if (auto *literal = as<FloatLiteral>(node)) {
    char number[32];
    for (int digits = 6; digits <= 17; ++digits) {
      std::snprintf(number, sizeof number, "%.*g", digits, literal->value);
      if (std::strtod(number, nullptr) == literal->value)
        break;
    }
    bool whole = std::string(number).find_first_not_of("0123456789") == std::string::npos;
    return line("Float", node->range, std::string(number) + (whole ? ".0" : ""));
  }
  if (auto *literal = as<BoolLiteral>(node))
    return line("Bool", node->range, literal->value ? "true" : "false");
  if (auto *name = as<NameRef>(node))
    return line("Name", node->range, name->name);
  if (auto *string = as<StringLiteral>(node))
    return stringLiteral(string);
  if (auto *unary = as<Unary>(node)) {
    line("Unary", node->range, unary->op == UnaryOp::Pos ? "+" : unary->op == UnaryOp::Neg ? "-" : "not");
    Nest nest(*this);
    return expr(unary->operand);
  }
  auto operands = [&](const char *kind, const std::string &op, const Expr *lhs, const Expr *rhs) {
    line(kind, node->range, op);
    Nest nest(*this);
    expr(lhs);
    expr(rhs);
  };
  if (auto *binary = as<Binary>(node))
    return operands("Binary", spelling(binary->op), binary->lhs, binary->rhs);
  if (auto *compare = as<Compare>(node))
    return operands("Compare", spelling(compare->op), compare->lhs, compare->rhs);
  if (auto *logic = as<Logic>(node))
    return operands("Logic", logic->op == LogicOp::And ? "and" : "or", logic->lhs, logic->rhs);
  if (auto *in = as<Membership>(node))
    return operands("In", in->isNegated ? "not in" : "in", in->element, in->collection);
  if (auto *range = as<Range>(node))
    return operands("Range", "", range->begin, range->end);
  if (auto *pipe = as<Pipe>(node))
    return operands("Pipe", "", pipe->value, pipe->function);
  if (auto *member = as<Member>(node)) {
    line("Member", node->range, member->name.text);
    Nest nest(*this);
    return expr(member->base);
  }
  if (auto *lambda = as<Lambda>(node)) {
    line("Lambda", node->range, text(lambda->parameters));
    Nest nest(*this);
    return expr(lambda->body);
  }
  if (auto *branch = as<If>(node)) {
    line("If", node->range);
    Nest nest(*this);
    expr(branch->condition);
    block("then", branch->then);
    return labelled("else", branch->otherwise);
  }
  if (auto *blockExpr = as<BlockExpr>(node))
    return block("Block", blockExpr->block);
  bracketed(node);
}

void Printer::bracketed(const Expr *node) {
  if (auto *index = as<Index>(node))
    return subscripts(index);
  if (auto *generated = as<Comprehension>(node))
    return comprehension(generated);
  if (auto *call = as<Call>(node)) {
    line("Call", node->range);
    Nest nest(*this);
    expr(call->callee);
    for (const Argument &argument : call->arguments) {
      if (!argument.name) {
        expr(argument.value);
        continue;
      }
      line("Argument", argument.name->range, argument.name->text);
      Nest inner(*this);
      expr(argument.value);
    }
    return;
  }
  if (auto *record = as<Record>(node)) {
    line("Record", node->range);
    Nest nest(*this);
    for (const auto &[name, value] : record->fields) {
      line("Field", name.range, name.text);
      Nest inner(*this);
      expr(value);
    }
    return;
  }
  auto *list = as<List>(node);
  auto *tuple = as<Tuple>(node);
  line(list ? "List" : tuple ? "Tuple" : "Error", node->range);
  Nest nest(*this);
  for (const Expr *element : list ? list->elements : tuple ? tuple->elements : std::vector<Expr *>())
    expr(element);
}

void Printer::stringLiteral(const StringLiteral *string) {
  if (string->pieces.empty() || (string->pieces.size() == 1 && !string->pieces[0].expr))
    return line("String", string->range, quoted(string->pieces.empty() ? "" : string->pieces[0].text));
  line("String", string->range);
  Nest nest(*this);
  for (const StringLiteral::Piece &piece : string->pieces) {
    if (!piece.expr) {
      line("Text", piece.range, quoted(piece.text));
      continue;
    }
    line("Hole", piece.range, piece.format.empty() ? "" : quoted(piece.format));
    Nest inner(*this);
    expr(piece.expr);
  }
}

void Printer::subscripts(const Index *index) {
  line("Index", index->range);
  Nest nest(*this);
  expr(index->base);
  for (const Subscript &part : index->subscripts) {
    switch (part.kind) {
    case Subscript::At:
      expr(part.at);
      break;
    case Subscript::Rest:
      line("Rest", part.range);
      break;
    case Subscript::NewAxis:
      line("NewAxis", part.range);
      break;
    case Subscript::Slice: {
      line("Slice", part.range);
      Nest inner(*this);
      labelled("begin", part.begin);
      labelled("end", part.end);
      labelled("step", part.step);
      break;
    }
    }
  }
}

void Printer::comprehension(const Comprehension *node) {
  line("Comprehension", node->range, node->brackets ? "" : "argument");
  Nest nest(*this);
  expr(node->body);
  for (const Comprehension::Generator &generator : node->generators) {
    line("Generator", generator.range, text(generator.pattern));
    Nest inner(*this);
    if (generator.source)
      expr(generator.source);
  }
  for (const Expr *condition : node->conditions)
    labelled("if", condition);
}

} // namespace

std::string printAst(const Module &module, const SourceManager &sources) {
  Printer printer(sources);
  printer.module(module);
  return printer.take();
}

} // namespace mdl
