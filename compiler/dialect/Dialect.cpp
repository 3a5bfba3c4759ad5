//===- Dialect.cpp - Registration of the mdl dialect --------------------------===//

#include "compiler/dialect/Canonicalize.h"
#include "compiler/dialect/GradientOps.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/dialect/PathOps.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mdl;

#include "compiler/dialect/MdlDialect.cpp.inc"
#include "compiler/dialect/MdlEnums.cpp.inc"
#include "compiler/dialect/MdlInterfaces.cpp.inc"

#define GET_OP_CLASSES
#include "compiler/dialect/MdlOps.cpp.inc"

void MdlDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "compiler/dialect/MdlOps.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "compiler/dialect/GradientOps.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "compiler/dialect/PathOps.cpp.inc"
      >();
  attachCastModel(getContext());
}

Operation *MdlDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type, Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (elements && elements.getType() == type)
    return builder.create<ConstantOp>(loc, elements);
  return arith::ConstantOp::materialize(builder, value, type, loc);
}

void MdlDialect::getCanonicalizationPatterns(RewritePatternSet &patterns) const {
  addArithmeticPatterns(patterns);
  addConstantPatterns(patterns);
  addEmptyPatterns(patterns);
  addShapePatterns(patterns);
  addContractPatterns(patterns);
  addSizePatterns(patterns);
}
