//===- SafeTensors.h - The header of a safetensors file -------------------------------===//
//
// Runtime. The format (huggingface/safetensors): the length of the header as eight bytes, the
// lowest first; the header, a JSON object from names to {"dtype", "shape", "data_offsets"};
// then the tensors' bytes, row-major. In: those bytes. Out: entries, or what is wrong and at
// which byte.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_FILES_SAFETENSORS_H
#define MDL_RUNTIME_FILES_SAFETENSORS_H

#include "mdl/abi.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mdl::runtime {

struct FileTensor {
  std::string name;
  std::string dtype; ///< As the format calls it: `F32`.
  std::vector<int64_t> shape;
  int64_t begin = 0, end = 0; ///< Of its bytes, after the header.
};

/// `F32` for MDL_F32.
const char *fileDtype(int64_t dtype);
/// `f32[3, 4]` for F32 and its sizes, as the language writes it.
std::string fileType(const std::string &dtype, const std::vector<int64_t> &shape);
/// Bytes of an element; 0 for a name that the format does not have or mdl does not know.
int64_t fileItemBytes(const std::string &dtype);

/// The length and the text of the header, padded to eight bytes.
std::string writeHeader(const std::vector<FileTensor> &tensors);

/// Reads the header of a whole file; "" or `byte N: what is wrong`. `dataStart` is where the tensors' bytes begin.
std::string readHeader(const std::string &file, std::vector<FileTensor> &tensors, int64_t &dataStart);

} // namespace mdl::runtime

#endif // MDL_RUNTIME_FILES_SAFETENSORS_H
