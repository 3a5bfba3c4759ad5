//===- BFloat.cpp - What LLVM calls to round to bf16 -----------------------------------===//
//
// Runtime. In: a float or double. Out: the nearest bf16, where a function that gives a bf16
// leaves it: in the low half of the register of a float (x86-64 and AArch64). Scalars
// of host code need it; compilers' own libraries have it from GCC 13 on.
//
//===----------------------------------------------------------------------===//

#include "support/Half.h"

#include <cmath>

using namespace mdl::runtime;

// LLVM's names: "truncate a single (double) to bf16".
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming,misc-use-internal-linkage)
extern "C" [[gnu::visibility("default")]] float __truncsfbf2(float value);
extern "C" [[gnu::visibility("default")]] float __truncdfbf2(double value);

float __truncsfbf2(float value) { return bitsToFloat(toBf16(value)); }

float __truncdfbf2(double value) {
  // Rounded once: a float that lost something goes to its odd neighbour, which is no tie of bf16.
  float narrow = static_cast<float>(value);
  uint32_t bits = floatToBits(narrow);
  if (static_cast<double>(narrow) != value && !std::isnan(value) && !(bits & 1))
    bits += std::fabs(static_cast<double>(narrow)) > std::fabs(value) ? ~0u : 1u;
  return bitsToFloat(toBf16(bitsToFloat(bits)));
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming,misc-use-internal-linkage)
