//===- ScalarToHalide.cpp - arith to Halide -------------------------------------===//
//
// Stage: kernels. See ScalarToHalide.h; math is in MathToHalide.cpp.
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/ScalarToHalide.h"

#include "compiler/kernels/FloatMath.h"
#include "compiler/kernels/KnownNotFinite.h"
#include "compiler/kernels/StrictFloat.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using Halide::Expr;

namespace mdl::kernels {

using Operands = std::vector<Expr>;

Halide::Type halideType(Type type) {
  if (type.isBF16())
    return Halide::BFloat(16);
  if (auto floating = dyn_cast<FloatType>(type))
    return Halide::Float(floating.getWidth());
  if (type.isIndex())
    return Halide::Int(32);
  if (auto integer = dyn_cast<IntegerType>(type))
    return integer.getWidth() == 1 ? Halide::Bool() : Halide::Int(integer.getWidth());
  return Halide::Type(Halide::Type::Int, 0, 0);
}

static Halide::Type resultType(Operation *op) { return halideType(op->getResult(0).getType()); }

/// The same bits as an unsigned integer.
static Expr asUnsigned(const Expr &value) {
  return value.type().is_uint() ? value : Halide::cast(value.type().with_code(Halide::Type::UInt), value);
}

// Comparisons are strict: otherwise LLVM may take NaN for impossible.
Expr maximumWithNaN(const Expr &a, const Expr &b) {
  return Halide::select(Halide::strict_float(b > a) || Halide::is_nan(b), b, a);
}
Expr minimumWithNaN(const Expr &a, const Expr &b) {
  return Halide::select(Halide::strict_float(b < a) || Halide::is_nan(b), b, a);
}

static Expr constantToHalide(arith::ConstantOp op) {
  Halide::Type type = resultType(op);
  if (auto value = dyn_cast<FloatAttr>(op.getValue())) {
    llvm::APFloat wide = value.getValue();
    bool lost = false;
    wide.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &lost);
    return Halide::Internal::make_const(type, wide.convertToDouble());
  }
  if (auto value = dyn_cast<IntegerAttr>(op.getValue())) {
    if (type.is_bool())
      return Halide::Internal::make_bool(value.getValue().getBoolValue());
    return Halide::Internal::make_const(type, value.getValue().getSExtValue());
  }
  return Expr();
}

/// Halide refuses a division by a constant 0: there it is a product with infinity, which is the same number everywhere.
static Expr divideFloats(const Expr &a, const Expr &b) {
  if (auto constant = Halide::Internal::as_const_float(b); constant && *constant == 0)
    return strict::mul(a, Halide::Internal::make_const(b.type(), 1 / *constant));
  return strict::div(a, b);
}

/// Whether the operation adds to the accumulator of a reduction.
static bool accumulates(Operation *op) {
  auto reduction = dyn_cast_or_null<linalg::LinalgOp>(op->getParentOp());
  if (!reduction || !isa<arith::AddFOp>(op) || reduction.getNumReductionLoops() == 0)
    return false;
  return llvm::any_of(reduction.getRegionOutputArgs(),
                      [&](BlockArgument accumulator) { return llvm::is_contained(op->getOperands(), accumulator); });
}

/// Whether it is a product for an accumulator alone, perhaps under a condition.
static bool feedsAccumulator(Operation *op) {
  while (op->hasOneUse() && isa<arith::MulFOp, arith::SelectOp>(op)) {
    Operation *user = *op->user_begin();
    if (accumulates(user))
      return true;
    if (!isa<arith::SelectOp>(user))
      return false;
    op = user;
  }
  return false;
}

// See Note [Strict arithmetic].
Expr arithFloatToHalide(Operation *op, const Operands &in) {
  auto isOpen = [&] { return !llvm::any_of(in, mayBeKnownNotFinite); };
  return llvm::TypeSwitch<Operation *, Expr>(op)
      .Case<arith::AddFOp>(
          [&](auto) { return accumulates(op) && isOpen() ? in[0] + in[1] : strict::add(in[0], in[1]); })
      .Case<arith::SubFOp>([&](auto) { return strict::sub(in[0], in[1]); })
      .Case<arith::MulFOp>(
          [&](auto) { return feedsAccumulator(op) && isOpen() ? in[0] * in[1] : strict::mul(in[0], in[1]); })
      .Case<arith::DivFOp>([&](auto) { return divideFloats(in[0], in[1]); })
      .Case<arith::RemFOp>([&](auto) {
        if (in[0].type().bits() >= 32)
          return restOf(in[0], in[1]);
        return Halide::cast(in[0].type(), restOf(Halide::cast<float>(in[0]), Halide::cast<float>(in[1])));
      })
      .Case<arith::NegFOp>([&](auto) { return strict::sub(Halide::Internal::make_const(in[0].type(), -0.0), in[0]); })
      .Case<arith::MaximumFOp>([&](auto) { return maximumWithNaN(in[0], in[1]); })
      .Case<arith::MinimumFOp>([&](auto) { return minimumWithNaN(in[0], in[1]); })
      .Case<arith::MaxNumFOp>([&](auto) { return Halide::max(in[0], in[1]); })
      .Case<arith::MinNumFOp>([&](auto) { return Halide::min(in[0], in[1]); })
      .Default([](Operation *) { return Expr(); });
}

