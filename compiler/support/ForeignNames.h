//===- ForeignNames.h - The modules of other languages --------------------------===//
//
// Of what ForeignNames.def lists: the names in front of a dot, `np.zeros`.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SUPPORT_FOREIGNNAMES_H
#define MDL_SUPPORT_FOREIGNNAMES_H

#include <string_view>

namespace mdl {

/// Whether it is a module of NumPy, PyTorch or Python, as these are usually called.
bool isForeignModule(std::string_view name);

} // namespace mdl

#endif // MDL_SUPPORT_FOREIGNNAMES_H
