//===- Completion.h - Ways to go on with what is typed -------------------------===//
//
// Stage: repl. What Repl::completions() is made of: names, members, commands, files.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_REPL_COMPLETION_H
#define MDL_REPL_COMPLETION_H

#include <string>
#include <vector>

namespace mdl::repl {

/// The names of the commands, without their colon.
std::vector<std::string> commandNames();

/// A path with the user's folder in the place of a leading `~`.
std::string expandHome(const std::string &path);

} // namespace mdl::repl

#endif // MDL_REPL_COMPLETION_H
