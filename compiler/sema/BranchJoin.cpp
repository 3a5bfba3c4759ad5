//===- BranchJoin.cpp - One form for what two branches give -------------------------===//
//
// Stage: sema. Values are matched part by part; each part that differs is a result of the scf.if. Where their sizes
// differ, it has one of its own (Note [Sizes where paths meet] in OpenSizes.h).
//
//===----------------------------------------------------------------------===//

#include "compiler/sema/BranchJoin.h"
#include "compiler/sema/Literals.h"
#include "compiler/sema/RunLists.h"
#include "compiler/sema/TextsOfIndex.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

/// What has no name is told by its condition.
static std::string describe(Elaborator &e, SourceRange condition) {
  constexpr size_t longest = 24;
  std::string_view text = e.sources.text(condition);
  bool isShort = text.size() <= longest && text.find('\n') == std::string_view::npos;
  return "if " + (isShort ? std::string(text) : "…");
}

Dim BranchJoin::meet(const Dim &ofFirst, const Dim &ofSecond, const std::string &name, unsigned axis, unsigned rank) {
  // What one of them knows to be even, the other does not.
  Dim first = e.dims.withWholes(ofFirst), second = e.dims.withWholes(ofSecond);
  if (first == second)
    return first;
  auto [known, isNew] = met.try_emplace({first, second});
  if (isNew)
    known->second = sizes.open(name.empty() ? describe(e, branching.condition) : name, axis, rank, name.empty());
  return known->second;
}

/// Whether numbers as written can be of a type; those that are too large are reported.
static bool canBecome(Elaborator &e, const WrittenNumbers &numbers, ElementType element, SourceRange range) {
  if (element == ElementType::Bool || (isFloat(numbers.element) && !isFloat(element)))
    return false;
  return isFloat(numbers.element) || (fits(e, numbers.least, element, range) && fits(e, numbers.most, element, range));
}

BranchJoin::Build BranchJoin::matchNumbers(const Value &first, const Value &second, const std::string &name,
                                           bool isOpen) {
  Part part{{first, second}};
  auto *a = as<TensorValue>(first), *b = as<TensorValue>(second);
  std::optional<WrittenNumbers> written[] = {writtenNumbers(first), writtenNumbers(second)}, both;
  if (written[0] && written[1])
    both = eitherOf(*written[0], *written[1]);
  part.element = both ? both->element : written[0] ? b->element : a->element;
  if (!written[0] && !written[1] && a->element != b->element)
    return nullptr;
  for (unsigned which : {0u, 1u})
    if (written[which] && !both && !canBecome(e, *written[which], part.element, ranges[which]))
      return nullptr;
  unsigned liftA = a ? a->lift : 0, liftB = b ? b->lift : 0;
  if ((a ? a->rank() : 0) != (b ? b->rank() : 0))
    return nullptr;
  // Inside a comprehension one may depend on fewer of its indices than the other.
  part.lift = std::max(liftA, liftB);
  auto isOne = [](const TensorValue *value, unsigned lift, unsigned axis) {
    return axis >= lift || value->shape[axis].dim.isConstant(1);
  };
  for (unsigned axis = 0; axis < part.lift; ++axis)
    part.shape.push_back(isOne(a, liftA, axis) && isOne(b, liftB, axis) ? Size{Dim(1), {}} : e.axes[axis].size);
  for (unsigned axis = 0; a && b && axis < a->rank(); ++axis) {
    const Dim &of = a->shape[liftA + axis].dim, &other = b->shape[liftB + axis].dim;
    if (!canMeet(of, other) && !isOpen)
      return nullptr;
    part.shape.push_back(of == other ? b->shape[liftB + axis]
                                     : Size{meet(of, other, name, axis, a->rank()), branching.range});
  }
  parts.push_back(part);
  return [this, part, both, at = parts.size() - 1](mlir::ValueRange results) {
    auto made = e.make(results[at], part.element, part.shape, part.lift);
    return both ? withOpenType(e, {both->element, made, both->least, both->most}) : made;
  };
}

