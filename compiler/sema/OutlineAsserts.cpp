//===- OutlineAsserts.cpp - What a printed gradient asserts of sizes -----------------------===//
//
// Stage: sema. See Outliner.h.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Outliner.h"

#include "compiler/dialect/Mdl.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mdl;

/// Adds the sizes that a comparison of whole numbers is computed from; false where something else takes part.
bool Outliner::collectSizes(mlir::Value value, llvm::SetVector<mlir::Value> &sizes) {
  if (auto whole = wholeNumbers.find(value); whole != wholeNumbers.end())
    value = mlir::Value::getFromOpaquePointer(e.dims[whole->second].value);
  mlir::Operation *op = value.getDefiningOp();
  if (symbolOf(value) || llvm::isa_and_nonnull<mlir::tensor::DimOp>(op)) {
    sizes.insert(value);
    return true;
  }
  bool isOfNumbers =
      op && (llvm::isa<mlir::arith::ArithDialect>(op->getDialect()) ||
             llvm::isa<mlir::tensor::ExtractOp, mlir::tensor::FromElementsOp, CompareOp, ConstantOp>(op));
  return isOfNumbers &&
         llvm::all_of(op->getOperands(), [&](mlir::Value operand) { return collectSizes(operand, sizes); });
}

/// Keeps what the program asserts of sizes before the derivative is taken, `assert len(a) == len(b)`, where the text
/// has them: its shapes may fit by that alone.
void Outliner::keepAsserts() {
  auto isThere = [&](mlir::Value size) {
    auto symbol = symbolOf(size);
    auto dim = size.getDefiningOp<mlir::tensor::DimOp>();
    return mapping.contains(size) || (symbol && bound.count(*symbol)) || (dim && mapping.contains(dim.getSource()));
  };
  mlir::Block &body = function.getBody().front();
  for (mlir::Operation &op : *outline.grad->getBlock()) {
    if (&op == outline.grad)
      break;
    auto check = llvm::dyn_cast<RuntimeOp>(op);
    bool isAssert = check && (check.getCallee() == "mdl_assert_whole" || check.getCallee() == "mdl_assert");
    auto read = isAssert ? op.getOperand(0).getDefiningOp<mlir::tensor::ExtractOp>() : nullptr;
    auto compared = read ? read.getTensor().getDefiningOp<CompareOp>() : nullptr;
    llvm::SetVector<mlir::Value> sizes;
    if (!compared || compared.getPredicate() != ComparePredicate::eq || !collectSizes(read, sizes) || sizes.empty() ||
        !llvm::all_of(sizes, isThere))
      continue;
    // In front of what relies on it.
    mlir::OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&body);
    for (mlir::Value size : sizes) {
      auto dim = size.getDefiningOp<mlir::tensor::DimOp>();
      mlir::Value known = mapping.lookupOrNull(size);
      known = known || !dim ? known : mapping.lookupOrNull(dim.getSource());
      mlir::Operation *made = known ? known.getDefiningOp() : nullptr;
      bool isLater =
          made && (builder.getInsertionPoint() == body.end() || !made->isBeforeInBlock(&*builder.getInsertionPoint()));
      if (isLater)
        builder.setInsertionPointAfter(made);
    }
    builder.create<RuntimeOp>(unknown, "mdl_assert", mlir::ValueRange(take(op.getOperand(0))));
  }
}
