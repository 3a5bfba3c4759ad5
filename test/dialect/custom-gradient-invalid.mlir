// RUN: mdl-opt %s -split-input-file -verify-diagnostics

func.func @argument(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @+1 {{has a rule that does not take the gradients of its results and these}}
  %r = mdl.custom_gradient values(%x : tensor<3xf32>) inputs(%x : tensor<3xf32>) {
  ^bb0(%g: tensor<4xf32>, %own: tensor<4xf32>):
    mdl.rule_yield %x : tensor<3xf32>
  } : tensor<3xf32>
  return %r : tensor<3xf32>
}

// -----

func.func @result(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @+1 {{has a rule that does not give the gradients of its inputs}}
  %r = mdl.custom_gradient values(%x : tensor<3xf32>) inputs(%x : tensor<3xf32>) {
  ^bb0(%g: tensor<3xf32>, %own: tensor<3xf32>):
    mdl.rule_yield
  } : tensor<3xf32>
  return %r : tensor<3xf32>
}

// -----

func.func @type(%x: tensor<3xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{has results of other types than its values}}
  %r = mdl.custom_gradient values(%x : tensor<3xf32>) inputs(%x : tensor<3xf32>) {
  ^bb0(%g: tensor<3xf32>, %own: tensor<3xf32>):
    mdl.rule_yield %g : tensor<3xf32>
  } : tensor<4xf32>
  return %r : tensor<4xf32>
}
