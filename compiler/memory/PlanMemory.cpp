//===- PlanMemory.cpp - One arena for all memory of known size ----------------===//
//
// Stage memory, last. Takes functions on memrefs; every `memref.alloc` of static size
// whose live range is known becomes a view of the arena. Memory is shared where live
// ranges do not overlap: the largest first, each into the tightest gap that the ones
// placed before leave. The module says how many bytes the arena has
// (`mdl.arena_bytes`) and how many it would have without sharing (`mdl.unshared_bytes`).
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Mdl.h"
#include "compiler/memory/LiveRanges.h"
#include "compiler/memory/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace mdl {
namespace {

/// Vectors and cache lines start here.
constexpr int64_t kAlignment = 64;

/// One allocation and its place.
struct Slot {
  memref::AllocOp alloc;
  LiveRange range;
  int64_t bytes;
  int64_t offset = 0;
  int64_t end() const { return offset + bytes; }
};

/// Bytes of a memref, rounded up to the alignment; nothing where that is not known.
std::optional<int64_t> sizeInBytes(MemRefType type) {
  if (!type.hasStaticShape() || !type.getLayout().isIdentity())
    return std::nullopt;
  Type element = type.getElementType();
  int64_t bits = isa<IndexType>(element) ? 64 : element.isIntOrFloat() ? element.getIntOrFloatBitWidth() : 0;
  if (bits == 0)
    return std::nullopt;
  return llvm::alignTo(type.getNumElements() * llvm::divideCeil(bits, 8), kAlignment);
}

/// The offset of the tightest gap for `slot` between those of `neighbours`, which are sorted by offset and live at some
/// time together with it; behind them all if there is none.
int64_t tightestGap(const Slot &slot, ArrayRef<const Slot *> neighbours) {
  int64_t best = -1, bestSize = 0, end = 0;
  for (const Slot *neighbour : neighbours) {
    int64_t gap = neighbour->offset - end;
    if (gap >= slot.bytes && (best < 0 || gap < bestSize)) {
      best = end;
      bestSize = gap;
    }
    end = std::max(end, neighbour->end());
  }
  return best < 0 ? end : best;
}

/// Gives every slot its offset. Returns the size of the arena.
int64_t place(MutableArrayRef<Slot> slots) {
  SmallVector<Slot *> order;
  for (Slot &slot : slots)
    order.push_back(&slot);
  llvm::stable_sort(order, [](const Slot *a, const Slot *b) { return a->bytes > b->bytes; });

  SmallVector<const Slot *> placed; // sorted by offset
  int64_t size = 0;
  for (Slot *slot : order) {
    SmallVector<const Slot *> neighbours;
    llvm::copy_if(placed, std::back_inserter(neighbours),
                  [&](const Slot *other) { return slot->range.overlaps(other->range); });
    slot->offset = tightestGap(*slot, neighbours);
    size = std::max(size, slot->end());
    placed.insert(llvm::upper_bound(placed, slot, [](const Slot *a, const Slot *b) { return a->offset < b->offset; }),
                  slot);
  }
  return size;
}

/// Replaces the allocations by views of the arena, all made once where the function starts.
void rewrite(func::FuncOp function, ArrayRef<Slot> slots, int64_t arenaBytes) {
  OpBuilder builder = OpBuilder::atBlockBegin(&function.getBody().front());
  Location loc = function.getLoc();
  auto arenaType = MemRefType::get({arenaBytes}, builder.getI8Type());
  Value arena = builder.create<ArenaOp>(loc, arenaType);
  for (const Slot &slot : slots) {
    memref::AllocOp alloc = slot.alloc;
    Value offset = builder.create<arith::ConstantIndexOp>(loc, slot.offset);
    Value view = builder.create<memref::ViewOp>(alloc.getLoc(), alloc.getType(), arena, offset, ValueRange());
    alloc.replaceAllUsesWith(view);
  }
  // Only now: the builder stands before the first of them.
  for (const Slot &slot : slots)
    memref::AllocOp(slot.alloc).erase();
}

struct PlanMemoryPass : public PassWrapper<PlanMemoryPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PlanMemoryPass)
  StringRef getArgument() const final { return "mdl-plan-memory"; }
  StringRef getDescription() const final { return "Place allocations of known size in one arena"; }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<MdlDialect, arith::ArithDialect, memref::MemRefDialect>();
  }

  void runOnOperation() final {
    int64_t arenaBytes = 0, unsharedBytes = 0;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isExternal())
        continue;
      SmallVector<Slot> slots;
      LiveRanges ranges(function);
      function.walk([&](memref::AllocOp alloc) {
        std::optional<int64_t> bytes = sizeInBytes(alloc.getType());
        std::optional<LiveRange> range = bytes ? ranges.find(alloc) : std::nullopt;
        if (range)
          slots.push_back({alloc, *range, *bytes});
      });
      if (slots.empty())
        continue;
      int64_t size = place(slots);
      rewrite(function, slots, size);
      arenaBytes += size;
      for (const Slot &slot : slots)
        unsharedBytes += slot.bytes;
    }
    Builder builder(&getContext());
    getOperation()->setAttr("mdl.arena_bytes", builder.getI64IntegerAttr(arenaBytes));
    getOperation()->setAttr("mdl.unshared_bytes", builder.getI64IntegerAttr(unsharedBytes));
  }
};

} // namespace

std::unique_ptr<Pass> createPlanMemoryPass() { return std::make_unique<PlanMemoryPass>(); }

} // namespace mdl
