//===- BuiltinsContract.cpp - matmul, einsum, dot, outer -------------------------------------------===//
//
// Stage: sema. Products summed over axes. `einsum` names the axes of each operand by labels,
// takes operands two at a time and emits mdl.einsum, the dialect's only contraction; axes of
// size 1, which broadcast, are left out of it and put back by a reshape.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Ragged.h"

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/AffineMap.h"
#include "llvm/ADT/STLExtras.h"

#include <map>

using namespace mdl;
using namespace mdl::builtin;

namespace {

/// A letter of the user's, or an axis of `...` counted from the right, or one of the index space.
using Label = int;
constexpr Label EllipsisLabel = 1000, LiftLabel = 2000;
using Labels = std::vector<Label>;

bool contains(const Labels &labels, Label label) { return llvm::is_contained(labels, label); }

/// The labels of one operand or of the result as written: letters, and where `...` stands.
struct Term {
  std::string letters;
  std::optional<size_t> ellipsis; ///< Before this letter.
};

/// A product of several tensors, two at a time.
class Contraction {
public:
  Contraction(Elaborator &e, const CallArguments &call) : e(e), callee(call.callee), range(call.range) {}

  /// Adds an operand with a label for each of its axes; false (reported) where sizes differ.
  bool add(const Tensor &x, const Labels &labels, SourceRange operandRange);
  /// The sum over all labels that `result` lacks; `lift` of them are of the index space.
  Value compute(const Labels &result, unsigned lift);

private:
  struct Operand {
    Tensor x;
    Labels labels;
  };
  Operand diagonal(const Operand &given);
  Operand product(const Operand &a, const Operand &b, const Labels &kept);
  Operand sumOver(const Operand &given, const Labels &kept);

  Elaborator &e;
  std::string callee;
  SourceRange range;
  std::vector<Operand> operands;
  std::map<Label, Size> sizes;
};

} // namespace

static std::string nameOf(Label label) {
  return label >= EllipsisLabel ? std::string("...") : std::string(1, static_cast<char>(label));
}

bool Contraction::add(const Tensor &x, const Labels &labels, SourceRange operandRange) {
  for (auto [label, size] : llvm::zip(labels, x->shape)) {
    Size &known = sizes.try_emplace(label, size).first->second;
    if (known.dim.isConstant(1))
      known = size;
    if (size.dim.isConstant(1) || size.dim == known.dim)
      continue;
    auto report = e.diags.report(
        diag::BadArgument, operandRange,
        {callee, "`" + nameOf(label) + "` is " + e.dims.print(known.dim) + " and " + e.dims.print(size.dim)});
    e.noteOrigin(report, known);
    e.noteOrigin(report, size);
    return false;
  }
  operands.push_back({x, labels});
  return true;
}

/// A label that stands twice in an operand takes its diagonal; axes of size 1 go.
Contraction::Operand Contraction::diagonal(const Operand &given) {
  Operand result;
  Shape shape, kept;
  Labels labels;
  for (auto [label, size] : llvm::zip(given.labels, given.x->shape))
    if (!size.dim.isConstant(1)) {
      kept.push_back(size);
      labels.push_back(label);
      if (!contains(result.labels, label)) {
        result.labels.push_back(label);
        shape.push_back(size);
      }
    }
  Tensor dense = e.reshape(given.x, kept, 0);
  if (labels.size() == result.labels.size())
    return {dense, labels};
  auto *context = e.emit.builder.getContext();
  llvm::SmallVector<mlir::AffineExpr> places;
  for (Label label : labels)
    places.push_back(mlir::getAffineDimExpr(llvm::find(result.labels, label) - result.labels.begin(), context));
  auto map = mlir::AffineMap::get(shape.size(), 0, places, context);
  llvm::SmallVector<mlir::Value> values{e.ssa(dense)};
  auto dynamic = e.emit.dynamicSizes(shape, e.dims);
  values.append(dynamic);
  auto segments = e.emit.builder.getDenseI32ArrayAttr({1, 0, static_cast<int32_t>(dynamic.size())});
  result.x = e.make(
      e.emit.op("affine_gather", values, e.emit.tensorType(dense->element, shape),
                {e.emit.attr("map", mlir::AffineMapAttr::get(map)), e.emit.attr("operandSegmentSizes", segments)}),
      dense->element, shape);
  return result;
}

