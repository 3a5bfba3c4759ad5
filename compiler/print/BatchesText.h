//===- BatchesText.h - Loops over batches -------------------------------------------------===//
#ifndef MDL_PRINT_BATCHESTEXT_H
#define MDL_PRINT_BATCHESTEXT_H

#include "compiler/dialect/Mdl.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <optional>

namespace mdl::print {

/// A `for` over the numbers of batches that says the same as one over the batches.
struct BatchLoop {
  mlir::Value order;              ///< Of the rows; null where tensors are read as they stand.
  mlir::Value source;             ///< What is read by `order` or as it stands: it has as many rows as there are.
  mlir::OpFoldResult size, count; ///< Of a batch; of this one.
  bool isReversed = false;        ///< The last batch comes first.
  bool readsNumbers = false;      ///< Numbers of rows are used otherwise than to read rows.
  mlir::Value data = {};          ///< A data set, or null.
  llvm::SmallVector<mlir::Value, 2> parts = {}; ///< What a pass reads; of a data set by its field, maybe null.
  llvm::SmallVector<mlir::Value, 2> numbers = {};
};

/// Whether the operation gives the numbers of the rows of a batch.
bool isOrderOfBatch(mlir::Operation *op);

/// Nothing if the loop is none, uses the number of a batch otherwise, or goes back and depends on the order.
std::optional<BatchLoop> batchLoop(mlir::scf::ForOp loop);

/// Whether an order of rows is read by such loops alone, so that they say it; how many there are.
std::optional<unsigned> loopsOfOrder(mlir::Value order);

} // namespace mdl::print

#endif // MDL_PRINT_BATCHESTEXT_H
