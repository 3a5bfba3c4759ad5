// Sums of products: two factors are an einsum, what is not summed leaves, small factors are multiplied first.
// RUN: mdl-opt -mdl-factor-sums -split-input-file %s | FileCheck %s

// CHECK-LABEL: func @product
// CHECK: mdl.einsum "ac,bc->ab" %arg0, %arg1
// CHECK-NOT: mdl.sum
func.func @product(%a: tensor<2x3xf32>, %b: tensor<4x3xf32>) -> tensor<2x4xf32> {
  %0 = mdl.broadcast %a to [0, 2] : tensor<2x3xf32> to tensor<2x4x3xf32>
  %1 = mdl.broadcast %b to [1, 2] : tensor<4x3xf32> to tensor<2x4x3xf32>
  %2 = mdl.mul %0, %1 : tensor<2x4x3xf32>
  %3 = mdl.sum %2 axes [2] : tensor<2x4x3xf32>
  return %3 : tensor<2x4xf32>
}

// -----
// A transpose of the product is in its letters; `d` meets the smaller factor; `s` and the sign go outside.
// CHECK-LABEL: func @factors
// CHECK: %[[D:.*]] = mdl.broadcast %arg2 to [1] : tensor<3xf32> to tensor<2x3xf32>
// CHECK: %[[AD:.*]] = mdl.mul {{.*}} : tensor<2x3xf32>
// CHECK: %[[P:.*]] = mdl.einsum "ac,bc->ab" %[[AD]], %arg1
// CHECK: mdl.mul {{.*}} : tensor<2x4xf32>
// CHECK: mdl.neg
// CHECK-NOT: mdl.sum
func.func @factors(%a: tensor<2x3xf32>, %b: tensor<4x3xf32>, %d: tensor<3xf32>, %s: tensor<f32>) -> tensor<2x4xf32> {
  %0 = mdl.broadcast %s to [] : tensor<f32> to tensor<2x1x3xf32>
  %1 = mdl.reshape %a : tensor<2x3xf32> to tensor<2x1x3xf32>
  %2 = mdl.mul %0, %1 : tensor<2x1x3xf32>
  %3 = mdl.reshape %2 : tensor<2x1x3xf32> to tensor<2x3xf32>
  %4 = mdl.broadcast %3 to [0, 2] : tensor<2x3xf32> to tensor<2x4x3xf32>
  %5 = mdl.broadcast %b to [1, 2] : tensor<4x3xf32> to tensor<2x4x3xf32>
  %6 = mdl.broadcast %d to [2] : tensor<3xf32> to tensor<2x4x3xf32>
  %7 = mdl.mul %4, %5 : tensor<2x4x3xf32>
  %8 = mdl.neg %7 : tensor<2x4x3xf32>
  %9 = mdl.mul %8, %6 : tensor<2x4x3xf32>
  %10 = mdl.sum %9 axes [2] : tensor<2x4x3xf32>
  return %10 : tensor<2x4xf32>
}

// -----
// CHECK-LABEL: func @turned
// CHECK: mdl.einsum "ac,cb->ba" %arg0, %arg1
// CHECK-NOT: mdl.transpose
func.func @turned(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>) -> tensor<4x2xf32> {
  %0 = mdl.einsum "ac,cb->ab" %a, %b : tensor<2x3xf32>, tensor<3x4xf32>
  %1 = mdl.transpose %0 [1, 0] : tensor<2x4xf32>
  return %1 : tensor<4x2xf32>
}

// -----
// Nothing is read twice, and others need the product: it stays.
// CHECK-LABEL: func @stays
// CHECK: mdl.sum
// CHECK-NOT: mdl.einsum
func.func @stays(%a: tensor<2x3xf32>, %s: tensor<f32>) -> (tensor<2xf32>, tensor<2x3xf32>) {
  %0 = mdl.broadcast %s to [] : tensor<f32> to tensor<2x3xf32>
  %1 = mdl.mul %a, %0 : tensor<2x3xf32>
  %2 = mdl.sum %1 axes [1] : tensor<2x3xf32>
  return %2, %1 : tensor<2xf32>, tensor<2x3xf32>
}
