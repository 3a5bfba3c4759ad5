// Rules of shape and index operations move gradients back.
// RUN: mdl-opt %s -mdl-grad -canonicalize -cse | FileCheck %s

// CHECK-LABEL: func @slice
// CHECK: mdl.pad %{{.*}}, %{{.*}} low [1] high [2]
func.func @slice(%x: tensor<5xf32>) -> tensor<5xf32> {
  %0 = mdl.slice %x[1][2][1] : tensor<5xf32>
  %1 = mdl.mul %0, %0 : tensor<2xf32>
  %s = mdl.sum %1 axes [0] : tensor<2xf32>
  %g = mdl.grad %s wrt(%x : tensor<5xf32>) : tensor<f32>
  return %g : tensor<5xf32>
}

// CHECK-LABEL: func @gather
// CHECK-SAME: %[[X:[^:]*]]: tensor<5x2xf32>, %[[I:[^:]*]]: tensor<3xi64>
// CHECK: mdl.scatter_add %{{.*}}[%[[I]]], %{{.*}} axes [0]
func.func @gather(%x: tensor<5x2xf32>, %i: tensor<3xi64>) -> tensor<5x2xf32> {
  %0 = mdl.gather %x[%i] axes [0] : tensor<5x2xf32>[tensor<3xi64>]
  %1 = mdl.exp %0 : tensor<3x2xf32>
  %s = mdl.sum %1 axes [0, 1] : tensor<3x2xf32>
  %g = mdl.grad %s wrt(%x : tensor<5x2xf32>) : tensor<f32>
  return %g : tensor<5x2xf32>
}

// A batch of unknown size: its size comes from the operand.
// CHECK-LABEL: func @reduce
// CHECK-SAME: %[[X:.*]]: tensor<?x2xf32>
// CHECK: %[[N:.*]] = tensor.dim %[[X]]
// CHECK: mdl.broadcast %{{.*}} to [1] sizes(%[[N]]) : tensor<2xf32> to tensor<?x2xf32>
func.func @reduce(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = mdl.sum %x axes [0] : tensor<?x2xf32>
  %1 = mdl.sin %0 : tensor<2xf32>
  %s = mdl.sum %1 axes [0] : tensor<2xf32>
  %g = mdl.grad %s wrt(%x : tensor<?x2xf32>) : tensor<f32>
  return %g : tensor<?x2xf32>
}
