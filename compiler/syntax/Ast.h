//===- Ast.h - The abstract syntax tree -----------------------------------------===//
//
// Stage: the parser's output, sema's input. Nodes live in an AstContext and are never
// freed one by one; every node has the source range that it was read from. Nothing
// here knows names, types or shapes.
//
// Sugar is kept as written where a message or `--emit=ast` shows it (pipes and methods),
// and a binary chain is left-associated.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SYNTAX_AST_H
#define MDL_SYNTAX_AST_H

#include "compiler/support/Source.h"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mdl::ast {

struct Expr;
struct Stmt;
struct Block;
struct Pattern;
struct FnDecl;

/// A name and where it stands.
struct Name {
  std::string text;
  SourceRange range;
};

//===--- Types as written ----------------------------------------------------===//

/// A type annotation: `f32[n, 28, _]`, `f32`, `{w: f32[n], b: f32}`, `(f32, i64)`, `[f32[n]]` (a list), `Net`, `fn`.
struct TypeExpr {
  enum Kind { Tensor, Record, Tuple, List, Named };
  /// One dimension of a tensor: an expression over names, `_` or `...`.
  struct Dim {
    enum Kind { Expression, Any, Rest } kind;
    Expr *expr = nullptr; ///< For Expression.
    SourceRange range;
  };
  Kind kind;
  SourceRange range;
  std::string name;                 ///< Tensor: the element type (`f32`); Named: the name.
  std::vector<Dim> dims;            ///< Tensor.
  std::vector<Name> fields;         ///< Record: names of `elements`.
  std::vector<TypeExpr *> elements; ///< Record, Tuple; List: one.
};

//===--- Patterns: what `let`, `for` and lambdas bind --------------------------===//

struct Pattern {
  enum Kind { Bind, Tuple, Record, Ignore };
  Kind kind;
  SourceRange range;
  Name name;                       ///< Bind.
  std::vector<Pattern *> elements; ///< Tuple, Record.
  std::vector<Name> fields;        ///< Record: `{w, b}` or `{w: x}`.
};

//===--- Expressions -------------------------------------------------------===//

enum class ExprKind : uint8_t {
  IntLiteral,
  FloatLiteral,
  BoolLiteral,
  StringLiteral,
  NameRef,
  Unary,
  Binary,
  Compare,
  Logic,
  Membership,
  Call,
  Member,
  Index,
  List,
  Tuple,
  Record,
  Lambda,
  If,
  BlockExpr,
  Range,
  Comprehension,
  Pipe,
  Error
};

struct Expr {
  const ExprKind kind;
  SourceRange range;
  virtual ~Expr() = default;

protected:
  Expr(ExprKind kind, SourceRange range) : kind(kind), range(range) {}
};

/// Base of every concrete node: ties the class to its kind for `as<T>`.
template <ExprKind K> struct ExprOf : Expr {
  static constexpr ExprKind Kind = K;
  explicit ExprOf(SourceRange range) : Expr(K, range) {}
};
template <class T> T *as(Expr *expr) { return expr && expr->kind == T::Kind ? static_cast<T *>(expr) : nullptr; }
template <class T> const T *as(const Expr *expr) {
  return expr && expr->kind == T::Kind ? static_cast<const T *>(expr) : nullptr;
}

