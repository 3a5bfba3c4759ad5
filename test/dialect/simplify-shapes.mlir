// RUN: mdl-opt %s -canonicalize -cse | FileCheck %s

// CHECK-LABEL: func @inverse
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf32>
// CHECK-NEXT: return %[[X]]
func.func @inverse(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = mdl.transpose %x [1, 0] : tensor<2x3xf32>
  %1 = mdl.transpose %0 [1, 0] : tensor<3x2xf32>
  %2 = mdl.reshape %1 : tensor<2x3xf32> to tensor<6xf32>
  %3 = mdl.reshape %2 : tensor<6xf32> to tensor<2x3xf32>
  %4 = mdl.slice %3[0, 0][2, 3][1, 1] : tensor<2x3xf32>
  %5 = mdl.sum %4 axes [] : tensor<2x3xf32>
  return %5 : tensor<2x3xf32>
}

// CHECK-LABEL: func @broadcasts
// CHECK: mdl.broadcast %{{.*}} to [2] : tensor<3xf32> to tensor<4x2x3xf32>
func.func @broadcasts(%x: tensor<3xf32>) -> tensor<4x2x3xf32> {
  %0 = mdl.broadcast %x to [1] : tensor<3xf32> to tensor<2x3xf32>
  %1 = mdl.broadcast %0 to [1, 2] : tensor<2x3xf32> to tensor<4x2x3xf32>
  return %1 : tensor<4x2x3xf32>
}

// A size is taken from the operands, so the product is not computed for it.
// CHECK-LABEL: func @size
// CHECK-SAME: %[[X:.*]]: tensor<?x3xf32>
// CHECK-NEXT: %[[C:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[N:.*]] = tensor.dim %[[X]], %[[C]]
// CHECK-NEXT: return %[[N]]
func.func @size(%x: tensor<?x3xf32>, %w: tensor<3x4xf32>) -> index {
  %c0 = arith.constant 0 : index
  %0 = mdl.einsum "mk,kn->mn" %x, %w : tensor<?x3xf32>, tensor<3x4xf32>
  %1 = mdl.exp %0 : tensor<?x4xf32>
  %n = tensor.dim %1, %c0 : tensor<?x4xf32>
  return %n : index
}
