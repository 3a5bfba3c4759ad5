//===- Equalities.cpp - What the program checks of sizes ----------------------------===//
//
// Stage: sema. `assert n == m` is checked when the program runs; from there to the end
// of its block (of its function's body, where it stands in no branch or loop) the two are
// one size, and after `assert k <= n` that holds. A name's value takes the sizes in force
// when it is looked up, so nothing else of sema knows of equalities.
//
//===------------------------------------------------------------------------------===//

#include "compiler/sema/Equalities.h"
#include "compiler/sema/DataSets.h"

#include "mlir/IR/Builders.h"

using namespace mdl;

/// The sizes that a value of a comparison stands for: a number, or a list such as `shape(x)` gives.
static std::vector<Dim> sizesOf(const Value &value) {
  if (auto *tensor = as<TensorValue>(value))
    return tensor->known ? std::vector<Dim>{*tensor->known} : std::vector<Dim>{};
  if (auto *literal = as<LiteralValue>(value))
    return literal->isInt ? std::vector<Dim>{Dim(literal->intValue)} : std::vector<Dim>{};
  std::vector<Dim> sizes;
  if (auto *list = as<ListValue>(value))
    for (auto &element : list->elements) {
      auto one = sizesOf(element);
      if (one.size() != 1)
        return {};
      sizes.push_back(one[0]);
    }
  return sizes;
}

Scope *Elaborator::straightScope() {
  Scope *found = nullptr;
  for (Scope *outer = scope.get(); outer; outer = outer->parent.get()) {
    if (outer->block == emit.builder.getInsertionBlock())
      found = outer;
    if (outer->isFunction)
      break;
  }
  return found;
}

void Elaborator::learnChecked(const Dim &size) {
  Scope *straight = guards.empty() ? straightScope() : nullptr;
  if (straight && dims.mayBeNegative(size))
    straight->checkedSizes.push_back(size);
}

/// From here on in the scope the symbol is that size, which is no more negative than the symbol is.
static void learnEqual(Elaborator &e, Scope &into, const std::pair<SymbolId, Dim> &equality) {
  if (!e.dims.mayBeNegative(Dim::symbol(equality.first)))
    e.learnChecked(equality.second);
  into.equalities.push_back(equality);
}

void mdl::learnFromCall(Elaborator &e, const Scope &function) {
  if (Scope *straight = function.equalities.empty() ? nullptr : e.straightScope())
    for (auto &equality : function.equalities)
      learnEqual(e, *straight, equality);
}

/// Of `n % 2 == 0`: n is twice a size of its own, which `n//2` and `(n + 1)//2` are then.
static std::optional<std::pair<SymbolId, Dim>> solveDivision(Elaborator &e, const Dim &difference) {
  auto divided = e.dims.division(difference);
  if (!divided)
    return std::nullopt;
  auto [id, whole] = *divided;
  Dim quotient = Dim::symbol(id), divisor = e.dims[id].second;
  Dim even = e.freshDim("", e.dims[id].origin, e.index(quotient));
  e.dims.setEven(*even.asSymbol(), whole, divisor);
  if (e.dims.mayBeNegative(quotient))
    e.dims.setNumber(*even.asSymbol());
  return e.dims.solve(whole, divisor * even);
}

void Elaborator::learnSizes(const ast::Expr *condition) {
  if (auto *logic = ast::as<ast::Logic>(condition)) {
    if (logic->op == ast::LogicOp::And) {
      learnSizes(logic->lhs);
      learnSizes(logic->rhs);
    }
    return;
  }
  if (auto *call = ast::as<ast::Call>(condition)) { // `all(shape(a) == shape(b))`
    auto *callee = ast::as<ast::NameRef>(call->callee);
    if (callee && callee->name == "all" && call->arguments.size() == 1)
      learnSizes(call->arguments[0].value);
    return;
  }
  auto *compare = ast::as<ast::Compare>(condition);
  if (!compare || compare->op == ast::CompareOp::Ne)
    return;
  std::vector<Dim> left = sizesOf(expression(compare->lhs)), right = sizesOf(expression(compare->rhs));
  if (left.size() != right.size())
    return;
  if (compare->op != ast::CompareOp::Eq) {
    bool isLess = compare->op == ast::CompareOp::Lt || compare->op == ast::CompareOp::Le;
    bool isStrict = compare->op == ast::CompareOp::Lt || compare->op == ast::CompareOp::Gt;
    for (size_t i = 0; i < left.size(); ++i)
      learnChecked((isLess ? right[i] - left[i] : left[i] - right[i]) - Dim(isStrict));
    return;
  }
  // The function's own scope takes the equality where nothing but straight-line code lies between, so that it holds for
  // the types of the signature too.
  Scope *straight = straightScope(), *target = straight ? straight : scope.get();
  for (size_t i = 0; i < left.size(); ++i) {
    auto solved = dims.solve(left[i], right[i]);
    if (!solved)
      solved = solveDivision(*this, left[i] - right[i]);
    if (solved) {
      for (auto &other : right)
        other = dims.replace(other, solved->first, solved->second);
      for (auto &other : left)
        other = dims.replace(other, solved->first, solved->second);
      learnEqual(*this, *target, *solved);
    }
  }
}

