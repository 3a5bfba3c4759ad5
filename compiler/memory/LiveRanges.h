//===- LiveRanges.h - From when to when an allocation is needed ---------------===//
//
// Stage memory. A live range is an interval of the operations of a function, numbered in
// order, regions inside. It covers every use of the memory through any view or name.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_MEMORY_LIVERANGES_H
#define MDL_MEMORY_LIVERANGES_H

#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include <optional>

namespace mdl {

/// Both ends belong to it.
struct LiveRange {
  unsigned first;
  unsigned last;
  bool overlaps(const LiveRange &other) const { return first <= other.last && other.first <= last; }
};

class LiveRanges {
public:
  explicit LiveRanges(mlir::func::FuncOp function);

  /// The live range of one execution of `alloc`. Nothing if the memory outlives that: a loop's next iteration or a
  /// caller can still see it.
  std::optional<LiveRange> find(mlir::memref::AllocOp alloc) const;

private:
  mlir::BufferViewFlowAnalysis aliases;
  /// Number of an operation, and of the last one in its regions.
  llvm::DenseMap<mlir::Operation *, LiveRange> numbers;
};

} // namespace mdl

#endif // MDL_MEMORY_LIVERANGES_H
