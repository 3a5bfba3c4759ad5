// The mdl dialect: all operations, by family.
#ifndef MDL_OPS_TD
#define MDL_OPS_TD

include "compiler/dialect/ElementwiseOps.td"
include "compiler/dialect/ReduceOps.td"
include "compiler/dialect/ContractOps.td"
include "compiler/dialect/IndexOps.td"
include "compiler/dialect/ShapeOps.td"
include "compiler/dialect/RandomOps.td"
include "compiler/dialect/ControlOps.td"
include "compiler/dialect/MdlHostOps.td"

#endif