BranchJoin::Build BranchJoin::matchStrings(const Value &first, const Value &second) {
  if (isSameConstant(first, second))
    return [first](mlir::ValueRange) { return first; };
  Part part{{first, second}};
  if (isTextOfIndex(first) || isTextOfIndex(second)) {
    part.isTextNumber = true;
    part.element = ElementType::I64;
    part.shape = indicesOf(e, {first, second}, branching.range);
    part.lift = part.shape.size();
    parts.push_back(part);
    return [this, part, at = parts.size() - 1](mlir::ValueRange results) {
      return textOfNumber(e, e.make(results[at], part.element, part.shape, part.lift));
    };
  }
  part.isString = true;
  parts.push_back(part);
  return [at = parts.size() - 1](mlir::ValueRange results) {
    auto string = std::make_shared<StringValue>();
    string->pieces.push_back({"", nullptr, "", nullptr, results[at]});
    return string;
  };
}

static std::string partName(const Value &whole, size_t i) {
  if (auto *record = as<RecordValue>(whole))
    return record->fields[i].first;
  auto *model = as<ModelValue>(whole);
  return model ? model->members[i].name : std::to_string(i);
}

BranchJoin::Build BranchJoin::matchStructures(const Value &first, const Value &second, const std::string &name) {
  if (auto *a = as<RecordValue>(first))
    for (size_t i = 0; i < a->fields.size() && i < as<RecordValue>(second)->fields.size(); ++i)
      if (a->fields[i].first != as<RecordValue>(second)->fields[i].first)
        return nullptr;
  if (auto *a = as<ModelValue>(first); a && a->cls->decl != as<ModelValue>(second)->cls->decl)
    return nullptr;
  std::vector<Value> ofFirst = partsOf(first), ofSecond = partsOf(second);
  if (ofFirst.size() != ofSecond.size())
    return nullptr;
  std::vector<Build> builds;
  for (size_t i = 0; i < ofFirst.size(); ++i) {
    builds.push_back(match(ofFirst[i], ofSecond[i], name.empty() ? name : name + "." + partName(first, i)));
    if (!builds.back())
      return nullptr;
  }
  return [second, builds](mlir::ValueRange results) {
    std::vector<Value> made;
    for (auto &build : builds)
      made.push_back(build(results));
    return withParts(second, made);
  };
}

/// Lists of the run: their columns.
BranchJoin::Build BranchJoin::matchLists(const RunListValue &first, const RunListValue &second,
                                         const std::string &name) {
  if (!isSameForm(first.form, second.form))
    return nullptr;
  std::vector<Build> builds;
  for (auto [own, other] : llvm::zip_equal(first.columns, second.columns)) {
    bool canBeOne = llvm::all_of(llvm::zip(llvm::drop_begin(own->shape), llvm::drop_begin(other->shape)),
                                 [](auto sizes) { return canMeet(std::get<0>(sizes).dim, std::get<1>(sizes).dim); });
    builds.push_back(canBeOne ? matchNumbers(own, other, name, /*isOpen=*/true) : nullptr);
    if (!builds.back())
      return nullptr;
  }
  return [this, form = second.form, builds](mlir::ValueRange results) {
    std::vector<Elaborator::Tensor> columns;
    for (auto &build : builds)
      columns.push_back(e.tensor(build(results), branching.range));
    return runList(form, columns);
  };
}

BranchJoin::Build BranchJoin::matchRanges(const Value &first, const Value &second, const std::string &name) {
  auto *a = as<RangeValue>(first), *b = as<RangeValue>(second);
  if (!a->end != !b->end)
    return nullptr;
  auto bound = [&](const Value &of, const Value &other) -> Build {
    auto known = e.constantInt(of);
    if (known && known == e.constantInt(other))
      return [of](mlir::ValueRange) { return of; };
    return match(of, other, name);
  };
  Build begin = bound(a->begin, b->begin), end = a->end ? bound(a->end, b->end) : nullptr;
  if (!begin || (a->end && !end))
    return nullptr;
  return [begin, end](mlir::ValueRange results) {
    auto range = std::make_shared<RangeValue>();
    range->begin = begin(results);
    range->end = end ? end(results) : nullptr;
    return range;
  };
}

/// A choice between the functions of both.
BranchJoin::Build BranchJoin::matchFunctions(const Value &first, const Value &second) {
  std::vector<Value> functions = functionsOf(first), others = functionsOf(second);
  Part part{{first, second}};
  part.first[0] = 0;
  part.first[1] = static_cast<int64_t>(functions.size());
  part.element = ElementType::I64;
  functions.insert(functions.end(), others.begin(), others.end());
  parts.push_back(part);
  return [this, functions, at = parts.size() - 1](mlir::ValueRange results) {
    auto choice = std::make_shared<ChoiceValue>();
    choice->functions = functions;
    choice->number = e.make(results[at], ElementType::I64, {});
    return choice;
  };
}

