//===- ImagesTest.cpp - Image files and folders of them -------------------------------===//
#include "data/Images.h"
#include "TestFolder.h"
#include "data/Image.h"
#include "draw/Png.h"

#include <cmath>
#include <cstdio>
#include <gtest/gtest.h>

#include <jpeglib.h> // After <cstdio>, which it needs.

using namespace mdl::data;

namespace {

std::string pngOf(int64_t height, int64_t width, int channels, uint8_t first = 0) {
  mdl::runtime::Image image;
  image.height = height;
  image.width = width;
  image.channels = channels;
  for (int64_t i = 0; i < height * width * channels; ++i)
    image.pixels.push_back(static_cast<uint8_t>(first + i));
  return mdl::runtime::pngBytes(image);
}

/// A slope of `channels` (1 grey, 3 colours, 4 inks) at the best quality.
std::string jpegOf(int height, int width, int channels) {
  jpeg_compress_struct jpeg = {};
  jpeg_error_mgr errors;
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char *bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &bytes, &size);
  jpeg.image_height = height;
  jpeg.image_width = width;
  jpeg.input_components = channels;
  jpeg.in_color_space = channels == 1 ? JCS_GRAYSCALE : channels == 3 ? JCS_RGB : JCS_CMYK;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, 100, TRUE);
  jpeg_start_compress(&jpeg, TRUE);
  for (int y = 0; y < height; ++y) {
    std::vector<uint8_t> row;
    for (int x = 0; x < width; ++x)
      for (int channel = 0; channel < channels; ++channel)
        row.push_back(static_cast<uint8_t>(channel == 3 ? 255 : 10 * y + 5 * x + 40 * channel));
    uint8_t *pointer = row.data();
    jpeg_write_scanlines(&jpeg, &pointer, 1);
  }
  jpeg_finish_compress(&jpeg);
  std::string text(reinterpret_cast<char *>(bytes), size);
  jpeg_destroy_compress(&jpeg);
  free(bytes);
  return text;
}

std::vector<int> planes(const std::string &path, int64_t height, int64_t width, int channels) {
  ImagePixels pixels;
  EXPECT_EQ(readImagePixels(path, height, width, pixels), "");
  std::vector<uint8_t> out(height * width * channels);
  imagePlanes(pixels, channels, out.data());
  return {out.begin(), out.end()};
}

void makeFolder(const std::string &path) { std::filesystem::create_directories(path); }

TEST(Image, PngIsReadExactly) {
  TestFolder folder;
  EXPECT_EQ(planes(folder.write("a.png", pngOf(2, 3, 1, 7)), 2, 3, 1), (std::vector<int>{7, 8, 9, 10, 11, 12}));
  EXPECT_EQ(planes(folder.write("b.png", pngOf(1, 2, 3)), 1, 2, 3), (std::vector<int>{0, 3, 1, 4, 2, 5}));
  // Transparency is dropped.
  EXPECT_EQ(planes(folder.write("c.png", pngOf(1, 2, 4)), 1, 2, 3), (std::vector<int>{0, 4, 1, 5, 2, 6}));
  // Grey of (100, 101, 102): luma.
  EXPECT_EQ(planes(folder.write("d.png", pngOf(1, 1, 3, 100)), 1, 1, 1), (std::vector<int>{101}));
}

TEST(Image, JpegIsReadNearly) {
  TestFolder folder;
  for (int channels : {1, 3}) {
    std::vector<int> found = planes(folder.write("a.jpg", jpegOf(8, 8, channels)), 8, 8, channels);
    for (int channel = 0; channel < channels; ++channel)
      EXPECT_NEAR(found[channel * 64 + 8 * 3 + 2], 40 + 40 * channel, 3);
  }
  // Adobe's inks are stored as light: with no black they are the colours.
  std::vector<int> found = planes(folder.write("inks.jpg", jpegOf(8, 8, 4)), 8, 8, 3);
  EXPECT_NEAR(found[64 + 8 * 3 + 2], 80, 3);
}

TEST(Image, AnEndThatIsMissingIsAnError) {
  TestFolder folder;
  ImagePixels pixels;
  for (const std::string &bytes : {pngOf(8, 8, 1), jpegOf(8, 8, 1)}) {
    std::string path = folder.write("a", bytes);
    for (size_t size : {bytes.size() - 20, bytes.size() / 2, size_t(12), size_t(4), size_t(1), size_t(0)}) {
      folder.truncate("a", static_cast<int64_t>(size));
      EXPECT_NE(readImagePixels(path, 8, 8, pixels), "") << size;
    }
  }
}

TEST(Images, ClassesAreFoldersInTheOrderOfNumbers) {
  TestFolder folder;
  for (const char *name : {"10", "9", ".git", "empty"})
    makeFolder(folder.path(name));
  folder.write("10/a.png", pngOf(1, 2, 1));
  folder.write("9/b.png", pngOf(1, 2, 1, 5));
  folder.write("9/a.png", pngOf(1, 2, 3));
  folder.write(".git/a.png", "");
  SchemaResult found = readImagesSchema(folder.folder, 0);
  ASSERT_EQ(found.error, "");
  EXPECT_EQ(found.schema.classes, (std::vector<std::string>{"9", "10"}));
  EXPECT_EQ(found.schema.featureDims, (std::vector<int64_t>{3, 1, 2})); // One has colours.
  EXPECT_EQ(readImagesSchema(folder.folder, 1).schema.featureDims, (std::vector<int64_t>{1, 2}));
  ImageFolder files;
  std::vector<std::string> candidates;
  ASSERT_EQ(findImages(folder.folder, files, candidates), "");
  EXPECT_EQ(files.parts[0].labels, (std::vector<int64_t>{0, 0, 1}));
  Table table;
  ASSERT_EQ(readImages(files.parts[0], found.schema, 0, table), "");
  EXPECT_EQ(table.rows, 3);
  EXPECT_EQ(table.features[6], 5); // 9/b.png
}

} // namespace
