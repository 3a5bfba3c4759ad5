//===- Number.h - One number as text --------------------------------------------------===//
//
// Runtime. In: a number. Out: the shortest text that reads back as the same number, and
// the layouts that NumPy and Python make of it.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_TEXT_NUMBER_H
#define MDL_RUNTIME_TEXT_NUMBER_H

#include "mdl/abi.h"

#include <string>

namespace mdl::runtime {

/// The shortest decimal of a finite number: `d.ddd * 10^exponent`, without trailing zeros.
struct Decimal {
  bool negative;
  std::string digits;
  int exponent;
};

/// `dtype` is the type that the text must read back in.
Decimal shortestDecimal(double value, mdl_dtype dtype);

/// NumPy's positional text, at most `precision` digits behind the point, no trailing zeros: `12.`, `0.5`.
std::string positionalText(double value, mdl_dtype dtype, int precision);

/// NumPy's scientific text, at most `precision` digits behind the point: `1.5e+10`, `1.e-05`.
std::string scientificText(double value, mdl_dtype dtype, int precision);

/// From this magnitude on a scalar is written scientifically: beyond it digits would be invented (as NumPy 2.4 does).
double positionalLimit(mdl_dtype dtype);

/// A scalar as Python prints it: `102.0`, `1e-05`, `nan`.
std::string scalarText(double value, mdl_dtype dtype = MDL_F64);

} // namespace mdl::runtime

#endif // MDL_RUNTIME_TEXT_NUMBER_H
