//===- MdlHostOps.td - Kernels, launches and calls of the runtime -*- tablegen -*-===//
//
// What a program is made of once its work stands in kernels: `mdl.kernel` and
// `mdl.launch`, calls of the runtime's C functions, and the two operations that only
// the last stages use (`mdl.arena`, `mdl.buffer`). Included by MdlOps.td.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_HOST_OPS
#define MDL_HOST_OPS

include "compiler/dialect/MdlDialect.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

/// Strings and handles of the runtime.
def Mdl_Pointer : Type<CPred<"::llvm::isa<::mlir::LLVM::LLVMPointerType>($_self)">, "LLVM pointer",
                       "::mlir::LLVM::LLVMPointerType">,
                  BuildableType<"::mlir::LLVM::LLVMPointerType::get($_builder.getContext())">;
def Mdl_Scalar : AnyTypeOf<[AnySignlessInteger, AnyFloat, Index], "scalar passed by value">;
def Mdl_Shaped : AnyTypeOf<[AnyRankedTensor, AnyMemRef], "ranked tensor or memref">;
def Mdl_KernelOperand : AnyTypeOf<[Mdl_Shaped, Mdl_Scalar], "tensor, memref or scalar">;
def Mdl_RuntimeOperand : AnyTypeOf<[Mdl_Shaped, Mdl_Scalar, Mdl_Pointer], "tensor, memref, scalar or pointer">;

