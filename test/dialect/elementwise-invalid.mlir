// RUN: mdl-opt %s -split-input-file -verify-diagnostics

func.func @shapes(%a: tensor<2xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{operands differ in shape: 'tensor<2xf32>' and 'tensor<3xf32>'}}
  %0 = mdl.add %a, %b : tensor<2xf32>, tensor<3xf32>
  return
}

// -----

func.func @elements(%a: tensor<2xf32>, %b: tensor<2xf64>) {
  // expected-error @+1 {{operands differ in element type: 'f32' and 'f64'}}
  %0 = mdl.mul %a, %b : tensor<2xf32>, tensor<2xf64>
  return
}

// -----

func.func @cast(%a: tensor<2xf32>) {
  // expected-error @+1 {{changes the shape from 'tensor<2xf32>' to 'tensor<3xi64>'}}
  %0 = mdl.cast %a : tensor<2xf32> to tensor<3xi64>
  return
}

// -----

func.func @integers(%a: tensor<2xi64>) {
  // expected-error @+1 {{operand #0 must be ranked tensor}}
  %0 = mdl.exp %a : tensor<2xi64>
  return
}
