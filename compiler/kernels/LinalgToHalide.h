//===- LinalgToHalide.h - A kernel's body to Halide -------------------------------===//
//
// Stage: kernels. Input: the block of a kernel. Output: a HalideKernel without a
// schedule. Every operation becomes a node; its indexing maps become the index
// expressions of calls, reversed, since dimension 0 of a Halide buffer is the last axis.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_KERNELS_LINALGTOHALIDE_H
#define MDL_KERNELS_LINALGTOHALIDE_H

#include "compiler/kernels/HalideKernel.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "llvm/ADT/DenseMap.h"

namespace mdl::kernels {

class Translator {
public:
  Translator(HalideKernel &kernel, const Machine &machine) : kernel(kernel), machine(machine) {}

  /// Translates all; false when something has no translation, see error().
  bool translate(mlir::Block &body, llvm::ArrayRef<int64_t> inplace);
  const std::string &error() const { return message; }

private:
  /// A tensor of the kernel: the node that computes it (none for an empty one) and its sizes, dimension 0 first.
  struct Tensor {
    int node = -1;
    std::vector<Halide::Expr> extents;
    std::vector<int64_t> sizes;
  };
  /// A scalar and the nodes that it was computed from.
  struct Scalar {
    Halide::Expr value;
    llvm::SmallVector<int, 2> from;
  };
  /// Where the body of an operation stands: its scalars so far and what it read.
  struct Body {
    llvm::DenseMap<mlir::Value, Halide::Expr> values;
    std::vector<Read> reads;
    std::vector<Halide::Expr> indices, extents; ///< Of the loops.
    int cost = 0;
    bool formulas = true; ///< What is read of places alone goes in as its formula.
    void addLoop(const Loop &loop, const Halide::Expr &index) {
      indices.push_back(index);
      extents.push_back(loop.extent);
    }
  };

  bool fail(mlir::Operation *op, const llvm::Twine &why);
  void addArgument(mlir::BlockArgument argument);
  bool translateOperation(mlir::Operation *op);
  bool finish(mlir::Operation *terminator);
  void groupOutputs();

  // Tensors and scalars outside of bodies (TensorToHalide.cpp).
  bool translateEmpty(mlir::tensor::EmptyOp op);
  bool translateDim(mlir::tensor::DimOp op);
  bool translateConstant(mlir::Operation *op);
  bool translateScalar(mlir::Operation *op);
  bool translateTopLevelExtract(mlir::tensor::ExtractOp op);
  bool translateReshape(mlir::Operation *op);
  bool translateSlice(mlir::tensor::ExtractSliceOp op);
  bool translateCast(mlir::tensor::CastOp op);

  // Operations of linalg (LinalgToHalide.cpp, ReductionToHalide.cpp).
  bool translateLinalg(mlir::linalg::LinalgOp op);
  bool makeLoops(mlir::linalg::LinalgOp op, Node &node);
  bool addElementwise(mlir::linalg::LinalgOp op, Node node);
  bool addReduction(mlir::linalg::LinalgOp op, Node node);
  bool addRowReduction(mlir::linalg::LinalgOp op, Node &node);
  void tileContraction(mlir::linalg::LinalgOp op, Node &node, Body &body);
  /// The sums of a contraction whose elements are left out by a condition; see Note [Conditions of sums].
  /// What a reduction combines under conditions, where it leaves out anything else.
  struct Choice {
    std::vector<Halide::Expr> conditions;
    mlir::Value element; ///< Null without a choice.
  };
  bool classifyReduction(mlir::linalg::LinalgOp op, Node &node, bool formulas, Choice &choice);
  Choice choiceOf(mlir::linalg::LinalgOp op, Body &probe);
  bool addChosenSums(mlir::linalg::LinalgOp op, Node &node, const Choice &choice);
  void packColumns(mlir::linalg::LinalgOp op, Node &node, Body &body);
  void packWindows(mlir::Value operand, mlir::AffineMap map, mlir::Value argument, Node &node, Body &body);
  bool addPlainReduction(mlir::linalg::LinalgOp op, Node &node);
  /// The arguments of the body read at `body.indices`; `accumulators` stand for the results so far.
  bool readArguments(mlir::linalg::LinalgOp op, Body &body, const std::vector<Halide::Expr> &accumulators);
  /// The values that the body yields, given the arguments of the block.
  bool translateBody(mlir::linalg::LinalgOp op, Body &body, std::vector<Halide::Expr> &results);
  bool translateBodyOperation(mlir::Operation *op, Body &body);

  // Operations of our own (ScatterToHalide.cpp).
  bool translateOwn(mlir::Operation *op);
  bool translateAffineScatter(mlir::Operation *op);
  template <typename Op> bool translateScatter(Op scatter);
  bool translateCumSum(mlir::Operation *op);
  /// A node that starts from `init` and adds `value` at `places`, or else puts it there.
  bool addUpdate(Node node, mlir::Value result, const Tensor &shape, const Halide::Expr &init,
                 const std::vector<Halide::Expr> &places, const Halide::Expr &value, bool adds);

  /// The call of operand `value` at the places that `map` gives for the body's indices; notes the read.
  Halide::Expr readOperand(mlir::Value value, mlir::AffineMap map, Body &body, int operand = -1);
  Halide::Expr call(int node, const std::vector<Halide::Expr> &indices);
  static Halide::Expr readFormula(const Node &source, const std::vector<Halide::Expr> &places);
  Halide::Expr scalar(mlir::Value value, Body *body);
  /// Gives the sizes of a value to a node, and a Func with fresh Vars.
  void shapeLike(Node &node, const Tensor &shape);
  int addNode(Node node, mlir::Value result, const Tensor &shape);
  Tensor &tensorOf(mlir::Value value) { return tensors[value]; }
  std::string freshName(llvm::StringRef stem);

  HalideKernel &kernel;
  Machine machine;
  std::string message;
  llvm::DenseMap<mlir::Value, Tensor> tensors;
  llvm::DenseMap<mlir::Value, Scalar> scalars;
};

/// The value that changes nothing under the operation; undefined for one that is no known combination.
Halide::Expr identityOf(mlir::Operation *combiner, Halide::Type type);

/// The operation that joins the accumulator of a one-result reduction with a value that does not depend on it, or null.
mlir::Operation *combinerOf(mlir::linalg::LinalgOp op);

/// The read that moves along the most loops decides along what a reduction is contiguous.
const Read *mainRead(const Node &node);

/// An affine expression over loops and symbols-free; undefined for what Halide has no word for.
Halide::Expr affineToHalide(mlir::AffineExpr expr, const std::vector<Halide::Expr> &loops);

} // namespace mdl::kernels

#endif // MDL_KERNELS_LINALGTOHALIDE_H
