// The op interfaces of the mdl dialect: scalar bodies and derivatives.
#ifndef MDL_INTERFACES_TD
#define MDL_INTERFACES_TD

include "mlir/IR/OpBase.td"

def ElementwiseOpInterface : OpInterface<"ElementwiseOpInterface"> {
  let cppNamespace = "::mdl";
  let description = [{
    An operation whose every result element depends on the operands' elements at the same place only. It says what it
    does to one of them, in `arith` and `math`: used inside kernels and for scalars on the host.
  }];
  let methods = [
    InterfaceMethod<[{
      The result for scalars of lowered types (`ui8` has become `i8`). Whether integers are unsigned is read off the
      operation's own element types.
    }], "::mlir::Value", "buildScalar",
    (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::ValueRange":$scalars,
         "::mlir::Type":$resultElementType)>
  ];
}

def DifferentiableOpInterface : OpInterface<"DifferentiableOpInterface"> {
  let cppNamespace = "::mdl";
  let description = [{
    The reverse rule of an operation. Neither method has a default: an operation without a rule does not compile.
  }];
  let methods = [
    InterfaceMethod<[{
      Given the gradients of the loss with respect to the results (null for a result that the loss does not depend on),
      gives those with respect to the operands. `operandGradients` comes with a null value for every operand; what stays
      null gets no gradient.
    }], "void", "buildGradient",
    (ins "::mlir::OpBuilder &":$builder, "::mlir::ValueRange":$resultGradients,
         "::llvm::SmallVectorImpl<::mlir::Value> &":$operandGradients)>,
    InterfaceMethod<[{
      Why nothing can be differentiated through this operation, as a user may read it; empty where it can.
    }], "::llvm::StringRef", "nonDifferentiableReason", (ins)>
  ];
}

#endif
