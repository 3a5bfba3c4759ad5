//===- Conditions.cpp - Conditions of sums as inequalities --------------------------===//
//
// Stage: kernels. See Conditions.h. A comparison is brought to one side; its loops have
// factors, and what remains is computed once, in 64 bits as the program says it, and then
// brought into 32 bits, in which loops count, without changing the answer.
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/Conditions.h"

#include <cstdlib>

using namespace Halide::Internal;
using Halide::Expr;

namespace mdl::kernels {

/// Sums of loops times factors are smaller, and so are rests once they are cut off here.
constexpr int64_t Limit = int64_t(1) << 29;
constexpr int64_t LargestFactor = 64;
/// What a size known only at run time is taken for at most.
constexpr int64_t LargestSize = int64_t(1) << 22;

namespace {

/// Factors of loops and a rest in 64 bits.
struct Affine {
  std::vector<int64_t> factors;
  Expr rest = make_const(Halide::Int(64), 0);
};

class Parts {
public:
  Parts(const Node &node, size_t most) : node(node), most(most) {
    for (size_t loop = 0; loop < node.loops.size(); ++loop) {
      const auto *variable = node.loops[loop].index().as<Variable>();
      loops[variable->name] = loop;
    }
  }

  void add(const Expr &condition) {
    if (const And *both = condition.as<And>()) {
      add(both->a);
      return add(both->b);
    }
    if (!addComparison(condition))
      result.other = result.other.defined() ? result.other && condition : condition;
  }

  Condition result;

private:
  bool addComparison(const Expr &condition) {
    if (const LE *le = condition.as<LE>())
      return addOrder(le->a, le->b, 0);
    if (const GE *ge = condition.as<GE>())
      return addOrder(ge->b, ge->a, 0);
    if (const LT *lt = condition.as<LT>())
      return addOrder(lt->a, lt->b, 1);
    if (const GT *gt = condition.as<GT>())
      return addOrder(gt->b, gt->a, 1);
    if (const EQ *eq = condition.as<EQ>())
      return addAll({{eq->a, eq->b}, {eq->b, eq->a}}, 0);
    return false;
  }

  struct Order {
    Expr low, high;
  };

  /// low + gap <= high.
  bool addOrder(const Expr &low, const Expr &high, int64_t gap) {
    Expr inner = low;
    if (const Cast *cast = inner.as<Cast>())
      inner = cast->value;
    if (const Call *size = inner.as<Call>(); size && size->is_intrinsic(Call::abs))
      return addAll({{size->args[0], high}, {-size->args[0], high}}, gap);
    return addAll({{low, high}}, gap);
  }

  bool addAll(const std::vector<Order> &orders, int64_t gap) {
    std::vector<Inequality> made;
    for (const Order &order : orders) {
      Affine affine;
      affine.factors.assign(node.loops.size(), 0);
      affine.rest = make_const(Halide::Int(64), -gap);
      Inequality part;
      if (!collect(order.high, 1, affine) || !collect(order.low, -1, affine) || !finish(affine, part))
        return false;
      made.push_back(part);
    }
    if (result.parts.size() + made.size() > most)
      return false;
    result.parts.insert(result.parts.end(), made.begin(), made.end());
    return true;
  }

  /// Adds `factor` times the expression.
  bool collect(const Expr &e, int64_t factor, Affine &sum) {
    if (!e.type().is_int() || e.type().bits() < 32 || std::abs(factor) > LargestFactor)
      return false;
    if (const Variable *variable = e.as<Variable>())
      if (auto found = loops.find(variable->name); found != loops.end()) {
        sum.factors[found->second] += factor;
        return true;
      }
    if (const Cast *cast = e.as<Cast>(); cast && cast->value.type().bits() <= e.type().bits())
      return collect(cast->value, factor, sum);
    if (const Add *add = e.as<Add>())
      return collect(add->a, factor, sum) && collect(add->b, factor, sum);
    if (const Sub *sub = e.as<Sub>())
      return collect(sub->a, factor, sum) && collect(sub->b, -factor, sum);
    if (const Mul *mul = e.as<Mul>()) {
      if (auto by = Halide::Internal::as_const_int(mul->b); by && std::abs(*by) <= LargestFactor)
        return collect(mul->a, factor * *by, sum);
      if (auto by = Halide::Internal::as_const_int(mul->a); by && std::abs(*by) <= LargestFactor)
        return collect(mul->b, factor * *by, sum);
    }
    if (!isKnownBefore(e))
      return false;
    sum.rest = sum.rest + make_const(Halide::Int(64), factor) * Halide::cast(Halide::Int(64), e);
    return true;
  }

  /// Constants and parameters.
  bool isKnownBefore(const Expr &e) {
    class Finder : public IRVisitor {
    public:
      bool found = false;
      void visit(const Variable *op) override { found |= !op->param.defined(); }
      void visit(const Call *op) override {
        found |= op->call_type != Call::PureIntrinsic;
        IRVisitor::visit(op);
      }
      using IRVisitor::visit;
    } finder;
    e.accept(&finder);
    return !finder.found;
  }

  bool finish(const Affine &sum, Inequality &part) {
    int64_t reach = 0;
    for (size_t loop = 0; loop < sum.factors.size(); ++loop) {
      int64_t factor = sum.factors[loop], size = node.loops[loop].size == RunTime ? LargestSize : node.loops[loop].size;
      if (std::abs(factor) > LargestFactor || size >= Limit)
        return false;
      reach += std::abs(factor) * size;
      part.factors.push_back(static_cast<int>(factor));
    }
    part.rest = simplify(Halide::cast<int>(
        Halide::clamp(sum.rest, make_const(Halide::Int(64), -Limit), make_const(Halide::Int(64), Limit))));
    return reach != 0 && reach < Limit;
  }

  const Node &node;
  size_t most;
  std::map<std::string, int> loops;
};

} // namespace

Condition takeApart(const std::vector<Expr> &conditions, const Node &node, size_t most) {
  Parts parts(node, most);
  for (const Expr &condition : conditions)
    parts.add(condition);
  return parts.result;
}

/// The least value of the sum over the box, or the greatest.
static Expr extreme(const Inequality &part, const std::vector<Expr> &indices, const Box &box, bool greatest) {
  Expr sum = part.rest;
  for (size_t loop = 0; loop < indices.size(); ++loop) {
    int factor = part.factors[loop], width = box[loop];
    if (factor == 0)
      continue;
    Expr first = width == 1 ? indices[loop] : indices[loop] / width * width;
    sum = sum + factor * ((factor > 0) == greatest ? first + (width - 1) : first);
  }
  return sum;
}

Expr holdsForAll(const Inequality &part, const std::vector<Expr> &indices, const Box &box) {
  return extreme(part, indices, box, false) >= 0;
}

Expr holdsForSome(const Inequality &part, const std::vector<Expr> &indices, const Box &box) {
  return extreme(part, indices, box, true) >= 0;
}

Expr holds(const Inequality &part, const std::vector<Expr> &indices) {
  return extreme(part, indices, Box(indices.size(), 1), false) >= 0;
}

} // namespace mdl::kernels