/// Truncated division corrected by one where it has a rest on the wrong side.
static Expr divideRounding(const Expr &a, const Expr &b, bool up) {
  Expr quotient = Halide::div_round_to_zero(a, b);
  Expr hasRest = Halide::mod_round_to_zero(a, b) != 0;
  Expr sameSign = (a < 0) == (b < 0);
  Halide::Type type = a.type();
  if (up)
    return quotient + Halide::cast(type, hasRest && sameSign);
  return quotient - Halide::cast(type, hasRest && !sameSign);
}

Expr arithIntToHalide(Operation *op, const Operands &in) {
  auto unsignedly = [&](auto combine) {
    return Halide::cast(resultType(op), combine(asUnsigned(in[0]), asUnsigned(in[1])));
  };
  bool isBool = op->getNumResults() == 1 && op->getResult(0).getType().isInteger(1);
  return llvm::TypeSwitch<Operation *, Expr>(op)
      .Case<arith::AddIOp>([&](auto) { return isBool ? in[0] != in[1] : in[0] + in[1]; })
      .Case<arith::SubIOp>([&](auto) { return isBool ? in[0] != in[1] : in[0] - in[1]; })
      .Case<arith::MulIOp>([&](auto) { return isBool ? in[0] && in[1] : in[0] * in[1]; })
      .Case<arith::AndIOp>([&](auto) { return isBool ? in[0] && in[1] : in[0] & in[1]; })
      .Case<arith::OrIOp>([&](auto) { return isBool ? in[0] || in[1] : in[0] | in[1]; })
      .Case<arith::XOrIOp>([&](auto) { return isBool ? in[0] != in[1] : in[0] ^ in[1]; })
      .Case<arith::DivSIOp>([&](auto) { return Halide::div_round_to_zero(in[0], in[1]); })
      .Case<arith::RemSIOp>([&](auto) { return Halide::mod_round_to_zero(in[0], in[1]); })
      .Case<arith::FloorDivSIOp>([&](auto) { return divideRounding(in[0], in[1], false); })
      .Case<arith::CeilDivSIOp>([&](auto) { return divideRounding(in[0], in[1], true); })
      .Case<arith::DivUIOp>([&](auto) { return unsignedly([](Expr a, Expr b) { return a / b; }); })
      .Case<arith::RemUIOp>([&](auto) { return unsignedly([](Expr a, Expr b) { return a % b; }); })
      .Case<arith::ShLIOp>([&](auto) { return in[0] << in[1]; })
      .Case<arith::ShRSIOp>([&](auto) { return in[0] >> in[1]; })
      .Case<arith::ShRUIOp>([&](auto) { return unsignedly([](Expr a, Expr b) { return a >> b; }); })
      .Case<arith::MaxSIOp>([&](auto) { return Halide::max(in[0], in[1]); })
      .Case<arith::MinSIOp>([&](auto) { return Halide::min(in[0], in[1]); })
      .Case<arith::MaxUIOp>([&](auto) { return unsignedly([](Expr a, Expr b) { return Halide::max(a, b); }); })
      .Case<arith::MinUIOp>([&](auto) { return unsignedly([](Expr a, Expr b) { return Halide::min(a, b); }); })
      .Default([](Operation *) { return Expr(); });
}

Expr arithCastToHalide(Operation *op, const Operands &in) {
  return llvm::TypeSwitch<Operation *, Expr>(op)
      .Case<arith::ExtFOp, arith::TruncFOp, arith::SIToFPOp, arith::FPToSIOp, arith::TruncIOp>([&](auto) {
        Halide::Type type = resultType(op);
        if (type.is_bool())
          return (in[0] & Halide::cast(in[0].type(), 1)) != 0;
        // A signed bool of one bit is 0 or -1.
        if (in[0].type().is_bool() && isa<arith::SIToFPOp>(op))
          return -Halide::cast(type, in[0]);
        if (isa<arith::TruncFOp>(op) && type.bits() == 16) // to LLVM a fast operation, and so never of NaN
          return Halide::select(strict::isNaN(in[0]), Halide::Internal::make_const(type, std::nan("")),
                                Halide::cast(type, in[0]));
        return Halide::cast(type, in[0]);
      })
      .Case<arith::ExtSIOp>([&](auto) {
        Expr wide = Halide::cast(resultType(op), in[0]);
        return in[0].type().is_bool() ? -wide : wide;
      })
      .Case<arith::ExtUIOp, arith::UIToFPOp, arith::IndexCastUIOp>(
          [&](auto) { return Halide::cast(resultType(op), asUnsigned(in[0])); })
      .Case<arith::FPToUIOp>([&](auto) {
        Halide::Type type = resultType(op);
        return Halide::cast(type, Halide::cast(type.with_code(Halide::Type::UInt), in[0]));
      })
      .Case<arith::IndexCastOp>([&](auto) { return Halide::cast(resultType(op), in[0]); })
      .Case<arith::BitcastOp>([&](auto) { return Halide::reinterpret(resultType(op), in[0]); })
      .Default([](Operation *) { return Expr(); });
}

