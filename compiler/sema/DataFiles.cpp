//===- DataFiles.cpp - Opening data sets ----------------------------------------------------===//
//
// Stage: sema. The schema of a data set is read when the program is compiled; its rows are
// read by the runtime. A data set's length is a size of its own.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/DataSets.h"

#include "compiler/dialect/Mdl.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mdl;

std::string mdl::findData(const Compilation &compilation, const std::string &path) {
  return data::findData(path, {compilation.programFolder});
}

Dim mdl::countRows(Elaborator &e, mlir::Value handle, const std::string &name, SourceRange origin) {
  auto isTaken = [&](const std::string &wanted) {
    for (SymbolId id = 0; id < e.dims.count(); ++id)
      if (auto size = mlir::Value::getFromOpaquePointer(e.dims[id].value); e.dims[id].name == wanted && size)
        if (dataOfRows(size))
          return true;
    return false;
  };
  std::string own = name;
  for (int number = 2; isTaken(own); ++number)
    own = name + std::to_string(number);
  mlir::Value rows = e.emit.runtime("mdl_data_rows", handle, e.emit.builder.getI64Type());
  return e.freshDim(own, origin, e.emit.toIndex(rows));
}

mlir::Value mdl::dataOfRows(mlir::Value size) {
  auto cast = size.getDefiningOp<mlir::arith::IndexCastOp>();
  auto call = cast ? cast.getIn().getDefiningOp<RuntimeOp>() : nullptr;
  return call && call.getCallee() == "mdl_data_rows" ? call.getIns()[0] : nullptr;
}

/// The data set that was found at `path`; null (reported) if there is none.
static std::shared_ptr<DataValue> open(Elaborator &e, data::SchemaResult found, const std::string &path,
                                       SourceRange range) {
  if (!found.error.empty()) {
    auto report = e.diags.report(diag::BadData, range, {found.error});
    std::string last = path.substr(path.rfind('/') + 1), near = nearestName(last, found.candidates);
    if (!near.empty())
      report.hint("did you mean `" + path.substr(0, path.size() - last.size()) + near + "`?");
    else if (!found.candidates.empty())
      report.hint("the folders there are: " + llvm::join(found.candidates, ", "));
    return nullptr;
  }
  auto data = std::make_shared<DataValue>();
  data->schema = std::move(found.schema);
  data->origin = range;
  return data;
}

/// The path as it is looked up later. A function of a file that a session has loaded finds what lies beside that file.
static std::optional<std::string> pathOf(Elaborator &e, const CallArguments::Item &item) {
  auto path = e.constantString(item.value);
  if (!path) {
    e.diags.report(diag::PatternMismatch, item.range, {"a path (a string)", e.typeName(item.value)});
    return path;
  }
  llvm::SmallString<128> beside(llvm::sys::path::parent_path(e.sources.path(item.range.file)));
  llvm::sys::path::append(beside, *path);
  bool isElsewhere = !e.sources.isLibrary(item.range) && !llvm::sys::fs::exists(findData(e.compilation, *path));
  return isElsewhere && llvm::sys::fs::exists(beside) ? beside.str().str() : *path;
}

/// The path for the run, which may be an option.
static mlir::Value pathPointer(Elaborator &e, const CallArguments::Item &item, const std::string &path) {
  bool isAsGiven = e.constantString(item.value) == path;
  return isAsGiven ? e.stringPointer(item.value, item.range) : e.emit.string(path);
}

