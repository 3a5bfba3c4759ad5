//===- data.h - Reading what a data set looks like, for the compiler and the runtime ===//
//
// The compiler reads a schema when it compiles; the executable reads it again at start
// and compares. Errors are values: a message, no exit, no throw.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_DATA_H
#define MDL_DATA_H

#include <cstdint>
#include <string>
#include <vector>

namespace mdl::data {

/// What the compiler knows of a data set: everything but the number of rows.
struct Schema {
  std::vector<std::string> columns;  ///< CSV: the header's names in order.
  std::string label;                 ///< CSV: the label's column.
  std::vector<std::string> features; ///< CSV: the columns of numbers other than the label, in order.
  std::vector<int64_t>
      featureDims;         ///< Of one row's input: `{8, 8}`, `{28, 28}`, of images with colours `{3, 224, 224}`.
  std::string featureType; ///< "f32" (CSV), "u8" (IDX, images).
  std::vector<std::string> classes; ///< Distinct labels, sorted (as numbers when all are); none for images without.
  bool hasValid = false;            ///< IDX, images: a train and a valid part.
};

/// A schema or why there is none. `error` has no place of its own: `path:line: …` or `path: byte N: …` is inside.
struct SchemaResult {
  Schema schema;
  std::string error;
  std::vector<std::string> candidates; ///< For a wrong column or folder: those there are.
};

/// Reads the header and labels of a CSV (plain or gzip); `label` may be "" for none.
SchemaResult readCsvSchema(const std::string &path, const std::string &label);
/// Reads the headers of the IDX files in a folder (`train-images-idx3-ubyte[.gz]` …, `t10k-…`) or one file's.
SchemaResult readIdxSchema(const std::string &path);
/// Reads the first bytes of the PNG and JPEG files in a folder, or in one for each class (see Images.h). With
/// `channels` (1: grey, 3: colours; 0: what they have) they are taken as such.
SchemaResult readImagesSchema(const std::string &path, int channels);

/// One line of text that generated code hands to mdl_open_csv, mdl_open_idx and mdl_open_images.
std::string dataSchema(const Schema &schema);
/// The way back. False if `text` was not made by dataSchema.
bool parseSchema(const std::string &text, Schema &schema);

/// Where a data path is: an absolute one as it is; a relative one in $MDL_DATA (which stands for the folder `data`),
/// then in each of `folders`. The path in the first folder if it is in none of them.
std::string findData(const std::string &path, const std::vector<std::string> &folders);

} // namespace mdl::data

#endif // MDL_DATA_H
