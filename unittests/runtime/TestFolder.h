//===- TestFolder.h - Files for tests ------------------------------------------------===//
#ifndef MDL_UNITTESTS_RUNTIME_TESTFOLDER_H
#define MDL_UNITTESTS_RUNTIME_TESTFOLDER_H

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <zlib.h>

/// A folder that is gone after the test.
class TestFolder {
public:
  TestFolder() : folder(makeIn(root())) {}
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

private:
  static std::string makeIn(const std::filesystem::path &parent) {
    std::string pattern = (parent / "mdl-runtime-XXXXXX").string();
    return mkdtemp(pattern.data());
  }

  /// One for the whole run: a death test's process, which no destructor ends, has its folders in the same one.
  static std::string root() {
    static const char *const variable = "MDL_RUNTIME_TEST_FOLDER";
    if (!getenv(variable)) {
      static const pid_t owner = getpid();
      setenv(variable, makeIn(std::filesystem::temp_directory_path()).c_str(), 1);
      std::atexit([] {
        if (getpid() == owner)
          std::filesystem::remove_all(getenv(variable));
      });
    }
    return getenv(variable);
  }
};

#endif // MDL_UNITTESTS_RUNTIME_TESTFOLDER_H