def Mdl_KernelOp : Mdl_Op<"kernel", [FunctionOpInterface, IsolatedFromAbove]> {
  let summary = "a kernel: a function over tensors that becomes one object";
  let description = [{
    The body is one block of `linalg`, `tensor`, `arith`, `math` and the few operations of this dialect that linalg cannot
    say. Arguments are the `ins` of a launch and then, for each index in `inplace`, the `outs` tensor of that result,
    which the kernel reads before it overwrites it.

    ```mlir
    mdl.kernel @step(%g: tensor<4xf32>, %lr: f32, %p: tensor<4xf32>) -> tensor<4xf32> attributes {inplace = array<i64: 0>} {
      %r = linalg.generic …
      mdl.yield %r : tensor<4xf32>
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<FunctionType>:$function_type,
                       OptionalAttr<DenseI64ArrayAttr>:$inplace, OptionalAttr<DictArrayAttr>:$arg_attrs,
                       OptionalAttr<DictArrayAttr>:$res_attrs, OptionalAttr<StrAttr>:$sym_visibility);
  let regions = (region SizedRegion<1>:$body);
  let skipDefaultBuilders = 1;
  // The body gets an entry block with the arguments.
  let builders = [OpBuilder<(ins "::llvm::StringRef":$name, "::mlir::FunctionType":$type,
                                 CArg<"::llvm::ArrayRef<int64_t>", "{}">:$inplace)>];
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Region *getCallableRegion() { return &getBody(); }
    ::llvm::ArrayRef<::mlir::Type> getArgumentTypes() { return getFunctionType().getInputs(); }
    ::llvm::ArrayRef<::mlir::Type> getResultTypes() { return getFunctionType().getResults(); }
    bool isDeclaration() { return false; }

    /// The results that overwrite an argument; empty without the attribute.
    ::llvm::ArrayRef<int64_t> getInplaceResults();
    /// How many arguments are `ins` of a launch; the rest are the tensors overwritten.
    unsigned getNumIns();
    /// The argument that result `index` overwrites, or null.
    ::mlir::BlockArgument getInplaceArgument(unsigned index);
  }];
}

def Mdl_YieldOp : Mdl_Op<"yield", [Pure, ReturnLike, Terminator, HasParent<"KernelOp">]> {
  let summary = "the results of a kernel";
  let arguments = (ins Variadic<AnyRankedTensor>:$values);
  let builders = [OpBuilder<(ins), [{ build($_builder, $_state, ::mlir::ValueRange()); }]>];
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

def Mdl_LaunchOp : Mdl_Op<"launch", [
    AttrSizedOperandSegments, DestinationStyleOpInterface, AlwaysSpeculatable,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>, DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "runs a kernel in destination-passing style";
  let description = [{
    On tensors a pure operation, whose results are tied to `outs`; on memrefs it writes `outs` and has no results. An
    operand may be more or less static than the kernel's argument.

    ```mlir
    %r = mdl.launch @step ins(%g, %lr : tensor<4xf32>, f32) outs(%p : tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Variadic<Mdl_KernelOperand>:$ins, Variadic<Mdl_Shaped>:$outs);
  let results = (outs Variadic<AnyRankedTensor>:$tensors);
  // Results are the types of the outs that are tensors.
  let builders = [OpBuilder<(ins "::llvm::StringRef":$callee, "::mlir::ValueRange":$ins, "::mlir::ValueRange":$outs)>];
  let assemblyFormat = [{
    $callee (`ins` `(` $ins^ `:` type($ins) `)`)? (`outs` `(` $outs^ `:` type($outs) `)`)? attr-dict
    (`->` type($tensors)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutsMutable(); }
    /// The kernel, or null when there is none of that name (then the verifier has failed).
    KernelOp getKernel();
    /// Whether the kernel reads the old contents of `outs[index]`.
    bool isInplace(unsigned index);
  }];
}

def Mdl_RuntimeOp : Mdl_Op<"runtime", [
    AttrSizedOperandSegments, DeclareOpInterfaceMethods<ConditionallySpeculatable>,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "calls a C function of the runtime";
  let description = [{
    Parameters of the C function are `ins`, then `outs`. Tensors and memrefs are passed as `halide_buffer_t *`, `index` and
    integers as `int64_t`, `i1` as `bool`, floats as `double`. `outs` are written by the function and never read. Results
    are the tensors of `outs` and then at most one scalar or pointer, the value returned (`i1` from `bool`, `i64` and
    `index` from `int64_t`, `f64` and `f32` from `double`). Calls keep their order, unless the function is `pure`: its value depends on its
    arguments alone (or on what never changes during a run), so that a call may be dropped, merged or moved.

    ```mlir
    %p = mdl.runtime "mdl_fill_permutation"(%seed : i64) outs(%e : tensor<?xi64>) -> tensor<?xi64>
    %lr = mdl.runtime "mdl_option_f64"(%name : !llvm.ptr) {pure} -> f64
    ```
  }];
  let arguments = (ins StrAttr:$callee, Variadic<Mdl_RuntimeOperand>:$ins, Variadic<Mdl_Shaped>:$outs, UnitAttr:$pure);
  let results = (outs Variadic<Mdl_RuntimeOperand>:$values);
  // Results are the types of the outs that are tensors, then `returned` if it is not null.
  let builders = [OpBuilder<(ins "::llvm::StringRef":$callee, "::mlir::ValueRange":$ins,
                                 CArg<"::mlir::ValueRange", "{}">:$outs, CArg<"::mlir::Type", "{}">:$returned,
                                 CArg<"bool", "false">:$pure)>];
  let assemblyFormat = [{
    $callee `(` ($ins^ `:` type($ins))? `)` (`outs` `(` $outs^ `:` type($outs) `)`)? attr-dict (`->` type($values)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// How many results are tensors tied to `outs`.
    unsigned getNumTensorResults();
    /// The value that the C function returns, or null.
    ::mlir::Value getReturned();
  }];
}

def Mdl_StringOp : Mdl_Op<"string", [Pure]> {
  let summary = "a constant C string";
  let arguments = (ins StrAttr:$value);
  let results = (outs Mdl_Pointer:$pointer);
  let assemblyFormat = "$value attr-dict `:` type($pointer)";
}

def Mdl_ArenaOp : Mdl_Op<"arena", [MemoryEffects<[MemWrite]>]> {
  let summary = "the arena: all memory whose size is known";
  let description = [{
    Made by `-mdl-plan-memory`, once, at the start of a function. 64-byte aligned; it lives to the program's end.

    ```mlir
    %a = mdl.arena : memref<4096xi8>
    ```
  }];
  let results = (outs MemRefRankOf<[I8], [1]>:$memory);
  let assemblyFormat = "attr-dict `:` type($memory)";
}

def Mdl_BufferOp : Mdl_Op<"buffer", [MemoryEffects<[MemWrite]>]> {
  let summary = "a `halide_buffer_t` that describes a memref";
  let description = [{
    Made by `-mdl-launch-to-call` where its memref is defined. The descriptor lives on the stack of the function, one for each `mdl.buffer`.
  }];
  let arguments = (ins AnyMemRef:$memref);
  let results = (outs Mdl_Pointer:$pointer);
  let assemblyFormat = "$memref attr-dict `:` type($memref)";
}

#endif // MDL_HOST_OPS
