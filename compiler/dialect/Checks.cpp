//===- Checks.cpp - Calls that end the program where something is wrong -------===//

#include "compiler/dialect/Checks.h"

#include "compiler/dialect/Mdl.h"

using namespace mlir;

bool mdl::isCheck(Operation *op) {
  auto call = dyn_cast<RuntimeOp>(op);
  return call && (call.getCallee().starts_with("mdl_check_") || call.getCallee().starts_with("mdl_assert"));
}
