//===- IndexRegion.h - For which indices of a comprehension a condition holds ------------===//
//
// Stage: sema. Comparisons of sums of indices, and what `and`, `or` and `not` make of them, as
// systems of linear inequalities. Anything else is taken to hold or not, as it may: so a region
// can be too large, never too small. The questions are answered by MLIR's Presburger library.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_INDEXREGION_H
#define MDL_SEMA_INDEXREGION_H

#include "compiler/sema/Value.h"

namespace mdl {

struct IndexAxis;

/// Where a condition holds, and where it does not: each the union of its cases, a case the places where all of its
/// forms are 0 or more.
struct IndexRegion {
  using Case = std::vector<AffineIndex>;
  std::vector<Case> holds{{}}, fails{{}};
  bool isExact = false; ///< Nothing was left open.

  static IndexRegion of(bool constant);
  static IndexRegion of(ast::CompareOp op, const AffineIndex &a, const AffineIndex &b);
};
IndexRegion operator&(const IndexRegion &a, const IndexRegion &b);
IndexRegion operator|(const IndexRegion &a, const IndexRegion &b);
IndexRegion operator!(const IndexRegion &a);

/// A whole number as a sum of indices: of a literal, a size, an index; nothing for others.
std::optional<AffineIndex> affineForm(const Value &value);
/// The sum, or the difference where `sign` is -1.
AffineIndex combine(const AffineIndex &a, const AffineIndex &b, int64_t sign);

/// A value of `form` below 0 somewhere in the region, inside the axes; nothing where there is none. A value that
/// depends on sizes known at run time only is one for some sizes.
std::optional<int64_t> negativeValue(const AffineIndex &form, const IndexRegion &region,
                                     const std::vector<IndexAxis> &axes, const DimTable &dims);
/// Whether no size that the answer depends on is a name.
bool isKnown(const AffineIndex &form, const IndexRegion &region, const std::vector<IndexAxis> &axes);

} // namespace mdl

#endif // MDL_SEMA_INDEXREGION_H
