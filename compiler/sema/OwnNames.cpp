//===- OwnNames.cpp - Names of the library that a program takes for itself -----------------===//

#include "compiler/sema/OwnNames.h"

#include "compiler/print/Print.h"

using namespace mdl;

void mdl::noteOwnNames(Elaborator &e, const Scope *program, mlir::ModuleOp into) {
  std::set<std::string> names;
  for (const Scope *scope = program; scope && scope != e.globals.get(); scope = scope->parent.get())
    for (auto &[name, binding] : scope->names) {
      auto known = e.globals->names.find(name);
      if (known != e.globals->names.end() && binding.value != known->second.value &&
          !e.sources.isLibrary(binding.range))
        names.insert(name);
    }
  mlir::Builder builder(into.getContext());
  std::vector<llvm::StringRef> list(names.begin(), names.end());
  into->setAttr(ownNamesAttr, builder.getStrArrayAttr(list));
}
