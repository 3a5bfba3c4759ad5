//===- LoopPlaces.cpp - Where loops and their assignments stand, for messages ---------------===//

#include "compiler/sema/LoopPlaces.h"
#include "compiler/sema/TypeNames.h"

using namespace mdl;

static const char *const LoopPlace = "$loop";
static const char *const PatternPlace = "$pattern";
static std::string assignmentOf(const std::string &name) { return "$assigned " + name; }

static void place(Scope &scope, const std::string &hidden, SourceRange range) {
  scope.names[hidden] = Binding{nullptr, false, range};
}

void mdl::placeLoop(Scope &around, SourceRange loop) { place(around, LoopPlace, loop); }

void mdl::placePattern(Scope &pass, const ast::Pattern &pattern) { place(pass, PatternPlace, pattern.range); }

/// The outermost loop around the code that is elaborated now and inside of what has the name; null without one.
static Scope *loopInside(Elaborator &e, const std::string &name) {
  Scope *loop = nullptr;
  for (Scope *s = e.scope.get(); s && !s->names.count(name); s = s->parent.get())
    if (s->names.count(LoopPlace))
      loop = s;
  return loop;
}

void mdl::placeAssignment(Elaborator &e, const std::string &name, SourceRange assignment) {
  if (Scope *loop = loopInside(e, name))
    place(*loop, assignmentOf(name), assignment);
}

bool mdl::isBoundByLoop(Elaborator &e, const std::string &name) {
  for (Scope *s = e.scope.get(); s; s = s->parent.get()) {
    auto found = s->names.find(name);
    if (found == s->names.end())
      continue;
    auto pattern = s->names.find(PatternPlace);
    if (pattern == s->names.end())
      return false;
    SourceRange all = pattern->second.range, own = found->second.range;
    return own.file == all.file && all.begin <= own.begin && own.end <= all.end;
  }
  return false;
}

void mdl::reportTypeChange(Elaborator &e, const std::string &name, SourceRange defined, const Value &before,
                           const Value &after, SourceRange range) {
  Scope *loop = loopInside(e, name);
  auto assignment = loop ? loop->names.find(assignmentOf(name)) : decltype(loop->names.end()){};
  bool isPlaced = loop && assignment != loop->names.end();
  auto [own, changed] = typeNamesApart(e, before, after);
  auto report = e.diags.report(diag::TypeChanges, isPlaced ? assignment->second.range : range, {name, own, changed});
  report.note(defined, "defined here");
  if (isPlaced)
    report.note(loop->names[LoopPlace].range, "each pass of this loop starts with what the one before left");
  auto *list = as<ListValue>(after);
  if (isEmptyList(before) && list && !list->elements.empty() && e.isStructure(list->elements.front()))
    return void(
        report.hint("the records or tuples of a list that grows hold numbers, texts, and tensors whose sizes are "
                    "known before the loop"));
  if (isEmptyList(before))
    return void(report.hint("`[… for i in 0..n]` is what a loop would add one by one"));
  // What a line of a session made is no longer of the run for those after it.
  auto *old = as<TensorValue>(before), *now = as<TensorValue>(after);
  bool isOfSession = defined.isValid() && defined.file != range.file;
  if (isOfSession && old && now && old->element == now->element)
    return void(
        report.hint("the sizes of what earlier lines made are known by now; in a program, or in a function that "
                    "makes `" +
                    name + "` itself, they may change"));
  report.hint("a variable keeps its element type through a loop or a branch, and the sizes that are known when the "
              "program is compiled");
}
