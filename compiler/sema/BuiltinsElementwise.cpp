//===- BuiltinsElementwise.cpp - exp, maximum, where, round ---------------------------------------===//
//
// Stage: sema. Elementwise functions are every operation of the dialect that has a scalar body, by its own name.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/dialect/Mdl.h"
#include "compiler/sema/Builtins.h"
#include "compiler/sema/Literals.h"
#include "compiler/sema/Ragged.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace mdl;
using namespace mdl::builtin;

/// `where(c, 0.1, 1)` has the type that its context needs, as each of the numbers would: see Note [Literals that the
/// run chooses] in Literals.h. Nothing where one is no number as written.
static std::optional<Value> chosenNumbers(Elaborator &e, const std::vector<Value> &operands,
                                          const std::vector<SourceRange> &ranges, SourceRange range) {
  auto first = writtenNumbers(operands[1]), second = writtenNumbers(operands[2]);
  if (!first || !second)
    return std::nullopt;
  auto choose = [&](ElementType element) -> Tensor {
    Tensor a = e.tensor(operands[1], ranges[1], element), b = a ? e.tensor(operands[2], ranges[2], element) : nullptr;
    Value chosen = b ? e.elementwise("select", {operands[0], a, b}, ranges, range) : nullptr;
    return chosen ? e.tensor(chosen, range) : nullptr;
  };
  WrittenNumbers both = eitherOf(*first, *second);
  const ElementType real = e.inF64 ? ElementType::F64 : ElementType::F32;
  ElementType own = isFloat(both.element) ? real : ElementType::I64;
  Tensor alone = choose(own);
  both.exact = both.element == own ? alone : alone ? choose(both.element) : nullptr;
  if (!both.exact)
    return Value();
  auto result = std::make_shared<TensorValue>(*alone);
  result->written = std::make_shared<WrittenNumbers>(both);
  return result;
}

static Value applyByName(Elaborator &e, const std::string &op, const std::vector<Value> &operands,
                         const std::vector<SourceRange> &ranges, SourceRange range) {
  if (hasRagged(operands))
    return overRows(e, op, operands, ranges, range,
                    [&](const std::vector<Value> &parts) { return applyByName(e, op, parts, ranges, range); });
  if (op == "select")
    if (auto chosen = chosenNumbers(e, operands, ranges, range))
      return *chosen;
  if (op == "isnan") {
    Tensor x = e.tensor(operands[0], ranges[0]);
    // Whole numbers and bools are never NaN.
    if (x && !isFloat(x->element))
      x = e.cast(x, ElementType::F32);
    return x ? e.elementwise(op, {x}, ranges, range, ElementType::Bool) : nullptr;
  }
  if (op == "floor" || op == "ceil" || op == "round") {
    // Whole numbers stay as they are.
    Tensor x = e.isTensorLike(operands[0]) ? e.tensor(operands[0], ranges[0]) : nullptr;
    if (x && !isFloat(x->element))
      return x;
  }
  return e.elementwise(op, operands, ranges, range);
}

/// `round(x, decimals)`: to so many digits behind the point, or before it if negative.
static Value roundedTo(Elaborator &e, const Value &value, const CallArguments::Item &decimals, SourceRange range) {
  auto digits = e.constantInt(decimals.value);
  if (!digits) {
    e.diags.report(diag::ExpectedConstant, decimals.range, {std::string(e.sources.text(decimals.range))});
    return nullptr;
  }
  Tensor x = e.tensor(value, range);
  if (!x || (!isFloat(x->element) && *digits >= 0))
    return x;
  ElementType element = x->element, computed = isFloat(element) ? element : ElementType::F64;
  Value power = e.scalarConstant(computed, std::pow(10.0, std::abs(static_cast<double>(*digits))));
  auto apply = [&](ast::BinaryOp op, const Value &operand) {
    return e.binary(op, operand, power, range, range, range, range);
  };
  bool behind = *digits >= 0;
  Value scaled = apply(behind ? ast::BinaryOp::Mul : ast::BinaryOp::Div, e.cast(x, computed));
  Value rounded = e.elementwise("round", {scaled}, {range}, range);
  Value result = apply(behind ? ast::BinaryOp::Div : ast::BinaryOp::Mul, rounded);
  return result ? e.cast(e.tensor(result, range), element) : nullptr;
}

