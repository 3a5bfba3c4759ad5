//===- Draws.h - Draws within draws ---------------------------------------------------===//
//
// Runtime. A line of the REPL may be left in the middle of a checkpoint.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_RUNTIME_RANDOM_DRAWS_H
#define MDL_RUNTIME_RANDOM_DRAWS_H

namespace mdl::runtime {

/// From here on keys follow from the program's seed.
void endAllDraws();

} // namespace mdl::runtime

#endif // MDL_RUNTIME_RANDOM_DRAWS_H
