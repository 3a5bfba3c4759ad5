// RUN: mdl-opt %s -split-input-file -verify-diagnostics

func.func @map(%a: tensor<4xf32>) {
  // expected-error @+1 {{needs a map from 2 to 1 axes}}
  %0 = mdl.affine_gather %a map affine_map<(i) -> (i)> : tensor<4xf32> to tensor<2x2xf32>
  return
}

// -----

func.func @symbols(%a: tensor<4xf32>) {
  // expected-error @+1 {{has 0 symbols for 1 in its map}}
  %0 = mdl.affine_gather %a map affine_map<(i)[s] -> (i + s)> : tensor<4xf32> to tensor<2xf32>
  return
}

// -----

func.func @gather(%a: tensor<4x5xf32>, %i: tensor<2xi64>) {
  // expected-error @+1 {{has 1 index tensors for 2 axes}}
  %0 = mdl.gather %a[%i] axes [0, 1] : tensor<4x5xf32>[tensor<2xi64>]
  return
}

// -----

func.func @scatter(%a: tensor<4x5xf32>, %i: tensor<2xi64>, %u: tensor<2x4xf32>) {
  // expected-error @+1 {{where indices and axes ask for 'tensor<2x5xf32>'}}
  %0 = mdl.scatter_add %a[%i], %u axes [0] : tensor<4x5xf32>[tensor<2xi64>], tensor<2x4xf32>
  return
}

// -----

func.func @put(%a: tensor<4x5xf32>, %i: tensor<2xi64>, %u: tensor<2x5xf64>) {
  // expected-error @+1 {{puts 'tensor<2x5xf64>' where indices and axes ask for 'tensor<2x5xf32>'}}
  %0 = mdl.scatter %a[%i], %u axes [0] : tensor<4x5xf32>[tensor<2xi64>], tensor<2x5xf64>
  return
}

// -----

func.func @sort(%a: tensor<f32>) {
  // expected-error @+1 {{needs an axis to sort along}}
  %0:2 = mdl.sort %a : tensor<f32>
  return
}

// -----

func.func @nonzero(%a: tensor<2x2xi1>) {
  // expected-error @+1 {{needs a mask of rank 1}}
  %0 = mdl.nonzero %a : tensor<2x2xi1>
  return
}
