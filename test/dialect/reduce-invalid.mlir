// RUN: mdl-opt %s -split-input-file -verify-diagnostics

func.func @sum(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{axis 2 is not below the rank 2}}
  %0 = mdl.sum %a axes [0, 2] : tensor<2x3xf32>
  return
}

// -----

func.func @argmax(%a: tensor<2xf32>) {
  // expected-error @+1 {{axis 1 is not below the rank 1}}
  %0 = mdl.argmax %a axis 1 : tensor<2xf32>
  return
}

// -----

func.func @permutation(%s: i64) {
  // expected-error @+1 {{a permutation has rank 1}}
  %0 = mdl.permutation %s : tensor<2x2xi64>
  return
}
