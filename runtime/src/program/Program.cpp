//===- Program.cpp - What the program declared ---------------------------------------===//
//
// Runtime. In: mdl_declare's calls. Out: the options' values for the program, and the
// folders that data may be in.
//
//===----------------------------------------------------------------------===//
#include "program/Program.h"
#include "mdl/abi.h"
#include "support/Error.h"
#include "text/Number.h"

#include <algorithm>
#include <climits>
#include <unistd.h>

namespace mdl::runtime {

Program &program() {
  static Program *instance = new Program; // never destroyed: threads may outlive main
  return *instance;
}

const std::string &programName() { return program().name; }

static Option &declare(const char *name, Option::Type type, const char *text) {
  Option option;
  option.name = name;
  option.type = type;
  option.text = text ? text : "";
  // A session may declare one again.
  auto &options = program().options;
  options.erase(std::remove_if(options.begin(), options.end(), [&](const Option &old) { return old.name == name; }),
                options.end());
  options.push_back(std::move(option));
  return options.back();
}

static const Option &find(const char *name, Option::Type type) {
  for (const Option &option : program().options)
    if (option.name == name && option.type == type)
      return option;
  fail("", format("bug: the program reads an option `%s` that it did not declare", name));
}

static std::string executableFolder() {
  char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  if (length <= 0)
    return ".";
  std::string text(path, length);
  return text.substr(0, text.rfind('/'));
}

std::vector<std::string> dataFolders() {
  if (!program().sourceFolder.empty())
    return {program().sourceFolder};
  return {".", executableFolder()};
}

} // namespace mdl::runtime

using namespace mdl::runtime;

void mdl_declare_program(const char *name, const char *doc, const char *source_folder) {
  program().name = name;
  program().doc = doc ? doc : "";
  program().sourceFolder = source_folder ? source_folder : "";
}

void mdl_declare_option_i64(const char *name, int64_t value, int64_t dtype, const char *text) {
  Option &option = declare(name, Option::Int, text);
  option.dtype = static_cast<mdl_dtype>(dtype);
  option.intValue = value;
  option.defaultValue = std::to_string(value);
}

void mdl_declare_option_f64(const char *name, double value, int64_t dtype, const char *text) {
  Option &option = declare(name, Option::Float, text);
  option.dtype = static_cast<mdl_dtype>(dtype);
  option.floatValue = value;
  option.defaultValue = scalarText(value);
}

void mdl_declare_option_bool(const char *name, bool value, const char *text) {
  Option &option = declare(name, Option::Bool, text);
  option.boolValue = value;
  option.defaultValue = value ? "true" : "false";
}

void mdl_declare_option_string(const char *name, const char *value, const char *text) {
  Option &option = declare(name, Option::String, text);
  option.stringValue = value;
  option.defaultValue = value;
}

int64_t mdl_option_i64(const char *name) { return find(name, Option::Int).intValue; }
double mdl_option_f64(const char *name) { return find(name, Option::Float).floatValue; }
bool mdl_option_bool(const char *name) { return find(name, Option::Bool).boolValue; }
const char *mdl_option_string(const char *name) { return find(name, Option::String).stringValue.c_str(); }
