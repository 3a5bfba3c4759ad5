//===- KernelName.cpp - Names of kernels from what they do -----------------------------===//
#include "compiler/fuse/KernelName.h"
#include "compiler/fuse/OpKinds.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MD5.h"

using namespace mlir;

namespace mdl {
namespace {

/// `maximumf` → `maximum`: what a reader needs of the name of an arith or math operation.
StringRef plainName(Operation *op) {
  StringRef name = op->getName().stripDialect();
  if (isa<arith::ArithDialect>(op->getDialect()) && name.size() > 3 && (name.ends_with("f") || name.ends_with("i")))
    return name.drop_back();
  return name;
}

/// The word for an operation of a kernel; empty for one that is not worth one.
StringRef wordFor(Operation *op) {
  OpKind kind = kindOf(op);
  if (kind == OpKind::Host || isa<linalg::FillOp>(op))
    return "";
  if (kind == OpKind::Scatter)
    return op->getName().stripDialect();
  auto generic = cast<linalg::GenericOp>(op);
  if (kind == OpKind::Contract) {
    bool isWindowed =
        llvm::any_of(generic.getIndexingMapsArray(), [](AffineMap map) { return !map.isProjectedPermutation(); });
    return isWindowed ? "conv" : "einsum";
  }
  Operation *made = generic.getBody()->getTerminator()->getOperand(0).getDefiningOp();
  if (!made)
    return "copy";
  if (isa<tensor::ExtractOp>(made))
    return "gather";
  if (kind == OpKind::Reduce && isa<arith::AddFOp, arith::AddIOp>(made))
    return "sum";
  return made->getBlock() == generic.getBody() ? plainName(made) : "fill";
}

/// At most four words: the dearest operations, then the last ones.
std::string words(KernelOp kernel) {
  SmallVector<StringRef> dear, cheap;
  for (Operation &op : kernel.getBody().front()) {
    StringRef word = wordFor(&op);
    if (word.empty())
      continue;
    SmallVector<StringRef> &list = kindOf(&op) == OpKind::Elementwise ? cheap : dear;
    if (!llvm::is_contained(list, word))
      list.push_back(word);
  }
  dear.resize(std::min<size_t>(dear.size(), 2));
  size_t room = std::min<size_t>(cheap.size(), 4 - dear.size());
  dear.append(cheap.end() - room, cheap.end());
  if (dear.empty())
    return "fill";
  return llvm::join(dear, "_");
}

} // namespace

KernelIdentity identify(KernelOp kernel) {
  kernel.setSymName("k");
  std::string text;
  llvm::raw_string_ostream stream(text);
  kernel->print(stream, OpPrintingFlags().useLocalScope());
  llvm::MD5 hash;
  hash.update(text);
  SmallString<32> digest = hash.final().digest();
  return {("k_" + words(kernel) + "_" + digest.str().take_front(8)).str(), text};
}

} // namespace mdl
