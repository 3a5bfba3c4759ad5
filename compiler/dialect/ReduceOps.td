// The mdl dialect: reductions, which drop their axes, and scans.
#ifndef MDL_REDUCE_OPS_TD
#define MDL_REDUCE_OPS_TD

include "compiler/dialect/MdlDialect.td"

class Mdl_ReduceOp<string mnemonic, Type operand, string text> : Mdl_InferredOp<mnemonic> {
  let summary = text;
  let arguments = (ins operand:$input, DenseI64ArrayAttr:$axes);
  let results = (outs operand:$result);
  let assemblyFormat = "$input `axes` $axes attr-dict `:` type($input)";
}

def Mdl_SumOp : Mdl_ReduceOp<"sum", Mdl_NumberTensor, "sum along axes">;
def Mdl_ProdOp : Mdl_ReduceOp<"prod", Mdl_NumberTensor, "product along axes">;
def Mdl_MaxOp : Mdl_ReduceOp<"max", Mdl_NumberTensor, "largest along axes; NaN if any is; the least value of the type if there are none">;
def Mdl_MinOp : Mdl_ReduceOp<"min", Mdl_NumberTensor, "smallest along axes; NaN if any is; the greatest value of the type if there are none">;
def Mdl_AnyOp : Mdl_ReduceOp<"any", Mdl_BoolTensor, "whether any is true">;
def Mdl_AllOp : Mdl_ReduceOp<"all", Mdl_BoolTensor, "whether all are true">;

class Mdl_ArgReduceOp<string mnemonic, string text> : Mdl_InferredOp<mnemonic> {
  let summary = text;
  let arguments = (ins Mdl_NumberTensor:$input, I64Attr:$axis);
  let results = (outs Mdl_I64Tensor:$result);
  let assemblyFormat = "$input `axis` $axis attr-dict `:` type($input)";
}

def Mdl_ArgMaxOp : Mdl_ArgReduceOp<"argmax", "index of the first largest along an axis; of the first NaN if there is one">;
def Mdl_ArgMinOp : Mdl_ArgReduceOp<"argmin", "index of the first smallest along an axis; of the first NaN if there is one">;

def Mdl_CumSumOp : Mdl_InferredOp<"cumsum"> {
  let summary = "running sum along an axis, from its end if `reverse`";
  let arguments = (ins Mdl_NumberTensor:$input, I64Attr:$axis, UnitAttr:$reverse);
  let results = (outs Mdl_NumberTensor:$result);
  let assemblyFormat = "$input `axis` $axis (`reverse` $reverse^)? attr-dict `:` type($input)";
}

#endif
