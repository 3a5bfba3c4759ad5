//===- ChosenElements.h - Elements of a list at a place that the run knows --------------===//
//
// Stage: sema. `names[argmax(p)]`, `points[k].x`, `fs[k](y)`: a choice among the elements by their number, leaf by
// leaf.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_CHOSENELEMENTS_H
#define MDL_SEMA_CHOSENELEMENTS_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

/// The element at a place, counted from the end where it is negative; null if reported. `list`: what it is an element
/// of, for messages.
Value elementOfRun(Elaborator &e, const Value &list, const std::vector<Value> &elements, const Value &place,
                   SourceRange range);
/// The elements with `value` at a place; empty if reported.
std::vector<Value> withElementOfRun(Elaborator &e, const Value &list, const std::vector<Value> &elements,
                                    const Value &place, SourceRange range, const Value &value, SourceRange valueRange);

/// How a run chooses among models of several classes, as hints of the messages of where it cannot.
void hintForClasses(DiagnosticEngine::Builder &report);
/// Likewise where one is to be trained, if the value is such a choice.
void hintForTraining(DiagnosticEngine::Builder &report, const Value &chosen);

/// Notes that a state is the one of these at the place: see Note [State of a model] in ModelStates.cpp.
void noteChosenState(Elaborator &e, const Value &state, const std::vector<Value> &states, const Value &place,
                     SourceRange range);

} // namespace mdl

#endif // MDL_SEMA_CHOSENELEMENTS_H