/// `[]` is a tensor without rows where the other branch gives a tensor; how many rows there are, the run knows.
BranchJoin::Build BranchJoin::matchEmpty(const Value &first, const Value &second, const std::string &name) {
  auto *rows = as<TensorValue>(isEmptyList(first) ? second : first);
  Value none = rows && rows->rank() ? emptyRows(e, *rows, mark) : nullptr;
  if (!none)
    return nullptr;
  bool isFirst = isEmptyList(first);
  return matchNumbers(isFirst ? none : first, isFirst ? second : none, name, /*isOpen=*/true);
}

/// What only one branch gives (the value of a `return`) is a placeholder in the other.
BranchJoin::Build BranchJoin::matchUnset(const Value &value, unsigned branch, const std::string &name) {
  if (as<LiteralValue>(value)) // Its type is still open.
    return [value](mlir::ValueRange) { return value; };
  Value zeros = placeholder(e, value, mark);
  return branch ? match(zeros, value, name) : match(value, zeros, name);
}

BranchJoin::Build BranchJoin::match(const Value &first, const Value &second, const std::string &name) {
  if (first == second)
    return [first](mlir::ValueRange) { return first; };
  if (as<UnsetValue>(first) && as<UnsetValue>(second))
    return [first](mlir::ValueRange) { return first; };
  if (as<UnsetValue>(first))
    return matchUnset(second, 1, name);
  if (as<UnsetValue>(second))
    return matchUnset(first, 0, name);
  if (isNumber(first) && isNumber(second))
    return matchNumbers(first, second, name);
  if (isEmptyList(first) != isEmptyList(second))
    if (Build build = matchEmpty(first, second, name))
      return build;
  if (isSameConstant(first, second))
    return [first](mlir::ValueRange) { return first; };
  if (canBeChosen(first, e.scope.get()) && canBeChosen(second, e.scope.get()))
    return matchFunctions(first, second);
  if (first->kind != second->kind && (e.typeName(first) != "function" || e.typeName(second) != "function"))
    return nullptr;
  switch (first->kind) {
  case ValueKind::String:
    return matchStrings(first, second);
  case ValueKind::RunList:
    return matchLists(*as<RunListValue>(first), *as<RunListValue>(second), name);
  case ValueKind::Range:
    return matchRanges(first, second, name);
  case ValueKind::Tuple:
  case ValueKind::List:
  case ValueKind::Record:
  case ValueKind::Model:
    return matchStructures(first, second, name);
  default:
    limit = "which " + (as<ModelClassValue>(first) ? "model class" : e.typeName(first)) +
            " it is must be known when the program is compiled";
    if (e.typeName(first) == "function")
      hint = "choose between what they give: `x => if c { f(x) } else { g(x) }`";
    return nullptr;
  }
}

llvm::SmallVector<mlir::Type> BranchJoin::types() {
  llvm::SmallVector<mlir::Type> result;
  for (auto &part : parts)
    result.push_back(part.isString ? e.emit.pointer() : e.emit.tensorType(part.element, part.shape));
  return result;
}

llvm::SmallVector<mlir::Value> BranchJoin::outputs(unsigned branch) {
  llvm::SmallVector<mlir::Value> values;
  for (auto &part : parts) {
    if (part.isString) {
      values.push_back(e.stringPointer(part.of[branch], ranges[branch]));
      continue;
    }
    Value given = part.isTextNumber ? textNumber(e, part.of[branch], ranges[branch]) : part.of[branch];
    if (part.first[branch] >= 0)
      given = e.numberOfChoice(given, part.first[branch], ranges[branch]);
    auto value = e.tensor(given, ranges[branch], part.element);
    value = e.liftTo(value, part.lift);
    Shape shape = value->shape; // With all the indices that it may depend on.
    llvm::copy(llvm::ArrayRef(part.shape).take_front(part.lift), shape.begin());
    mlir::Value yielded = e.ssa(e.broadcast(value, shape, part.lift));
    values.push_back(withAnySize(e, yielded, e.emit.tensorType(part.element, part.shape)));
  }
  return values;
}

void BranchJoin::bindSizes(mlir::ValueRange results) {
  for (auto [part, result] : llvm::zip(parts, results))
    if (!part.isString)
      sizes.bind(part.shape, result);
}
