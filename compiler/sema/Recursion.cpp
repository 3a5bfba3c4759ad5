//===- Recursion.cpp - Calls that have no end -----------------------------------------------===//
//
// Stage: sema. See Recursion.h.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Recursion.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

/// Beyond this a recursion is taken to have no end.
static constexpr unsigned maxCallDepth = 500;

/// The name of a loop's place, or of an index of a comprehension, that an argument is computed from; empty without one.
static std::string placeIn(const Elaborator &e, const CallArguments &arguments) {
  for (auto &item : arguments.items) {
    auto *number = as<TensorValue>(item.value);
    if (number && number->affine && !number->affine->terms.empty())
      return e.axes[number->affine->terms.front().first].name;
    if (!number || !number->known)
      continue;
    for (auto &[symbols, coefficient] : number->known->terms)
      for (SymbolId id : symbols)
        if (e.dims[id].isPlace)
          return e.dims[id].name;
  }
  return "";
}

/// Says which calls go round, once each.
static void reportRecursion(Elaborator &e, const CallArguments &arguments) {
  DiagnosticEngine &diags = e.diags;
  SourceRange range = arguments.range;
  const std::vector<DiagNote> calls = diags.contexts();
  auto same = [](const DiagNote &a, const DiagNote &b) {
    return a.range.file == b.range.file && a.range.begin == b.range.begin;
  };
  size_t length = 1;
  while (length < calls.size() && !same(calls[calls.size() - 1 - length], calls.back()))
    ++length;
  auto report = diags.report(diag::RecursionTooDeep, range, {std::to_string(maxCallDepth)});
  std::vector<DiagNote> shown(calls.end() - std::min(length, calls.size()), calls.end());
  if (!calls.empty() && length < calls.size())
    shown.insert(shown.begin(), calls.front());
  report.replaceContext(shown);
  report.hint("it ends where an `if` chooses by what is known when the program is compiled");
  if (std::string place = placeIn(e, arguments); !place.empty())
    report.hint("`" + place +
                "` is known when the program is compiled where it goes over a known range of at most 64 numbers");
  report.hint("a number that only the run knows can end a `while` loop");
}

bool mdl::isTooDeep(Elaborator &e, const ast::Stmt *decl, const CallArguments &arguments) {
  bool isTold = llvm::any_of(e.endless, [&](auto &called) {
    llvm::ArrayRef<Diagnostic> told = e.diags.all();
    return called.first == decl && called.second < told.size() && told[called.second].kind == diag::RecursionTooDeep;
  });
  if (isTold || e.depth < maxCallDepth)
    return isTold;
  if (decl)
    e.endless.emplace_back(decl, e.diags.all().size());
  reportRecursion(e, arguments);
  return true;
}
