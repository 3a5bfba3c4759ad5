// The mdl dialect: making tensors, and changing where elements stand.
#ifndef MDL_SHAPE_OPS_TD
#define MDL_SHAPE_OPS_TD

include "compiler/dialect/MdlDialect.td"

def Mdl_ConstantOp : Mdl_InferredOp<"constant", [ConstantLike]> {
  let summary = "a constant tensor";
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Mdl_Tensor:$result);
  let assemblyFormat = "attr-dict $value";
  let hasFolder = 1;
}

def Mdl_IotaOp : Mdl_ValueOp<"iota"> {
  let summary = "every element is its own place along an axis";
  let arguments = (ins I64Attr:$axis, Variadic<Index>:$dynamicSizes);
  let results = (outs Mdl_NumberTensor:$result);
  let assemblyFormat = "`axis` $axis (`sizes` `(` $dynamicSizes^ `)`)? attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Mdl_BroadcastOp : Mdl_ValueOp<"broadcast"> {
  let summary = "repeats along new axes";
  let description = [{
    `mdl.broadcast %b to [1] : tensor<3xf32> to tensor<2x3xf32>`: axis k of the operand becomes axis `dimensions[k]` of
    the result and has the same size there; `dimensions` increase. An axis of size 1 that shall grow is dropped by a
    reshape before.
  }];
  let arguments = (ins Mdl_Tensor:$input, Variadic<Index>:$dynamicSizes, DenseI64ArrayAttr:$dimensions);
  let results = (outs Mdl_Tensor:$result);
  let assemblyFormat = [{
    $input `to` $dimensions (`sizes` `(` $dynamicSizes^ `)`)? attr-dict `:` type($input) `to` type($result)
  }];
  let hasVerifier = 1;
}

def Mdl_ReshapeOp : Mdl_ValueOp<"reshape"> {
  let summary = "the same elements, row after row, in another shape";
  let arguments = (ins Mdl_Tensor:$input, Variadic<Index>:$dynamicSizes);
  let results = (outs Mdl_Tensor:$result);
  let assemblyFormat = "$input (`sizes` `(` $dynamicSizes^ `)`)? attr-dict `:` type($input) `to` type($result)";
  let hasVerifier = 1;
}

def Mdl_TransposeOp : Mdl_InferredOp<"transpose"> {
  let summary = "axis i of the result is axis permutation[i] of the operand";
  let arguments = (ins Mdl_Tensor:$input, DenseI64ArrayAttr:$permutation);
  let results = (outs Mdl_Tensor:$result);
  let assemblyFormat = "$input $permutation attr-dict `:` type($input)";
}

def Mdl_SliceOp : Mdl_ValueOp<"slice", [InferTypeOpInterface, AttrSizedOperandSegments, OffsetSizeAndStrideOpInterface]> {
  let summary = "a regular part: offsets, sizes, strides for each axis";
  let description = "Strides are positive and the part must lie inside; an axis of size 1 stays.";
  let arguments = (ins Mdl_Tensor:$source, Variadic<Index>:$offsets, Variadic<Index>:$sizes, Variadic<Index>:$strides,
                       DenseI64ArrayAttr:$static_offsets, DenseI64ArrayAttr:$static_sizes, DenseI64ArrayAttr:$static_strides);
  let results = (outs Mdl_Tensor:$result);
  let builders = [OpBuilder<(ins "::mlir::Value":$source, "::llvm::ArrayRef<::mlir::OpFoldResult>":$offsets,
                                 "::llvm::ArrayRef<::mlir::OpFoldResult>":$sizes,
                                 "::llvm::ArrayRef<::mlir::OpFoldResult>":$strides)>];
  let assemblyFormat = [{
    $source custom<DynamicIndexList>($offsets, $static_offsets) custom<DynamicIndexList>($sizes, $static_sizes)
    custom<DynamicIndexList>($strides, $static_strides) attr-dict `:` type($source)
  }];
  let extraClassDeclaration = [{
    std::array<unsigned, 3> getArrayAttrMaxRanks() {
      unsigned rank = getSource().getType().getRank();
      return {rank, rank, rank};
    }
    static unsigned getOffsetSizeAndStrideStartOperandIndex() { return 1; }
    static ::llvm::LogicalResult inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location>,
        ::mlir::ValueRange, ::mlir::DictionaryAttr, ::mlir::OpaqueProperties, ::mlir::RegionRange,
        ::llvm::SmallVectorImpl<::mlir::Type> &);
  }];
}

def Mdl_UpdateSliceOp : Mdl_ValueOp<"update_slice", [InferTypeOpInterface, AttrSizedOperandSegments, OffsetSizeAndStrideOpInterface]> {
  let summary = "dest with a regular part replaced by the source";
  let arguments = (ins Mdl_Tensor:$dest, Mdl_Tensor:$source, Variadic<Index>:$offsets, Variadic<Index>:$sizes,
                       Variadic<Index>:$strides, DenseI64ArrayAttr:$static_offsets, DenseI64ArrayAttr:$static_sizes,
                       DenseI64ArrayAttr:$static_strides);
  let results = (outs Mdl_Tensor:$result);
  let builders = [OpBuilder<(ins "::mlir::Value":$dest, "::mlir::Value":$source,
                                 "::llvm::ArrayRef<::mlir::OpFoldResult>":$offsets,
                                 "::llvm::ArrayRef<::mlir::OpFoldResult>":$sizes,
                                 "::llvm::ArrayRef<::mlir::OpFoldResult>":$strides)>];
  let assemblyFormat = [{
    $dest custom<DynamicIndexList>($offsets, $static_offsets) custom<DynamicIndexList>($sizes, $static_sizes)
    custom<DynamicIndexList>($strides, $static_strides) `,` $source attr-dict `:` type($dest) `,` type($source)
  }];
  let extraClassDeclaration = [{
    std::array<unsigned, 3> getArrayAttrMaxRanks() {
      unsigned rank = getDest().getType().getRank();
      return {rank, rank, rank};
    }
    static unsigned getOffsetSizeAndStrideStartOperandIndex() { return 2; }
    static ::llvm::LogicalResult inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location>,
        ::mlir::ValueRange, ::mlir::DictionaryAttr, ::mlir::OpaqueProperties, ::mlir::RegionRange,
        ::llvm::SmallVectorImpl<::mlir::Type> &);
  }];
  let hasVerifier = 1;
}

def Mdl_ReverseOp : Mdl_InferredOp<"reverse"> {
  let summary = "turns the order around along axes";
  let arguments = (ins Mdl_Tensor:$input, DenseI64ArrayAttr:$axes);
  let results = (outs Mdl_Tensor:$result);
  let assemblyFormat = "$input `axes` $axes attr-dict `:` type($input)";
}

def Mdl_PadOp : Mdl_InferredOp<"pad"> {
  let summary = "adds `low` elements before and `high` behind along each axis, all equal to a value";
  let arguments = (ins Mdl_Tensor:$input, Mdl_Tensor:$value, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high);
  let results = (outs Mdl_Tensor:$result);
  let assemblyFormat = "$input `,` $value `low` $low `high` $high attr-dict `:` type($input) `,` type($value)";
}

def Mdl_ConcatOp : Mdl_InferredOp<"concat"> {
  let summary = "puts tensors one behind the other along an axis";
  let arguments = (ins Variadic<Mdl_Tensor>:$inputs, I64Attr:$axis);
  let results = (outs Mdl_Tensor:$result);
  let assemblyFormat = "$inputs `axis` $axis attr-dict `:` type($inputs)";
}

#endif
