// The mdl dialect: derivatives as requests.
#ifndef MDL_CONTROL_OPS_TD
#define MDL_CONTROL_OPS_TD

include "compiler/dialect/MdlDialect.td"

def Mdl_StopGradientOp : Mdl_InferredOp<"stop_gradient"> {
  let summary = "x, taken for a constant by derivatives";
  let arguments = (ins Mdl_Tensor:$input);
  let results = (outs Mdl_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}

def Mdl_GradOp : Mdl_Op<"grad", [Pure, InferTypeOpAdaptor]> {
  let summary = "gradient of a scalar with respect to values that it was computed from";
  let description = [{
    `%g:2 = mdl.grad %loss wrt(%p, %q : tensor<3xf32>, tensor<f32>) : tensor<f32>`, expanded by `-mdl-grad`. `names`, one
    for each of `wrt`, are what the user calls them, for messages.
  }];
  let arguments = (ins Mdl_FloatTensor:$loss, Variadic<Mdl_Tensor>:$wrt, OptionalAttr<StrArrayAttr>:$names);
  let results = (outs Variadic<Mdl_Tensor>:$gradients);
  let assemblyFormat = "$loss `wrt` `(` $wrt `:` type($wrt) `)` attr-dict `:` type($loss)";
  let hasVerifier = 1;
}

#endif
