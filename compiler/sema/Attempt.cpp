//===- Attempt.cpp - Code that is made again in another way -------------------------------===//

#include "compiler/sema/Attempt.h"

#include "compiler/dialect/Mdl.h"

using namespace mdl;

mlir::Operation *mdl::lastOperation(Elaborator &e) {
  auto at = e.emit.builder.getInsertionPoint();
  return at == e.emit.builder.getInsertionBlock()->begin() ? nullptr : &*std::prev(at);
}

Attempt::Attempt(Elaborator &e)
    : e(e), block(e.emit.builder.getInsertionBlock()), before(lastOperation(e)), messages(e.diags.all().size()),
      noted(e.notes.mark()), sizes(e.dims.count()), sites(e.randomSites), states(e.statesNow()),
      straight(e.straightScope()), checked(straight ? straight->checkedSizes.size() : 0),
      equal(straight ? straight->equalities.size() : 0) {}

llvm::ArrayRef<Diagnostic> Attempt::reported() const { return llvm::ArrayRef(e.diags.all()).drop_front(messages); }

static bool isCheckOfSize(mlir::Operation &op) {
  auto call = llvm::dyn_cast<RuntimeOp>(op);
  return call && call.getCallee() == "mdl_check_size";
}

void Attempt::undo() {
  for (auto at = e.emit.builder.getInsertionPoint(); at != block->begin() && &*std::prev(at) != before;) {
    mlir::Operation &last = *std::prev(at);
    if (isCheckOfSize(last) || !last.use_empty())
      --at;
    else
      last.erase();
  }
  e.dims.forgetValues(sizes);
  if (straight) {
    straight->checkedSizes.resize(checked);
    straight->equalities.resize(equal);
  }
  e.diags.rewind(messages);
  e.notes.rewind(noted);
  e.restoreStates(states);
  e.randomSites = sites;
}
