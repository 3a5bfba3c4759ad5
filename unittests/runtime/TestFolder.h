//===- TestFolder.h - Files for tests ------------------------------------------------===//
#ifndef MDL_UNITTESTS_RUNTIME_TESTFOLDER_H
#define MDL_UNITTESTS_RUNTIME_TESTFOLDER_H

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <zlib.h>

/// A folder that is gone after the test.
class TestFolder {
public:
  TestFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "mdl-runtime-XXXXXX").string();
    folder = mkdtemp(pattern.data());
  }
  ~TestFolder() { std::filesystem::remove_all(folder); }

  std::string path(const std::string &name) const { return folder + "/" + name; }

  std::string write(const std::string &name, const std::string &text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }

  std::string writeGzip(const std::string &name, const std::string &text) const {
    gzFile file = gzopen(path(name).c_str(), "wb");
    gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    gzclose(file);
    return path(name);
  }

  void truncate(const std::string &name, int64_t bytes) const { std::filesystem::resize_file(path(name), bytes); }

  std::string folder;
};

#endif // MDL_UNITTESTS_RUNTIME_TESTFOLDER_H