Value Elaborator::underEqualities(const Value &value) {
  std::vector<std::pair<SymbolId, Dim>> inForce;
  for (Scope *outer = scope.get(); outer; outer = outer->parent.get())
    inForce.insert(inForce.begin(), outer->equalities.begin(), outer->equalities.end());
  bool isChecked = !dims.checkedSizes().empty();
  if ((inForce.empty() && !isChecked) || !value)
    return value;
  std::vector<Tensor> parts;
  leaves(value, parts);
  bool changed = false;
  auto settled = [&](Dim dim) {
    Dim before = dim;
    for (auto &[symbol, by] : inForce)
      dim = dims.replace(dim, symbol, by);
    // What is checked makes no number of a size, only another form of it.
    Dim checked = isChecked ? dims.settled(dim) : dim;
    dim = checked.constant() ? dim : checked;
    changed |= dim != before;
    return dim;
  };
  for (Tensor &part : parts) {
    if (part->affine || part->written)
      continue;
    Shape shape = part->shape;
    for (Size &size : shape)
      size.dim = settled(size.dim);
    if (part->known) {
      part = knownScalar(settled(*part->known));
    } else if (emit.tensorType(part->element, shape) == part->ssa.getType()) {
      part = make(part->ssa, part->element, shape, part->lift);
    } else {
      part = reshape(part, shape, part->lift); // A size became a number.
    }
  }
  if (!changed)
    return value;
  size_t next = 0;
  return rebuild(value, parts, next);
}

/// Whether a data set has the size: the program may have no name for it.
static bool isOfData(const DimTable &dims, const Dim &dim) {
  auto symbol = dim.asSymbol();
  auto size = mlir::Value::getFromOpaquePointer(symbol ? dims[*symbol].value : nullptr);
  return size && dataOfRows(size);
}

/// Where one of the sizes is that of a slice with a bound `-k`, and only for a `k` of 0 is another than is meant: how
/// this is ruled out.
static std::optional<std::string> minusZeroHint(const DimTable &dims, const Dim &size) {
  for (auto &[monomial, coefficient] : size.terms)
    for (SymbolId id : monomial) {
      const DimTable::Symbol &symbol = dims[id];
      bool isHead = symbol.form == DimTable::Symbol::Form::Head;
      if (!isHead && symbol.form != DimTable::Symbol::Form::Tail)
        continue;
      if (!symbol.first.isNegated()) {
        if (auto inner = minusZeroHint(dims, symbol.first))
          return inner;
        continue;
      }
      Dim count = Dim(0) - symbol.first;
      std::string k = dims.print(count), bound = dims.print(symbol.first), place = "len(x) - " + dims.print(count);
      std::string conditions = dims.mayBeNegative(count) ? k + " >= 0" : "";
      if (dims.mayBeNegative(symbol.second - count) && (dims.hasNumber(count) || dims.hasPlace(count)))
        conditions += (conditions.empty() ? "" : " and ") + k + " <= len(x)";
      std::string hint = isHead ? "`x[:" + bound + "]` is empty where `" + k + "` is 0, as in NumPy"
                                : "`x[" + bound + ":]` is all of `x` where `" + k + "` is 0, as in NumPy";
      hint += isHead ? ": `x[:" + place + "]` is all of it" : ": `x[" + place + ":]` is empty";
      hint += conditions.empty() ? "" : ", after `assert " + conditions + "`";
      return hint + "; `assert " + k + " >= 1` rules that out";
    }
  return std::nullopt;
}

std::string Elaborator::equalityHint(const Dim &a, const Dim &b) const {
  for (const Dim *size : {&a, &b})
    if (auto hint = minusZeroHint(dims, *size))
      return *hint;
  if (dims.print(a) == dims.print(b))
    return "each of the two is computed by itself: `let part = …` computes it once, and `part` is the same size in "
           "both";
  bool writable = dims.isWritable(a) && dims.isWritable(b) && !isOfData(dims, a) && !isOfData(dims, b);
  std::string condition = writable ? dims.print(a) + " == " + dims.print(b) : "len(a) == len(b)";
  return "these sizes are equal only if the program makes them so: `assert " + condition +
         (writable ? "` checks it when it runs" : "`, with your names, checks it when it runs");
}
