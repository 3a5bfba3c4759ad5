//===- ModelSignatures.cpp - Models are checked where they stand --------------------------------===//
//
// Stage: sema. See Note [Models that nobody makes] in Models.h.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Models.h"
#include "compiler/sema/SizeNames.h"
#include "compiler/syntax/AstWalk.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mdl;

namespace {
/// How a class uses a parameter of its constructor.
class UsesOfParameter {
public:
  UsesOfParameter(const ModelClassValue &cls, const std::string &name, unsigned depth = 0)
      : cls(cls), name(name), depth(depth) {}

  /// Whether it is a size and nothing but that, which no branch and no loop asks for.
  bool areOnlySizes() {
    for (auto &parameter : cls.decl->parameters)
      if (parameter.defaultValue)
        expression(parameter.defaultValue, /*isSize=*/false);
    for (auto *member : cls.decl->members)
      statement(member);
    return hasSize && !hasOther;
  }

private:
  /// Beyond this, classes that make each other are taken to have no end.
  static constexpr unsigned maxDepth = 8;

  void type(const ast::TypeExpr *written) { hasSize |= isInSizes(written, name); }

  void function(const ast::FnDecl &decl) {
    for (auto &parameter : decl.parameters) {
      type(parameter.type);
      if (parameter.defaultValue)
        expression(parameter.defaultValue, /*isSize=*/false);
      // Another thing of that name.
      hasOther |= parameter.pattern->kind != ast::Pattern::Bind || parameter.pattern->name.text == name;
    }
    type(decl.result);
    expression(decl.body, /*isSize=*/false);
    if (decl.gradient)
      expression(decl.gradient, /*isSize=*/false);
  }

  void statement(const ast::Stmt *stmt) {
    if (auto *decl = ast::as<ast::FnDecl>(stmt))
      return function(*decl);
    if (auto *let = ast::as<ast::Let>(stmt))
      type(let->type);
    if (auto *param = ast::as<ast::ParamDecl>(stmt)) {
      type(param->type);
      return expression(param->value, /*isSize=*/false);
    }
    hasOther |= stmt->kind == ast::StmtKind::Model;
    ast::forEachPart(
        *stmt, [&](const ast::Expr *part) { expression(part, /*isSize=*/false); },
        [&](const ast::Block *part) { block(*part); });
  }

  void block(const ast::Block &inner) {
    for (auto *stmt : inner.statements)
      statement(stmt);
    if (inner.result)
      expression(inner.result, /*isSize=*/false);
  }

  /// `isSize`: only a size can stand there.
  void expression(const ast::Expr *expr, bool isSize) {
    if (auto *used = ast::as<ast::NameRef>(expr); used && used->name == name)
      return void((isSize ? hasSize : hasOther) = true);
    auto *binary = ast::as<ast::Binary>(expr);
    bool isArithmetic = binary && (binary->op == ast::BinaryOp::Add || binary->op == ast::BinaryOp::Sub ||
                                   binary->op == ast::BinaryOp::Mul || binary->op == ast::BinaryOp::FloorDiv);
    if (auto *call = ast::as<ast::Call>(expr))
      return arguments(*call);
    ast::forEachPart(
        *expr, [&](const ast::Expr *part) { expression(part, isSize && isArithmetic); },
        [&](const ast::Block *part) { block(*part); });
  }

  void arguments(const ast::Call &call) {
    auto *callee = ast::as<ast::NameRef>(call.callee);
    auto *method = ast::as<ast::Member>(call.callee);
    Binding *bound = callee ? cls.scope->find(callee->name) : nullptr;
    auto *made = bound ? as<ModelClassValue>(bound->value) : nullptr;
    static const llvm::StringSet<> ofSizes = {
        "zeros", "ones", "full", "randn", "uniform", "bernoulli", "kaiming_uniform", "broadcast_to", "reshape"};
    bool takesSizes = ofSizes.contains(method ? method->name.text : callee ? callee->name : "");
    if (!callee)
      expression(call.callee, /*isSize=*/false);
    for (auto [i, argument] : llvm::enumerate(call.arguments)) {
      if (auto *sizes = ast::as<ast::List>(argument.value); sizes && takesSizes) {
        for (auto *size : sizes->elements)
          expression(size, /*isSize=*/true);
      } else {
        std::string parameter = argument.name ? argument.name->text
                                : made && i < made->decl->parameters.size()
                                    ? made->decl->parameters[i].pattern->name.text
                                    : "";
        expression(argument.value,
                   made && depth < maxDepth && UsesOfParameter(*made, parameter, depth + 1).areOnlySizes());
      }
    }
  }

