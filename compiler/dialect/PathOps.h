//===- PathOps.h - What meets where two paths of the run do ----------------------===//
#ifndef MDL_DIALECT_PATHOPS_H
#define MDL_DIALECT_PATHOPS_H

#include "compiler/dialect/Mdl.h"

#define GET_OP_CLASSES
#include "compiler/dialect/PathOps.h.inc"

#endif // MDL_DIALECT_PATHOPS_H
