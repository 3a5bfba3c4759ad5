// RUN: mdl-opt -mdl-to-linalg -mdl-fold-views %s | FileCheck %s

// CHECK-DAG: #[[ROWS:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[SWAP:.*]] = affine_map<(d0, d1) -> (d1, d0)>

// CHECK-LABEL: func @broadcast
// CHECK-SAME: (%[[A:.*]]: tensor<2x3xf32>, %[[B:.*]]: tensor<3xf32>)
func.func @broadcast(%a: tensor<2x3xf32>, %b: tensor<3xf32>) -> tensor<2x3xf32> {
  // CHECK: linalg.generic {indexing_maps = [{{.*}}, #[[ROWS]], {{.*}}], {{.*}} ins(%[[A]], %[[B]] :
  // CHECK-NOT: linalg.generic
  %s = mdl.broadcast %b to [1] : tensor<3xf32> to tensor<2x3xf32>
  %r = mdl.add %a, %s : tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// CHECK-LABEL: func @transpose
func.func @transpose(%a: tensor<2x3xf32>, %b: tensor<3x2xf32>) -> tensor<2x3xf32> {
  // CHECK: linalg.generic {indexing_maps = [{{.*}}, #[[SWAP]], {{.*}}]
  // CHECK-NOT: linalg.generic
  %t = mdl.transpose %b [1, 0] : tensor<3x2xf32>
  %r = mdl.add %a, %t : tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// CHECK-LABEL: func @fill
func.func @fill(%a: tensor<2x3xf32>, %s: tensor<f32>) -> tensor<2x3xf32> {
  // CHECK: %[[S:.*]] = tensor.extract
  // CHECK-NOT: linalg.fill
  // CHECK: linalg.generic
  // CHECK: arith.mulf %{{.*}}, %[[S]]
  %t = mdl.broadcast %s to [] : tensor<f32> to tensor<2x3xf32>
  %r = mdl.mul %a, %t : tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// Read through the broadcast, the sum would not know how far to go.
// CHECK-LABEL: func @unbounded
func.func @unbounded(%b: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK-COUNT-2: linalg.generic
  %s = mdl.broadcast %b to [1] : tensor<3xf32> to tensor<2x3xf32>
  %r = mdl.sum %s axes [0] : tensor<2x3xf32>
  return %r : tensor<3xf32>
}
