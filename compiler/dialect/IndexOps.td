// The mdl dialect: reading and writing at computed places, sorting, selecting.
#ifndef MDL_INDEX_OPS_TD
#define MDL_INDEX_OPS_TD

include "compiler/dialect/MdlDialect.td"

def Mdl_AffineGatherOp : Mdl_ValueOp<"affine_gather", [AttrSizedOperandSegments]> {
  let summary = "result[d…] = source[map(d…)]";
  let description = [{
    A read of a lifted comprehension: `mdl.affine_gather %x[%s] map affine_map<(i, j)[s] -> (i + s, 0)> : … to …`. The
    map's dimensions are the axes of the result, its symbols the index operands, its results places in the source, which
    must lie inside it.
  }];
  let arguments = (ins Mdl_Tensor:$source, Variadic<Index>:$symbols, AffineMapAttr:$map, Variadic<Index>:$dynamicSizes);
  let results = (outs Mdl_Tensor:$result);
  let assemblyFormat = [{
    $source (`[` $symbols^ `]`)? `map` $map (`sizes` `(` $dynamicSizes^ `)`)? attr-dict `:` type($source) `to` type($result)
  }];
  let hasVerifier = 1;
}

def Mdl_AffineScatterOp : Mdl_ValueOp<"affine_scatter", [AttrSizedOperandSegments]> {
  let summary = "result[map(d…)] = the sum of updates[d…] over all d that lead there";
  let description = [{
    The adjoint of `mdl.affine_gather`: the map's dimensions are the axes of the updates, its results places in the result.
  }];
  let arguments = (ins Mdl_NumberTensor:$updates, Variadic<Index>:$symbols, AffineMapAttr:$map,
                       Variadic<Index>:$dynamicSizes);
  let results = (outs Mdl_NumberTensor:$result);
  let assemblyFormat = [{
    $updates (`[` $symbols^ `]`)? `map` $map (`sizes` `(` $dynamicSizes^ `)`)? attr-dict `:` type($updates) `to` type($result)
  }];
  let hasVerifier = 1;
}

def Mdl_GatherOp : Mdl_InferredOp<"gather"> {
  let summary = "reads at the places that index tensors hold";
  let description = [{
    `mdl.gather %x[%i, %j] axes [0, 2]`: the indices have one shape S and name places along `axes`, which increase; the
    result's shape is S followed by the other axes of the source in order. Indices must lie inside.
  }];
  let arguments = (ins Mdl_Tensor:$source, Variadic<Mdl_IndexTensor>:$indices, DenseI64ArrayAttr:$axes);
  let results = (outs Mdl_Tensor:$result);
  let assemblyFormat = "$source `[` $indices `]` `axes` $axes attr-dict `:` type($source) `[` type($indices) `]`";
}

def Mdl_ScatterAddOp : Mdl_InferredOp<"scatter_add"> {
  let summary = "adds updates at the places that index tensors hold";
  let description = [{
    The adjoint of `mdl.gather`: the updates have the shape that gathering from `dest` would give. Places that recur add up.
  }];
  let arguments = (ins Mdl_NumberTensor:$dest, Variadic<Mdl_IndexTensor>:$indices, Mdl_NumberTensor:$updates,
                       DenseI64ArrayAttr:$axes);
  let results = (outs Mdl_NumberTensor:$result);
  let assemblyFormat = [{
    $dest `[` $indices `]` `,` $updates `axes` $axes attr-dict `:` type($dest) `[` type($indices) `]` `,` type($updates)
  }];
}

def Mdl_ScatterOp : Mdl_InferredOp<"scatter"> {
  let summary = "puts updates at the places that index tensors hold";
  let description = [{
    As `mdl.scatter_add`, but what stood in `dest` is overwritten. Of updates for one place the last in row-major order of
    the indices stays.
  }];
  let arguments = (ins Mdl_Tensor:$dest, Variadic<Mdl_IndexTensor>:$indices, Mdl_Tensor:$updates, DenseI64ArrayAttr:$axes);
  let results = (outs Mdl_Tensor:$result);
  let assemblyFormat = [{
    $dest `[` $indices `]` `,` $updates `axes` $axes attr-dict `:` type($dest) `[` type($indices) `]` `,` type($updates)
  }];
}

def Mdl_SortOp : Mdl_InferredOp<"sort"> {
  let summary = "sorts along the last axis: values and where they stood; equal ones keep their order, NaN is largest";
  let arguments = (ins Mdl_NumberTensor:$input, UnitAttr:$descending);
  let results = (outs Mdl_NumberTensor:$values, Mdl_I64Tensor:$indices);
  let assemblyFormat = "$input (`descending` $descending^)? attr-dict `:` type($input)";
}

def Mdl_NonzeroOp : Mdl_InferredOp<"nonzero"> {
  let summary = "places where a mask is true, in order; how many shows only at run time";
  let arguments = (ins Mdl_BoolTensor:$mask);
  let results = (outs Mdl_I64Tensor:$result);
  let assemblyFormat = "$mask attr-dict `:` type($mask)";
}

#endif
