//===- ReduceOps.cpp - Types of reductions and scans --------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"

using namespace mlir;
using namespace mdl;

static LogicalResult inferReduction(std::optional<Location> loc, Value input, ArrayRef<int64_t> axes, Type elementType,
                                    SmallVectorImpl<Type> &results) {
  auto type = tensorType(input);
  if (failed(checkAxes(loc, axes, type.getRank())))
    return failure();
  SmallVector<int64_t> shape;
  for (int64_t axis : otherAxes(type.getRank(), axes))
    shape.push_back(type.getDimSize(axis));
  results.push_back(RankedTensorType::get(shape, elementType ? elementType : type.getElementType()));
  return success();
}

#define MDL_INFER_REDUCTION(OpName)                                                                                    \
  LogicalResult OpName::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,                  \
                                         SmallVectorImpl<Type> &results) {                                             \
    return inferReduction(loc, adaptor.getInput(), adaptor.getAxes(), nullptr, results);                               \
  }
MDL_INFER_REDUCTION(SumOp)
MDL_INFER_REDUCTION(ProdOp)
MDL_INFER_REDUCTION(MaxOp)
MDL_INFER_REDUCTION(MinOp)
MDL_INFER_REDUCTION(AnyOp)
MDL_INFER_REDUCTION(AllOp)
#undef MDL_INFER_REDUCTION

#define MDL_INFER_ARG_REDUCTION(OpName)                                                                                \
  LogicalResult OpName::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor adaptor,           \
                                         SmallVectorImpl<Type> &results) {                                             \
    int64_t axis = adaptor.getAxis();                                                                                  \
    return inferReduction(loc, adaptor.getInput(), axis, IntegerType::get(context, 64), results);                      \
  }
MDL_INFER_ARG_REDUCTION(ArgMaxOp)
MDL_INFER_ARG_REDUCTION(ArgMinOp)
#undef MDL_INFER_ARG_REDUCTION

LogicalResult CumSumOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
                                         SmallVectorImpl<Type> &results) {
  auto type = tensorType(adaptor.getInput());
  results.push_back(type);
  return checkAxis(loc, adaptor.getAxis(), type.getRank());
}
