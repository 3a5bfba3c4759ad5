//===- KnownNumbers.cpp - Arithmetic on what is known when a program is compiled ------------===//
//
// Stage: sema. See KnownNumbers.h.
//
//===------------------------------------------------------------------------------------===//

#include "compiler/sema/KnownNumbers.h"

#include <cmath>

using namespace mdl;

/// x - y * floor(x / y), exact; x or y where y is infinite.
static double floorRest(double x, double y) {
  double rest = std::fmod(x, y);
  return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}

std::optional<LiteralValue> mdl::foldLiterals(ast::BinaryOp op, const LiteralValue &a, const LiteralValue &b) {
  LiteralValue result;
  result.isInt = a.isInt && b.isInt;
  double x = a.floatValue, y = b.floatValue;
  switch (op) {
  case ast::BinaryOp::Add:
    result.floatValue = x + y;
    break;
  case ast::BinaryOp::Sub:
    result.floatValue = x - y;
    break;
  case ast::BinaryOp::Mul:
    result.floatValue = x * y;
    break;
  case ast::BinaryOp::Div:
    result.isInt = false;
    result.floatValue = x / y;
    break;
  case ast::BinaryOp::FloorDiv:
    if (y == 0)
      return std::nullopt;
    result.floatValue = std::nearbyint((x - floorRest(x, y)) / y);
    break;
  case ast::BinaryOp::Mod:
    if (y == 0)
      return std::nullopt;
    result.floatValue = floorRest(x, y);
    break;
  case ast::BinaryOp::Pow:
    result.isInt = result.isInt && y >= 0;
    result.floatValue = std::pow(x, y);
    break;
  case ast::BinaryOp::MatMul:
    return std::nullopt;
  }
  // Beyond 2^53 a double does not hold the whole number.
  if (result.isInt && std::abs(result.floatValue) > 9e15)
    return std::nullopt;
  result.intValue = result.isInt ? static_cast<int64_t>(result.floatValue) : 0;
  return result;
}

/// Whether the whole number that an operation on two known ones gives is no `i64`.
static bool overflows(ast::BinaryOp op, int64_t a, int64_t b) {
  int64_t result = 1;
  switch (op) {
  case ast::BinaryOp::Add:
    return __builtin_add_overflow(a, b, &result);
  case ast::BinaryOp::Sub:
    return __builtin_sub_overflow(a, b, &result);
  case ast::BinaryOp::Mul:
    return __builtin_mul_overflow(a, b, &result);
  case ast::BinaryOp::Pow:
    if (a >= -1 && a <= 1)
      return false;
    for (; b > 0; --b)
      if (__builtin_mul_overflow(result, a, &result))
        return true;
    return false;
  default:
    return false;
  }
}

bool mdl::reportOverflow(Elaborator &e, ast::BinaryOp op, const Value &lhs, const Value &rhs, SourceRange range) {
  auto numberOf = [&](const Value &value) {
    auto *tensor = as<TensorValue>(value);
    return tensor && tensor->element != ElementType::I64 ? std::nullopt : e.constantInt(value);
  };
  auto a = numberOf(lhs), b = numberOf(rhs);
  if (!a || !b || !overflows(op, *a, *b))
    return false;
  const char *sign = op == ast::BinaryOp::Add   ? "+"
                     : op == ast::BinaryOp::Sub ? "-"
                     : op == ast::BinaryOp::Mul ? "*"
                                                : "**";
  e.diags.report(diag::NumberTooLarge, range, {"`" + std::string(e.sources.text(range)) + "`", "`i64`"})
      .hint("a number with a point makes it a float: `" + std::to_string(*a) + ".0 " + sign + " " + std::to_string(*b) +
            "`");
  return true;
}

bool mdl::foldKnown(Elaborator &e, ast::BinaryOp op, const Elaborator::Tensor &a, const Elaborator::Tensor &b,
                    TensorValue &result) {
  if (!a->known || !b->known)
    return false;
  switch (op) {
  case ast::BinaryOp::Add:
    result.known = *a->known + *b->known;
    return true;
  case ast::BinaryOp::Sub:
    result.known = *a->known - *b->known;
    return true;
  case ast::BinaryOp::Mul:
    result.known = *a->known * *b->known;
    return true;
  case ast::BinaryOp::FloorDiv:
    if (b->known->isConstant(0))
      return false;
    result.known = e.dims.floorDiv(*a->known, *b->known);
    return true;
  case ast::BinaryOp::Mod:
    if (b->known->constant().value_or(0) == 0)
      return false; // By 0 the remainder is 0, and no longer x - y * (x // y).
    result.known = *a->known - e.dims.floorDiv(*a->known, *b->known) * *b->known;
    return true;
  case ast::BinaryOp::Pow: {
    constexpr int64_t most = 8; // `n ** 2` is `n * n`; beyond this it is a number of its own.
    auto power = b->known->constant();
    if (!power || *power < 0 || *power > most)
      return false;
    result.known = Dim(1);
    for (int64_t i = 0; i < *power; ++i)
      result.known = *result.known * *a->known;
    return true;
  }
  default:
    return false;
  }
}
