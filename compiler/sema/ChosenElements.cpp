//===- ChosenElements.cpp - Elements of a list at a place that the run knows ------------===//
//
// Stage: sema. Numbers of one shape are stacked, and the row is read; texts and functions are a choice with the place
// as its number (ChosenTexts.h, Choices.cpp); of structures each part is such a choice. An element is assigned by a
// branch for each place.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/ChosenElements.h"
#include "compiler/sema/Callables.h"
#include "compiler/sema/ChosenPlace.h"
#include "compiler/sema/ChosenTexts.h"
#include "compiler/sema/TextsOfIndex.h"
#include "compiler/sema/TypeNames.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mdl;
using namespace mdl::builtin;

Value ChosenPlace::mismatch(const Value &first, const Value &other) {
  if (as<TupleValue>(list)) {
    e.diags.report(diag::ExpectedConstant, range, {std::string(e.sources.text(range))})
        .hint("elements of a tuple have types of their own");
    return nullptr;
  }
  auto [own, another] = typeNamesApart(e, first, other);
  e.diags.report(diag::StructuresDiffer, range, {own, another})
      .hint("the type of an element that the run chooses must be known when the program is compiled");
  return nullptr;
}

ChosenPlace::Merged ChosenPlace::merged(const std::vector<Value> &parts,
                                        llvm::function_ref<const ChoiceValue *(const Value &)> choiceOf) {
  Merged result;
  std::vector<Value> numbers;
  bool hasChoice = false;
  for (auto &part : parts) {
    Value first = e.knownScalar(Dim(static_cast<int64_t>(result.options.size())));
    auto *choice = choiceOf(part);
    hasChoice |= choice != nullptr;
    numbers.push_back(choice ? e.elementwise("add", {choice->number, first}, {range, range}, range) : first);
    if (choice)
      llvm::append_range(result.options, choice->functions);
    else
      result.options.push_back(part);
  }
  result.number = hasChoice ? row(numbers) : number();
  return result;
}

Value ChosenPlace::texts(const std::vector<Value> &parts) {
  if (llvm::all_of(parts, [&](auto &part) { return choiceOfText(part) || e.knownText(part); })) {
    Merged all = merged(parts, choiceOfText);
    return all.number ? chosenText(all.options, all.number) : nullptr;
  }
  if (!fromFront) {
    std::vector<Value> numbers;
    for (auto &part : parts)
      numbers.push_back(textNumber(e, part, range));
    Value chosen = llvm::is_contained(numbers, nullptr) ? nullptr : row(numbers);
    return chosen ? textOfNumber(e, e.tensor(chosen, range)) : nullptr;
  }
  return branches([&](int64_t place) { return parts[place]; }, 0, count);
}

Value ChosenPlace::functions(const std::vector<Value> &parts) {
  Merged all = merged(parts, [](const Value &part) { return as<ChoiceValue>(part); });
  if (!all.number)
    return nullptr;
  auto choice = std::make_shared<ChoiceValue>();
  choice->functions = all.options;
  choice->number = all.number;
  return choice;
}

/// Whether two tensors have one type: those of a model's class with the same arguments need not.
static bool isOneType(const TensorValue &a, const TensorValue &b) {
  return a.element == b.element && a.rank() == b.rank() && llvm::all_of(llvm::seq(a.rank()), [&](unsigned axis) {
           return a.shape[a.lift + axis].dim == b.shape[b.lift + axis].dim;
         });
}

/// Whether a model's calls differ from another's only in the numbers of its parameters and state.
static bool isOneModel(const Value &first, const Value &second) {
  auto *a = as<TensorValue>(first), *b = as<TensorValue>(second);
  if (a && b && a->known && b->known)
    return *a->known == *b->known;
  if (a && b)
    return isOneType(*a, *b);
  auto *model = as<ModelValue>(first), *other = as<ModelValue>(second);
  std::vector<Value> parts = partsOf(first), others = partsOf(second);
  if (isSameConstant(first, second))
    return true;
  if (parts.empty() || first->kind != second->kind || parts.size() != others.size())
    return false;
  auto areOne = [](auto pair) { return isOneModel(std::get<0>(pair), std::get<1>(pair)); };
  if (model && (model->cls->decl != other->cls->decl ||
                !llvm::all_of(llvm::zip(model->arguments, other->arguments), [](auto pair) {
                  const Value &mine = std::get<0>(pair).second, &theirs = std::get<1>(pair).second;
                  auto *x = as<TensorValue>(mine), *y = as<TensorValue>(theirs);
                  return isSameConstant(mine, theirs) || (x && y && x->known && y->known && *x->known == *y->known);
                })))
    return false;
  return llvm::all_of(llvm::zip(parts, others), areOne);
}

