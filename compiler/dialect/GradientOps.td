// The mdl dialect: what only derivatives know. A header of its own (GradientOps.h), because few stages see these.
#ifndef MDL_GRADIENT_OPS_TD
#define MDL_GRADIENT_OPS_TD

include "compiler/dialect/MdlDialect.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"

def Mdl_CustomGradientOp : Mdl_Op<"custom_gradient", [Pure, AttrSizedOperandSegments]> {
  let summary = "values with a derivative of their own";
  let description = [{
    The results are `values`; derivatives go by the rule instead of through what `values` were computed by. The rule's
    block takes the gradients of the results, then the results themselves, and yields the gradients of `inputs`; it may
    use any value from outside. `-mdl-grad` puts the rule where a derivative needs it, and then leaves only `values`.
    Derivatives of what a rule computes from the results go by the rule again. One that is `endless` yields nothing: it
    is as far as rules were followed that call the function again with other arguments.

    ```mlir
    %r = mdl.custom_gradient values(%y : tensor<3xf32>) inputs(%x : tensor<3xf32>) {
    ^bb0(%g: tensor<3xf32>, %own: tensor<3xf32>):
      %d = mdl.mul %g, %own : tensor<3xf32>
      mdl.rule_yield %d : tensor<3xf32>
    }
    ```
  }];
  let arguments = (ins Variadic<Mdl_Tensor>:$values, Variadic<Mdl_Tensor>:$inputs, UnitAttr:$endless);
  let results = (outs Variadic<Mdl_Tensor>:$results);
  let regions = (region SizedRegion<1>:$rule);
  let builders = [OpBuilder<(ins "::mlir::ValueRange":$values, "::mlir::ValueRange":$inputs)>];
  let assemblyFormat = [{
    `values` `(` $values `:` type($values) `)` `inputs` `(` $inputs `:` type($inputs) `)` $rule attr-dict `:` type($results)
  }];
  let extraClassDeclaration = [{
    /// What the rule takes.
    mlir::Block::BlockArgListType getGradientsGiven() { return getRule().getArguments().take_front(getNumResults()); }
    mlir::Block::BlockArgListType getOwnResults() { return getRule().getArguments().drop_front(getNumResults()); }
  }];
  let hasRegionVerifier = 1;
}

def Mdl_RuleYieldOp : Mdl_Op<"rule_yield", [Pure, ReturnLike, Terminator, HasParent<"CustomGradientOp">]> {
  let summary = "the gradients of the inputs of mdl.custom_gradient";
  let arguments = (ins Variadic<Mdl_Tensor>:$gradients);
  let assemblyFormat = "($gradients^ `:` type($gradients))? attr-dict";
}

def Mdl_BarrierOp : Mdl_InferredOp<"barrier"> {
  let summary = "x, but nothing computed from it is shared with what x itself gave";
  let description = [{
    What `checkpoint` computes a second time starts from barriers, so that it is not the first computation under another
    name. `after` are values that must be there before.
  }];
  let arguments = (ins Mdl_Tensor:$input, Variadic<Mdl_Tensor>:$after);
  let results = (outs Mdl_Tensor:$result);
  let assemblyFormat = "$input (`after` `(` $after^ `:` type($after) `)`)? attr-dict `:` type($input)";
}

#endif
