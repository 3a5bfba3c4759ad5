//===- GradPass.cpp - -mdl-grad: reverse-mode derivatives ---------------------===//
//
// Replaces every `mdl.grad`, in program order, so that the gradient of a value that
// came from a gradient is a second derivative. All steps stand where the `mdl.grad`
// stood and use values of the forward computation as they are.
//
//===----------------------------------------------------------------------===//

#include "compiler/autodiff/Control.h"
#include "compiler/autodiff/Effects.h"
#include "compiler/autodiff/Passes.h"
#include "compiler/autodiff/Reverse.h"
#include "compiler/dialect/GradientOps.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mdl;

namespace {

/// What the user calls operand `index` of `wrt`.
std::string nameOf(GradOp grad, unsigned index) {
  if (auto names = grad.getNames())
    return "`" + cast<StringAttr>((*names)[index]).str() + "`";
  return "value " + std::to_string(index + 1);
}

/// Whether a user asked for this gradient; others have an empty name.
bool isAskedFor(GradOp grad, unsigned index) {
  auto names = grad.getNames();
  return !names || !cast<StringAttr>((*names)[index]).empty();
}

/// The loop whose carried value starts from something that depends on `source`, so that what earlier passes made of it
/// cannot be told inside the loop; null if there is none.
Operation *findCarriedDependence(ArrayRef<Operation *> chain, Value loss, Value source) {
  SmallVector<Value> ends;
  auto note = [&](Value value) {
    if (isa<BlockArgument>(value) && value != source && hasGradientType(value))
      ends.push_back(value);
  };
  note(loss);
  for (Operation *op : chain)
    llvm::for_each(op->getOperands(), note);
  for (Value end : ends) {
    auto loop = dyn_cast_or_null<scf::ForOp>(end.getParentBlock()->getParentOp());
    OpOperand *start = loop ? loop.getTiedLoopInit(cast<BlockArgument>(end)) : nullptr;
    if (!start)
      continue;
    auto before = collectChain(start->get());
    ValueSet active{source};
    markActive(before, active);
    if (active.contains(start->get()))
      return loop;
  }
  return nullptr;
}

/// Says why nothing came to `wrt[index]`: an error if the loss depends on it in a way that has no derivative; a
/// value that it does not depend on, or that only decides between derivatives, is added to `independent`.
LogicalResult explainZero(GradOp grad, unsigned index, ArrayRef<Operation *> chain,
                          SmallVectorImpl<std::string> &independent) {
  Value source = grad.getWrt()[index];
  ValueSet active{source};
  markActive(chain, active);
  if (active.contains(grad.getLoss()))
    return success(); // Only through steps such as floor.
  ArrayRef<Operation *> steps = grad->hasAttr(higherAttr) ? ArrayRef<Operation *>() : chain;
  for (Operation *op : steps) {
    auto rule = dyn_cast<DifferentiableOpInterface>(op);
    auto isActive = [&](Value value) { return active.contains(value); };
    if (!rule || rule.nonDifferentiableReason().empty() || llvm::none_of(op->getOperands(), isActive))
      continue;
    InFlightDiagnostic error = grad.emitError() << "the loss has no derivative with respect to " << nameOf(grad, index)
                                                << ": " << rule.nonDifferentiableReason();
    error.attachNote(op->getLoc()) << "the dependence ends here";
    if (isa<ArgMaxOp, ArgMinOp, CompareOp>(op))
      error.attachNote(grad.getLoc())
          << hintPrefix
          << "what counts right answers, such as accuracy, is a metric; a loss changes smoothly with its input: "
             "`cross_entropy`, `mse`";
    return failure();
  }
  if (Operation *loop = findCarriedDependence(chain, grad.getLoss(), source)) {
    InFlightDiagnostic error = grad.emitError() << "the loss depends on " << nameOf(grad, index)
                                                << " through earlier passes of a loop that it stands in";
    error.attachNote(loop->getLoc()) << "take the gradient after this loop, or with respect to the value carried by it";
    return failure();
  }
  independent.push_back(nameOf(grad, index));
  return success();
}

} // namespace