Contraction::Operand Contraction::sumOver(const Operand &given, const Labels &kept) {
  Operand result;
  llvm::SmallVector<int64_t> axes;
  Shape shape;
  for (auto [axis, label] : llvm::enumerate(given.labels))
    if (contains(kept, label)) {
      result.labels.push_back(label);
      shape.push_back(given.x->shape[axis]);
    } else {
      axes.push_back(axis);
    }
  if (axes.empty())
    return given;
  e.countFlops(given.x->shape, 1);
  result.x =
      e.make(e.emit.op("sum", e.ssa(given.x), e.emit.tensorType(given.x->element, shape), {e.emit.ints("axes", axes)}),
             given.x->element, shape);
  return result;
}

Contraction::Operand Contraction::product(const Operand &a, const Operand &b, const Labels &kept) {
  Operand result;
  Shape shape, work;
  // mdl.einsum knows 52 letters of its own.
  Labels all;
  auto letter = [&](Label label) {
    size_t place = llvm::find(all, label) - all.begin();
    return static_cast<char>(place < 26 ? 'a' + place : 'A' + (place - 26));
  };
  std::string left, right, out;
  for (auto *operand : {&a, &b})
    for (auto [label, size] : llvm::zip(operand->labels, operand->x->shape)) {
      if (!contains(all, label)) {
        all.push_back(label);
        work.push_back(size);
        if (contains(kept, label)) {
          result.labels.push_back(label);
          shape.push_back(size);
          out += letter(label);
        }
      }
      (operand == &a ? left : right) += letter(label);
    }
  e.countFlops(work, 2);
  auto equation = e.emit.attr("equation", e.emit.builder.getStringAttr(left + "," + right + "->" + out));
  result.x = e.make(e.emit.op("einsum", {e.ssa(a.x), e.ssa(b.x)}, e.emit.tensorType(a.x->element, shape), {equation}),
                    a.x->element, shape);
  return result;
}

Value Contraction::compute(const Labels &result, unsigned lift) {
  e.emit.setPlace(range);
  ElementType type = operands.front().x->element;
  for (auto &operand : operands)
    type = e.promote(type, false, operand.x->element, false);
  if (type == ElementType::Bool)
    type = ElementType::I64;
  for (auto &operand : operands)
    operand.x = e.cast(operand.x, type);
  Operand total = diagonal(operands.front());
  for (size_t next = 1; next < operands.size(); ++next) {
    Labels kept = result;
    for (size_t later = next + 1; later < operands.size(); ++later)
      kept.insert(kept.end(), operands[later].labels.begin(), operands[later].labels.end());
    total = product(total, diagonal(operands[next]), kept);
  }
  total = sumOver(total, result);
  llvm::SmallVector<int64_t> order;
  Shape shape;
  for (Label label : result) {
    auto place = llvm::find(total.labels, label);
    if (place != total.labels.end())
      order.push_back(place - total.labels.begin());
    shape.push_back(sizes.at(label));
  }
  return e.reshape(permuted(e, total.x, order), shape, lift);
}

/// `ij` or `...ij`; nothing where it is neither.
static std::optional<Term> parseTerm(llvm::StringRef text) {
  Term term;
  for (text = text.trim(); !text.empty();) {
    if (text.consume_front("...")) {
      if (term.ellipsis)
        return std::nullopt;
      term.ellipsis = term.letters.size();
    } else if (llvm::isAlpha(text.front())) {
      term.letters += text.front();
      text = text.drop_front();
    } else if (text.front() == ' ') {
      text = text.drop_front();
    } else {
      return std::nullopt;
    }
  }
  return term;
}

