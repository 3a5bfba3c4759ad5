//===- Lowering.cpp - A checked module through the passes ---------------------===//

#include "compiler/driver/Lowering.h"

#include "compiler/autodiff/Passes.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/support/RunTimePlace.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>
#include <set>

using namespace mdl;

/// The number of the calls that sema was in when it made the operation.
static int callsOf(mlir::Location location) {
  auto inCalls = location->findInstanceOf<mlir::FusedLocWith<mlir::IntegerAttr>>();
  return inCalls ? static_cast<int>(inCalls.getMetadata().getInt()) : -1;
}

bool mdl::lowerModule(mlir::ModuleOp module, Stop &form, Stop to, Compilation &compilation, SourceRange whole) {
  if (form >= to)
    return true;
  // A request that cannot be met is the user's error up to the derivatives; after that it is ours.
  bool userStage = form == Stop::Mdl;
  Stop next = userStage && to != Stop::Grad ? Stop::Grad : to;
  std::string trouble;
  mlir::ScopedDiagnosticHandler handler(module.getContext(), [&](mlir::Diagnostic &message) {
    SourceRange range = placeOf(compilation, message.getLocation());
    bool isError = message.getSeverity() == mlir::DiagnosticSeverity::Error;
    if (userStage && range.isValid()) {
      std::string text = message.str();
      bool isLimit = llvm::StringRef(text).starts_with(limitPrefix);
      if (isLimit)
        text.erase(0, limitPrefix.size());
      auto kind = isLimit ? diag::Unsupported : isError ? diag::NotDifferentiable : diag::NoGradientPath;
      compilation.diagnostics.enterContext(callsOf(message.getLocation()));
      auto builder = compilation.diagnostics.report(kind, range, {text});
      compilation.diagnostics.enterContext(-1);
      for (auto &note : message.getNotes()) {
        std::string said = note.str();
        if (llvm::StringRef(said).starts_with(hintPrefix))
          builder.hint(said.substr(hintPrefix.size()));
        else if (SourceRange at = placeOf(compilation, note.getLocation()); at.isValid())
          builder.note(at, said);
      }
    } else if (isError && trouble.empty()) {
      trouble = message.str();
    }
    return mlir::success();
  });
  mlir::PassManager manager(module.getContext());
#ifdef NDEBUG
  manager.enableVerifier(std::getenv("MDL_VERIFY") != nullptr);
#endif
  addMdlPasses(manager, next, form);
  if (mlir::failed(manager.run(module))) {
    if (!compilation.diagnostics.hasErrors())
      compilation.diagnostics.report(
          diag::InternalError, whole,
          {userStage ? "derivatives" : "lowering", trouble.empty() ? "no message" : trouble});
    return false;
  }
  form = next;
  return !compilation.diagnostics.hasErrors() && lowerModule(module, form, to, compilation, whole);
}

void mdl::addPlaces(mlir::ModuleOp module, Compilation &compilation) {
  module.walk([&](mlir::Operation *op) {
    if (!llvm::isa<LaunchOp, mlir::memref::AllocOp>(op))
      return;
    compilation.diagnostics.enterContext(callsOf(op->getLoc()));
    SourceRange range = placeOf(compilation, op->getLoc());
    std::string place = runTimePlace(compilation.sources, compilation.diagnostics, range);
    op->setAttr(placeAttribute, mlir::StringAttr::get(module.getContext(), place));
  });
  compilation.diagnostics.enterContext(-1);
}

std::optional<std::vector<CompiledKernel>> mdl::takeKernels(KernelResult result, Compilation &compilation,
                                                            SourceRange whole) {
  if (result)
    return std::move(result.kernels);
  // A cache that cannot be written is nobody's bug, and has no place in the program.
  if (llvm::StringRef(result.error).starts_with("cannot "))
    llvm::errs() << "error: " << result.error << "\n";
  else
    compilation.diagnostics.report(diag::InternalError, whole, {"the kernels", result.error});
  return std::nullopt;
}

std::string mdl::explainHint(const DiagnosticEngine &diagnostics) {
  std::string codes;
  std::set<diag> seen;
  for (size_t i : diagnostics.shown())
    if (diag kind = diagnostics.all()[i].kind; seen.insert(kind).second)
      codes += " " + std::string(diagInfo(kind).code);
  return codes.empty() ? "" : "more: mdl explain" + codes + "\n";
}
