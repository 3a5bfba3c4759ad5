//===- ReferenceArith.cpp - arith and math on single numbers -----------------------------===//
//
// For tests. See Reference.h.
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/check/Reference.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;

namespace mdl::check {

using In = llvm::ArrayRef<Number>;

static bool floats(Operation *op, In in, double &r) {
  auto a = [&] { return in[0].f; };
  auto b = [&] { return in[1].f; };
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case<arith::AddFOp>([&](auto) { return r = a() + b(), true; })
      .Case<arith::SubFOp>([&](auto) { return r = a() - b(), true; })
      .Case<arith::MulFOp>([&](auto) { return r = a() * b(), true; })
      .Case<arith::DivFOp>([&](auto) { return r = a() / b(), true; })
      .Case<arith::RemFOp>([&](auto) { return r = std::fmod(a(), b()), true; })
      .Case<arith::NegFOp>([&](auto) { return r = -a(), true; })
      .Case<arith::MaximumFOp>([&](auto) {
        return r = std::isnan(a()) ? a() : std::isnan(b()) ? b() : std::max(a(), b()), true;
      })
      .Case<arith::MinimumFOp>([&](auto) {
        return r = std::isnan(a()) ? a() : std::isnan(b()) ? b() : std::min(a(), b()), true;
      })
      .Case<arith::ExtFOp, arith::TruncFOp>([&](auto) { return r = a(), true; })
      .Case<arith::SIToFPOp>([&](auto) { return r = double(in[0].i), true; })
      .Case<math::ExpOp>([&](auto) { return r = std::exp(a()), true; })
      .Case<math::Exp2Op>([&](auto) { return r = std::exp2(a()), true; })
      .Case<math::ExpM1Op>([&](auto) { return r = std::expm1(a()), true; })
      .Case<math::LogOp>([&](auto) { return r = std::log(a()), true; })
      .Case<math::Log1pOp>([&](auto) { return r = std::log1p(a()), true; })
      .Case<math::SqrtOp>([&](auto) { return r = std::sqrt(a()), true; })
      .Case<math::RsqrtOp>([&](auto) { return r = 1 / std::sqrt(a()), true; })
      .Case<math::SinOp>([&](auto) { return r = std::sin(a()), true; })
      .Case<math::CosOp>([&](auto) { return r = std::cos(a()), true; })
      .Case<math::TanhOp>([&](auto) { return r = std::tanh(a()), true; })
      .Case<math::ErfOp>([&](auto) { return r = std::erf(a()), true; })
      .Case<math::PowFOp>([&](auto) { return r = std::pow(a(), b()), true; })
      .Case<math::AbsFOp>([&](auto) { return r = std::fabs(a()), true; })
      .Case<math::FloorOp>([&](auto) { return r = std::floor(a()), true; })
      .Case<math::CeilOp>([&](auto) { return r = std::ceil(a()), true; })
      .Case<math::RoundEvenOp>([&](auto) { return r = std::nearbyint(a()), true; })
      .Case<math::RoundOp>([&](auto) { return r = std::round(a()), true; })
      .Case<math::TruncOp>([&](auto) { return r = std::trunc(a()), true; })
      .Default([](Operation *) { return false; });
}

static int64_t floorDivide(int64_t a, int64_t b) {
  int64_t quotient = a / b;
  return quotient - (a % b != 0 && (a < 0) != (b < 0));
}

static bool integers(Operation *op, In in, int64_t &r) {
  auto a = [&] { return in[0].i; };
  auto b = [&] { return in[1].i; };
  bool isBool = op->getResult(0).getType().isInteger(1);
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case<arith::AddIOp>([&](auto) { return r = isBool ? a() ^ b() : a() + b(), true; })
      .Case<arith::SubIOp>([&](auto) { return r = a() - b(), true; })
      .Case<arith::MulIOp>([&](auto) { return r = a() * b(), true; })
      .Case<arith::AndIOp>([&](auto) { return r = a() & b(), true; })
      .Case<arith::OrIOp>([&](auto) { return r = a() | b(), true; })
      .Case<arith::XOrIOp>([&](auto) { return r = a() ^ b(), true; })
      .Case<arith::DivSIOp>([&](auto) { return r = a() / b(), true; })
      .Case<arith::RemSIOp>([&](auto) { return r = a() % b(), true; })
      .Case<arith::FloorDivSIOp>([&](auto) { return r = floorDivide(a(), b()), true; })
      .Case<arith::CeilDivSIOp>([&](auto) { return r = -floorDivide(-a(), b()), true; })
      .Case<arith::MaxSIOp>([&](auto) { return r = std::max(a(), b()), true; })
      .Case<arith::MinSIOp>([&](auto) { return r = std::min(a(), b()), true; })
      .Case<arith::IndexCastOp, arith::TruncIOp>([&](auto) { return r = a(), true; })
      .Case<arith::ExtSIOp>([&](auto) { return r = in[0].i, true; })
      .Case<arith::ExtUIOp>([&](auto) {
        unsigned bits = op->getOperand(0).getType().getIntOrFloatBitWidth();
        return r = bits < 64 ? a() & ((int64_t(1) << bits) - 1) : a(), true;
      })
      .Case<arith::FPToSIOp>([&](auto) { return r = int64_t(in[0].f), true; })
      .Case<math::AbsIOp>([&](auto) { return r = std::abs(a()), true; })
      .Default([](Operation *) { return false; });
}

static bool compareFloats(arith::CmpFPredicate predicate, double a, double b) {
  using P = arith::CmpFPredicate;
  switch (predicate) {
  case P::OEQ:
    return a == b;
  case P::OGT:
    return a > b;
  case P::OGE:
    return a >= b;
  case P::OLT:
    return a < b;
  case P::OLE:
    return a <= b;
  case P::ONE:
    return a < b || a > b;
  case P::UNE:
    return a != b;
  case P::UNO:
    return std::isnan(a) || std::isnan(b);
  case P::ORD:
    return !std::isnan(a) && !std::isnan(b);
  case P::UGT:
    return !(a <= b);
  case P::UGE:
    return !(a < b);
  case P::ULT:
    return !(a >= b);
  case P::ULE:
    return !(a > b);
  case P::UEQ:
    return !(a < b || a > b);
  case P::AlwaysTrue:
    return true;
  case P::AlwaysFalse:
    return false;
  }
  return false;
}

static bool compareIntegers(arith::CmpIPredicate predicate, int64_t a, int64_t b) {
  using P = arith::CmpIPredicate;
  uint64_t ua = a, ub = b;
  switch (predicate) {
  case P::eq:
    return a == b;
  case P::ne:
    return a != b;
  case P::slt:
    return a < b;
  case P::sle:
    return a <= b;
  case P::sgt:
    return a > b;
  case P::sge:
    return a >= b;
  case P::ult:
    return ua < ub;
  case P::ule:
    return ua <= ub;
  case P::ugt:
    return ua > ub;
  case P::uge:
    return ua >= ub;
  }
  return false;
}

/// An integer wraps to the width of its type; a float is rounded to it.
static void fit(Type type, Number &number) {
  if (type.isF32())
    number.f = static_cast<float>(number.f);
  if (auto integer = dyn_cast<IntegerType>(type); integer && integer.getWidth() < 64) {
    unsigned drop = 64 - integer.getWidth();
    number.i = integer.getWidth() == 1 ? number.i & 1 : int64_t(uint64_t(number.i) << drop) >> drop;
  }
}

bool evaluateArith(Operation *op, In in, Number &out) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    if (auto value = dyn_cast<FloatAttr>(constant.getValue()))
      out.f = value.getValueAsDouble();
    else if (auto value = dyn_cast<IntegerAttr>(constant.getValue()))
      out.i = value.getType().isInteger(1) ? value.getValue().getBoolValue() : value.getInt();
    return true;
  }
  if (auto compare = dyn_cast<arith::CmpFOp>(op))
    return out.i = compareFloats(compare.getPredicate(), in[0].f, in[1].f), true;
  if (auto compare = dyn_cast<arith::CmpIOp>(op))
    return out.i = compareIntegers(compare.getPredicate(), in[0].i, in[1].i), true;
  if (isa<arith::SelectOp>(op))
    return out = in[0].i ? in[1] : in[2], true;
  if (isa<arith::UIToFPOp>(op)) {
    unsigned bits = op->getOperand(0).getType().getIntOrFloatBitWidth();
    out.f = double(bits < 64 ? in[0].i & ((int64_t(1) << bits) - 1) : in[0].i);
    return true;
  }
  bool done = isa<FloatType>(op->getResult(0).getType()) ? floats(op, in, out.f) : integers(op, in, out.i);
  fit(op->getResult(0).getType(), out);
  return done;
}

} // namespace mdl::check
