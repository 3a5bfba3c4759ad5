//===- Program.h - What the program declared, and the flags it was given -------------===//
//
// Runtime. In: mdl_declare's calls and the command line. Out: the values of the options,
// the number of threads, the seed.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_PROGRAM_PROGRAM_H
#define MDL_RUNTIME_PROGRAM_PROGRAM_H

#include "mdl/abi.h"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace mdl::runtime {

struct Option {
  enum Type { Int, Float, Bool, String };
  std::string name;
  Type type;
  mdl_dtype dtype = MDL_I64; ///< Of a number: what its value must fit.
  std::string text;          ///< What it is for.
  std::string defaultValue;  ///< As it is written in the program.
  int64_t intValue = 0;
  double floatValue = 0;
  bool boolValue = false;
  std::string stringValue;
};

struct Program {
  std::string name = "mdl";
  std::string doc;
  std::string sourceFolder; ///< Not empty: the program was started by `mdl run`.
  std::deque<Option> options;
  int threads = 0; ///< 0: as many as there are cores.
  int64_t seed = 0;
};

Program &program();
const std::string &programName();

/// Reads the flags into the program's options. A message if they are wrong; `help` is set if help was asked for.
std::string readFlags(Program &program, int argc, const char *const *argv, bool &help);
/// What `--help` prints.
std::string helpText(const Program &program);

/// Where a relative data path may be, in the order to try.
std::vector<std::string> dataFolders();

} // namespace mdl::runtime

#endif // MDL_RUNTIME_PROGRAM_PROGRAM_H
