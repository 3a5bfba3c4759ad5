//===- CommandLine.h - What is wrong with a command line -----------------------===//
#ifndef MDL_DRIVER_COMMANDLINE_H
#define MDL_DRIVER_COMMANDLINE_H

#include <string>
#include <vector>

namespace CLI {
class App;
class ParseError;
} // namespace CLI

namespace mdl {

/// The message, with its hint, for `words`, which CLI11 refused with `error`.
std::string commandLineError(const CLI::App &app, const std::vector<std::string> &words, const CLI::ParseError &error);

} // namespace mdl

#endif // MDL_DRIVER_COMMANDLINE_H
