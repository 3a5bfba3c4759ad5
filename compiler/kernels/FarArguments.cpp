//===- FarArguments.cpp - Functions that are dear far from zero ---------------------===//
//
// Stage: kernels. See FarArguments.h.
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/FarArguments.h"

#include "compiler/kernels/FloatParts.h"

using namespace Halide::Internal;
using Halide::Expr;

namespace mdl::kernels {

constexpr double FarLimit = 0x1p20;
static const std::string Mark = "mdl_near_";

Expr nearOrLibrary(const char *function, const Expr &x, const Expr &result) {
  return Call::make(x.type(), Mark + function, {x, result}, Call::PureExtern);
}

namespace {

class Branches : public IRMutator {
  using IRMutator::visit;

  Expr visit(const Call *op) override {
    if (op->name.compare(0, Mark.size(), Mark) != 0)
      return IRMutator::visit(op);
    std::string argument = unique_name('x'), result = unique_name('n');
    Expr x = Variable::make(op->type, argument), near = Variable::make(op->type, result);
    Halide::Type bits = Halide::UInt(32).with_lanes(op->type.lanes());
    Expr size = Halide::reinterpret(bits, x) & make_const(bits, 0x7fffffff);
    Expr isFar = size >= Halide::reinterpret(bits, make_const(op->type, FarLimit));
    Expr some = op->type.is_vector() ? VectorReduce::make(VectorReduce::Or, isFar, 1) : isFar;
    Expr library = Call::make(op->type, op->name.substr(Mark.size()), {x}, Call::PureExtern);
    Expr branch =
        Call::make(op->type, Call::if_then_else, {some, select(isFar, library, near), near}, Call::PureIntrinsic);
    return Let::make(argument, mutate(op->args[0]), Let::make(result, mutate(op->args[1]), branch));
  }
};

} // namespace

std::unique_ptr<IRMutator> branchOnFarArguments() { return std::make_unique<Branches>(); }

} // namespace mdl::kernels
