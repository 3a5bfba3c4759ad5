//===- Equalities.cpp - Sizes that the program makes equal -------------------------===//
//
// Stage: sema. `assert n == m` is checked when the program runs; from there to the end
// of its block (of its function's body, where it stands in no branch or loop) the two are
// one size. A name's value takes the sizes in force when it is looked up, so nothing else
// of sema knows of equalities.
//
//===------------------------------------------------------------------------------===//

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

void Elaborator::learnEqualities(const ast::Expr *condition) {
  if (auto *logic = ast::as<ast::Logic>(condition)) {
    if (logic->op == ast::LogicOp::And) {
      learnEqualities(logic->lhs);
      learnEqualities(logic->rhs);
    }
    return;
  }
  if (auto *call = ast::as<ast::Call>(condition)) { // `all(shape(a) == shape(b))`
    auto *callee = ast::as<ast::NameRef>(call->callee);
    if (callee && callee->name == "all" && call->arguments.size() == 1)
      learnEqualities(call->arguments[0].value);
    return;
  }
  auto *compare = ast::as<ast::Compare>(condition);
  if (!compare || compare->op != ast::CompareOp::Eq)
    return;
  // The function's own scope takes the equality where nothing but straight-line code lies between, so that it holds for
  // the types of the signature too.
  Scope *target = scope.get();
  for (Scope *outer = target; outer; outer = outer->parent.get())
    if (outer->isFunction) {
      if (outer->block == emit.builder.getInsertionBlock())
        target = outer;
      break;
    }
  std::vector<Dim> left = sizesOf(expression(compare->lhs)), right = sizesOf(expression(compare->rhs));
  if (left.size() != right.size())
    return;
  for (size_t i = 0; i < left.size(); ++i)
    if (auto solved = dims.solve(left[i], right[i])) {
      for (auto &other : right)
        other = dims.replace(other, solved->first, solved->second);
      for (auto &other : left)
        other = dims.replace(other, solved->first, solved->second);
      target->equalities.push_back(*solved);
    }
}

Value Elaborator::underEqualities(const Value &value) {
  std::vector<std::pair<SymbolId, Dim>> inForce;
  for (Scope *outer = scope.get(); outer; outer = outer->parent.get())
    inForce.insert(inForce.begin(), outer->equalities.begin(), outer->equalities.end());
  if (inForce.empty() || !value)
    return value;
  std::vector<Tensor> parts;
  leaves(value, parts);
  bool changed = false;
  auto settled = [&](Dim dim) {
    Dim before = dim;
    for (auto &[symbol, by] : inForce)
      dim = dims.replace(dim, symbol, by);
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

std::string Elaborator::equalityHint(const Dim &a, const Dim &b) const {
  bool writable = dims.isWritable(a) && dims.isWritable(b) && !isOfData(dims, a) && !isOfData(dims, b);
  std::string condition = writable ? dims.print(a) + " == " + dims.print(b) : "len(a) == len(b)";
  return "these sizes are equal only if the program makes them so: `assert " + condition +
         (writable ? "` checks it when it runs" : "`, with your names, checks it when it runs");
}
