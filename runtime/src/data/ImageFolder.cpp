//===- ImageFolder.cpp - Where the images of a folder are ---------------------------------===//
//
// Runtime and compiler. In: a path. Out: its images by part and class. See Note [Layouts of folders] in Images.h.
//
//===--------------------------------------------------------------------------------------===//
#include "data/Classes.h"
#include "data/Image.h"
#include "data/Images.h"

#include <algorithm>
#include <filesystem>
#include <map>

namespace fs = std::filesystem;

namespace mdl::data {
namespace {

/// What a folder has that counts, sorted by name.
struct Listing {
  std::vector<std::string> images, folders;
  std::string error;

  bool hasFolder(const std::string &name) const { return std::binary_search(folders.begin(), folders.end(), name); }
};

Listing list(const std::string &folder) {
  Listing result;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    std::string name = entries->path().filename().string();
    std::error_code ignored; // Of a link that leads nowhere.
    if (name[0] == '.' || name == "__MACOSX")
      continue;
    if (entries->is_directory(ignored))
      result.folders.push_back(name);
    else if (isImageName(name))
      result.images.push_back(name);
  }
  if (error)
    result.error = folder + ": " + error.message();
  std::sort(result.images.begin(), result.images.end());
  std::sort(result.folders.begin(), result.folders.end());
  return result;
}

std::string inside(const std::string &folder, const std::string &name) { return (fs::path(folder) / name).string(); }

void addImages(const std::string &folder, const Listing &listing, ImageFiles &files) {
  for (const std::string &name : listing.images)
    files.paths.push_back(inside(folder, name));
}

/// The first of `names` that is a folder here, or "".
std::string firstFolder(const Listing &listing, std::initializer_list<const char *> names) {
  for (const char *name : names)
    if (listing.hasFolder(name))
      return name;
  return "";
}

/// Images in folders, one for each class.
using ByClass = std::map<std::string, ImageFiles>;

std::string findClasses(const std::string &path, const Listing &listing, ByClass &byClass) {
  std::string deeper;
  for (const std::string &name : listing.folders) {
    std::string folder = inside(path, name);
    Listing inner = list(folder);
    if (!inner.error.empty())
      return inner.error;
    if (!inner.images.empty())
      addImages(folder, inner, byClass[name]);
    else if (!inner.folders.empty() && deeper.empty())
      deeper = name;
  }
  if (!byClass.empty())
    return "";
  return path + ": there are no images in this folder or in the folders in it" +
         (deeper.empty()
              ? ""
              : "; `" + deeper + "` has folders of its own, perhaps `" + inside(path, deeper) + "` is meant");
}

/// The images of `byClass` in the order of the classes.
std::string number(const std::string &path, ByClass &byClass, const std::vector<std::string> &classes,
                   ImageFiles &files) {
  for (size_t i = 0; i < classes.size(); ++i) {
    std::vector<std::string> &paths = byClass[classes[i]].paths;
    files.paths.insert(files.paths.end(), paths.begin(), paths.end());
    files.labels.insert(files.labels.end(), paths.size(), static_cast<int64_t>(i));
    byClass.erase(classes[i]);
  }
  return byClass.empty()
             ? ""
             : path + ": the class `" + byClass.begin()->first + "` has images for validation, but none for training";
}

std::string findByClass(const std::string &path, const Listing &listing, ImageFolder &folder) {
  std::string train = firstFolder(listing, {"train", "training"});
  std::string valid = train.empty() ? "" : firstFolder(listing, {"valid", "val", "validation", "test", "testing"});
  folder.hasValid = !valid.empty();
  std::string paths[2] = {folder.hasValid ? inside(path, train) : path, inside(path, valid)};
  for (int part = 0; part < (folder.hasValid ? 2 : 1); ++part) {
    Listing inner = folder.hasValid ? list(paths[part]) : listing;
    ByClass byClass;
    std::string error = inner.error.empty() ? findClasses(paths[part], inner, byClass) : inner.error;
    if (!error.empty())
      return error;
    if (part == 0) {
      for (auto &[name, files] : byClass)
        folder.classes.push_back(name);
      sortClasses(folder.classes);
    }
    if (std::string error = number(path, byClass, folder.classes, folder.parts[part]); !error.empty())
      return error;
  }
  return "";
}

/// What is there instead of a path that is not: the names beside it.
void suggest(const std::string &path, std::vector<std::string> &candidates) {
  Listing beside = list(fs::path(path).has_parent_path() ? fs::path(path).parent_path().string() : ".");
  candidates = std::move(beside.folders);
}

} // namespace

std::string findImages(const std::string &path, ImageFolder &folder, std::vector<std::string> &candidates) {
  std::error_code error;
  fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) {
    suggest(path, candidates);
    return path + ": there is no such file or folder";
  }
  if (!fs::is_directory(status)) {
    folder.parts[0].paths = {path};
    return "";
  }
  Listing listing = list(path);
  if (!listing.error.empty() || listing.images.empty())
    return listing.error.empty() ? findByClass(path, listing, folder) : listing.error;
  for (const std::string &name : listing.folders)
    if (!list(inside(path, name)).images.empty())
      return path + ": this folder has images, `" + listing.images[0] + "`, and folders of images, `" + name +
             "`: are they of a class or not?";
  addImages(path, listing, folder.parts[0]);
  return "";
}

} // namespace mdl::data
