//===- MathToHalide.cpp - math to Halide ----------------------------------------===//
//
// Stage: kernels. See ScalarToHalide.h. What neither Halide nor FloatMath.h has is composed
// here so that it stays in vectors.
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/FloatMath.h"
#include "compiler/kernels/ScalarToHalide.h"
#include "compiler/kernels/StrictFloat.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using Halide::Expr;

namespace mdl::kernels {

using Operands = std::vector<Expr>;

static Expr constant(const Expr &like, double value) { return Halide::Internal::make_const(like.type(), value); }

/// log(1 + x) without the loss of 1 + x near 0: log(u) * x / (u - 1) for the rounded u = 1 + x.
static Expr log1p(const Expr &x) {
  Expr u = Halide::strict_float(x + constant(x, 1));
  Expr d = Halide::strict_float(u - constant(x, 1));
  Expr infinite = Halide::is_inf(u);
  Expr ratio = Halide::strict_float(logOf(u) * (x / Halide::select(d == constant(x, 0), constant(x, 1), d)));
  return Halide::select(d == constant(x, 0), x, infinite, u, ratio);
}

/// exp(x) - 1 in the same manner: (u - 1) * x / log(u) for the rounded u = exp(x).
static Expr expm1(const Expr &x) {
  Expr u = expOf(x);
  Expr d = Halide::strict_float(u - constant(x, 1));
  Expr near = Halide::abs(x) < constant(x, 0.5);
  Expr logarithm = logOf(Halide::select(near, u, constant(x, 2)));
  Expr safe = Halide::select(logarithm == constant(x, 0), constant(x, 1), logarithm);
  return Halide::select(d == constant(x, 0), x, near, Halide::strict_float(d * (x / safe)), d);
}

static Expr roundAwayFromZero(const Expr &x) {
  Expr whole = Halide::trunc(x);
  Expr up = Halide::abs(x - whole) >= constant(x, 0.5);
  return Halide::select(up, whole + Halide::select(x < constant(x, 0), constant(x, -1), constant(x, 1)), whole);
}

/// f16 and bf16 have no polynomials of their own.
static Expr inFloat(const Expr &x, Expr (*function)(const Expr &)) {
  if (x.type().bits() >= 32)
    return function(x);
  return Halide::cast(x.type(), function(Halide::cast<float>(x)));
}
static Expr inFloat(const Expr &x, Expr (*function)(Expr)) {
  if (x.type().bits() >= 32)
    return function(x);
  return Halide::cast(x.type(), function(Halide::cast<float>(x)));
}
static Expr powFloat(const Expr &x, const Expr &y) {
  if (x.type().bits() >= 32)
    return powOf(x, y);
  return Halide::cast(x.type(), powOf(Halide::cast<float>(x), Halide::cast<float>(y)));
}

static Expr unaryMath(Operation *op, const Expr &x) {
  using F = Expr (*)(const Expr &);
  auto with = [&](F function) { return inFloat(x, function); };
  return llvm::TypeSwitch<Operation *, Expr>(op)
      .Case<math::ExpOp>([&](auto) { return with(expOf); })
      .Case<math::Exp2Op>(
          [&](auto) { return with([](const Expr &v) { return expOf(v * constant(v, 0.6931471805599453)); }); })
      .Case<math::ExpM1Op>([&](auto) { return with(expm1); })
      .Case<math::LogOp>([&](auto) { return with(logOf); })
      .Case<math::Log2Op>(
          [&](auto) { return with([](const Expr &v) { return logOf(v) * constant(v, 1.4426950408889634); }); })
      .Case<math::Log10Op>(
          [&](auto) { return with([](const Expr &v) { return logOf(v) * constant(v, 0.4342944819032518); }); })
      .Case<math::Log1pOp>([&](auto) { return with(log1p); })
      .Case<math::SqrtOp>([&](auto) { return with([](const Expr &v) { return Halide::sqrt(v); }); })
      .Case<math::RsqrtOp>(
          [&](auto) { return with([](const Expr &v) { return strict::div(constant(v, 1), Halide::sqrt(v)); }); })
      .Case<math::CbrtOp>([&](auto) {
        return with([](const Expr &v) {
          return Halide::select(v < constant(v, 0), constant(v, -1), constant(v, 1)) *
                 Halide::pow(Halide::abs(v), constant(v, 1.0 / 3));
        });
      })
      .Case<math::SinOp>([&](auto) { return with(sinOf); })
      .Case<math::CosOp>([&](auto) { return with(cosOf); })
      .Case<math::TanOp>([&](auto) { return with([](const Expr &v) { return Halide::tan(v); }); })
      .Case<math::AsinOp>([&](auto) { return with([](const Expr &v) { return Halide::asin(v); }); })
      .Case<math::AcosOp>([&](auto) { return with([](const Expr &v) { return Halide::acos(v); }); })
      .Case<math::AtanOp>([&](auto) { return with([](const Expr &v) { return Halide::atan(v); }); })
      .Case<math::SinhOp>([&](auto) { return with([](const Expr &v) { return Halide::sinh(v); }); })
      .Case<math::CoshOp>([&](auto) { return with([](const Expr &v) { return Halide::cosh(v); }); })
      .Case<math::TanhOp>([&](auto) { return with(tanhOf); })
      .Case<math::ErfOp>([&](auto) { return with(erfOf); })
      .Default([](Operation *) { return Expr(); });
}

static Expr roundingMath(Operation *op, const Expr &x) {
  return llvm::TypeSwitch<Operation *, Expr>(op)
      .Case<math::AbsFOp>([&](auto) { return absOf(x); })
      .Case<math::AbsIOp>([&](auto) { return Halide::cast(x.type(), Halide::abs(x)); })
      .Case<math::FloorOp>([&](auto) { return inFloat(x, Halide::floor); })
      .Case<math::CeilOp>([&](auto) { return inFloat(x, Halide::ceil); })
      .Case<math::TruncOp>([&](auto) { return inFloat(x, Halide::trunc); })
      .Case<math::RoundEvenOp>([&](auto) { return inFloat(x, Halide::round); })
      .Case<math::RoundOp>([&](auto) { return inFloat(x, roundAwayFromZero); })
      .Case<math::CtPopOp>([&](auto) { return Halide::cast(x.type(), Halide::popcount(x)); })
      .Default([](Operation *) { return Expr(); });
}

Expr mathToHalide(Operation *op, const Operands &in) {
  if (in.size() == 1) {
    Expr result = unaryMath(op, in[0]);
    return result.defined() ? result : roundingMath(op, in[0]);
  }
  return llvm::TypeSwitch<Operation *, Expr>(op)
      .Case<math::PowFOp>([&](auto) { return powFloat(in[0], in[1]); })
      .Case<math::Atan2Op>([&](auto) { return Halide::atan2(in[0], in[1]); })
      .Case<math::FmaOp>([&](auto) { return in[0] * in[1] + in[2]; })
      .Case<math::CopySignOp>([&](auto) {
        Expr negative = Halide::reinterpret(in[1].type().with_code(Halide::Type::Int), in[1]) < 0;
        return Halide::select(negative, -absOf(in[0]), absOf(in[0]));
      })
      .Default([](Operation *) { return Expr(); });
}

} // namespace mdl::kernels
