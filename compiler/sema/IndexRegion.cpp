//===- IndexRegion.cpp - For which indices of a comprehension a condition holds ----------===//
//
// Stage: sema. See IndexRegion.h.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/IndexRegion.h"
#include "compiler/sema/Elaborator.h"

#include "mlir/Analysis/Presburger/IntegerRelation.h"
#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using mlir::presburger::IntegerPolyhedron;
using mlir::presburger::PresburgerSpace;
using Case = IndexRegion::Case;

/// More cases than these are not looked at: the region is taken to be everything.
static constexpr size_t mostCases = 64;

std::optional<AffineIndex> mdl::affineForm(const Value &value) {
  if (auto *literal = as<LiteralValue>(value); literal && literal->isInt)
    return AffineIndex{{}, Dim(literal->intValue)};
  auto *t = as<TensorValue>(value);
  if (t && t->affine)
    return t->affine;
  return t && t->known ? std::optional(AffineIndex{{}, *t->known}) : std::nullopt;
}

AffineIndex mdl::combine(const AffineIndex &a, const AffineIndex &b, int64_t sign) {
  AffineIndex result = a;
  for (auto [axis, coefficient] : b.terms) {
    auto it = llvm::find_if(result.terms, [axis = axis](auto &term) { return term.first == axis; });
    if (it == result.terms.end())
      result.terms.push_back({axis, sign * coefficient});
    else if (it->second == -sign * coefficient)
      result.terms.erase(it);
    else
      it->second += sign * coefficient;
  }
  llvm::sort(result.terms);
  result.offset = sign > 0 ? a.offset + b.offset : a.offset - b.offset;
  return result;
}

IndexRegion IndexRegion::of(bool constant) {
  IndexRegion region;
  (constant ? region.fails : region.holds).clear();
  region.isExact = true;
  return region;
}

IndexRegion IndexRegion::of(ast::CompareOp op, const AffineIndex &a, const AffineIndex &b) {
  AffineIndex more = combine(a, b, -1), less = combine(b, a, -1); // more >= 0 is a >= b
  auto strictly = [](AffineIndex form) {
    form.offset = form.offset - Dim(1);
    return form;
  };
  std::vector<Case> above{{strictly(more)}}, below{{strictly(less)}}, notBelow{{more}}, notAbove{{less}};
  std::vector<Case> equal{{more, less}}, differ{{strictly(more)}, {strictly(less)}};
  switch (op) {
  case ast::CompareOp::Eq:
    return {equal, differ, true};
  case ast::CompareOp::Ne:
    return {differ, equal, true};
  case ast::CompareOp::Lt:
    return {below, notBelow, true};
  case ast::CompareOp::Le:
    return {notAbove, above, true};
  case ast::CompareOp::Gt:
    return {above, notAbove, true};
  case ast::CompareOp::Ge:
    return {notBelow, below, true};
  }
  return {};
}

static std::vector<Case> both(const std::vector<Case> &a, const std::vector<Case> &b, bool &isExact) {
  std::vector<Case> cases;
  if (a.size() * b.size() > mostCases) {
    isExact = false;
    return {{}};
  }
  for (auto &x : a)
    for (auto &y : b) {
      cases.push_back(x);
      cases.back().insert(cases.back().end(), y.begin(), y.end());
    }
  return cases;
}

static std::vector<Case> either(std::vector<Case> a, const std::vector<Case> &b, bool &isExact) {
  a.insert(a.end(), b.begin(), b.end());
  if (a.size() <= mostCases)
    return a;
  isExact = false;
  return {{}};
}

IndexRegion mdl::operator&(const IndexRegion &a, const IndexRegion &b) {
  bool isExact = a.isExact && b.isExact;
  auto holds = both(a.holds, b.holds, isExact), fails = either(a.fails, b.fails, isExact);
  return {holds, fails, isExact};
}
IndexRegion mdl::operator!(const IndexRegion &a) { return {a.fails, a.holds, a.isExact}; }
IndexRegion mdl::operator|(const IndexRegion &a, const IndexRegion &b) { return !((!a) & (!b)); }

namespace {
/// A system of inequalities over the axes of the index space and the products of names in sizes.
class System {
public:
  System(const std::vector<IndexAxis> &axes, const DimTable &dims) : axes(axes), dims(dims) {}
  /// Asks for `form` to be 0 or more.
  void add(const AffineIndex &form) {
    forms.push_back(form);
    note(form.offset);
  }
  std::optional<llvm::SmallVector<int64_t>> solution();

private:
  void note(const Dim &dim) {
    for (auto &[names, coefficient] : dim.terms)
      if (!names.empty() && !llvm::is_contained(products, names))
        products.push_back(names);
  }
  llvm::SmallVector<int64_t> row(const AffineIndex &form) const {
    llvm::SmallVector<int64_t> result(axes.size() + products.size() + 1, 0);
    for (auto [axis, coefficient] : form.terms)
      result[axis] += coefficient;
    for (auto &[names, coefficient] : form.offset.terms)
      result[names.empty() ? result.size() - 1 : axes.size() + (llvm::find(products, names) - products.begin())] +=
          coefficient;
    return result;
  }

  const std::vector<IndexAxis> &axes;
  const DimTable &dims;
  std::vector<AffineIndex> forms;
  std::vector<Dim::Monomial> products;
};
} // namespace

std::optional<llvm::SmallVector<int64_t>> System::solution() {
  for (auto &axis : axes)
    note(axis.size.dim);
  IntegerPolyhedron space(PresburgerSpace::getSetSpace(axes.size() + products.size()));
  for (unsigned axis = 0; axis < axes.size(); ++axis) {
    space.addInequality(row({{{axis, 1}}, Dim(0)}));
    space.addInequality(row({{{axis, -1}}, axes[axis].size.dim - Dim(1)}));
  }
  for (auto &names : products) {
    Dim product;
    product.terms[names] = 1;
    if (!dims.mayBeNegative(product))
      space.addInequality(row({{}, product}));
  }
  for (auto &form : forms)
    space.addInequality(row(form));
  auto found = space.findIntegerSample();
  if (!found)
    return std::nullopt;
  llvm::SmallVector<int64_t> values;
  for (auto &value : *found)
    values.push_back(static_cast<int64_t>(value));
  return values;
}

std::optional<int64_t> mdl::negativeValue(const AffineIndex &form, const IndexRegion &region,
                                          const std::vector<IndexAxis> &axes, const DimTable &dims) {
  AffineIndex negative = combine({{}, Dim(-1)}, form, -1);
  for (auto &one : region.holds) {
    System system(axes, dims);
    system.add(negative);
    for (auto &condition : one)
      system.add(condition);
    if (auto place = system.solution()) {
      int64_t value = form.offset.constant().value_or(0);
      for (auto [axis, coefficient] : form.terms)
        value += coefficient * (*place)[axis];
      return value;
    }
  }
  return std::nullopt;
}

bool mdl::isKnown(const AffineIndex &form, const IndexRegion &region, const std::vector<IndexAxis> &axes) {
  auto isNumber = [](const AffineIndex &one) { return one.offset.constant().has_value(); };
  return isNumber(form) && llvm::all_of(axes, [](const IndexAxis &axis) { return axis.size.dim.constant(); }) &&
         llvm::all_of(region.holds, [&](const Case &one) { return llvm::all_of(one, isNumber); });
}
