//===- BufferizableOps.cpp - How mdl.launch and mdl.runtime use memory ------===//
//
// Models of upstream's BufferizableOpInterface: `ins` are only read; `outs` are written
// and become the results, and are read first only where the kernel works in place.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Mdl.h"
#include "compiler/memory/Passes.h"
#include "mlir/Dialect/Arith/Transforms/BufferViewFlowOpInterfaceImpl.h"
#include "mlir/Dialect/Arith/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/FuncBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Linalg/Transforms/AllInterfaces.h"
#include "mlir/Dialect/SCF/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/IR/TensorInferTypeOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/Transforms/SubsetInsertionOpInterfaceImpl.h"

using namespace mlir;
using namespace mlir::bufferization;

namespace mdl {
namespace {

/// The buffers of those operands that are tensors, the others as they are.
FailureOr<SmallVector<Value>> getBuffers(RewriterBase &rewriter, ValueRange operands,
                                         const BufferizationOptions &options) {
  SmallVector<Value> buffers;
  for (Value operand : operands) {
    if (!isa<TensorType>(operand.getType())) {
      buffers.push_back(operand);
      continue;
    }
    FailureOr<Value> buffer = getBuffer(rewriter, operand, options);
    if (failed(buffer))
      return failure();
    buffers.push_back(*buffer);
  }
  return buffers;
}

/// What both operations share. They have `ins` and then `outs`; the tensors among `outs` are the first results.
template <typename Model, typename OpTy>
struct DestinationModel : public BufferizableOpInterface::ExternalModel<Model, OpTy> {
  static unsigned outIndex(OpTy op, OpOperand &operand) { return operand.getOperandNumber() - op.getIns().size(); }
  static bool isOut(OpTy op, OpOperand &operand) { return operand.getOperandNumber() >= op.getIns().size(); }

  bool bufferizesToMemoryWrite(Operation *op, OpOperand &operand, const AnalysisState &) const {
    return isOut(cast<OpTy>(op), operand);
  }

  AliasingValueList getAliasingValues(Operation *op, OpOperand &operand, const AnalysisState &) const {
    auto self = cast<OpTy>(op);
    if (!isOut(self, operand))
      return {};
    unsigned result = 0;
    for (Value out : self.getOuts().take_front(outIndex(self, operand)))
      result += isa<TensorType>(out.getType());
    return {{op->getResult(result), BufferRelation::Equivalent}};
  }
};

struct LaunchModel : public DestinationModel<LaunchModel, LaunchOp> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand, const AnalysisState &) const {
    auto launch = cast<LaunchOp>(op);
    return !isOut(launch, operand) || launch.isInplace(outIndex(launch, operand));
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter, const BufferizationOptions &options) const {
    auto launch = cast<LaunchOp>(op);
    auto ins = getBuffers(rewriter, launch.getIns(), options), outs = getBuffers(rewriter, launch.getOuts(), options);
    if (failed(ins) || failed(outs))
      return failure();
    rewriter.create<LaunchOp>(launch.getLoc(), launch.getCallee(), *ins, *outs);
    replaceOpWithBufferizedValues(rewriter, op, *outs);
    return success();
  }
};

struct RuntimeModel : public DestinationModel<RuntimeModel, RuntimeOp> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand, const AnalysisState &) const {
    return !isOut(cast<RuntimeOp>(op), operand);
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter, const BufferizationOptions &options) const {
    auto runtime = cast<RuntimeOp>(op);
    auto ins = getBuffers(rewriter, runtime.getIns(), options), outs = getBuffers(rewriter, runtime.getOuts(), options);
    if (failed(ins) || failed(outs))
      return failure();
    Value returned = runtime.getReturned();
    auto call = rewriter.create<RuntimeOp>(runtime.getLoc(), runtime.getCallee(), *ins, *outs,
                                           returned ? returned.getType() : Type(), runtime.getPure());
    SmallVector<Value> results = *outs;
    if (returned)
      results.push_back(call.getReturned());
    replaceOpWithBufferizedValues(rewriter, op, results);
    return success();
  }
};

} // namespace

void registerBufferizableOps(DialectRegistry &registry) {
  registry.insert<BufferizationDialect>();
  registry.addExtension(+[](MLIRContext *context, MdlDialect *) {
    LaunchOp::attachInterface<LaunchModel>(*context);
    RuntimeOp::attachInterface<RuntimeModel>(*context);
    context->loadDialect<BufferizationDialect>();
  });
  arith::registerBufferizableOpInterfaceExternalModels(registry);
  arith::registerBufferViewFlowOpInterfaceExternalModels(registry); // a choice between two memories may be either
  func_ext::registerBufferizableOpInterfaceExternalModels(
      registry); // promised by `func`, unused: boundaries stay tensors
  linalg::registerAllDialectInterfaceImplementations(registry);
  scf::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerInferTypeOpInterfaceExternalModels(registry);
  tensor::registerSubsetOpInterfaceExternalModels(registry);
}

} // namespace mdl
