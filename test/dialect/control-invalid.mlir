// RUN: mdl-opt %s -split-input-file -verify-diagnostics

func.func @loss(%a: tensor<2xf32>) {
  // expected-error @+1 {{needs a scalar loss, not 'tensor<2xf32>'}}
  %0 = mdl.grad %a wrt(%a : tensor<2xf32>) : tensor<2xf32>
  return
}

// -----

func.func @integers(%a: tensor<f32>, %i: tensor<2xi64>) {
  // expected-error @+1 {{which has no floating-point elements}}
  %0 = mdl.grad %a wrt(%i : tensor<2xi64>) : tensor<f32>
  return
}

// -----

func.func @names(%a: tensor<f32>) {
  // expected-error @+1 {{has 2 names for 1 values}}
  %0 = mdl.grad %a wrt(%a : tensor<f32>) {names = ["a", "b"]} : tensor<f32>
  return
}

// -----

func.func @other_rank(%a: tensor<2xf32>) {
  // expected-error @+1 {{which has another element type or rank}}
  %0 = mdl.any_size %a : tensor<2xf32> to tensor<?x?xf32>
  return
}

// -----

func.func @tells_a_size(%a: tensor<?xf32>) {
  // expected-error @+1 {{says more of the sizes than its operand}}
  %0 = mdl.any_size %a : tensor<?xf32> to tensor<2xf32>
  return
}
