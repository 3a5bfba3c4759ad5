// A condition on places that the gradient of a sum brings into a factor comes after the product; one of data stays.
// RUN: mdl-opt -mdl-choose-last -split-input-file %s | FileCheck %s

// CHECK-LABEL: func @places
// CHECK: %[[P:.*]] = mdl.mul %{{.*}}, %{{.*}} : tensor<4x4x4xf32>
// CHECK: %[[Q:.*]] = mdl.select %{{.*}}, %[[P]], %{{.*}}
// CHECK: mdl.sum %[[Q]]
func.func @places(%g: tensor<4x4xf32>, %w: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %zero = mdl.constant dense<0.0> : tensor<f32>
  %z = mdl.broadcast %zero to [] : tensor<f32> to tensor<4x4x4xf32>
  %i = mdl.iota axis 0 : tensor<4x1x4xi64>
  %l = mdl.iota axis 2 : tensor<4x1x4xi64>
  %c = mdl.compare le %l, %i : tensor<4x1x4xi64>
  %d = mdl.reshape %c : tensor<4x1x4xi1> to tensor<4x4xi1>
  %e = mdl.broadcast %d to [0, 2] : tensor<4x4xi1> to tensor<4x4x4xi1>
  %a = mdl.broadcast %g to [0, 1] : tensor<4x4xf32> to tensor<4x4x4xf32>
  %b = mdl.broadcast %w to [1, 2] : tensor<4x4xf32> to tensor<4x4x4xf32>
  %h = mdl.select %e, %a, %z : tensor<4x4x4xi1>, tensor<4x4x4xf32>
  %p = mdl.mul %h, %b : tensor<4x4x4xf32>
  %s = mdl.sum %p axes [1] : tensor<4x4x4xf32>
  return %s : tensor<4x4xf32>
}

// -----
// CHECK-LABEL: func @data
// CHECK: %[[H:.*]] = mdl.select
// CHECK: mdl.mul %[[H]]
func.func @data(%m: tensor<4x4xi1>, %g: tensor<4x4xf32>, %w: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %zero = mdl.constant dense<0.0> : tensor<f32>
  %z = mdl.broadcast %zero to [] : tensor<f32> to tensor<4x4x4xf32>
  %e = mdl.broadcast %m to [0, 2] : tensor<4x4xi1> to tensor<4x4x4xi1>
  %a = mdl.broadcast %g to [0, 1] : tensor<4x4xf32> to tensor<4x4x4xf32>
  %b = mdl.broadcast %w to [1, 2] : tensor<4x4xf32> to tensor<4x4x4xf32>
  %h = mdl.select %e, %a, %z : tensor<4x4x4xi1>, tensor<4x4x4xf32>
  %p = mdl.mul %h, %b : tensor<4x4x4xf32>
  %s = mdl.sum %p axes [1] : tensor<4x4x4xf32>
  return %s : tensor<4x4xf32>
}
