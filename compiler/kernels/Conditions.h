//===- Conditions.h - Conditions of sums as inequalities ----------------------------===//
//
// Stage: kernels. Input: a condition as a Halide expression over the loops of a node.
// Output: affine inequalities, and what is none.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_KERNELS_CONDITIONS_H
#define MDL_KERNELS_CONDITIONS_H

#include "compiler/kernels/HalideKernel.h"

#include <map>

namespace mdl::kernels {

/// The sum of factors times loops, and a rest that no loop changes, is not negative.
struct Inequality {
  std::vector<int> factors; ///< Of each loop.
  Halide::Expr rest;
};

/// All of them, and `other` where it is defined.
struct Condition {
  std::vector<Inequality> parts;
  Halide::Expr other;
};

/// Takes conditions over the Vars and RVars of the node's loops apart, into `most` inequalities; more of them stay in
/// `other`.
Condition takeApart(const std::vector<Halide::Expr> &conditions, const Node &node, size_t most);

/// What a tile of the node covers: how wide it is along each loop.
using Box = std::vector<int>;

/// Whether the inequality holds for all elements of the box that the loops' `indices` are in.
Halide::Expr holdsForAll(const Inequality &part, const std::vector<Halide::Expr> &indices, const Box &box);
/// Whether it holds for some.
Halide::Expr holdsForSome(const Inequality &part, const std::vector<Halide::Expr> &indices, const Box &box);
/// Whether it holds at the indices.
Halide::Expr holds(const Inequality &part, const std::vector<Halide::Expr> &indices);

} // namespace mdl::kernels

#endif // MDL_KERNELS_CONDITIONS_H
