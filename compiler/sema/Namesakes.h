//===- Namesakes.h - Sizes of one name -----------------------------------------------------===//
//
// Stage: sema. What a mask selects is `count(m)` long, and so may be what another `m` does: a message about two such
// sizes says where each of them is counted.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_NAMESAKES_H
#define MDL_SEMA_NAMESAKES_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// Adds notes for the sizes that `first` and `second` are made of and that are called alike, but are others; false
/// where there are none.
bool noteNamesakes(const DimTable &dims, DiagnosticEngine::Builder &report, const Dim &first, const Dim &second);

} // namespace mdl

#endif // MDL_SEMA_NAMESAKES_H
