//===- Random.cpp - Tensors of random numbers ----------------------------------------===//
//
// Runtime. In: a seed and a destination. Out: element i depends on the seed and on i only,
// so neither threads nor the layout of the destination matter.
//
//===----------------------------------------------------------------------===//
#include "program/Program.h"
#include "random/Draws.h"
#include "random/Permutation.h"
#include "random/Philox.h"
#include "support/Error.h"
#include "support/Half.h"
#include "support/Tensor.h"
#include "threads/ThreadPool.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <vector>

using namespace mdl::runtime;

namespace {
constexpr int64_t ChunkBlocks = 1024; // Blocks of random bits that one task draws.
constexpr double Tau = 6.283185307179586;

/// [0, 1): the top 24 and 53 bits.
float unitFloat(uint32_t bits) { return static_cast<float>(bits >> 8) * 0x1p-24f; }
double unitDouble(uint32_t low, uint32_t high) {
  return static_cast<double>((uint64_t(high) << 32 | low) >> 11) * 0x1p-53;
}

struct UniformFloat {
  static constexpr int PerBlock = 4;
  static void draw(const Block &bits, float *out) {
    for (int i = 0; i < 4; ++i)
      out[i] = unitFloat(bits[i]);
  }
};

struct UniformDouble {
  static constexpr int PerBlock = 2;
  static void draw(const Block &bits, double *out) {
    out[0] = unitDouble(bits[0], bits[1]);
    out[1] = unitDouble(bits[2], bits[3]);
  }
};

/// Box and Muller: two uniform numbers make two normal ones. 1 - u is never 0.
struct NormalFloat {
  static constexpr int PerBlock = 4;
  static void draw(const Block &bits, float *out) {
    for (int i = 0; i < 4; i += 2) {
      float radius = std::sqrt(-2.0f * std::log(1.0f - unitFloat(bits[i])));
      float angle = static_cast<float>(Tau) * unitFloat(bits[i + 1]);
      out[i] = radius * std::cos(angle);
      out[i + 1] = radius * std::sin(angle);
    }
  }
};

struct NormalDouble {
  static constexpr int PerBlock = 2;
  static void draw(const Block &bits, double *out) {
    double radius = std::sqrt(-2.0 * std::log(1.0 - unitDouble(bits[0], bits[1])));
    double angle = Tau * unitDouble(bits[2], bits[3]);
    out[0] = radius * std::cos(angle);
    out[1] = radius * std::sin(angle);
  }
};

/// Draws `count` numbers into dense memory.
template <typename Distribution, typename T> void fillDense(uint64_t seed, int64_t count, T *out) {
  int64_t blocks = (count + Distribution::PerBlock - 1) / Distribution::PerBlock;
  int chunks = static_cast<int>((blocks + ChunkBlocks - 1) / ChunkBlocks);
  parallelFor(chunks, [&](int chunk) {
    int64_t end = std::min(blocks, (chunk + 1) * ChunkBlocks);
    for (int64_t block = chunk * ChunkBlocks; block < end; ++block) {
      T values[4];
      Distribution::draw(philox(seed, block), values);
      int64_t first = block * Distribution::PerBlock;
      std::copy_n(values, std::min<int64_t>(Distribution::PerBlock, count - first), out + first);
    }
  });
}

template <typename Distribution, typename T> void fillAny(uint64_t seed, const Tensor &out) {
  if (out.isDense())
    return fillDense<Distribution>(seed, out.elements(), out.data<T>());
  std::vector<T> values(out.elements());
  fillDense<Distribution>(seed, out.elements(), values.data());
  out.forEach([&](int64_t index, int64_t offset) { out.data<T>()[offset] = values[index]; });
}

template <typename FloatDistribution, typename DoubleDistribution> void fillRandom(int64_t seed, const Tensor &out) {
  uint64_t key = static_cast<uint64_t>(seed);
  if (out.type().bits == 64)
    return fillAny<DoubleDistribution, double>(key, out);
  if (out.type().bits == 32)
    return fillAny<FloatDistribution, float>(key, out);
  std::vector<float> values(out.elements());
  fillDense<FloatDistribution>(key, out.elements(), values.data());
  bool brain = out.type().code == halide_type_bfloat;
  // A uniform number just below 1 must not be rounded to 1.
  if constexpr (std::is_same_v<FloatDistribution, UniformFloat>) {
    float steps = brain ? 0x1p8f : 0x1p11f;
    for (float &value : values)
      value = std::floor(value * steps) / steps;
  }
  out.forEach([&](int64_t index, int64_t offset) {
    out.data<uint16_t>()[offset] = brain ? toBf16(values[index]) : toF16(values[index]);
  });
}
} // namespace

void mdl_fill_uniform(int64_t seed, mdl_tensor *out) { fillRandom<UniformFloat, UniformDouble>(seed, Tensor(out)); }

void mdl_fill_normal(int64_t seed, mdl_tensor *out) { fillRandom<NormalFloat, NormalDouble>(seed, Tensor(out)); }

void mdl_fill_permutation(int64_t seed, mdl_tensor *out) {
  Tensor view(out);
  std::vector<int64_t> order = permutation(seed, view.elements());
  view.forEach([&](int64_t index, int64_t offset) {
    if (view.type().bits == 64)
      view.data<int64_t>()[offset] = order[index];
    else
      view.data<int32_t>()[offset] = static_cast<int32_t>(order[index]);
  });
}

namespace {
/// Draws whose keys follow from one.
struct Draws {
  uint64_t key = 0;
  std::unordered_map<int64_t, uint64_t> runs; ///< By site, so that one that runs more often does not change another.
};
} // namespace

/// The last is the innermost; the first is the program's, whose key is its seed.
static std::vector<Draws> &allDraws() {
  static auto *draws = new std::vector<Draws>(1);
  return *draws;
}

void mdl::runtime::endAllDraws() {
  while (allDraws().size() > 1)
    allDraws().pop_back();
}

void mdl_draws_begin(int64_t key) { allDraws().push_back({static_cast<uint64_t>(key), {}}); }

void mdl_draws_end(void) { allDraws().pop_back(); }

int64_t mdl_next_seed(int64_t site) {
  Draws &draws = allDraws().back();
  uint64_t run = draws.runs[site]++;
  uint64_t key = allDraws().size() > 1 ? draws.key : static_cast<uint64_t>(program().seed) ^ 0x6d646c2073656564;
  // The high half of the counter keeps these apart from the numbers drawn with the same key.
  Block bits = philox(key, run, static_cast<uint64_t>(site));
  return static_cast<int64_t>(uint64_t(bits[1]) << 32 | bits[0]);
}