  const ModelClassValue &cls;
  const std::string name;
  const unsigned depth;
  bool hasSize = false, hasOther = false;
};
} // namespace

/// A method as a function of its own; in it `float` is what the model's parameters are.
static std::shared_ptr<FunctionValue> asFunction(Elaborator &e, const ModelValue &model, const ast::FnDecl &method) {
  auto names = std::make_shared<Scope>(scopeOfMethods(e, model, method.range), /*isFunction=*/true);
  std::vector<Elaborator::Tensor> own;
  e.leaves(std::make_shared<ModelValue>(model), own, /*trainableOnly=*/true);
  for (auto &parameter : method.parameters)
    if (!own.empty() && parameter.type)
      e.bindElementClass(*parameter.type, own[0], *names);
  auto function = std::make_shared<FunctionValue>();
  function->decl = &method;
  function->scope = names;
  return function;
}

/// Whether a name stands in a text as a word of its own.
static bool hasWord(llvm::StringRef text, llvm::StringRef name) {
  auto isPartOfWord = [](char c) { return llvm::isAlnum(c) || c == '_'; };
  for (size_t at = text.find(name); at != llvm::StringRef::npos; at = text.find(name, at + 1)) {
    size_t end = at + name.size();
    if ((at == 0 || !isPartOfWord(text[at - 1])) && (end == text.size() || !isPartOfWord(text[end])))
      return true;
  }
  return false;
}

/// Whether the error holds for each value of the constructor's parameters, which stand for any size.
static bool isCertain(const Diagnostic &error, const ast::ModelDecl &decl) {
  static constexpr diag always[] = {diag::ExpectedType,     diag::UnknownName,   diag::UnknownMember,
                                    diag::MissingArgument,  diag::NotCallable,   diag::UnknownArgument,
                                    diag::TooManyArguments, diag::ExpectedTensor};
  if (llvm::is_contained(always, error.kind))
    return true;
  // Two types, then the two sizes that differ.
  llvm::StringRef text = error.text, sizes;
  if (error.kind == diag::DimensionDiffers)
    sizes = text.substr(text.rfind("]: "));
  if (error.kind == diag::ShapesDoNotBroadcast || error.kind == diag::MatmulSizes)
    sizes = text.substr(text.rfind(" ("));
  return !sizes.empty() &&
         llvm::none_of(decl.parameters, [&](auto &one) { return hasWord(sizes, one.pattern->name.text); });
}

/// Takes back what was reported since `mark` from the first error on that another argument of the constructor may not
/// have.
static void keepCertain(Elaborator &e, const ast::ModelDecl &decl, size_t mark) {
  llvm::ArrayRef<Diagnostic> all = e.diags.all();
  while (mark < all.size() && (decl.parameters.empty() || isCertain(all[mark], decl)))
    ++mark;
  e.diags.rewind(mark);
}

bool mdl::checkModel(Elaborator &e, const std::shared_ptr<const ModelClassValue> &cls) {
  const ast::ModelDecl &decl = *cls->decl;
  if (!e.areTypesKnown(decl))
    return false;
  if (llvm::any_of(decl.parameters, [&](auto &parameter) {
        return !UsesOfParameter(*cls, parameter.pattern->name.text).areOnlySizes();
      }))
    return true;
  size_t errors = e.diags.errorCount();
  Restore<int64_t> sites(e.randomSites, int64_t(e.randomSites));
  e.speculate([&] {
    auto inner = std::make_shared<Scope>(cls->scope, /*isFunction=*/true);
    mlir::Block &block = *e.emit.builder.getInsertionBlock();
    for (auto &parameter : decl.parameters) {
      mlir::Value any = block.addArgument(e.emit.builder.getIndexType(), e.emit.location);
      const ast::Name &name = parameter.pattern->name;
      inner->names[name.text] = Binding{e.knownScalar(e.freshDim(name.text, name.range, any)), false, name.range};
    }
    size_t mark = e.diags.all().size();
    auto model = makeModel(e, cls, inner);
    keepCertain(e, decl, mark);
    for (auto *member : decl.members)
      if (auto *method = ast::as<ast::FnDecl>(member); method && model) {
        mark = e.diags.all().size();
        e.checkSignature(asFunction(e, *model, *method));
        keepCertain(e, decl, mark);
      }
  });
  return e.diags.errorCount() == errors;
}
