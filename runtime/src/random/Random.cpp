//===- Random.cpp - Tensors of random numbers ----------------------------------------===//
//
// Runtime. In: a seed and a destination. Out: element i depends on the seed and on i only,
// so neither threads nor the layout of the destination matter. Of a tensor of keys each draws
// its part of the destination, as it does alone.
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

using Keys = std::vector<int64_t>;

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

/// Some of the blocks of the `count` numbers that a key draws.
template <typename Distribution, typename T>
void drawBlocks(uint64_t key, int64_t begin, int64_t end, int64_t count, T *out) {
  for (int64_t block = begin; block < end; ++block) {
    T values[4];
    Distribution::draw(philox(key, block), values);
    int64_t first = block * Distribution::PerBlock;
    std::copy_n(values, std::min<int64_t>(Distribution::PerBlock, count - first), out + first);
  }
}

int64_t quotientUp(int64_t number, int64_t by) { return (number + by - 1) / by; }

/// Draws `count` numbers for each key into dense memory.
template <typename Distribution, typename T> void fillDense(const Keys &keys, int64_t count, T *out) {
  if (keys.empty() || !count)
    return;
  int64_t blocks = quotientUp(count, Distribution::PerBlock), parts = quotientUp(blocks, ChunkBlocks);
  int64_t together = std::max<int64_t>(ChunkBlocks / blocks, 1), all = static_cast<int64_t>(keys.size());
  parallelFor(static_cast<int>(quotientUp(all, together) * parts), [&](int task) {
    int64_t begin = task % parts * ChunkBlocks, first = task / parts * together;
    for (int64_t key = first; key < std::min(first + together, all); ++key)
      drawBlocks<Distribution>(static_cast<uint64_t>(keys[key]), begin, std::min(blocks, begin + ChunkBlocks), count,
                               out + key * count);
  });
}

/// How many of the numbers of `out` each key draws.
int64_t countOfEach(const Keys &keys, const Tensor &out) {
  return keys.empty() ? 0 : out.elements() / static_cast<int64_t>(keys.size());
}

template <typename Distribution, typename T> void fillAny(const Keys &keys, const Tensor &out) {
  int64_t each = countOfEach(keys, out);
  if (out.isDense())
    return fillDense<Distribution>(keys, each, out.data<T>());
  std::vector<T> values(out.elements());
  fillDense<Distribution>(keys, each, values.data());
  out.forEach([&](int64_t index, int64_t offset) { out.data<T>()[offset] = values[index]; });
}

template <typename FloatDistribution, typename DoubleDistribution>
void fillRandom(const Keys &keys, const Tensor &out) {
  if (out.type().bits == 64)
    return fillAny<DoubleDistribution, double>(keys, out);
  if (out.type().bits == 32)
    return fillAny<FloatDistribution, float>(keys, out);
  std::vector<float> values(out.elements());
  fillDense<FloatDistribution>(keys, countOfEach(keys, out), values.data());
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

void fillPermutations(const Keys &keys, const Tensor &out) {
  std::vector<int64_t> numbers;
  int64_t each = countOfEach(keys, out);
  for (int64_t key : keys) {
    std::vector<int64_t> order = permutation(key, each);
    numbers.insert(numbers.end(), order.begin(), order.end());
  }
  out.forEach([&](int64_t index, int64_t offset) {
    if (out.type().bits == 64)
      out.data<int64_t>()[offset] = numbers[index];
    else
      out.data<int32_t>()[offset] = static_cast<int32_t>(numbers[index]);
  });
}

/// The numbers of a tensor of keys in row-major order.
Keys keysOf(const mdl_tensor *tensor) {
  Tensor view(tensor);
  Keys keys(view.elements());
  view.forEach([&](int64_t index, int64_t offset) { keys[index] = view.data<int64_t>()[offset]; });
  return keys;
}
} // namespace

void mdl_fill_uniform(int64_t seed, mdl_tensor *out) { fillRandom<UniformFloat, UniformDouble>({seed}, Tensor(out)); }

void mdl_fill_normal(int64_t seed, mdl_tensor *out) { fillRandom<NormalFloat, NormalDouble>({seed}, Tensor(out)); }

void mdl_fill_permutation(int64_t seed, mdl_tensor *out) { fillPermutations({seed}, Tensor(out)); }

void mdl_fill_uniform_each(const mdl_tensor *keys, mdl_tensor *out) {
  fillRandom<UniformFloat, UniformDouble>(keysOf(keys), Tensor(out));
}

void mdl_fill_normal_each(const mdl_tensor *keys, mdl_tensor *out) {
  fillRandom<NormalFloat, NormalDouble>(keysOf(keys), Tensor(out));
}

void mdl_fill_permutation_each(const mdl_tensor *keys, mdl_tensor *out) { fillPermutations(keysOf(keys), Tensor(out)); }

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
