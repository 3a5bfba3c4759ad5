//===- ModelFiles.cpp - save, load, and structures as vectors ------------------------------------------===//
//
// Stage: sema. A structure goes to a file tensor by tensor, by the names of its leaves.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Builtins.h"
#include "compiler/sema/RunLists.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;
using namespace mdl::builtin;

//===--- Files ---------------------------------------------------------------------------------===//

/// The tensors of a structure and what they are called in a file.
static bool fileTensors(Elaborator &e, const Value &value, SourceRange range, std::vector<Tensor> &tensors,
                        std::vector<std::string> &names) {
  e.leaves(value, tensors);
  e.leafNames(value, "", names);
  for (auto &name : names)
    name = name.empty() ? "value" : name.substr(1);
  if (tensors.empty()) {
    auto report = e.diags.report(diag::ExpectedTensor, range, {e.typeName(value)});
    if (as<StringValue>(value))
      report.hint("the value comes first, and then the file: `save(net, \"net.safetensors\")`");
  }
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
  if (!result.value || reportRunLists(e, result.value, value->range) ||
      !fileTensors(e, result.value, value->range, result.tensors, result.names))
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

/// All elements of a structure, one after the other, as one vector, without the state of its models; in a comprehension
/// one for each index.
static Value pack(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"value"});
  Value value = bound ? e.settle((*bound)[0]->value, (*bound)[0]->range) : nullptr;
  if (!value || reportRunLists(e, value, call.range))
    return nullptr;
  std::vector<Tensor> tensors;
  e.leaves(value, tensors, /*trainableOnly=*/true);
  if (tensors.empty()) {
    e.diags.report(diag::ExpectedTensor, call.range, {e.typeName(value)});
    return nullptr;
  }
  e.emit.setPlace(call.range);
  unsigned lift = 0;
  for (auto &tensor : tensors) {
    if (tensor->element != tensors[0]->element) {
      e.diags.report(diag::StructuresDiffer, call.range, {e.typeName(tensors[0]), e.typeName(tensor)});
      return nullptr;
    }
    lift = std::max(lift, tensor->lift);
  }
  for (auto &tensor : tensors)
    tensor = e.liftTo(flat(e, tensor, call.range), lift);
  return tensors.size() == 1 ? tensors[0] : joined(e, tensors, lift);
}

/// Whether a vector has as many elements as the structure that it is to fill; else an error, now or in the run.
static bool hasElementsFor(Elaborator &e, const Tensor &vector, const Dim &wanted, const Item &like,
                           SourceRange range) {
  const Dim &count = vector->shape.back().dim;
  if (count == wanted)
    return true;
  std::string form(e.sources.text(like.range));
  if (count.constant() && wanted.constant()) {
    auto report = e.diags.report(diag::ReshapeSizes, range,
                                 {e.typeName(vector), e.dims.print(count), form, e.dims.print(wanted)});
    e.noteOrigin(report, vector->shape.back());
    return false;
  }
  e.emit.runtime("mdl_check_reshape",
                 {e.emit.i64(count, e.dims), e.emit.i64(wanted, e.dims), e.emit.constantBool(false), e.where(range),
                  e.emit.string(e.typeName(vector)), e.emit.string(form)});
  return true;
}

/// The structure of `like` with the elements of a vector and the state that `like` has: undoes `pack`.
static Value unpack(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"vector", "like"});
  Tensor vector = firstTensor(e, bound);
  Value like = vector ? e.settle((*bound)[1]->value, (*bound)[1]->range) : nullptr;
  if (!like)
    return nullptr;
  if (vector->rank() != 1) {
    e.diags.report(diag::BadArgument, (*bound)[0]->range,
                   {"unpack", "it takes the elements of a vector, found " + e.typeName(vector)});
    return nullptr;
  }
  std::vector<Tensor> parts;
  e.leaves(like, parts, /*trainableOnly=*/true);
  Dim total;
  for (auto &tensor : parts)
    total = total + elementCount(tensor->shape, tensor->lift);
  e.emit.setPlace(call.range);
  if (!hasElementsFor(e, vector, total, *(*bound)[1], call.range))
    return nullptr;
  Dim offset;
  for (auto &tensor : parts) {
    Dim count = elementCount(tensor->shape, tensor->lift);
    Shape shape(vector->shape.begin(), vector->shape.begin() + vector->lift);
    shape.insert(shape.end(), tensor->shape.begin() + tensor->lift, tensor->shape.end());
    bool isWhole = parts.size() == 1;
    tensor =
        e.reshape(isWhole ? vector : part(e, vector, vector->lift, offset, {count, call.range}), shape, vector->lift);
    offset = offset + count;
  }
  size_t next = 0;
  return e.rebuild(like, parts, next, /*trainableOnly=*/true);
}

void mdl::addModelBuiltins(Elaborator &elaborator) {
  elaborator.addBuiltins({{"save", save}, {"load", load}, {"pack", pack}, {"unpack", unpack}});
}
