//===- Reference.h - What a kernel means, slowly ---------------------------------------===//
//
// For tests: evaluates the body of a kernel one element at a time, floats in double. It
// shares no code with the translation to Halide.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_KERNELS_CHECK_REFERENCE_H
#define MDL_KERNELS_CHECK_REFERENCE_H

#include "compiler/dialect/Mdl.h"

#include "llvm/ADT/DenseMap.h"

#include <string>
#include <vector>

namespace mdl::check {

/// One number: a float in `f`, anything else in `i`.
struct Number {
  double f = 0;
  int64_t i = 0;
};

struct Array {
  std::vector<int64_t> shape;
  mlir::Type element;
  std::vector<Number> data;
  int64_t count() const {
    int64_t result = 1;
    for (int64_t size : shape)
      result *= size;
    return result;
  }
  Number &at(llvm::ArrayRef<int64_t> index);
};

class Reference {
public:
  /// Evaluates a kernel whose arguments are set; false with error() when it has an operation that this does not know.
  bool run(mdl::KernelOp kernel, std::vector<Array> &results);
  void setTensor(mlir::Value value, Array array) { arrays[value] = std::move(array); }
  void setScalar(mlir::Value value, Number number) { numbers[value] = number; }
  const std::string &error() const { return message; }

private:
  bool evaluate(mlir::Operation *op);
  bool evaluateLinalg(mlir::Operation *op);
  bool evaluateScatter(mlir::Operation *op);
  /// `mdl.scatter_add` and `mdl.scatter`, which differ in what `write` does.
  template <typename Op> void scatterInto(Op op, llvm::function_ref<void(Number &, const Number &)> write);
  bool evaluateScan(mlir::Operation *op);
  bool evaluateReshape(mlir::Operation *op);
  bool evaluateScalar(mlir::Operation *op, llvm::ArrayRef<int64_t> loops);

  llvm::DenseMap<mlir::Value, Array> arrays;
  llvm::DenseMap<mlir::Value, Number> numbers;
  std::string message;
};

/// One operation of arith or math; false when it is not known.
bool evaluateArith(mlir::Operation *op, llvm::ArrayRef<Number> in, Number &out);

/// Calls `visit` with every index of a box, the last axis fastest.
void forEachIndex(llvm::ArrayRef<int64_t> shape, llvm::function_ref<void(llvm::ArrayRef<int64_t>)> visit);

} // namespace mdl::check

#endif // MDL_KERNELS_CHECK_REFERENCE_H
