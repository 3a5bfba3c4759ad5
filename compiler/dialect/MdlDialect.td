// The mdl dialect, its types, and the base classes of its operations.
#ifndef MDL_DIALECT_TD
#define MDL_DIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ViewLikeInterface.td"
include "compiler/dialect/MdlInterfaces.td"

def Mdl_Dialect : Dialect {
  let name = "mdl";
  let cppNamespace = "::mdl";
  let summary = "Operations on tensors, named as in the language";
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
                           "::mlir::tensor::TensorDialect"];
  let hasConstantMaterializer = 1;
  let hasCanonicalizer = 1; // all patterns: Canonicalize*.cpp
}

// Element types.
def Mdl_FloatElement : AnyTypeOf<[F16, BF16, F32, F64]>;
def Mdl_IntElement : AnyTypeOf<[I8, UI8, I32, I64]>;
def Mdl_NumberElement : AnyTypeOf<[F16, BF16, F32, F64, I8, UI8, I32, I64]>;
def Mdl_Element : AnyTypeOf<[F16, BF16, F32, F64, I1, I8, UI8, I32, I64]>;

// Tensors; a scalar is one of rank 0.
def Mdl_Tensor : RankedTensorOf<[Mdl_Element]>;
def Mdl_FloatTensor : RankedTensorOf<[Mdl_FloatElement]>;
def Mdl_NumberTensor : RankedTensorOf<[Mdl_NumberElement]>;
def Mdl_BoolTensor : RankedTensorOf<[I1]>;
def Mdl_IndexTensor : RankedTensorOf<[I32, I64]>;
def Mdl_I64Tensor : RankedTensorOf<[I64]>;

class Mdl_Op<string mnemonic, list<Trait> traits = []> : Op<Mdl_Dialect, mnemonic, traits>;

// A pure operation on tensors, which has a derivative or says why it has none.
class Mdl_ValueOp<string mnemonic, list<Trait> traits = []>
    : Mdl_Op<mnemonic, !listconcat([Pure, DeclareOpInterfaceMethods<DifferentiableOpInterface>], traits)>;

// One whose result type follows from operands and attributes.
class Mdl_InferredOp<string mnemonic, list<Trait> traits = []>
    : Mdl_ValueOp<mnemonic, !listconcat([InferTypeOpAdaptor], traits)>;

#endif
