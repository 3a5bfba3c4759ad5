// RUN: mdl-opt %s -split-input-file -verify-diagnostics

func.func @sizes(%a: tensor<2x3xf32>, %b: tensor<4x5xf32>) {
  // expected-error @+1 {{axis `k` has size 3 and 4}}
  %0 = mdl.einsum "mk,kn->mn" %a, %b : tensor<2x3xf32>, tensor<4x5xf32>
  return
}

// -----

func.func @equation(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{is not of the form}}
  %0 = mdl.einsum "mk->mk" %a, %a : tensor<2x3xf32>
  return
}

// -----

func.func @rank(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{letters `m` do not name the axes of 'tensor<2x3xf32>'}}
  %0 = mdl.einsum "m,kn->mn" %a, %a : tensor<2x3xf32>
  return
}

// -----

func.func @result(%a: tensor<2xf32>) {
  // expected-error @+1 {{axis `z` of the result is in no operand}}
  %0 = mdl.einsum "m,m->z" %a, %a : tensor<2xf32>
  return
}
