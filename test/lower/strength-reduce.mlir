// RUN: mdl-opt -mdl-strength-reduce %s | FileCheck %s

// CHECK-LABEL: func @square
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>)
func.func @square(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: mdl.mul %[[X]], %[[X]]
  // CHECK-NOT: mdl.pow
  %c = mdl.constant dense<2.0> : tensor<f32>
  %e = mdl.broadcast %c to [] : tensor<f32> to tensor<4xf32>
  %r = mdl.pow %x, %e : tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @root
func.func @root(%x: tensor<f32>) -> tensor<f32> {
  // CHECK: mdl.sqrt
  %c = mdl.constant dense<0.5> : tensor<f32>
  %r = mdl.pow %x, %c : tensor<f32>
  return %r : tensor<f32>
}

// CHECK-LABEL: func @half
func.func @half(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-DAG: mdl.constant dense<6.250000e-02>
  // CHECK: mdl.mul
  %c = mdl.constant dense<16.0> : tensor<f32>
  %e = mdl.broadcast %c to [] : tensor<f32> to tensor<4xf32>
  %r = mdl.div %x, %e : tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @third
func.func @third(%x: tensor<f32>) -> tensor<f32> {
  // CHECK: mdl.div
  %c = mdl.constant dense<3.0> : tensor<f32>
  %r = mdl.div %x, %c : tensor<f32>
  return %r : tensor<f32>
}
