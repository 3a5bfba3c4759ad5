//===- ArrayText.h - A tensor as text -------------------------------------------------===//
//
// Runtime. In: a tensor and a format or "". Out: the text that NumPy's print makes.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_TEXT_ARRAYTEXT_H
#define MDL_RUNTIME_TEXT_ARRAYTEXT_H

#include "support/Tensor.h"

#include <string>

namespace mdl::runtime {

std::string arrayText(const Tensor &tensor, mdl_dtype dtype, const std::string &spec);

} // namespace mdl::runtime

#endif // MDL_RUNTIME_TEXT_ARRAYTEXT_H
