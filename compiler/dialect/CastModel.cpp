//===- CastModel.cpp - The derivative of tensor.cast --------------------------===//
//
// `tensor.cast` changes what is known of a shape. It is not ours, so its rule is
// attached when the dialect is loaded.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"

using namespace mlir;
using namespace mdl;

namespace {
// d x = g, with what was known of the shape of x
struct CastModel : DifferentiableOpInterface::ExternalModel<CastModel, tensor::CastOp> {
  void buildGradient(Operation *op, OpBuilder &builder, ValueRange g, SmallVectorImpl<Value> &d) const {
    d[0] = refineTo(builder, op->getLoc(), g[0], op->getOperand(0).getType());
  }
  StringRef nonDifferentiableReason(Operation *) const { return {}; }
};
} // namespace

void mdl::attachCastModel(MLIRContext *context) { tensor::CastOp::attachInterface<CastModel>(*context); }