/// Without `->`: the letters that stand once, in the order of the alphabet, as NumPy.
static Term impliedResult(const std::vector<Term> &terms) {
  std::map<char, int> uses;
  Term result;
  for (auto &term : terms) {
    for (char letter : term.letters)
      ++uses[letter];
    if (term.ellipsis)
      result.ellipsis = 0;
  }
  for (auto [letter, count] : uses)
    if (count == 1)
      result.letters += letter;
  return result;
}

/// `hidden` axes stand for `...`.
static Labels labelsOf(const Term &term, unsigned hidden, unsigned lift) {
  Labels labels;
  for (unsigned axis = 0; axis < lift; ++axis)
    labels.push_back(LiftLabel + axis);
  for (size_t i = 0; i <= term.letters.size(); ++i) {
    if (term.ellipsis == i)
      for (unsigned axis = hidden; axis > 0; --axis)
        labels.push_back(EllipsisLabel + axis);
    if (i < term.letters.size())
      labels.push_back(term.letters[i]);
  }
  return labels;
}

/// `einsum("ij,jk->ik", a, b)`.
static Value einsum(Elaborator &e, CallArguments &call) {
  auto wrong = [&](SourceRange range, const std::string &text) {
    e.diags.report(diag::BadArgument, range, {"einsum", text});
    return nullptr;
  };
  auto text = call.items.empty() ? std::nullopt : e.knownText(call.items[0].value);
  if (!text)
    return wrong(call.range, "the first argument says how, such as \"ij,jk->ik\"");
  SourceRange equationRange = call.items[0].range;
  auto [left, right] = llvm::StringRef(*text).split("->");
  llvm::SmallVector<llvm::StringRef> parts;
  left.split(parts, ',');
  std::vector<Term> terms;
  for (llvm::StringRef part : parts) {
    auto term = parseTerm(part);
    if (!term)
      return wrong(equationRange, "`" + part.trim().str() + "` are not letters, one for each axis");
    terms.push_back(*term);
  }
  auto result = llvm::StringRef(*text).contains("->") ? parseTerm(right) : impliedResult(terms);
  if (!result)
    return wrong(equationRange, "`" + right.trim().str() + "` are not letters, one for each axis");
  if (terms.size() != call.items.size() - 1)
    return wrong(call.range, "letters for " + std::to_string(terms.size()) + " operands, found " +
                                 std::to_string(call.items.size() - 1));
  std::vector<Tensor> tensors;
  unsigned lift = 0, hidden = 0;
  for (size_t i = 0; i < terms.size(); ++i) {
    Tensor x = e.tensor(call.items[i + 1].value, call.items[i + 1].range);
    if (!x)
      return nullptr;
    unsigned named = terms[i].letters.size();
    if (terms[i].ellipsis ? x->rank() < named : x->rank() != named)
      return wrong(call.items[i + 1].range,
                   "`" + parts[i].trim().str() + "` does not name the axes of " + e.typeName(x));
    if (terms[i].ellipsis)
      hidden = std::max(hidden, x->rank() - named);
    lift = std::max(lift, x->lift);
    tensors.push_back(x);
  }
  std::string seen;
  for (char letter : result->letters) {
    bool isNamed = llvm::any_of(terms, [&](const Term &term) { return llvm::is_contained(term.letters, letter); });
    if (!isNamed)
      return wrong(equationRange, std::string("`") + letter + "` of the result is in no operand");
    if (llvm::is_contained(seen, letter))
      return wrong(equationRange, std::string("`") + letter + "` stands twice in the result");
    seen += letter;
  }
  if (hidden && !result->ellipsis)
    return wrong(equationRange, "the result needs the `...` of the operands");
  Contraction contraction(e, call);
  for (size_t i = 0; i < terms.size(); ++i)
    if (!contraction.add(e.liftTo(tensors[i], lift),
                         labelsOf(terms[i], tensors[i]->rank() - terms[i].letters.size(), lift),
                         call.items[i + 1].range))
      return nullptr;
  return contraction.compute(labelsOf(*result, hidden, lift), lift);
}

