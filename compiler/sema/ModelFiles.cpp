//===- ModelFiles.cpp - save, load, and structures as vectors ------------------------------------------===//
//
// Stage: sema. A structure goes to a file tensor by tensor, by the names of its leaves.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/dialect/Mdl.h"
#include "compiler/sema/Elaborator.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using Tensor = Elaborator::Tensor;

//===--- Files ---------------------------------------------------------------------------------===//

/// The tensors of a structure and what they are called in a file.
static bool fileTensors(Elaborator &e, const Value &value, SourceRange range, std::vector<Tensor> &tensors,
                        std::vector<std::string> &names) {
  e.leaves(value, tensors);
  e.leafNames(value, "", names);
  for (auto &name : names)
    name = name.empty() ? "value" : name.substr(1);
  if (tensors.empty())
    e.diags.report(diag::ExpectedTensor, range, {e.typeName(value)});
  return !tensors.empty();
}

static mlir::Value dtypeOf(Elaborator &e, const Tensor &tensor) {
  return e.emit.constantI64(static_cast<int64_t>(tensor->element));
}

namespace {

/// The two arguments of `save` and `load`.
struct FileArguments {
  Value value;
  std::vector<Tensor> tensors;
  std::vector<std::string> names;
  mlir::Value path;
};

} // namespace

static std::optional<FileArguments> fileArguments(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"value", "path"});
  if (!bound)
    return std::nullopt;
  auto *value = (*bound)[0], *path = (*bound)[1];
  FileArguments result;
  result.value = e.settle(value->value, value->range);
  if (!result.value || !fileTensors(e, result.value, value->range, result.tensors, result.names))
    return std::nullopt;
  result.path = e.stringPointer(path->value, path->range);
  if (!result.path)
    return std::nullopt;
  e.emit.setPlace(call.range);
  return result;
}

/// `save(net, "net.safetensors")`.
static Value save(Elaborator &e, CallArguments &call) {
  auto file = fileArguments(e, call);
  if (!file)
    return nullptr;
  e.emit.runtime("mdl_save_begin", {file->path, e.where(call.range)});
  for (auto [tensor, name] : llvm::zip(file->tensors, file->names))
    e.emit.runtime("mdl_save_tensor", {e.emit.string(name), e.ssa(tensor), dtypeOf(e, tensor)});
  e.emit.runtime("mdl_save_end", {});
  return std::make_shared<UnitValue>();
}

/// `load(net, "net.safetensors")`: the same structure with the file's values.
static Value load(Elaborator &e, CallArguments &call) {
  auto file = fileArguments(e, call);
  if (!file)
    return nullptr;
  mlir::Value reader = e.emit.runtime("mdl_load_begin", {file->path, e.where(call.range)}, e.emit.pointer());
  std::vector<Tensor> loaded;
  for (auto [tensor, name] : llvm::zip(file->tensors, file->names))
    loaded.push_back(e.make(e.emit.runtimeFill("mdl_load_tensor", {reader, e.emit.string(name), dtypeOf(e, tensor)},
                                               tensor->element, tensor->shape, e.dims),
                            tensor->element, tensor->shape));
  e.emit.runtime("mdl_load_end", reader);
  size_t next = 0;
  return e.rebuild(file->value, loaded, next);
}

//===--- Structures as vectors --------------------------------------------------------------------===//

/// All elements of a structure, one after the other, as one vector.
static Value pack(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"value"});
  Value value = bound ? e.settle((*bound)[0]->value, (*bound)[0]->range) : nullptr;
  std::vector<Tensor> tensors;
  std::vector<std::string> names;
  if (!value || !fileTensors(e, value, call.range, tensors, names))
    return nullptr;
  e.emit.setPlace(call.range);
  llvm::SmallVector<mlir::Value> parts;
  Dim total;
  for (auto &tensor : tensors) {
    if (tensor->element != tensors[0]->element) {
      e.diags.report(diag::StructuresDiffer, call.range, {e.typeName(tensors[0]), e.typeName(tensor)});
      return nullptr;
    }
    Dim count(1);
    for (auto &size : tensor->shape)
      count = count * size.dim;
    total = total + count;
    parts.push_back(e.ssa(e.reshape(tensor, {{count, call.range}}, 0)));
  }
  Shape shape{{total, call.range}};
  if (parts.size() == 1)
    return e.make(parts[0], tensors[0]->element, shape);
  auto axis = e.emit.attr("axis", e.emit.builder.getI64IntegerAttr(0));
  return e.make(e.emit.op("concat", parts, e.emit.tensorType(tensors[0]->element, shape), {axis}), tensors[0]->element,
                shape);
}

/// The structure of `like` with the elements of a vector: undoes `pack`.
static Value unpack(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"vector", "like"});
  Tensor vector = bound ? e.tensor((*bound)[0]->value, (*bound)[0]->range) : nullptr;
  Value like = bound ? e.settle((*bound)[1]->value, (*bound)[1]->range) : nullptr;
  if (!vector || !like)
    return nullptr;
  std::vector<Tensor> tensors, parts;
  e.leaves(like, tensors);
  e.emit.setPlace(call.range);
  Dim offset;
  for (auto &tensor : tensors) {
    Dim count(1);
    for (auto &size : tensor->shape)
      count = count * size.dim;
    Tensor part = vector;
    if (tensors.size() > 1) {
      mlir::OpFoldResult one = e.emit.builder.getIndexAttr(1);
      auto number = [&](const Dim &dim) -> mlir::OpFoldResult {
        if (auto constant = dim.constant())
          return e.emit.builder.getIndexAttr(*constant);
        return e.index(dim);
      };
      mlir::Value slice =
          e.emit.builder.create<SliceOp>(e.emit.location, e.ssa(vector), number(offset), number(count), one);
      part = e.make(slice, vector->element, {{count, call.range}});
    }
    offset = offset + count;
    parts.push_back(e.reshape(part, tensor->shape, 0));
  }
  size_t next = 0;
  return e.rebuild(like, parts, next);
}

void mdl::addModelBuiltins(Elaborator &elaborator) {
  elaborator.addBuiltins({{"save", save}, {"load", load}, {"pack", pack}, {"unpack", unpack}});
}