struct IntLiteral : ExprOf<ExprKind::IntLiteral> {
  using ExprOf::ExprOf;
  int64_t value = 0;
};
struct FloatLiteral : ExprOf<ExprKind::FloatLiteral> {
  using ExprOf::ExprOf;
  double value = 0;
};
struct BoolLiteral : ExprOf<ExprKind::BoolLiteral> {
  using ExprOf::ExprOf;
  bool value = false;
};
/// `"epoch {epoch}: loss {loss:.4f}"`: text pieces and holes in order.
struct StringLiteral : ExprOf<ExprKind::StringLiteral> {
  using ExprOf::ExprOf;
  struct Piece {
    std::string text;           ///< When `expr` is null: text with escapes resolved (`{{` is `{`).
    Expr *expr = nullptr;       ///< A hole.
    std::string format;         ///< After the colon: `.4f`.
    Expr *formatExpr = nullptr; ///< Where the format has holes of its own, `{width}.2f`: a StringLiteral.
    SourceRange range;
  };
  std::vector<Piece> pieces;
};
struct NameRef : ExprOf<ExprKind::NameRef> {
  using ExprOf::ExprOf;
  std::string name;
};
enum class UnaryOp : uint8_t { Pos, Neg, Not };
struct Unary : ExprOf<ExprKind::Unary> {
  using ExprOf::ExprOf;
  UnaryOp op;
  Expr *operand = nullptr;
};
enum class BinaryOp : uint8_t { Add, Sub, Mul, Div, FloorDiv, Mod, Pow, MatMul };
struct Binary : ExprOf<ExprKind::Binary> {
  using ExprOf::ExprOf;
  BinaryOp op;
  SourceRange opRange; ///< The operator itself, for the caret.
  Expr *lhs = nullptr, *rhs = nullptr;
};
enum class CompareOp : uint8_t { Eq, Ne, Lt, Le, Gt, Ge };
/// One comparison; a chain `a < b < c` is a Logic of several.
struct Compare : ExprOf<ExprKind::Compare> {
  using ExprOf::ExprOf;
  CompareOp op;
  SourceRange opRange;
  Expr *lhs = nullptr, *rhs = nullptr;
};
enum class LogicOp : uint8_t { And, Or };
struct Logic : ExprOf<ExprKind::Logic> {
  using ExprOf::ExprOf;
  LogicOp op;
  SourceRange opRange;
  Expr *lhs = nullptr, *rhs = nullptr;
};
/// `x in xs`, `x not in xs`.
struct Membership : ExprOf<ExprKind::Membership> {
  using ExprOf::ExprOf;
  bool isNegated = false;
  Expr *element = nullptr, *collection = nullptr;
};
struct Argument {
  std::optional<Name> name; ///< `axis` in `axis=0`.
  Expr *value = nullptr;
};
/// `f(a, axis=0)`; the callee of `x.f(b)` is a Member.
struct Call : ExprOf<ExprKind::Call> {
  using ExprOf::ExprOf;
  Expr *callee = nullptr;
  std::vector<Argument> arguments;
};
/// `r.w`; a tuple's element is `t.0`.
struct Member : ExprOf<ExprKind::Member> {
  using ExprOf::ExprOf;
  Expr *base = nullptr;
  Name name;
};
/// One subscript of `x[…]`.
struct Subscript {
  enum Kind { At, Slice, Rest, NewAxis } kind;            ///< `i` or a mask or indices; `a:b:c`; `...`; `new`.
  Expr *at = nullptr;                                     ///< At.
  Expr *begin = nullptr, *end = nullptr, *step = nullptr; ///< Slice; each may be null.
  SourceRange range;
};
struct Index : ExprOf<ExprKind::Index> {
  using ExprOf::ExprOf;
  Expr *base = nullptr;
  std::vector<Subscript> subscripts;
};
/// `[a, b]`: a tensor literal when the elements are tensors of one shape, else a list.
struct List : ExprOf<ExprKind::List> {
  using ExprOf::ExprOf;
  std::vector<Expr *> elements;
};
struct Tuple : ExprOf<ExprKind::Tuple> {
  using ExprOf::ExprOf;
  std::vector<Expr *> elements;
};
struct Record : ExprOf<ExprKind::Record> {
  using ExprOf::ExprOf;
  std::vector<std::pair<Name, Expr *>> fields;
};
/// `x => …`, `(a, b) => …`; the body may be a BlockExpr.
struct Lambda : ExprOf<ExprKind::Lambda> {
  using ExprOf::ExprOf;
  std::vector<Pattern *> parameters;
  Expr *body = nullptr;
};
/// `if c { … } else { … }`, also as a statement; `otherwise` is null, a BlockExpr or another If.
struct If : ExprOf<ExprKind::If> {
  using ExprOf::ExprOf;
  Expr *condition = nullptr;
  Block *then = nullptr;
  Expr *otherwise = nullptr;
};
struct BlockExpr : ExprOf<ExprKind::BlockExpr> {
  using ExprOf::ExprOf;
  Block *block = nullptr;
};
/// `a..b`, b excluded.
struct Range : ExprOf<ExprKind::Range> {
  using ExprOf::ExprOf;
  Expr *begin = nullptr, *end = nullptr;
};
/// `[body for i in 0..m, j in 0..n if c]`, or as the argument of a call, without brackets: `sum(body for l in 0..k)`.
struct Comprehension : ExprOf<ExprKind::Comprehension> {
  using ExprOf::ExprOf;
  struct Generator {
    Pattern *pattern = nullptr;
    Expr *source = nullptr; ///< Null: the range is inferred from the use of the name.
    SourceRange range;
  };
  bool brackets = true; ///< False for the argument form.
  Expr *body = nullptr;
  std::vector<Generator> generators;
  std::vector<Expr *> conditions;
};
/// `a |> f` and `a |> f(b)`.
struct Pipe : ExprOf<ExprKind::Pipe> {
  using ExprOf::ExprOf;
  Expr *value = nullptr;
  Expr *function = nullptr;
};
/// Stands where an expression could not be parsed; reported already.
struct ErrorExpr : ExprOf<ExprKind::Error> {
  using ExprOf::ExprOf;
};

//===--- Statements -----------------------------------------------------------===//

enum class StmtKind : uint8_t {
  Let,
  Assign,
  Expression,
  For,
  While,
  Break,
  Continue,
  Return,
  Assert,
  Fn,
  Model,
  Option,
  Import,
  Train,
  Param
};

