//===- Memory.cpp - The arena, what grows beside it, and copies -----------------------===//
//
// Runtime. In: sizes from generated code. Out: zeroed or plain 64-byte aligned memory;
// running out of it is an error with the size that was asked for.
//
//===----------------------------------------------------------------------===//
#include "mdl/abi.h"
#include "memory/LineMemory.h"
#include "support/Error.h"
#include "support/Tensor.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <unordered_set>
#include <vector>

using namespace mdl::runtime;

namespace {
constexpr int64_t Alignment = 64; // A cache line and the widest vector.

/// Null in a program.
struct LineMemory {
  std::unordered_set<void *> blocks;
  std::vector<std::pair<void *, int64_t>> arenas;
} *line = nullptr;

/// What mdl_release_all frees.
struct Owned {
  int64_t address;
  bool stays = false;
};
std::vector<Owned> owned;
} // namespace

[[noreturn]] static void outOfMemory(int64_t bytes, const char *where) {
  const char *units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
  double size = static_cast<double>(bytes);
  int unit = 0;
  for (; size >= 1024 && unit < 5; ++unit)
    size /= 1024;
  fail(where, format("out of memory: could not get %.*f %s", unit == 0 ? 0 : 1, size, units[unit]));
}

void *mdl_arena(int64_t bytes) {
  if (bytes <= 0)
    bytes = Alignment;
  // Pages come zeroed, and only those that are touched exist.
  void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    outOfMemory(bytes, "");
  if (line)
    line->arenas.push_back({memory, bytes});
  if (bytes >= (4 << 20))
    madvise(memory, bytes, MADV_HUGEPAGE);
  return memory;
}

void *mdl_alloc(int64_t bytes, const char *where) {
  // An allocation may stand before the check of its size (HoistAllocations.cpp): nothing is written where that fails.
  int64_t rounded = std::max(Alignment, (bytes + Alignment - 1) / Alignment * Alignment);
  void *memory = aligned_alloc(Alignment, rounded);
  if (!memory)
    outOfMemory(bytes, where);
  if (line)
    line->blocks.insert(memory);
  return memory;
}

void mdl_free(void *memory) {
  if (line)
    line->blocks.erase(memory);
  free(memory);
}

static Owned *findOwned(int64_t address) {
  auto found = std::find_if(owned.begin(), owned.end(), [&](const Owned &one) { return one.address == address; });
  return found == owned.end() ? nullptr : &*found;
}

void mdl_release(int64_t address, bool isOwned) {
  if (isOwned)
    mdl_free(reinterpret_cast<void *>(address)); // NOLINT(performance-no-int-to-ptr): as the program computes it
}

void mdl_release_later(int64_t address, bool isOwned) {
  if (isOwned && !findOwned(address))
    owned.push_back({address});
}

bool mdl_retain(int64_t address) {
  Owned *found = findOwned(address);
  if (found)
    found->stays = true;
  return found;
}

void mdl_release_all() {
  for (const Owned &one : owned)
    mdl_release(one.address, !one.stays);
  owned.clear();
}

void mdl::runtime::keepLineMemory() { line = new LineMemory; }

void mdl::runtime::freeLineMemory() {
  for (void *block : line->blocks)
    free(block);
  for (auto [arena, bytes] : line->arenas)
    munmap(arena, bytes);
  delete line;
  line = nullptr;
}

void mdl_copy(const mdl_tensor *from, mdl_tensor *to) {
  Tensor source(from), target(to);
  int64_t bytes = source.itemBytes();
  if (source.isDense() && target.isDense()) {
    memcpy(target.data<char>(), source.data<char>(), source.elements() * bytes);
    return;
  }
  std::vector<int64_t> places;
  places.reserve(source.elements());
  source.forEach([&](int64_t, int64_t offset) { places.push_back(offset); });
  target.forEach([&](int64_t index, int64_t offset) {
    memcpy(target.data<char>() + offset * bytes, source.data<char>() + places[index] * bytes, bytes);
  });
}

namespace {
/// MLIR's C runner ABI of `memref<*x…>`: the rank and a pointer to the ranked descriptor.
struct UnrankedMemRef {
  int64_t rank;
  struct Descriptor {
    char *allocated;
    char *aligned;
    int64_t offset;
    int64_t sizesAndStrides[];
  } *descriptor;

  int64_t size(int64_t axis) const { return descriptor->sizesAndStrides[axis]; }
  int64_t stride(int64_t axis) const { return descriptor->sizesAndStrides[rank + axis]; }
  char *data(int64_t elementBytes) const { return descriptor->aligned + descriptor->offset * elementBytes; }
};
} // namespace

/// Copies axis by axis; the longest tail that is contiguous on both sides goes at once.
static void copyAxis(const UnrankedMemRef &from, const UnrankedMemRef &to, int64_t axis, int64_t tailAxis,
                     int64_t tailBytes, int64_t elementBytes, const char *source, char *target) {
  if (axis == tailAxis) {
    memmove(target, source, tailBytes);
    return;
  }
  for (int64_t i = 0; i < from.size(axis); ++i)
    copyAxis(from, to, axis + 1, tailAxis, tailBytes, elementBytes, source + i * from.stride(axis) * elementBytes,
             target + i * to.stride(axis) * elementBytes);
}

/// Called by code that MLIR generates for `memref.copy` of layouts that memcpy cannot do.
extern "C" __attribute__((visibility("default"))) void memrefCopy(int64_t elementBytes, UnrankedMemRef *from,
                                                                  UnrankedMemRef *to) {
  int64_t tailAxis = from->rank, contiguous = 1;
  while (tailAxis > 0) {
    int64_t axis = tailAxis - 1, size = from->size(axis);
    if (size == 0)
      return;
    if (size != 1 && (from->stride(axis) != contiguous || to->stride(axis) != contiguous))
      break;
    contiguous *= size;
    --tailAxis;
  }
  for (int64_t axis = 0; axis < tailAxis; ++axis)
    if (from->size(axis) == 0)
      return;
  copyAxis(*from, *to, 0, tailAxis, contiguous * elementBytes, elementBytes, from->data(elementBytes),
           to->data(elementBytes));
}
