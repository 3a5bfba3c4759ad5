// RUN: mdl-opt -mdl-to-linalg %s | FileCheck %s

// CHECK-DAG: #[[SECOND:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[SWAP:.*]] = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-DAG: #[[FIRST:.*]] = affine_map<(d0, d1) -> (d0)>

// CHECK-LABEL: func @broadcast
func.func @broadcast(%a: tensor<3xf32>) -> tensor<2x3xf32> {
  // CHECK: linalg.generic {indexing_maps = [#[[SECOND]],
  %r = mdl.broadcast %a to [1] : tensor<3xf32> to tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// CHECK-LABEL: func @scalar
func.func @scalar(%a: tensor<f32>) -> tensor<2x3xf32> {
  // CHECK: %[[S:.*]] = tensor.extract
  // CHECK: linalg.fill ins(%[[S]]
  %r = mdl.broadcast %a to [] : tensor<f32> to tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// CHECK-LABEL: func @transpose
func.func @transpose(%a: tensor<2x3xf32>) -> tensor<3x2xf32> {
  // CHECK: linalg.generic {indexing_maps = [#[[SWAP]],
  %r = mdl.transpose %a [1, 0] : tensor<2x3xf32>
  return %r : tensor<3x2xf32>
}

// An axis of size 1 is an index map.
// CHECK-LABEL: func @unit_axis
func.func @unit_axis(%a: tensor<?xf32>, %n: index) -> tensor<?x1xf32> {
  // CHECK: linalg.generic {indexing_maps = [#[[FIRST]],
  %r = mdl.reshape %a sizes(%n) : tensor<?xf32> to tensor<?x1xf32>
  return %r : tensor<?x1xf32>
}

// CHECK-LABEL: func @flatten
func.func @flatten(%a: tensor<5x4x4xf32>) -> tensor<5x16xf32> {
  // CHECK: tensor.collapse_shape %{{.*}} {{\[\[}}0], [1, 2]]
  %r = mdl.reshape %a : tensor<5x4x4xf32> to tensor<5x16xf32>
  return %r : tensor<5x16xf32>
}

// CHECK-LABEL: func @regroup
func.func @regroup(%a: tensor<?x4xf32>, %n: index) -> tensor<2x?xf32> {
  // CHECK: %[[FLAT:.*]] = tensor.collapse_shape
  // CHECK: tensor.expand_shape %[[FLAT]]
  %r = mdl.reshape %a sizes(%n) : tensor<?x4xf32> to tensor<2x?xf32>
  return %r : tensor<2x?xf32>
}

// CHECK-LABEL: func @iota
func.func @iota() -> tensor<4xf32> {
  // CHECK: linalg.index 0
  // CHECK: arith.sitofp
  %r = mdl.iota axis 0 : tensor<4xf32>
  return %r : tensor<4xf32>
}
