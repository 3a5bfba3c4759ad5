//===- Opening.cpp - What opening a data set is made of -------------------------------------===//
//
// Runtime. See Opening.h.
//
//===--------------------------------------------------------------------------------------===//
#include "data/Opening.h"
#include "data/Table.h"
#include "program/Program.h"
#include "support/Error.h"

#include <unistd.h>

namespace mdl::runtime {

data::Schema compiledSchema(const char *text, const char *where) {
  data::Schema schema;
  if (!data::parseSchema(text, schema))
    fail(where, "bug: the schema in the program cannot be read");
  return schema;
}

void checkSchema(const std::string &path, const data::Schema &compiled, const data::Schema &now, const char *where) {
  std::string difference = data::compareSchemas(compiled, now);
  if (!difference.empty())
    fail(where, path + ": the data has changed since the program was compiled: " + difference + "; compile it again");
}

void failToOpen(const char *path, const std::string &found, const std::string &error, const char *where) {
  std::vector<std::string> folders = dataFolders();
  if (path[0] == '/' || folders.size() < 2 || access(found.c_str(), F_OK) == 0)
    fail(where, error);
  fail(where, error + " (looked in the current folder and in " + folders[1] + ")");
}

} // namespace mdl::runtime
