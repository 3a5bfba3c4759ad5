// RUN: mdl-opt %s -split-input-file -verify-diagnostics

func.func @broadcast(%a: tensor<2xf32>) {
  // expected-error @+1 {{axis 0 of size 2 becomes axis 1 of size 3}}
  %0 = mdl.broadcast %a to [1] : tensor<2xf32> to tensor<4x3xf32>
  return
}

// -----

func.func @sizes(%a: tensor<2xf32>) {
  // expected-error @+1 {{has 0 sizes for the 1 dynamic axes of}}
  %0 = mdl.broadcast %a to [1] : tensor<2xf32> to tensor<?x2xf32>
  return
}

// -----

func.func @reshape(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{has 6 elements to put into 'tensor<5xf32>'}}
  %0 = mdl.reshape %a : tensor<2x3xf32> to tensor<5xf32>
  return
}

// -----

func.func @transpose(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{needs a permutation of the axes of}}
  %0 = mdl.transpose %a [0, 0] : tensor<2x3xf32>
  return
}

// -----

func.func @slice(%a: tensor<4xf32>) {
  // expected-error @+1 {{axis 0 of size 4 has no element 4}}
  %0 = mdl.slice %a[2][3][1] : tensor<4xf32>
  return
}

// -----

func.func @update(%a: tensor<4xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{puts 'tensor<3xf32>' into a part of sizes [2]}}
  %0 = mdl.update_slice %a[0][2][1], %b : tensor<4xf32>, tensor<3xf32>
  return
}

// -----

func.func @concat(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) {
  // expected-error @+1 {{cannot stand behind}}
  %0 = mdl.concat %a, %b axis 0 : tensor<2x3xf32>, tensor<2x4xf32>
  return
}

// -----

func.func @pad(%a: tensor<2xf32>, %v: tensor<f64>) {
  // expected-error @+1 {{which is no scalar of its element type}}
  %0 = mdl.pad %a, %v low [1] high [1] : tensor<2xf32>, tensor<f64>
  return
}

// -----

func.func @reverse(%a: tensor<2x3xf32>) {
  // expected-error @+1 {{axes do not increase: 0 after 1}}
  %0 = mdl.reverse %a axes [1, 0] : tensor<2x3xf32>
  return
}

// -----

func.func @iota() {
  // expected-error @+1 {{axis 1 is not below the rank 1}}
  %0 = mdl.iota axis 1 : tensor<3xi64>
  return
}