struct Stmt {
  const StmtKind kind;
  SourceRange range;
  std::string doc; ///< The `##` text that stands before it, or on the line of an option.
  virtual ~Stmt() = default;

protected:
  Stmt(StmtKind kind, SourceRange range) : kind(kind), range(range) {}
};
template <StmtKind K> struct StmtOf : Stmt {
  static constexpr StmtKind Kind = K;
  explicit StmtOf(SourceRange range) : Stmt(K, range) {}
};
template <class T> T *as(Stmt *stmt) { return stmt && stmt->kind == T::Kind ? static_cast<T *>(stmt) : nullptr; }
template <class T> const T *as(const Stmt *stmt) {
  return stmt && stmt->kind == T::Kind ? static_cast<const T *>(stmt) : nullptr;
}

/// A block; `result` is its last statement's expression when that is what the block gives.
struct Block {
  SourceRange range;
  std::vector<Stmt *> statements; ///< Without the result.
  Expr *result = nullptr;
};

/// `let pattern: type = value` and `var …`.
struct Let : StmtOf<StmtKind::Let> {
  using StmtOf::StmtOf;
  bool isVar = false;
  Pattern *pattern = nullptr;
  TypeExpr *type = nullptr;
  Expr *value = nullptr;
};
/// `target = value`, `target op= value`; the target is a name, a member or an index of one.
struct Assign : StmtOf<StmtKind::Assign> {
  using StmtOf::StmtOf;
  Expr *target = nullptr;
  std::optional<BinaryOp> op;
  SourceRange opRange;
  Expr *value = nullptr;
};
struct ExprStmt : StmtOf<StmtKind::Expression> {
  using StmtOf::StmtOf;
  Expr *expr = nullptr;
};
struct For : StmtOf<StmtKind::For> {
  using StmtOf::StmtOf;
  Pattern *pattern = nullptr;
  Expr *source = nullptr;
  Block *body = nullptr;
};
struct While : StmtOf<StmtKind::While> {
  using StmtOf::StmtOf;
  Expr *condition = nullptr;
  Block *body = nullptr;
};
struct Break : StmtOf<StmtKind::Break> {
  using StmtOf::StmtOf;
};
struct Continue : StmtOf<StmtKind::Continue> {
  using StmtOf::StmtOf;
};
struct Return : StmtOf<StmtKind::Return> {
  using StmtOf::StmtOf;
  Expr *value = nullptr; ///< May be null.
};
struct Assert : StmtOf<StmtKind::Assert> {
  using StmtOf::StmtOf;
  Expr *condition = nullptr;
  Expr *message = nullptr; ///< May be null.
};

struct Parameter {
  Pattern *pattern = nullptr;
  TypeExpr *type = nullptr;
  Expr *defaultValue = nullptr;
  SourceRange range;
};
/// `fn name(a: T, b = 1) -> T = expr` or `{ … }` (then the body is a BlockExpr).
/// With a gradient rule: `fn f(x) = … gradient (x, g) => …`.
struct FnDecl : StmtOf<StmtKind::Fn> {
  using StmtOf::StmtOf;
  Name name;
  std::vector<Parameter> parameters;
  TypeExpr *result = nullptr;
  Expr *body = nullptr;
  Lambda *gradient = nullptr;
};
/// `param w = …` and `state m = …` in a model.
struct ParamDecl : StmtOf<StmtKind::Param> {
  using StmtOf::StmtOf;
  bool isState = false;
  Name name;
  TypeExpr *type = nullptr;
  Expr *value = nullptr;
};
/// `model Name(arguments) { … }`; members are ParamDecl, Let and FnDecl in order.
struct ModelDecl : StmtOf<StmtKind::Model> {
  using StmtOf::StmtOf;
  Name name;
  std::vector<Parameter> parameters;
  std::vector<Stmt *> members;
};
/// `option name: type = default  ## text`.
struct OptionDecl : StmtOf<StmtKind::Option> {
  using StmtOf::StmtOf;
  Name name;
  TypeExpr *type = nullptr;
  Expr *value = nullptr;
};
struct Import : StmtOf<StmtKind::Import> {
  using StmtOf::StmtOf;
  Name module;
  std::optional<Name> alias; ///< `import module as alias`.
};
/// `train net on data { loss: … }`; settings in order.
struct Train : StmtOf<StmtKind::Train> {
  using StmtOf::StmtOf;
  Expr *model = nullptr;
  Expr *data = nullptr;
  std::vector<std::pair<Name, Expr *>> settings;
};

/// One file.
struct Module {
  int file = -1;
  std::string doc; ///< The `##` text at its start.
  Block *body = nullptr;
};

} // namespace mdl::ast

namespace mdl {

/// Owns every node of the files of a compilation.
class AstContext {
public:
  template <class T, class... Args> T *make(Args &&...args) {
    auto holder = std::make_shared<T>(std::forward<Args>(args)...);
    T *node = holder.get();
    nodes.push_back(std::move(holder));
    return node;
  }

  /// The module of a file that was parsed; null for another.
  const ast::Module *moduleOf(int file) const {
    auto found = modules.find(file);
    return found == modules.end() ? nullptr : found->second;
  }
  void noteModule(const ast::Module *module) { modules[module->file] = module; }

private:
  std::deque<std::shared_ptr<void>> nodes;
  std::map<int, const ast::Module *> modules;
};

} // namespace mdl

#endif // MDL_SYNTAX_AST_H
