// The mdl dialect: random numbers, functions of a seed.
#ifndef MDL_RANDOM_OPS_TD
#define MDL_RANDOM_OPS_TD

include "compiler/dialect/MdlDialect.td"

class Mdl_RandomOp<string mnemonic, Type result, string text> : Mdl_ValueOp<mnemonic> {
  let summary = text;
  let arguments = (ins I64:$seed, Variadic<Index>:$dynamicSizes);
  let results = (outs result:$result);
  let assemblyFormat = "$seed (`sizes` `(` $dynamicSizes^ `)`)? attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Mdl_UniformOp : Mdl_RandomOp<"uniform", Mdl_FloatTensor, "uniform in [0, 1)">;
def Mdl_NormalOp : Mdl_RandomOp<"normal", Mdl_FloatTensor, "normal with mean 0 and variance 1">;
def Mdl_PermutationOp : Mdl_RandomOp<"permutation", Mdl_I64Tensor, "the numbers below n in random order">;

#endif
