//===- OpenSizes.cpp - Sizes where two paths of the run meet -----------------------===//

#include "compiler/sema/OpenSizes.h"
#include "compiler/sema/Attempt.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/STLExtras.h"

using namespace mdl;

bool mdl::canMeet(const Dim &first, const Dim &second) {
  return first == second || !first.constant() || !second.constant();
}

static std::string sizeName(const std::string &name, unsigned axis, unsigned rank) {
  return rank == 1 ? "len(" + name + ")" : "shape(" + name + ")[" + std::to_string(axis) + "]";
}

Dim OpenSizes::open(const std::string &name, unsigned axis, unsigned rank, bool isUnnamed) {
  bool isReturned = name == hidden::Result;
  std::string own = sizeName(isReturned ? "return" : name, axis, rank);
  SymbolId symbol = e.dims.fresh(own, origin, nullptr, isUnnamed || isReturned);
  unbound.push_back(symbol);
  return Dim::symbol(symbol);
}

void OpenSizes::bind(const Shape &shape, mlir::Value tensor) {
  for (auto [axis, size] : llvm::enumerate(shape)) {
    auto symbol = size.dim.asSymbol();
    if (!symbol || !llvm::is_contained(unbound, *symbol))
      continue;
    llvm::erase(unbound, *symbol);
    mlir::Value place = e.index(Dim(static_cast<int64_t>(axis)));
    mlir::Value own = e.emit.builder.create<mlir::tensor::DimOp>(e.emit.location, tensor, place);
    e.dims.setValue(*symbol, own.getAsOpaquePointer());
  }
}

mlir::Value mdl::withAnySize(Elaborator &e, mlir::Value tensor, mlir::Type type, bool always) {
  return always || tensor.getType() != type ? e.emit.op("any_size", tensor, type) : tensor;
}

void mdl::nameSizes(Elaborator &e, const Value &value, const std::string &name) {
  std::vector<Elaborator::Tensor> parts;
  std::vector<std::string> names;
  e.leaves(value, parts);
  e.leafNames(value, name, names);
  for (auto [part, own] : llvm::zip(parts, names))
    for (unsigned axis = part->lift; axis < part->shape.size(); ++axis)
      if (auto symbol = part->shape[axis].dim.asSymbol())
        e.dims.setName(*symbol, sizeName(own, axis - part->lift, part->rank()));
}

Value mdl::namedNumber(Elaborator &e, const Value &value, const ast::Name &name) {
  auto *t = as<TensorValue>(value);
  if (!t || !t->ssa || t->known || t->affine || !t->shape.empty() || t->element != ElementType::I64)
    return value;
  auto named = std::make_shared<TensorValue>(*t);
  mlir::Value scalar = e.scalar(std::static_pointer_cast<const TensorValue>(value));
  named->known = e.freshNumber(name.text, name.range, e.emit.toIndex(scalar));
  return named;
}

void mdl::makeUntilStands(Elaborator &e, llvm::function_ref<bool()> make) {
  while (true) {
    Attempt attempt(e);
    if (make())
      return;
    attempt.undo();
  }
}
