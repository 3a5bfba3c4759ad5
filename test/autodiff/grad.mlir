// Least squares: the derivative as one writes it by hand.
// RUN: mdl-opt %s -mdl-grad -canonicalize -cse | FileCheck %s

// CHECK-LABEL: func @least_squares
// CHECK-SAME: %[[X:.*]]: tensor<100x2xf32>, %[[Y:.*]]: tensor<100xf32>, %[[W:.*]]: tensor<2xf32>
func.func @least_squares(%x: tensor<100x2xf32>, %y: tensor<100xf32>, %w: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK-DAG: %[[C:.*]] = mdl.constant dense<2.000000e-02>
  // CHECK-DAG: %[[P:.*]] = mdl.einsum "ij,j->i" %[[X]], %[[W]]
  // CHECK-DAG: %[[D:.*]] = mdl.sub %[[P]], %[[Y]]
  // CHECK-DAG: %[[B:.*]] = mdl.broadcast %[[C]] to []
  // CHECK: %[[G:.*]] = mdl.mul %[[D]], %[[B]]
  // CHECK-NEXT: %[[R:.*]] = mdl.einsum "ij,i->j" %[[X]], %[[G]]
  // CHECK-NEXT: return %[[R]]
  %p = mdl.einsum "ij,j->i" %x, %w : tensor<100x2xf32>, tensor<2xf32>
  %d = mdl.sub %p, %y : tensor<100xf32>
  %two = mdl.constant dense<2.0> : tensor<100xf32>
  %sq = mdl.pow %d, %two : tensor<100xf32>
  %s = mdl.sum %sq axes [0] : tensor<100xf32>
  %n = mdl.constant dense<100.0> : tensor<f32>
  %loss = mdl.div %s, %n : tensor<f32>
  %g = mdl.grad %loss wrt(%w : tensor<2xf32>) : tensor<f32>
  return %g : tensor<2xf32>
}
