//===- EarlierLines.cpp - Gradients across the lines of a session --------------------------===//
//
// Stage: sema, for the REPL.
//
// Note [Gradients across lines]: a value of an earlier line is a number for the lines after it; the operations that it
// was computed by are gone. `let loss = (w - 3) ** 2` and, a line later, `grad(loss, wrt=w)` would be zero, and the
// gradient of what only in part goes through earlier lines would be wrong. So each slot knows the slots that its tensor
// changes smoothly with, and a gradient with respect to one of them that goes through it is an error.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/EarlierLines.h"
#include "compiler/autodiff/Reverse.h"
#include "compiler/dialect/Mdl.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mdl;

bool mdl::isLoad(mlir::Operation *op) {
  auto call = llvm::dyn_cast_or_null<RuntimeOp>(op);
  return call && (call.getCallee() == "mdl_session_load" || call.getCallee() == "mdl_session_load_pointer");
}

static const SlotPtr &slotOf(mlir::Operation *loadOrStore, llvm::ArrayRef<SlotPtr> slots) {
  auto number = loadOrStore->getOperand(0).getDefiningOp<mlir::arith::ConstantIntOp>();
  return slots[static_cast<size_t>(number.value())];
}

/// The loads that a value changes smoothly with.
static llvm::SetVector<mlir::Operation *> smoothLoads(mlir::Value root) {
  llvm::SetVector<mlir::Operation *> loads;
  llvm::DenseSet<mlir::Operation *> seen;
  llvm::SmallVector<mlir::Value> open{root};
  while (!open.empty()) {
    mlir::Value value = open.pop_back_val();
    mlir::Operation *op = hasGradientType(value) ? value.getDefiningOp() : nullptr;
    if (!op || llvm::isa<StopGradientOp>(op) || !seen.insert(op).second)
      continue;
    if (isLoad(op)) {
      loads.insert(op);
      continue;
    }
    llvm::append_range(open, op->getOperands());
    llvm::SetVector<mlir::Value> captured;
    mlir::getUsedValuesDefinedAbove(op->getRegions(), captured);
    llvm::append_range(open, captured);
  }
  return loads;
}

void mdl::noteOrigins(mlir::ModuleOp line, llvm::ArrayRef<SlotPtr> inputs, llvm::ArrayRef<SlotPtr> outputs) {
  line.walk([&](RuntimeOp store) {
    if (store.getCallee() != "mdl_session_store")
      return;
    auto &origins = slotOf(store, outputs)->origins;
    for (mlir::Operation *load : smoothLoads(store->getOperand(1))) {
      const SlotPtr &slot = slotOf(load, inputs);
      origins.insert(slot);
      origins.insert(slot->origins.begin(), slot->origins.end());
    }
  });
}

void mdl::checkGradients(mlir::ModuleOp line, llvm::ArrayRef<SlotPtr> inputs, Compilation &compilation) {
  line.walk([&](GradOp grad) {
    auto loads = smoothLoads(grad.getLoss());
    for (auto [index, source] : llvm::enumerate(grad.getWrt())) {
      if (!isLoad(source.getDefiningOp()))
        continue;
      const SlotPtr &slot = slotOf(source.getDefiningOp(), inputs);
      bool isHidden =
          llvm::any_of(loads, [&](mlir::Operation *load) { return slotOf(load, inputs)->origins.count(slot) != 0; });
      if (!isHidden)
        continue;
      auto names = grad.getNames();
      std::string name = names ? llvm::cast<mlir::StringAttr>((*names)[index]).str() : "it";
      compilation.diagnostics.report(diag::GradientOfEarlierLine, placeOf(compilation, grad.getLoc()), {name})
          .hint("compute the loss in the line of its gradient, or make it a function: `grad(loss)(w)`")
          .hint("`stop_gradient(…)` around the earlier value takes it as it is");
      return;
    }
  });
}
