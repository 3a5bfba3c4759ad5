//===- Images.h - Folders of images -------------------------------------------------------===//
//
// Runtime and compiler. In: a path. Out: the image files of each part, their classes, their pixels as a table.
//
// Note [Layouts of folders]: what a course's data sets look like.
//   images in the folder, or one image             images without classes
//   a folder of images for each class              a data set; classes as in Classes.h
//   such folders in `train` and in `valid`         a data set with two parts; the second may also be called `val` or
//   `test`,
//                                                  both also as `training`, `testing`
// Names that begin with a dot, and files whose names are not those of images, are passed over.
//
//===--------------------------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_DATA_IMAGES_H
#define MDL_RUNTIME_DATA_IMAGES_H

#include "data/Table.h"

namespace mdl::data {

/// The images of one part, class after class, sorted by name within.
struct ImageFiles {
  std::vector<std::string> paths;
  std::vector<int64_t> labels; ///< Positions in the classes; none without classes.
};

struct ImageFolder {
  ImageFiles parts[2]; ///< Train and valid; the first is everything where it is not divided.
  std::vector<std::string> classes;
  bool hasValid = false;
};

/// Finds the images that `path` has, of any size. A message or "". `candidates` are the names there are where one is
/// missing.
std::string findImages(const std::string &path, ImageFolder &folder, std::vector<std::string> &candidates);

/// Reads all of one part, on all processors. An image of colours is an error where the schema has grey ones, but with
/// `channels` (1 or 3; 0: as they are) it is converted. A message or "".
std::string readImages(const ImageFiles &files, const Schema &schema, int channels, Table &table);

} // namespace mdl::data

#endif // MDL_RUNTIME_DATA_IMAGES_H
