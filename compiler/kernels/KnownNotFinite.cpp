//===- KnownNotFinite.cpp - Infinities and NaN that are known before the run ----------===//

#include "compiler/kernels/KnownNotFinite.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <set>
#include <string>
#include <utility>

using namespace Halide::Internal;

namespace mdl::kernels {
namespace {

/// What a value depends on, places that are read aside.
class Leaves : public IRGraphVisitor {
public:
  bool hasIndex = false, hasData = false;

  explicit Leaves(const Halide::Expr &value) { include(value); }

private:
  using IRGraphVisitor::visit;
  void visit(const Variable *variable) override { (variable->param.defined() ? hasData : hasIndex) = true; }
  void visit(const Call *call) override {
    if (call->call_type == Call::Halide || call->call_type == Call::Image)
      hasData = true;
    else
      IRGraphVisitor::visit(call);
  }
};

/// How many parts a value has: those of exp and its like are many.
class Length : public IRGraphVisitor {
public:
  int parts = 0;

  explicit Length(const Halide::Expr &value) { include(value); }

private:
  void include(const Halide::Expr &part) override {
    ++parts;
    IRGraphVisitor::include(part);
  }
};
constexpr int Long = 32;

/// Looks through the definitions of what is read: any of them may be inlined.
class Search : public IRGraphVisitor {
public:
  bool found = false;

  explicit Search(const Halide::Expr &value) { include(value); }

private:
  std::set<std::pair<std::string, bool>> seen; ///< Functions, and whether behind a long one.
  bool isBehindLong = false;

  using IRGraphVisitor::visit;
  void visit(const FloatImm *number) override {
    // A mask of -inf behind exp is 0, and the product with it is the middle of attention.
    bool isMasked = isBehindLong && std::isinf(number->value) && number->value < 0;
    found |= !std::isfinite(number->value) && !isMasked;
  }
  void visit(const Cast *cast) override {
    found |= cast->type.is_float() && !cast->value.type().is_float() && Leaves(cast->value).hasIndex;
    IRGraphVisitor::visit(cast);
  }
  void visit(const Select *select) override {
    // What the run chooses is not known, as at the edges of exp.
    bool isOpen = Leaves(select->condition).hasData;
    for (const Halide::Expr &arm : {select->true_value, select->false_value})
      if (!isOpen || !arm.as<FloatImm>())
        include(arm);
  }
  void visit(const Call *call) override {
    if (call->call_type == Call::Image)
      return;
    if (call->call_type != Call::Halide)
      return IRGraphVisitor::visit(call);
    Function function(call->func);
    if (!function.has_pure_definition() || !seen.insert({function.name(), isBehindLong}).second)
      return;
    bool before = isBehindLong;
    isBehindLong |= llvm::any_of(function.values(), [](auto &value) { return Length(value).parts > Long; });
    for (const Halide::Expr &value : function.values())
      include(value);
    for (const Definition &update : function.updates())
      for (const Halide::Expr &value : update.values())
        include(value);
    isBehindLong = before;
  }
};

} // namespace

bool mayBeKnownNotFinite(const Halide::Expr &value) { return Search(value).found; }

} // namespace mdl::kernels
