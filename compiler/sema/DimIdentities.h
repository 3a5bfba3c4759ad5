//===- DimIdentities.h - Sizes that are one number in different forms -----------------------===//
//
// Stage: sema.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_DIMIDENTITIES_H
#define MDL_SEMA_DIMIDENTITIES_H

#include "compiler/sema/Dim.h"

namespace mdl {

/// Whether two sizes are one number whatever their names stand for, though their forms differ: `n` and `n//3 + (n +
/// 1)//3 + (n + 2)//3`. Found for divisors that are small numbers; forms are compared where this is not asked.
bool areOneNumber(DimTable &dims, const Dim &a, const Dim &b);

} // namespace mdl

#endif // MDL_SEMA_DIMIDENTITIES_H