Value ChosenPlace::structures(const std::vector<Value> &parts) {
  std::vector<std::vector<Value>> all;
  auto *record = as<RecordValue>(parts.front());
  for (auto &part : parts) {
    all.push_back(partsOf(part));
    auto *other = as<RecordValue>(part);
    bool isAlike = all.back().size() == all.front().size();
    for (size_t i = 0; isAlike && record && i < record->fields.size(); ++i)
      isAlike = record->fields[i].first == other->fields[i].first;
    if (!isAlike)
      return mismatch(parts.front(), part);
  }
  std::vector<Value> made;
  for (size_t i = 0; i < all.front().size(); ++i) {
    std::vector<Value> column;
    for (auto &row : all)
      column.push_back(row[i]);
    made.push_back(among(column));
    if (!made.back())
      return nullptr;
    auto *model = as<ModelValue>(parts.front());
    if (model && model->members[i].role == ModelValue::Role::State && fromFront)
      noteChosenState(e, made.back(), column, number(), range);
  }
  return withParts(parts.front(), made);
}

Value ChosenPlace::ranges(const std::vector<Value> &parts) {
  std::vector<Value> begins, ends;
  for (auto &part : parts) {
    begins.push_back(as<RangeValue>(part)->begin);
    ends.push_back(as<RangeValue>(part)->end);
  }
  auto range = std::make_shared<RangeValue>();
  range->begin = among(begins);
  range->end = among(ends);
  return range->begin && range->end ? range : nullptr;
}

Value ChosenPlace::among(const std::vector<Value> &given) {
  std::vector<Value> parts;
  for (auto &part : given) {
    parts.push_back(e.settle(part, range));
    if (!parts.back())
      return nullptr;
  }
  const Value &first = parts.front();
  if (llvm::all_of(parts, [&](auto &part) { return isSameConstant(part, first); }))
    return first;
  bool areClasses = llvm::all_of(parts, [](auto &part) { return as<ModelClassValue>(part) != nullptr; });
  bool areCalled = areClasses || llvm::all_of(parts, isCallable);
  for (auto &part : parts)
    if (part->kind != first->kind && !areCalled)
      return mismatch(first, part);
  switch (first->kind) {
  case ValueKind::Tensor:
    return tensors(parts);
  case ValueKind::String:
    return texts(parts);
  case ValueKind::Tuple:
  case ValueKind::List:
  case ValueKind::Record:
    return structures(parts);
  case ValueKind::Range:
    return ranges(parts);
  default:
    break;
  }
  if (!areCalled) {
    e.diags.report(diag::Unsupported, range,
                   {"which element it is must be known when the program is compiled: " + e.typeName(first)});
    return nullptr;
  }
  bool isOne =
      first->kind == ValueKind::Model && llvm::all_of(parts, [&](auto &part) { return isOneModel(first, part); });
  return isOne ? structures(parts) : functions(parts);
}

static const char *const ofTraining =
    "one that is trained is chosen with what is done with it: `if k == 0 { run(A()) } else { run(B()) }`";

void mdl::hintForClasses(DiagnosticEngine::Builder &report) {
  report.hint("models are made when the program is compiled; the run chooses among those that are: `[A(), B()][k]`");
  report.hint(ofTraining);
}

void mdl::hintForTraining(DiagnosticEngine::Builder &report, const Value &chosen) {
  auto *choice = as<ChoiceValue>(chosen);
  if (choice && as<ModelValue>(choice->functions.front()))
    report.hint(ofTraining);
}

/// The place as a whole number; null if reported.
static Tensor numberOfPlace(Elaborator &e, const Value &list, const Value &place, SourceRange range) {
  Tensor index = e.isTensorLike(place) ? e.tensor(place, range) : nullptr;
  if (index && isInteger(index->element) && !index->rank())
    return index;
  if (index || !e.isTensorLike(place)) {
    std::string what = as<StringValue>(list) ? "a text" : "a list";
    auto report = e.diags.report(diag::BadArgument, range,
                                 {"index", "an element of " + what + " has one whole number as its place, found " +
                                               e.typeName(index ? Value(index) : place)});
    if (index && index->rank())
      report.hint("`[xs[k] for k in ks]` gives one for each place");
  }
  return nullptr;
}

Value mdl::elementOfRun(Elaborator &e, const Value &list, const std::vector<Value> &elements, const Value &given,
                        SourceRange range) {
  Tensor index = numberOfPlace(e, list, given, range);
  if (!index)
    return nullptr;
  if (elements.empty()) {
    e.diags.report(diag::CannotIndex, range, {as<StringValue>(list) ? "an empty text" : "an empty list"});
    return nullptr;
  }
  ChosenPlace place(e, list, elements.size(), index, range);
  return place.check() ? place.among(elements) : nullptr;
}

std::vector<Value> mdl::withElementOfRun(Elaborator &e, const Value &list, const std::vector<Value> &elements,
                                         const Value &given, SourceRange range, const Value &value,
                                         SourceRange valueRange) {
  Tensor index = numberOfPlace(e, list, given, range);
  ChosenPlace place(e, list, elements.size(), index, range);
  if (!index || !place.check())
    return {};
  std::vector<Value> changed;
  for (auto [at, element] : llvm::enumerate(elements)) {
    Value isThere = place.isAt(static_cast<int64_t>(at));
    Tensor condition = isThere ? e.tensor(isThere, range) : nullptr;
    if (!condition)
      return {};
    changed.push_back(e.branch(
        {{}, {valueRange, range}, range, range, [&, old = element](bool taken) { return taken ? value : old; }},
        condition));
    if (!changed.back())
      return {};
  }
  return changed;
}
