//===- AlignLoops.cpp - What a `while` carries stands in one order ----------===//
//
// Stage memory, before bufferisation. Upstream takes the i-th value that `scf.while` begins
// with, the i-th that its condition passes on and its i-th result for one tensor, while
// canonicalisation drops what the body or what follows does not read, so that the others move
// up: two variables changed their places then. Here the condition passes on all that it is
// given, in its order, and behind that what it has computed.
//
//===----------------------------------------------------------------------===//

#include "compiler/memory/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace mdl {
namespace {

void align(scf::WhileOp loop) {
  Block *before = loop.getBeforeBody();
  scf::ConditionOp condition = loop.getConditionOp();
  SmallVector<Value> passed(before->getArguments().begin(), before->getArguments().end());
  SmallVector<unsigned> places; // Of what was passed on.
  for (Value value : condition.getArgs()) {
    auto *known = llvm::find(passed, value);
    places.push_back(known - passed.begin());
    if (known == passed.end())
      passed.push_back(value);
  }
  if (llvm::equal(passed, condition.getArgs()))
    return;
  OpBuilder builder(loop);
  auto aligned = builder.create<scf::WhileOp>(loop.getLoc(), TypeRange(ValueRange(passed)), loop.getInits());
  condition.getArgsMutable().assign(passed);
  aligned.getBefore().takeBody(loop.getBefore());
  aligned.getAfter().takeBody(loop.getAfter());
  Block *after = aligned.getAfterBody();
  unsigned old = after->getNumArguments();
  for (Value value : passed)
    after->addArgument(value.getType(), loop.getLoc());
  for (auto [i, place] : llvm::enumerate(places)) {
    after->getArgument(i).replaceAllUsesWith(after->getArgument(old + place));
    loop.getResult(i).replaceAllUsesWith(aligned.getResult(place));
  }
  after->eraseArguments(0, old);
  loop.erase();
}

struct AlignLoopsPass : public PassWrapper<AlignLoopsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(AlignLoopsPass)
  StringRef getArgument() const final { return "mdl-align-loops"; }
  StringRef getDescription() const final { return "Let a `while` pass on all that it carries, in its order"; }

  void runOnOperation() final {
    getOperation()->walk([](scf::WhileOp loop) { align(loop); });
  }
};

} // namespace

std::unique_ptr<Pass> createAlignLoopsPass() { return std::make_unique<AlignLoopsPass>(); }

} // namespace mdl