static Expr compareFloats(arith::CmpFPredicate predicate, const Expr &a, const Expr &b) {
  using P = arith::CmpFPredicate;
  auto strict = [](const Expr &e) { return Halide::strict_float(e); };
  // Neither `a <= b` nor a negation: Halide takes `a <= b` for `!(b < a)`, which a NaN fulfils.
  auto unordered = [&](const Expr &e) { return strict(e) || strict::isNaN(a) || strict::isNaN(b); };
  switch (predicate) {
  case P::AlwaysFalse:
    return Halide::Internal::const_false();
  case P::AlwaysTrue:
    return Halide::Internal::const_true();
  case P::OEQ:
    return strict(a == b);
  case P::OGT:
    return strict(a > b);
  case P::OGE:
    return strict(a > b) || strict(a == b);
  case P::OLT:
    return strict(a < b);
  case P::OLE:
    return strict(a < b) || strict(a == b);
  case P::ONE:
    return strict(a < b) || strict(a > b);
  case P::ORD:
    return !strict::isNaN(a) && !strict::isNaN(b);
  case P::UNO:
    return strict::isNaN(a) || strict::isNaN(b);
  case P::UEQ:
    return unordered(a == b);
  case P::UGT:
    return unordered(a > b);
  case P::UGE:
    return unordered(a > b) || strict(a == b);
  case P::ULT:
    return unordered(a < b);
  case P::ULE:
    return unordered(a < b) || strict(a == b);
  case P::UNE:
    return a.same_as(b) ? strict::isNaN(a) : !strict(a == b);
  }
  return Expr();
}

static Expr compareIntegers(arith::CmpIPredicate predicate, const Expr &a, const Expr &b) {
  using P = arith::CmpIPredicate;
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
    return asUnsigned(a) < asUnsigned(b);
  case P::ule:
    return asUnsigned(a) <= asUnsigned(b);
  case P::ugt:
    return asUnsigned(a) > asUnsigned(b);
  case P::uge:
    return asUnsigned(a) >= asUnsigned(b);
  }
  return Expr();
}

/// Whether adding to it, or taking from it, may leave its type.
static bool isNearEnd(const Expr &number) {
  auto *constant = number.as<Halide::Internal::IntImm>();
  int64_t quarter = int64_t(1) << (number.type().bits() - 2);
  return constant && number.type().bits() >= 32 && (constant->value <= -quarter || constant->value >= quarter);
}

/// Whether it is a float made whole, of which Halide would make an unsigned number at once: a negative one has none.
static bool isOfFloat(const Expr &number) {
  auto *cast = number.as<Halide::Internal::Cast>();
  return cast && cast->value.type().is_float();
}

/// Of `select(c, x + 1, least)` Halide makes `select(c, x, least - 1) + 1` and reports the overflow: where a constant
/// is that large, the choice is among bits, of which no sum is taken out.
static Expr choose(const Expr &condition, const Expr &a, const Expr &b) {
  if ((!isNearEnd(a) && !isNearEnd(b)) || isOfFloat(a) || isOfFloat(b))
    return Halide::select(condition, a, b);
  return Halide::cast(a.type(), Halide::select(condition, asUnsigned(a), asUnsigned(b)));
}

Expr compareToHalide(Operation *op, const Operands &in) {
  return llvm::TypeSwitch<Operation *, Expr>(op)
      .Case<arith::CmpFOp>([&](auto cmp) { return compareFloats(cmp.getPredicate(), in[0], in[1]); })
      .Case<arith::CmpIOp>([&](auto cmp) { return compareIntegers(cmp.getPredicate(), in[0], in[1]); })
      .Case<arith::SelectOp>([&](auto) { return choose(in[0], in[1], in[2]); })
      .Default([](Operation *) { return Expr(); });
}

Expr scalarToHalide(Operation *op, const Operands &operands) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return constantToHalide(constant);
  for (auto *family : {arithFloatToHalide, arithIntToHalide, compareToHalide, arithCastToHalide, mathToHalide})
    if (Expr result = family(op, operands); result.defined())
      return result;
  return Expr();
}

int scalarCost(Operation *op) {
  if (isa<arith::ConstantOp, arith::ExtFOp, arith::TruncFOp, arith::IndexCastOp>(op))
    return 0;
  if (isa<math::AbsFOp, math::AbsIOp, math::FloorOp, math::CeilOp, math::TruncOp, math::CopySignOp, math::FmaOp>(op))
    return 1;
  if (isa<arith::DivFOp, math::SqrtOp, math::RsqrtOp>(op))
    return 5;
  bool expensive = op->getDialect() && op->getDialect()->getNamespace() == "math";
  expensive |= isa<arith::RemFOp, arith::DivSIOp, arith::RemSIOp, arith::DivUIOp, arith::RemUIOp, arith::FloorDivSIOp,
                   arith::CeilDivSIOp>(op);
  return expensive ? 20 : 1;
}

} // namespace mdl::kernels