static Value matmul(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"a", "b"});
  return bound ? e.matmul((*bound)[0]->value, (*bound)[1]->value, call.range, (*bound)[0]->range, (*bound)[1]->range)
               : nullptr;
}

/// `dot(a, b)`, as NumPy: the last axis of a with the last but one of b (its only one); all other axes stay.
static Value dot(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"a", "b"});
  if (bound && hasRagged({(*bound)[0]->value, (*bound)[1]->value}))
    return matmul(e, call);
  Tensor a = bound ? e.tensor((*bound)[0]->value, (*bound)[0]->range) : nullptr;
  Tensor b = a ? e.tensor((*bound)[1]->value, (*bound)[1]->range) : nullptr;
  if (!b)
    return nullptr;
  if (!a->rank() || !b->rank())
    return e.elementwise("mul", {a, b}, {(*bound)[0]->range, (*bound)[1]->range}, call.range);
  if (a->rank() <= 2 && b->rank() <= 2)
    return matmul(e, call);
  const Size &last = a->shape.back(), &other = b->rank() == 1 ? b->shape.back() : b->shape[b->shape.size() - 2];
  if (last.dim != other.dim) {
    auto report = e.diags.report(diag::MatmulSizes, call.range,
                                 {e.typeName(a), e.typeName(b), e.dims.print(last.dim), e.dims.print(other.dim)});
    e.noteOrigin(report, last);
    e.noteOrigin(report, other);
    return nullptr;
  }
  unsigned lift = std::max(a->lift, b->lift);
  Labels left, right, result;
  for (unsigned axis = 0; axis < lift; ++axis)
    left.push_back(LiftLabel + axis);
  right = result = left;
  constexpr Label shared = 'k', first = 'k' + 1, second = 'k' + 400;
  for (unsigned axis = 0; axis < a->rank(); ++axis)
    left.push_back(axis + 1 == a->rank() ? shared : first + static_cast<Label>(axis));
  for (unsigned axis = 0; axis < b->rank(); ++axis)
    right.push_back(axis + 2 == std::max(b->rank(), 2U) ? shared : second + static_cast<Label>(axis));
  if (b->rank() == 1)
    right.back() = shared;
  for (auto *labels : {&left, &right})
    for (Label label : *labels)
      if (label != shared && label < LiftLabel)
        result.push_back(label);
  Contraction contraction(e, call);
  bool fits = contraction.add(e.liftTo(a, lift), left, (*bound)[0]->range) &&
              contraction.add(e.liftTo(b, lift), right, (*bound)[1]->range);
  return fits ? contraction.compute(result, lift) : nullptr;
}

/// `outer(a, b)`: every product of an element of a with one of b; both are flattened, as NumPy.
static Value outer(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"a", "b"});
  Tensor a = bound ? e.tensor((*bound)[0]->value, (*bound)[0]->range) : nullptr;
  Tensor b = a ? e.tensor((*bound)[1]->value, (*bound)[1]->range) : nullptr;
  if (!b)
    return nullptr;
  unsigned lift = std::max(a->lift, b->lift);
  Labels space;
  for (unsigned axis = 0; axis < lift; ++axis)
    space.push_back(LiftLabel + axis);
  Labels left = space, right = space, result = space;
  left.push_back('i');
  right.push_back('j');
  result.insert(result.end(), {'i', 'j'});
  Contraction contraction(e, call);
  bool fits = contraction.add(flat(e, e.liftTo(a, lift), call.range), left, (*bound)[0]->range) &&
              contraction.add(flat(e, e.liftTo(b, lift), call.range), right, (*bound)[1]->range);
  return fits ? contraction.compute(result, lift) : nullptr;
}

void mdl::addContractBuiltins(Elaborator &elaborator) {
  elaborator.addBuiltins({{"matmul", matmul}, {"einsum", einsum}, {"dot", dot}, {"outer", outer}});
}