LogicalResult mdl::expandGrad(GradOp grad, Removed &removed, ValueRange given) {
  SmallVector<Value> leaves(given);
  if (grad->hasAttr(partialAttr))
    llvm::append_range(leaves, grad.getWrt());
  Block *block = grad->getBlock();
  OpBuilder builder(grad);
  // Where the derivative begins; what stands before may be replaced.
  Operation *begin = builder.create<arith::ConstantIndexOp>(grad.getLoc(), 0);

  auto chain = collectChain(grad.getLoss(), leaves);
  ValueSet active(grad.getWrt().begin(), grad.getWrt().end());
  markActive(chain, active);

  Adjoints adjoints(builder, removed);
  if (active.contains(grad.getLoss()))
    adjoints.add(grad.getLoss(), scalarConstant(builder, grad.getLoc(), elementType(grad.getLoss()), 1));
  if (failed(sweepBack(builder, chain, active, adjoints)))
    return failure();

  SmallVector<Value> gradients;
  SmallVector<std::string> independent;
  chain = collectChain(grad.getLoss(), leaves);
  for (auto [index, value] : llvm::enumerate(grad.getWrt())) {
    if (!adjoints.lookup(value) && isAskedFor(grad, index) && failed(explainZero(grad, index, chain, independent)))
      return failure();
    gradients.push_back(adjoints.lookupOrZeros(value));
  }
  if (!independent.empty() && !grad->hasAttr(partialAttr))
    grad.emitWarning() << "the loss does not depend on " << llvm::join(independent, ", ")
                       << (independent.size() > 1 ? ", so their gradients are zero" : ", so the gradient is zero");
  grad.replaceAllUsesWith(gradients);
  eraseDead(block, std::next(Block::iterator(begin)), Block::iterator(grad), removed);
  removed.take(begin);
  removed.take(grad);
  return success();
}

namespace {

struct GradPass : PassWrapper<GradPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(GradPass)

  StringRef getArgument() const override { return "mdl-grad"; }
  StringRef getDescription() const override { return "Replace mdl.grad by the operations that compute it"; }

  /// A loop that kept something for its derivative may compute a loss that nobody reads.
  void dropUnreadLosses(Removed &removed) {
    SmallVector<scf::ForOp> loops;
    getOperation().walk([&](scf::ForOp loop) {
      bool onlyComputes = !loop->walk([](Operation *op) {
                                 bool keeps = hasEffect(op) || isa<CustomGradientOp>(op);
                                 return keeps ? WalkResult::interrupt() : WalkResult::advance();
                               })
                               .wasInterrupted();
      if (onlyComputes && llvm::any_of(loop.getResults(), [](Value result) { return result.use_empty(); }))
        loops.push_back(loop);
    });
    for (scf::ForOp loop : loops)
      dropUnread(loop, removed);
  }

  void runOnOperation() override {
    SmallVector<GradOp> grads;
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (auto grad = dyn_cast<GradOp>(op))
        grads.push_back(grad);
      // What a rule asks for is answered where the rule is used.
      return isa<CustomGradientOp>(op) ? WalkResult::skip() : WalkResult::advance();
    });
    Removed removed;
    // Each mistake is told; what goes through a gradient that there is not would be a consequence.
    llvm::SmallPtrSet<Operation *, 4> refused;
    auto goesThroughRefused = [&](GradOp grad) {
      auto isRefused = [&](GradOp inner) {
        return refused.contains(inner) ? WalkResult::interrupt() : WalkResult::advance();
      };
      return !refused.empty() && llvm::any_of(collectChain(grad.getLoss()),
                                              [&](Operation *op) { return op->walk(isRefused).wasInterrupted(); });
    };
    for (GradOp grad : grads)
      if (llvm::any_of(collectChain(grad.getLoss()), [](Operation *op) { return isa<GradOp>(op); }))
        grad->setAttr(higherAttr, UnitAttr::get(&getContext()));
    for (GradOp grad : grads)
      if (goesThroughRefused(grad) || failed(expandGrad(grad, removed)))
        refused.insert(grad);
    if (!refused.empty())
      return signalPassFailure();
    dropUnreadLosses(removed);
    // No derivative is asked for any more, so rules and stops have no use.
    getOperation().walk([](Operation *op) {
      if (auto custom = dyn_cast<CustomGradientOp>(op)) {
        for (auto [value, result] : llvm::zip(custom.getValues(), custom.getResults()))
          if (auto name = custom.getLoc()->findInstanceOf<NameLoc>(); name && !isa<NameLoc>(value.getLoc()))
            value.setLoc(name); // What has a rule is called the same without it.
        custom.replaceAllUsesWith(custom.getValues());
        custom.erase();
      } else if (auto stop = dyn_cast<StopGradientOp>(op)) {
        stop.replaceAllUsesWith(stop.getInput());
        stop.erase();
      }
    });
  }
};

} // namespace

std::unique_ptr<Pass> mdl::createGradPass() { return std::make_unique<GradPass>(); }

void mdl::registerAutodiffPasses() { PassRegistration<GradPass>(); }