/// The form of a whole number, if it has one.
static std::optional<Dim> formOf(const Value &value) {
  if (auto *literal = as<LiteralValue>(value))
    return literal->isInt ? std::optional(Dim(literal->intValue)) : std::nullopt;
  auto *number = as<TensorValue>(value);
  return number && !number->lift && number->element == ElementType::I64 ? number->known : std::nullopt;
}

/// The smaller of two sizes, and the larger of a number and 0, are sizes: `x[:2]` has `minimum(n, 2)` elements,
/// `[… for i in a..b]` has `maximum(b - a, 0)`. Of `n` and `n - 1` it is one of them. Null for other numbers.
static Value chosenSize(Elaborator &e, const std::string &op, const Value &a, const Value &b) {
  auto first = formOf(a), second = formOf(b);
  if (!first || !second || (first->constant() && second->constant()))
    return nullptr;
  bool isFirstLarger = !e.dims.mayBeNegative(*first - *second);
  bool isKnown = isFirstLarger || !e.dims.mayBeNegative(*second - *first);
  // A size is no number because of a check: `x[:2]` keeps `minimum(n, 2)`, too.
  if (const Dim &chosen = isFirstLarger == (op == "maximum") ? *first : *second; isKnown && !chosen.constant())
    return e.knownScalar(chosen);
  if (op == "maximum") {
    if (!first->isConstant(0) && !second->isConstant(0))
      return nullptr;
    return e.knownScalar(e.dims.span(Dim(0), first->isConstant(0) ? *second : *first));
  }
  if (e.dims.mayBeNegative(*first) || e.dims.mayBeNegative(*second))
    return nullptr;
  return e.knownScalar(second->constant() ? e.dims.head(*second, *first) : e.dims.head(*first, *second));
}

/// Any operation with a scalar body, by the callee's name.
static Value elementwiseByName(Elaborator &e, CallArguments &call) {
  std::string op = call.callee == "where" ? "select" : call.callee;
  std::vector<std::string> names{"x"};
  bool chooses = op == "minimum" || op == "maximum";
  if (chooses)
    names = {"a", "b"};
  if (op == "select")
    names = {"condition", "a", "b"};
  if (op == "round")
    names.emplace_back("decimals?");
  auto bound = e.bindArguments(call, names);
  if (!bound)
    return nullptr;
  if (Value size = chooses ? chosenSize(e, op, (*bound)[0]->value, (*bound)[1]->value) : nullptr)
    return size;
  if (op == "round") {
    if ((*bound)[1])
      return roundedTo(e, (*bound)[0]->value, *(*bound)[1], call.range);
    bound->items.pop_back();
  }
  std::vector<Value> operands;
  std::vector<SourceRange> ranges;
  for (auto *item : bound->items) {
    operands.push_back(item->value);
    ranges.push_back(item->range);
  }
  return applyByName(e, op, operands, ranges, call.range);
}

/// Operators have their own syntax; these operations are not functions of the language.
static constexpr llvm::StringLiteral operators[] = {"add", "sub", "mul", "div", "floordiv", "mod",  "pow",
                                                    "and", "or",  "not", "neg", "compare",  "cast", "select"};

void mdl::addElementwiseBuiltins(Elaborator &elaborator) {
  elaborator.addBuiltins({{"where", elementwiseByName}});
  auto *context = elaborator.emit.builder.getContext();
  for (auto name : context->getRegisteredOperations()) {
    if (name.getDialectNamespace() != "mdl" || !name.hasInterface<ElementwiseOpInterface>())
      continue;
    std::string bare = name.stripDialect().str();
    if (!llvm::is_contained(operators, bare))
      elaborator.addBuiltins({{bare.c_str(), elementwiseByName}});
  }
}
