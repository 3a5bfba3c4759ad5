//===- ChosenElements.cpp - Elements of a list at a place that the run knows ------------===//
//
// Stage: sema. Numbers of one shape are stacked, and the row is read; texts and functions are a choice with the place
// as its number (ChosenTexts.h, Choices.cpp); of structures each part is such a choice. An element is assigned by a
// branch for each place.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/ChosenElements.h"
#include "compiler/sema/Callables.h"
#include "compiler/sema/ChosenTexts.h"
#include "compiler/sema/OpenSizes.h"
#include "compiler/sema/Ragged.h"
#include "compiler/sema/Subscripts.h"
#include "compiler/sema/TextsOfIndex.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mdl;
using namespace mdl::builtin;

namespace {
/// A place among elements that has been checked.
class Place {
public:
  Place(Elaborator &e, const Value &list, size_t count, const Tensor &index, SourceRange range)
      : e(e), list(list), count(static_cast<int64_t>(count)), index(index), range(range) {}

  /// Emits the check; false where the place is surely outside (reported).
  bool check();
  /// What stands there of these, one an element; null if reported.
  Value among(const std::vector<Value> &parts);
  /// The place counted from the front.
  Value number();
  Value isAt(int64_t place);
  /// A piece of code for each place, of which the run takes one.
  Value branches(llvm::function_ref<Value(int64_t)> take, int64_t from, int64_t to);

private:
  Value row(const std::vector<Value> &numbers);
  Value texts(const std::vector<Value> &parts);
  Value functions(const std::vector<Value> &parts);
  Value structures(const std::vector<Value> &parts);
  Value ranges(const std::vector<Value> &parts);
  Value tensors(const std::vector<Value> &parts);
  Value ofDifferentSizes(const std::vector<Value> &parts);
  Value mismatch(const Value &first, const Value &other);
  /// The options of all parts, and the number among them of the one that the part at the place has.
  struct Merged {
    std::vector<Value> options;
    Value number;
  };
  Merged merged(const std::vector<Value> &parts, llvm::function_ref<const ChoiceValue *(const Value &)> choiceOf);

  Elaborator &e;
  const Value &list;
  int64_t count;
  Tensor index;
  SourceRange range;
  std::optional<Dim> fromFront; ///< Where it is one place for all indices of the comprehensions around.
};
} // namespace

bool Place::check() {
  // What a condition of a comprehension leaves out is not read: that is for the read to see.
  if (index->lift || !e.guards.empty())
    return true;
  auto given = e.size(index, range);
  fromFront = given ? placeOfNumber(e, given->dim, {Dim(count), range}, 0, range) : std::nullopt;
  return fromFront.has_value();
}

/// Puts what is made of the values before the loops around, as far as all of them are there: no pass changes it.
static void leaveLoops(Elaborator &e, const std::vector<Value> &values) {
  std::vector<mlir::Operation *> owners;
  for (auto &value : values) {
    auto *tensor = as<TensorValue>(value);
    bool isFixed = tensor && tensor->ssa && llvm::all_of(tensor->shape, [](auto &size) { return size.dim.constant(); });
    if (!isFixed)
      return;
    owners.push_back(tensor->ssa.getParentRegion()->getParentOp());
  }
  mlir::Operation *around = e.emit.builder.getInsertionBlock()->getParentOp();
  for (; llvm::isa<mlir::scf::ForOp, mlir::scf::WhileOp, mlir::scf::IfOp>(around); around = around->getParentOp()) {
    if (llvm::any_of(owners, [&](auto *owner) { return around->isAncestor(owner); }))
      return;
    if (!llvm::isa<mlir::scf::IfOp>(around))
      e.emit.builder.setInsertionPoint(around);
  }
}

Value Place::row(const std::vector<Value> &numbers) {
  auto several = std::make_shared<ListValue>();
  several->elements = numbers;
  several->ranges.assign(numbers.size(), range);
  Tensor whole;
  {
    mlir::OpBuilder::InsertionGuard guard(e.emit.builder);
    leaveLoops(e, numbers);
    whole = e.tensor(several, range);
  }
  if (!whole)
    return nullptr;
  if (!fromFront) {
    constexpr const char *name = "place in a list"; // No name of the language.
    auto inner = std::make_shared<Scope>(e.scope);
    inner->names[name] = Binding{index, false, {}};
    ast::NameRef at(range);
    at.name = name;
    Restore<ScopePtr> restore(e.scope, inner);
    return e.indexTensor(whole, range, {{ast::Subscript::At, &at, nullptr, nullptr, nullptr, range}}, range);
  }
  Tensor one = part(e, whole, whole->lift, *fromFront, {Dim(1), range});
  Shape shape = one->shape;
  shape.erase(shape.begin() + one->lift);
  return e.reshape(one, shape, one->lift);
}

Value Place::number() {
  if (fromFront)
    return e.knownScalar(*fromFront);
  std::vector<Value> places;
  for (int64_t place : llvm::seq<int64_t>(count))
    places.push_back(e.knownScalar(Dim(place)));
  return row(places);
}

Value Place::isAt(int64_t place) {
  return e.compare(ast::CompareOp::Eq, number(), e.knownScalar(Dim(place)), range, range, range);
}

Value Place::branches(llvm::function_ref<Value(int64_t)> take, int64_t from, int64_t to) {
  if (to - from == 1)
    return take(from);
  int64_t middle = from + (to - from) / 2;
  Value isBefore = e.compare(ast::CompareOp::Lt, number(), e.knownScalar(Dim(middle)), range, range, range);
  Tensor condition = isBefore ? e.tensor(isBefore, range) : nullptr;
  if (!condition)
    return nullptr;
  return e.branch({{},
                   {range, range},
                   range,
                   range,
                   [&](bool taken) { return taken ? branches(take, from, middle) : branches(take, middle, to); }},
                  condition);
}

