//===- Half.h - 16-bit floats to f32 and back ----------------------------------------===//
//
// Runtime. In: the bits of an f16 or bf16. Out: the float, and the nearest bits of one
// (ties to even).
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_SUPPORT_HALF_H
#define MDL_RUNTIME_SUPPORT_HALF_H

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace mdl::runtime {

inline float bitsToFloat(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

inline uint32_t floatToBits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

inline float fromBf16(uint16_t bits) { return bitsToFloat(uint32_t(bits) << 16); }

inline uint16_t toBf16(float value) {
  uint32_t bits = floatToBits(value);
  if (std::isnan(value))
    return static_cast<uint16_t>(bits >> 16 | 0x40);
  return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

inline float fromF16(uint16_t bits) {
  uint32_t sign = uint32_t(bits & 0x8000) << 16, exponent = bits >> 10 & 31, fraction = bits & 0x3ff;
  if (exponent == 31)
    return bitsToFloat(sign | 0x7f800000 | fraction << 13);
  if (exponent == 0) {
    float magnitude = std::ldexp(static_cast<float>(fraction), -24);
    return sign ? -magnitude : magnitude;
  }
  return bitsToFloat(sign | (exponent + 112) << 23 | fraction << 13);
}

inline uint16_t toF16(float value) {
  uint16_t sign = static_cast<uint16_t>(floatToBits(value) >> 16 & 0x8000);
  float magnitude = std::fabs(value);
  if (std::isnan(value))
    return sign | 0x7e00;
  if (magnitude >= 65520.0f) // Halfway between the largest f16 and the next power of two.
    return sign | 0x7c00;
  // Below 2^-14 the steps are 2^-24; above, eleven bits of the fraction stay.
  int exponent = 0;
  std::frexp(magnitude, &exponent);
  float step = std::ldexp(1.0f, std::max(exponent - 11, -24));
  float rounded = std::nearbyint(magnitude / step) * step;
  if (rounded < std::ldexp(1.0f, -14))
    return sign | static_cast<uint16_t>(std::ldexp(rounded, 24));
  uint32_t bits = floatToBits(rounded);
  return static_cast<uint16_t>(sign | ((bits >> 23) - 112) << 10 | (bits >> 13 & 0x3ff));
}

} // namespace mdl::runtime

#endif // MDL_RUNTIME_SUPPORT_HALF_H
