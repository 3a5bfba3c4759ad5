//===- Opening.h - What opening a data set is made of ---------------------------------------===//
//
// Runtime. In: the schema that the program was compiled with, and the data there is now. Out: nothing, or the program
// ends at `where`.
//
//===--------------------------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_DATA_OPENING_H
#define MDL_RUNTIME_DATA_OPENING_H

#include "mdl/data.h"

namespace mdl::runtime {

/// The schema in generated code.
data::Schema compiledSchema(const char *text, const char *where);
/// Ends with what differs, if anything does.
void checkSchema(const std::string &path, const data::Schema &compiled, const data::Schema &now, const char *where);
/// Ends with `error`; of a file that is nowhere it says where it was looked for.
[[noreturn]] void failToOpen(const char *path, const std::string &found, const std::string &error, const char *where);

} // namespace mdl::runtime

#endif // MDL_RUNTIME_DATA_OPENING_H
