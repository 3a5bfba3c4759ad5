//===- Namesakes.cpp - Sizes of one name ---------------------------------------------------===//
//
// Stage: sema. See Namesakes.h.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Namesakes.h"

using namespace mdl;

static std::set<SymbolId> symbolsOf(const Dim &dim) {
  std::set<SymbolId> symbols;
  for (auto &[monomial, coefficient] : dim.terms)
    symbols.insert(monomial.begin(), monomial.end());
  return symbols;
}

bool mdl::noteNamesakes(const DimTable &dims, DiagnosticEngine::Builder &report, const Dim &first, const Dim &second) {
  bool found = false;
  for (SymbolId one : symbolsOf(first))
    for (SymbolId other : symbolsOf(second)) {
      std::string name = dims.print(Dim::symbol(one));
      bool areOthers = one != other && name == dims.print(Dim::symbol(other));
      if (!areOthers || !dims[one].origin.isValid() || !dims[other].origin.isValid())
        continue;
      report.note(dims[one].origin, "one `" + name + "` is the size made here");
      report.note(dims[other].origin, "the other `" + name + "` is the size made here");
      found = true;
    }
  return found;
}
