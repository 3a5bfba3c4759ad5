// The mdl dialect: contraction.
#ifndef MDL_CONTRACT_OPS_TD
#define MDL_CONTRACT_OPS_TD

include "compiler/dialect/MdlDialect.td"

def Mdl_EinsumOp : Mdl_InferredOp<"einsum"> {
  let summary = "product of two tensors summed over the letters that the result lacks";
  let description = [{
    `mdl.einsum "mk,kn->mn" %a, %b : …` names every axis by a letter, which stands once in an operand. A letter of the
    result occurs in an operand; one that occurs in a single operand and not in the result is summed over.
  }];
  let arguments = (ins Mdl_NumberTensor:$lhs, Mdl_NumberTensor:$rhs, StrAttr:$equation);
  let results = (outs Mdl_NumberTensor:$result);
  let assemblyFormat = "$equation $lhs `,` $rhs attr-dict `:` custom<OperandTypes>(type($lhs), type($rhs))";
}

#endif
