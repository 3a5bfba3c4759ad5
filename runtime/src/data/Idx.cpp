//===- Idx.cpp - IDX files, as MNIST comes in -------------------------------------------===//
//
// Runtime and compiler. In: a folder of IDX files, or one file. Out: its schema, its rows;
// or `path: byte N: …`, what was expected and what was found.
//
//===----------------------------------------------------------------------===//
#include "data/Classes.h"
#include "data/Input.h"
#include "data/Table.h"

#include <cstdio>
#include <sys/stat.h>
#include <unordered_map>

namespace mdl::data {
namespace {

constexpr uint8_t UnsignedByte = 0x08;
constexpr int64_t LargestDim = 1 << 30;

struct Header {
  std::vector<int64_t> dims;

  int64_t elementsFrom(size_t axis) const {
    int64_t count = 1;
    for (size_t i = axis; i < dims.size(); ++i)
      count *= dims[i];
    return count;
  }
};

std::string atByte(const std::string &path, int64_t byte, const std::string &message) {
  return path + ": byte " + std::to_string(byte) + ": " + message;
}

std::string sizesText(const std::vector<int64_t> &dims) {
  std::string out;
  for (size_t i = 0; i < dims.size(); ++i)
    out += (i ? " x " : "") + std::to_string(dims[i]);
  return out;
}

/// The magic number (two zeros, the type, the number of axes), then the sizes, each of four bytes, the highest first.
std::string readHeader(const std::string &path, Input &input, int axes, Header &header) {
  uint8_t magic[4] = {};
  int64_t count = input.read(magic, 4);
  if (!input.error().empty())
    return input.error();
  if (count < 4 || magic[0] || magic[1] || magic[2] != UnsignedByte || magic[3] != axes) {
    char text[160];
    if (count < 4)
      snprintf(text, sizeof text, "expected the magic number 0x%08x, found the end of the file", 0x800 + axes);
    else
      snprintf(text, sizeof text, "expected the magic number 0x%08x (unsigned bytes, %d %s), found 0x%02x%02x%02x%02x",
               0x800 + axes, axes, axes == 1 ? "axis" : "axes", magic[0], magic[1], magic[2], magic[3]);
    return atByte(path, 0, text);
  }
  for (int axis = 0; axis < axes; ++axis) {
    uint8_t bytes[4];
    int64_t start = input.position();
    if (input.read(bytes, 4) < 4)
      return input.error().empty()
                 ? atByte(path, start,
                          "expected the size of axis " + std::to_string(axis) + ", found the end of the file")
                 : input.error();
    int64_t dim = int64_t(bytes[0]) << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
    if (dim == 0 || dim > LargestDim)
      return atByte(path, start,
                    "expected a size of axis " + std::to_string(axis) + " from 1 to " + std::to_string(LargestDim) +
                        ", found " + std::to_string(dim));
    header.dims.push_back(dim);
  }
  // Sizes that a damaged header could make overflow or exhaust memory.
  double total = 1;
  for (int64_t dim : header.dims)
    total *= static_cast<double>(dim);
  if (total > 1e12)
    return atByte(path, 4, "expected sizes of a data set, found " + sizesText(header.dims));
  return "";
}

std::string readBody(const std::string &path, Input &input, const Header &header, uint8_t *out) {
  int64_t expected = header.elementsFrom(0), start = input.position();
  int64_t found = input.read(out, expected);
  if (!input.error().empty())
    return input.error();
  if (found < expected)
    return atByte(path, start + found,
                  "the file ends; expected " + std::to_string(expected) + " bytes of data (" + sizesText(header.dims) +
                      "), found " + std::to_string(found));
  uint8_t more;
  if (input.read(&more, 1) == 1)
    return atByte(path, start + expected,
                  "expected the end of the file after " + sizesText(header.dims) + " bytes, found more");
  return input.error();
}

std::string readLabels(const std::string &path, std::vector<uint8_t> &labels) {
  Input input(path);
  Header header;
  if (!input.error().empty())
    return input.error();
  if (std::string error = readHeader(path, input, 1, header); !error.empty())
    return error;
  labels.resize(header.dims[0]);
  return readBody(path, input, header, labels.data());
}

bool exists(const std::string &path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0;
}

/// The file of one of the names that such files have, or "".
std::string findFile(const std::string &folder, const std::string &part, const std::string &kind) {
  for (const char *dash : {"-", "."})
    for (const char *ending : {"", ".gz"})
      if (std::string path = folder + "/" + part + "-" + kind.substr(0, 6) + dash + kind.substr(7) + ending;
          exists(path))
        return path;
  return "";
}

const char *const ImagesKind = "images-idx3-ubyte";
const char *const LabelsKind = "labels-idx1-ubyte";

std::string findPart(const std::string &folder, const std::string &part, IdxFiles &files) {
  files.images = findFile(folder, part, ImagesKind);
  files.labels = findFile(folder, part, LabelsKind);
  const char *missing = files.images.empty() ? ImagesKind : files.labels.empty() ? LabelsKind : nullptr;
  return missing ? folder + ": there is no file `" + part + "-" + missing + "` (or with `.gz`)" : "";
}

bool isFolder(const std::string &path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

} // namespace

std::string findIdxFiles(const std::string &path, IdxFiles parts[2], bool &hasValid) {
  hasValid = false;
  if (!exists(path))
    return path + ": there is no such file or folder";
  if (isFolder(path)) {
    if (std::string error = findPart(path, "train", parts[0]); !error.empty())
      return error;
    hasValid = findPart(path, "t10k", parts[1]).empty();
    return "";
  }
  // One file of images; its labels stand beside it.
  parts[0].images = path;
  size_t kind = path.rfind("images");
  size_t axes = path.rfind("idx3");
  if (kind == std::string::npos || axes == std::string::npos)
    return path + ": expected a folder, or a file of images named like `train-images-idx3-ubyte`";
  parts[0].labels = path;
  parts[0].labels.replace(axes, 4, "idx1").replace(kind, 6, "labels");
  return exists(parts[0].labels) ? "" : parts[0].labels + ": there is no such file, but the images need their labels";
}

SchemaResult readIdxSchema(const std::string &path) {
  SchemaResult result;
  IdxFiles parts[2];
  result.error = findIdxFiles(path, parts, result.schema.hasValid);
  if (!result.error.empty())
    return result;
  Input images(parts[0].images);
  Header header;
  result.error = images.error().empty() ? readHeader(parts[0].images, images, 3, header) : images.error();
  std::vector<uint8_t> labels;
  if (result.error.empty())
    result.error = readLabels(parts[0].labels, labels);
  if (!result.error.empty())
    return result;
  bool seen[256] = {};
  for (uint8_t label : labels)
    seen[label] = true;
  for (int label = 0; label < 256; ++label)
    if (seen[label])
      result.schema.classes.push_back(std::to_string(label));
  result.schema.featureDims.assign(header.dims.begin() + 1, header.dims.end());
  result.schema.featureType = "u8";
  return result;
}

/// Labels are bytes; the table holds positions among the classes.
static std::string numberLabels(const std::string &path, const std::vector<uint8_t> &labels, const Schema &schema,
                                std::vector<int64_t> &out) {
  int64_t positions[256];
  for (int64_t &position : positions)
    position = -1;
  for (size_t i = 0; i < schema.classes.size(); ++i)
    if (int label = atoi(schema.classes[i].c_str()); label >= 0 && label < 256)
      positions[label] = static_cast<int64_t>(i);
  out.resize(labels.size());
  for (size_t i = 0; i < labels.size(); ++i) {
    out[i] = positions[labels[i]];
    if (out[i] < 0)
      return atByte(path, 8 + static_cast<int64_t>(i),
                    "label " + std::to_string(labels[i]) + " is not one of the " +
                        std::to_string(schema.classes.size()) + " classes that the program was compiled with");
  }
  return "";
}

std::string readIdx(const IdxFiles &files, const Schema &schema, Table &table) {
  Input input(files.images);
  Header header;
  if (!input.error().empty())
    return input.error();
  if (std::string error = readHeader(files.images, input, 3, header); !error.empty())
    return error;
  std::vector<int64_t> dims(header.dims.begin() + 1, header.dims.end());
  if (dims != schema.featureDims)
    return atByte(files.images, 8,
                  "expected images of " + sizesText(schema.featureDims) + ", found " + sizesText(dims));
  std::vector<uint8_t> labels;
  if (std::string error = readLabels(files.labels, labels); !error.empty())
    return error;
  table.rows = header.dims[0];
  if (static_cast<int64_t>(labels.size()) != table.rows)
    return atByte(files.labels, 4,
                  "expected as many labels as " + files.images + " has images (" + std::to_string(table.rows) +
                      "), found " + std::to_string(labels.size()));
  table.rowBytes = header.elementsFrom(1);
  // Not zeroed first: this is most of the memory of a program.
  table.features.reset(new (std::nothrow) uint8_t[table.rows * table.rowBytes]);
  if (!table.features)
    return files.images + ": out of memory for " + std::to_string(table.rows * table.rowBytes) + " bytes of images";
  if (std::string error = readBody(files.images, input, header, table.features.get()); !error.empty())
    return error;
  return numberLabels(files.labels, labels, schema, table.labels);
}

} // namespace mdl::data
