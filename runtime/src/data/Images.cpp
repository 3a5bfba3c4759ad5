//===- Images.cpp - Folders of images as tables -------------------------------------------===//
//
// Runtime and compiler. In: the image files of a folder. Out: their schema, from their first bytes, or their pixels.
// All images of a data set have one size. An image that cannot be read is an error that names it: what a program is
// trained on is what the folder has.
//
//===--------------------------------------------------------------------------------------===//
#include "data/Images.h"
#include "data/Image.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

namespace mdl::data {
namespace {

/// What went wrong with images, by their number, from any thread.
class Failures {
public:
  void add(size_t image, std::string message) {
    std::lock_guard<std::mutex> lock(mutex);
    messages.emplace(image, std::move(message));
  }
  /// The first few, in the images' order; "" if there are none.
  std::string text(size_t images) const {
    if (messages.size() < 2)
      return messages.empty() ? "" : messages.begin()->second;
    std::string out = std::to_string(messages.size()) + " of " + std::to_string(images) + " images cannot be used";
    size_t told = 0;
    for (auto &[image, message] : messages) {
      if (told++ == MostTold)
        return out + "; …";
      out += "; " + message;
    }
    return out;
  }

private:
  static constexpr size_t MostTold = 3;
  std::map<size_t, std::string> messages;
  std::mutex mutex;
};

/// Calls `read` for each of `count` images, on as many threads as are worth starting.
template <typename Function> void forEachImage(size_t count, const Function &read) {
  constexpr size_t FewestPerThread = 32, MostThreads = 16;
  size_t cores = std::max(1u, std::thread::hardware_concurrency());
  size_t threads = std::clamp<size_t>(count / FewestPerThread, 1, std::min(cores, MostThreads));
  std::atomic<size_t> next = 0;
  auto work = [&] {
    for (size_t i; (i = next++) < count;)
      read(i);
  };
  std::vector<std::thread> others;
  for (size_t i = 1; i < threads; ++i)
    others.emplace_back(work);
  work();
  for (std::thread &thread : others)
    thread.join();
}

/// The size that most images have; of another one `failures` tells.
ImageHeader commonHeader(const std::vector<std::string> &paths, const std::vector<ImageHeader> &headers,
                         Failures &failures) {
  std::map<std::pair<int64_t, int64_t>, size_t> sizes;
  int channels = 1;
  for (const ImageHeader &header : headers) {
    ++sizes[{header.height, header.width}];
    channels = std::max(channels, header.channels);
  }
  auto most = std::max_element(sizes.begin(), sizes.end(), [](auto &a, auto &b) { return a.second < b.second; });
  auto [height, width] = most->first;
  for (size_t i = 0; i < headers.size(); ++i)
    if (headers[i].height != height || headers[i].width != width)
      failures.add(i, paths[i] + ": this image has " + imageSizeText(headers[i].height, headers[i].width) +
                          " pixels, " +
                          (most->second > 1 ? std::to_string(most->second) + " others have " : "another has ") +
                          imageSizeText(height, width) + "; all images of a data set have one size");
  return {height, width, channels};
}

} // namespace

SchemaResult readImagesSchema(const std::string &path, int channels) {
  SchemaResult result;
  ImageFolder folder;
  result.error = findImages(path, folder, result.candidates);
  if (!result.error.empty())
    return result;
  std::vector<std::string> paths = folder.parts[0].paths;
  paths.insert(paths.end(), folder.parts[1].paths.begin(), folder.parts[1].paths.end());
  std::vector<ImageHeader> headers(paths.size());
  Failures failures;
  forEachImage(paths.size(), [&](size_t i) {
    if (std::string error = readImageHeader(paths[i], headers[i]); !error.empty())
      failures.add(i, error);
  });
  result.error = failures.text(paths.size());
  if (!result.error.empty())
    return result;
  ImageHeader common = commonHeader(paths, headers, failures);
  result.error = failures.text(paths.size());
  if (channels == 0)
    channels = common.channels;
  result.schema.classes = folder.classes;
  result.schema.hasValid = folder.hasValid;
  result.schema.featureType = "u8";
  if (channels > 1)
    result.schema.featureDims.push_back(channels);
  result.schema.featureDims.push_back(common.height);
  result.schema.featureDims.push_back(common.width);
  return result;
}

std::string readImages(const ImageFiles &files, const Schema &schema, int channels, Table &table) {
  const std::vector<int64_t> &dims = schema.featureDims;
  int64_t height = dims[dims.size() - 2], width = dims.back(), planes = dims.size() == 3 ? dims[0] : 1;
  table.rows = static_cast<int64_t>(files.paths.size());
  table.rowBytes = planes * height * width;
  table.labels = files.labels;
  table.features.reset(new (std::nothrow) uint8_t[table.rows * table.rowBytes]);
  if (!table.features)
    return "out of memory for " + std::to_string(table.rows) + " images of " + std::to_string(table.rowBytes) +
           " bytes";
  Failures failures;
  forEachImage(files.paths.size(), [&](size_t i) {
    ImagePixels pixels;
    std::string error = readImagePixels(files.paths[i], height, width, pixels);
    if (error.empty() && pixels.header.channels > planes && channels == 0)
      error = files.paths[i] + ": expected an image of greys, found one of colours";
    if (error.empty())
      imagePlanes(pixels, static_cast<int>(planes), table.features.get() + static_cast<int64_t>(i) * table.rowBytes);
    else
      failures.add(i, error);
  });
  return failures.text(files.paths.size());
}

} // namespace mdl::data
