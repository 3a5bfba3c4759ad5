//===- BuiltinsDraw.h - plot and show -----------------------------------------===//
#ifndef MDL_SEMA_BUILTINSDRAW_H
#define MDL_SEMA_BUILTINSDRAW_H

namespace mdl {

class Elaborator;

void addDrawBuiltins(Elaborator &elaborator);

} // namespace mdl

#endif // MDL_SEMA_BUILTINSDRAW_H
