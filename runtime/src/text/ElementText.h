//===- ElementText.h - The elements of a tensor as text -------------------------------===//
//
// Runtime. In: a tensor, its type, and which of its elements will be shown. Out: the text
// of each, in a common width.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_TEXT_ELEMENTTEXT_H
#define MDL_RUNTIME_TEXT_ELEMENTTEXT_H

#include "support/Tensor.h"

#include <functional>
#include <string>
#include <vector>

namespace mdl::runtime {

inline bool isFloat(mdl_dtype dtype) { return dtype <= MDL_F64; }

/// The text of the element at an offset.
using ElementText = std::function<std::string(int64_t offset)>;

/// As NumPy chooses it: enough digits, one layout, columns aligned.
ElementText elementText(const Tensor &tensor, mdl_dtype dtype, const std::vector<int64_t> &shown);
/// Each by a format specification, padded to the widest.
ElementText elementText(const Tensor &tensor, mdl_dtype dtype, const std::vector<int64_t> &shown,
                        const std::string &spec);
/// One number alone.
std::string scalarElementText(const Tensor &tensor, mdl_dtype dtype, const std::string &spec);

} // namespace mdl::runtime

#endif // MDL_RUNTIME_TEXT_ELEMENTTEXT_H