Value Place::mismatch(const Value &first, const Value &other) {
  if (as<TupleValue>(list))
    e.diags.report(diag::ExpectedConstant, range, {std::string(e.sources.text(range))})
        .hint("elements of a tuple have types of their own");
  else
    e.diags.report(diag::StructuresDiffer, range, {e.typeName(first), e.typeName(other)})
        .hint("the type of an element that the run chooses must be known when the program is compiled");
  return nullptr;
}

Place::Merged Place::merged(const std::vector<Value> &parts,
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

Value Place::texts(const std::vector<Value> &parts) {
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

Value Place::functions(const std::vector<Value> &parts) {
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

Value Place::structures(const std::vector<Value> &parts) {
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

Value Place::ranges(const std::vector<Value> &parts) {
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

/// The largest of the sizes that tensors have along an axis of their own; nothing where one is not known now.
static std::optional<int64_t> largest(const std::vector<Value> &parts, unsigned axis) {
  int64_t most = 0;
  for (auto &part : parts) {
    auto *one = as<TensorValue>(part);
    auto size = one->shape[one->lift + axis].dim.constant();
    if (!size)
      return std::nullopt;
    most = std::max(most, *size);
  }
  return most;
}

/// All are filled up to the largest, so that they can be stacked; of what stands at the place the rest is cut off.
/// Where each index of a comprehension has a place of its own, these are rows of different lengths.
Value Place::ofDifferentSizes(const std::vector<Value> &parts) {
  unsigned rank = as<TensorValue>(parts.front())->rank();
  std::vector<Value> filled;
  std::map<unsigned, std::vector<Value>> sizes; // By axis, where they differ.
  for (auto &given : parts) {
    Tensor one = e.tensor(given, range);
    Shape shape = one->shape;
    std::vector<int64_t> none(shape.size(), 0), more = none;
    for (unsigned axis = 0; axis < rank; ++axis) {
      Dim &size = shape[one->lift + axis].dim;
      more[one->lift + axis] = *largest(parts, axis) - *size.constant();
      sizes[axis].push_back(e.knownScalar(size));
      size = Dim(*largest(parts, axis));
    }
    filled.push_back(
        e.make(e.emit.op("pad", {e.ssa(one), e.ssa(e.scalarConstant(one->element, 0))},
                         e.emit.tensorType(one->element, shape), {e.emit.ints("low", none), e.emit.ints("high", more)}),
               one->element, shape, one->lift));
  }
  Value whole = row(filled);
  std::vector<RaggedValue::Axis> differing;
  for (auto &[axis, all] : sizes) {
    if (!whole || llvm::all_of(all, [&](auto &size) { return e.constantInt(size) == e.constantInt(all.front()); }))
      continue;
    Tensor length = e.tensor(row(all), range), found = e.tensor(whole, range);
    if (!fromFront) {
      Value has =
          e.compare(ast::CompareOp::Lt, counted(e, {found->shape[found->lift + axis]}, 0), length, range, range, range);
      differing.push_back({rank - 1 - axis, e.tensor(has, range), length, /*isHead=*/true});
      continue;
    }
    std::string name = (rank == 1 ? "len([" : "shape([") + std::string(e.sources.text(range)) + "])";
    mlir::Value count = e.emit.toIndex(e.scalar(length));
    Dim size = Dim::symbol(e.dims.fresh(rank == 1 ? name : name + "[" + std::to_string(axis) + "]", range,
                                        count.getAsOpaquePointer(), /*isUnnamed=*/true));
    whole = part(e, found, found->lift + axis, Dim(0), {size, range});
  }
  return differing.empty() ? whole : raggedRows(e.tensor(whole, range), differing, range);
}

Value Place::tensors(const std::vector<Value> &parts) {
  auto *first = as<TensorValue>(parts.front());
  bool isStacked = true, canBranch = fromFront.has_value();
  for (auto &part : parts) {
    auto *one = as<TensorValue>(part);
    bool isSameRank = one->rank() == first->rank(), areKnown = isSameRank;
    for (unsigned axis = 0; isSameRank && axis < one->rank(); ++axis) {
      const Dim &size = one->shape[one->lift + axis].dim, &before = first->shape[first->lift + axis].dim;
      isStacked &= size == before;
      canBranch &= canMeet(size, before);
      areKnown &= largest(parts, axis).has_value();
    }
    if (!isSameRank || !(isStacked || canBranch || areKnown)) {
      e.diags.report(diag::RaggedList, range, {e.print(one->shape, one->lift), e.print(first->shape, first->lift)})
          .hint("`for x in xs` goes over elements of different shapes");
      return nullptr;
    }
  }
  if (isStacked)
    return row(parts);
  return canBranch ? branches([&](int64_t place) { return parts[place]; }, 0, count) : ofDifferentSizes(parts);
}

Value Place::among(const std::vector<Value> &given) {
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
  Place place(e, list, elements.size(), index, range);
  return place.check() ? place.among(elements) : nullptr;
}

std::vector<Value> mdl::withElementOfRun(Elaborator &e, const Value &list, const std::vector<Value> &elements,
                                         const Value &given, SourceRange range, const Value &value,
                                         SourceRange valueRange) {
  Tensor index = numberOfPlace(e, list, given, range);
  Place place(e, list, elements.size(), index, range);
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