/// `csv(path, label="digit", features=f32[8, 8])`.
static Value csv(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"path", "label", "features?"});
  if (!bound)
    return nullptr;
  auto path = pathOf(e, *(*bound)[0]);
  auto label = e.knownText((*bound)[1]->value);
  if (!path)
    return nullptr;
  if (!label) {
    e.diags.report(diag::PatternMismatch, (*bound)[1]->range,
                   {"a column's name (a string)", e.typeName((*bound)[1]->value)});
    return nullptr;
  }
  auto found = data::readCsvSchema(findData(e.compilation, *path), *label);
  if (!found.error.empty() && !found.candidates.empty()) {
    auto report = e.diags.report(diag::BadData, (*bound)[1]->range, {found.error});
    if (std::string near = nearestName(*label, found.candidates); !near.empty())
      report.hint("did you mean `" + near + "`?");
    return nullptr;
  }
  auto data = open(e, std::move(found), *path, (*bound)[0]->range);
  if (!data)
    return nullptr;
  if (auto *features = (*bound)[2]) {
    auto *type = as<TensorTypeValue>(features->value);
    auto *element = as<ElementTypeValue>(features->value);
    if (!type && !element) {
      e.diags.report(diag::PatternMismatch, features->range,
                     {"a type such as `f32[8, 8]`", e.typeName(features->value)});
      return nullptr;
    }
    int64_t columns = 1, wanted = 1;
    for (int64_t size : data->schema.featureDims)
      columns *= size;
    std::vector<int64_t> sizes;
    if (type)
      for (auto &size : type->shape) {
        auto constant = size.dim.constant();
        if (!constant) {
          e.diags.report(diag::ExpectedConstant, size.origin, {e.dims.print(size.dim)});
          return nullptr;
        }
        sizes.push_back(*constant);
        wanted *= *constant;
      }
    if (type && wanted != columns) {
      e.diags.report(diag::BadData, features->range,
                     {"`" + *path + "` has " + std::to_string(columns) + " feature columns, " +
                      std::string(e.sources.text(features->range)) + " has " + std::to_string(wanted) + " elements"});
      return nullptr;
    }
    if (type ? type->type != ElementType::F32 : element->type != ElementType::F32) {
      e.diags.report(diag::BadData, features->range, {"the features of a CSV are f32"});
      return nullptr;
    }
    if (type)
      data->schema.featureDims = sizes;
  }
  mlir::Value at = pathPointer(e, *(*bound)[0], *path);
  mlir::Value schema = e.emit.string(data::dataSchema(data->schema));
  data->handle = e.emit.runtime("mdl_open_csv", {at, e.emit.string(*label), schema, e.where((*bound)[0]->range)},
                                e.emit.pointer());
  data->rows = countRows(e, data->handle, "rows", call.range);
  return data;
}

/// `idx(folder)`: `train` and `valid`, each with `images` and `labels`.
static Value idx(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"path"});
  auto path = bound ? pathOf(e, *(*bound)[0]) : std::nullopt;
  if (!path)
    return nullptr;
  auto found = data::readIdxSchema(findData(e.compilation, *path));
  auto data = open(e, std::move(found), *path, (*bound)[0]->range);
  if (!data)
    return nullptr;
  data->hasImages = true;
  data->hasParts = data->schema.hasValid;
  mlir::Value at = pathPointer(e, *(*bound)[0], *path);
  mlir::Value schema = e.emit.string(data::dataSchema(data->schema));
  data->handle = e.emit.runtime("mdl_open_idx", {at, schema, e.where((*bound)[0]->range)}, e.emit.pointer());
  data->rows = countRows(e, data->handle, "rows", call.range);
  return data;
}

/// `images(path, channels=1)`: of images without classes the pixels, else a data set as of `idx`.
static Value images(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"path", "channels?"});
  auto path = bound ? pathOf(e, *(*bound)[0]) : std::nullopt;
  if (!path)
    return nullptr;
  int64_t channels = 0;
  if (auto *given = (*bound)[1]) {
    auto number = e.constantInt(given->value);
    if (!number || (*number != 1 && *number != 3)) {
      e.diags.report(diag::BadArgument, given->range, {"images", "`channels` is 1 (grey) or 3 (red, green and blue)"});
      return nullptr;
    }
    channels = *number;
  }
  auto found = data::readImagesSchema(findData(e.compilation, *path), static_cast<int>(channels));
  auto data = open(e, std::move(found), *path, (*bound)[0]->range);
  if (!data)
    return nullptr;
  bool hasClasses = !data->schema.classes.empty();
  data->hasImages = true;
  data->hasParts = data->schema.hasValid;
  mlir::Value at = pathPointer(e, *(*bound)[0], *path);
  mlir::Value schema = e.emit.string(data::dataSchema(data->schema));
  data->handle = e.emit.runtime(
      "mdl_open_images", {at, e.emit.constantI64(channels), schema, e.where((*bound)[0]->range)}, e.emit.pointer());
  data->rows = countRows(e, data->handle, hasClasses ? "rows" : "n", call.range);
  return hasClasses ? data : dataMember(e, data, "images");
}

void mdl::addDataFileBuiltins(Elaborator &elaborator) {
  elaborator.addBuiltins({{"csv", csv}, {"idx", idx}, {"images", images}});
}
