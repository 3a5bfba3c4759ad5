// The mdl dialect: what meets where two paths of the run do. A header of its own (PathOps.h), because few stages see it.
#ifndef MDL_PATH_OPS_TD
#define MDL_PATH_OPS_TD

include "compiler/dialect/MdlDialect.td"

def Mdl_AnySizeOp : Mdl_ValueOp<"any_size"> {
  let summary = "x, where a tensor of other sizes may come in its place";
  let description = [{
    What the branches of an `scf.if` yield, or what a loop starts with and its passes yield, where the sizes differ. The
    result's type hides sizes of the operand's. Nothing sees through it before memory is given out: a loop whose pass
    yields an `any_size` carries a tensor whose size changes (Note [Sizes where paths meet] in compiler/sema/OpenSizes.h).

    `%y = mdl.any_size %x : tensor<5x2xf32> to tensor<?x2xf32>`
  }];
  let arguments = (ins Mdl_Tensor:$input);
  let results = (outs Mdl_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `to` type($result)";
  let hasVerifier = 1;
}

#endif
