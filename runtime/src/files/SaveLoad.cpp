//===- SaveLoad.cpp - Models in files ---------------------------------------------------===//
//
// Runtime. `save` writes all tensors of a structure to a safetensors file: to a temporary name
// first, so that an interrupted program leaves the old file. `load` reads one whole and gives
// tensors by name; what differs is an error that shows both sides, and so is what is left over.
//
//===----------------------------------------------------------------------===//

#include "data/Input.h"
#include "files/SafeTensors.h"
#include "mdl/abi.h"
#include "support/Error.h"
#include "support/Nearest.h"
#include "support/Shown.h"
#include "support/Tensor.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

using namespace mdl::runtime;

namespace {

struct Saving {
  std::string path, where, bytes;
  std::vector<FileTensor> tensors;
};
Saving saving;

struct Loading {
  std::string path, where, bytes;
  std::vector<FileTensor> tensors;
  int64_t dataStart = 0;
  std::set<std::string> taken; ///< By name.
};

std::vector<int64_t> shapeOf(const Tensor &tensor) {
  std::vector<int64_t> shape;
  for (int axis = 0; axis < tensor.rank(); ++axis)
    shape.push_back(tensor.size(axis));
  return shape;
}

/// Where the file is in truth: behind a link.
std::string behindLinks(const std::string &path) {
  std::unique_ptr<char, decltype(&free)> real(realpath(path.c_str(), nullptr), &free);
  return real ? real.get() : path;
}

/// A pipe, a device or `/dev/stdout`, which is written to and never replaced.
bool isDevice(const std::string &path) {
  struct stat info;
  bool exists = stat(path.c_str(), &info) == 0;
  return exists && !S_ISDIR(info.st_mode) && (!S_ISREG(info.st_mode) || path.rfind("/dev/", 0) == 0);
}

[[noreturn]] void cannotWrite(const std::string &temporary) {
  std::string why = strerror(errno);
  if (!temporary.empty())
    unlink(temporary.c_str());
  fail(saving.where, "cannot write `" + saving.path + "`: " + why);
}

} // namespace

void mdl_save_begin(const char *path, const char *where) { saving = {path, where, "", {}}; }

void mdl_save_tensor(const char *name, const mdl_tensor *value, int64_t dtype) {
  Tensor tensor(value);
  FileTensor entry;
  entry.name = name;
  entry.dtype = fileDtype(dtype);
  entry.shape = shapeOf(tensor);
  entry.begin = static_cast<int64_t>(saving.bytes.size());
  int64_t item = tensor.itemBytes();
  saving.bytes.resize(saving.bytes.size() + tensor.elements() * item);
  char *out = saving.bytes.data() + entry.begin;
  tensor.forEach(
      [&](int64_t index, int64_t offset) { memcpy(out + index * item, tensor.data<char>() + offset * item, item); });
  entry.end = static_cast<int64_t>(saving.bytes.size());
  saving.tensors.push_back(entry);
}

void mdl_save_end(void) {
  bool replaced = !isDevice(saving.path);
  std::string path = replaced ? behindLinks(saving.path) : saving.path;
  std::string temporary = replaced ? path + ".part-" + std::to_string(getpid()) : "";
  FILE *file = fopen(replaced ? temporary.c_str() : path.c_str(), "wb");
  if (!file)
    cannotWrite("");
  std::string header = writeHeader(saving.tensors);
  bool ok = fwrite(header.data(), 1, header.size(), file) == header.size() &&
            fwrite(saving.bytes.data(), 1, saving.bytes.size(), file) == saving.bytes.size() && fflush(file) == 0 &&
            (!replaced || fsync(fileno(file)) == 0);
  ok &= fclose(file) == 0;
  if (!ok || (replaced && rename(temporary.c_str(), path.c_str()) != 0))
    cannotWrite(temporary);
  saving = {};
}

void *mdl_load_begin(const char *path, const char *where) {
  auto loading = std::make_unique<Loading>();
  loading->path = path;
  loading->where = where;
  mdl::data::Input input(path);
  loading->bytes = input.readAll();
  if (!input.error().empty())
    fail(where, "cannot load " + input.error());
  std::string problem = readHeader(loading->bytes, loading->tensors, loading->dataStart);
  if (!problem.empty())
    fail(where, "cannot load " + loading->path + ": " + problem);
  return loading.release();
}

void mdl_load_tensor(void *file, const char *name, int64_t dtype, mdl_tensor *out) {
  auto &loading = *static_cast<Loading *>(file);
  Tensor target(out);
  std::vector<std::string> names;
  for (const FileTensor &entry : loading.tensors) {
    names.push_back(entry.name);
    if (entry.name != name)
      continue;
    loading.taken.insert(entry.name);
    std::string wanted = fileType(fileDtype(dtype), shapeOf(target)), found = fileType(entry.dtype, entry.shape);
    if (wanted != found)
      fail(loading.where,
           "cannot load `" + loading.path + "`: `" + name + "` is " + wanted + " here, " + found + " in the file");
    const char *bytes = loading.bytes.data() + loading.dataStart + entry.begin;
    int64_t item = target.itemBytes();
    target.forEach([&](int64_t index, int64_t offset) {
      memcpy(target.data<char>() + offset * item, bytes + index * item, item);
    });
    return;
  }
  std::string near = nearestName(name, names);
  fail(loading.where, "cannot load `" + loading.path + "`: it has no `" + name + "`" +
                          (near.empty() ? "" : "; the nearest is `" + shown(near) + "`"));
}

void mdl_load_end(void *file) {
  std::unique_ptr<Loading> loading(static_cast<Loading *>(file));
  constexpr size_t mostNamed = 3;
  std::string names;
  size_t surplus = 0;
  for (const FileTensor &entry : loading->tensors)
    if (!loading->taken.count(entry.name) && ++surplus <= mostNamed)
      names += (surplus > 1 ? ", `" : "`") + shown(entry.name) + "`";
  if (surplus > mostNamed)
    names += " and " + std::to_string(surplus - mostNamed) + " more";
  if (surplus)
    fail(loading->where, "cannot load `" + loading->path + "`: it has " + names + ", for which there is no place here");
}
