//===- Philox.h - Counter-based random numbers ---------------------------------------===//
//
// Runtime. In: a key and a counter. Out: 128 random bits, the same on every thread and in
// every order. Philox4x32-10 of J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random
// numbers: as easy as 1, 2, 3", SC 2011.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_RANDOM_PHILOX_H
#define MDL_RUNTIME_RANDOM_PHILOX_H

#include <array>
#include <cstdint>

namespace mdl::runtime {

using Block = std::array<uint32_t, 4>;

inline Block philox(uint64_t key, uint64_t counterLow, uint64_t counterHigh = 0) {
  uint32_t k0 = static_cast<uint32_t>(key), k1 = static_cast<uint32_t>(key >> 32);
  Block x = {static_cast<uint32_t>(counterLow), static_cast<uint32_t>(counterLow >> 32),
             static_cast<uint32_t>(counterHigh), static_cast<uint32_t>(counterHigh >> 32)};
  for (int round = 0; round < 10; ++round) {
    uint64_t p0 = uint64_t(0xD2511F53) * x[0], p1 = uint64_t(0xCD9E8D57) * x[2];
    x = {static_cast<uint32_t>(p1 >> 32) ^ x[1] ^ k0, static_cast<uint32_t>(p1),
         static_cast<uint32_t>(p0 >> 32) ^ x[3] ^ k1, static_cast<uint32_t>(p0)};
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return x;
}

/// A stream of numbers from one key.
class Stream {
public:
  explicit Stream(uint64_t key) : key(key) {}

  uint64_t next64() {
    if (used == 2) {
      block = philox(key, counter++);
      used = 0;
    }
    uint64_t low = block[2 * used], high = block[2 * used + 1];
    ++used;
    return high << 32 | low;
  }

  /// Uniform in [0, bound), without bias (D. Lemire, 2019).
  uint64_t below(uint64_t bound) {
    for (;;) {
      unsigned __int128 product = static_cast<unsigned __int128>(next64()) * bound;
      if (static_cast<uint64_t>(product) >= -bound % bound)
        return static_cast<uint64_t>(product >> 64);
    }
  }

private:
  uint64_t key, counter = 0;
  Block block{};
  int used = 2;
};

} // namespace mdl::runtime

#endif // MDL_RUNTIME_RANDOM_PHILOX_H
