//===- OpenImages.cpp - A data set from a folder of images --------------------------------===//
//
// Runtime. Apart from other data sets, so that only programs that read images contain libpng and libjpeg.
//
//===--------------------------------------------------------------------------------------===//
#include "data/DataSet.h"
#include "data/Images.h"
#include "data/Opening.h"
#include "mdl/abi.h"
#include "program/Program.h"

using namespace mdl;
using namespace mdl::runtime;

static Source::Loaded load(const data::ImageFiles &files, const data::Schema &schema, int channels) {
  Source::Loaded loaded;
  loaded.error = data::readImages(files, schema, channels, loaded.table);
  return loaded;
}

void *mdl_open_images(const char *path, int64_t channels, const char *schema, const char *where) {
  data::Schema compiled = compiledSchema(schema, where), now = compiled;
  std::string found = data::findData(path, dataFolders());
  data::ImageFolder folder;
  std::vector<std::string> candidates;
  std::string error = data::findImages(found, folder, candidates);
  if (!error.empty())
    failToOpen(path, found, error, where);
  now.classes = folder.classes;
  now.hasValid = folder.hasValid;
  checkSchema(found, compiled, now, where);
  auto *set = new DataSet;
  set->divided = folder.hasValid;
  for (int part = 0; part < (set->divided ? 2 : 1); ++part)
    set->parts[part].source =
        std::make_shared<Source>(where, std::async(std::launch::async, load, std::move(folder.parts[part]), compiled,
                                                   static_cast<int>(channels)));
  return set;
}
