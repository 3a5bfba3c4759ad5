// RUN: mdl-opt -mdl-to-linalg %s | FileCheck %s

// CHECK-DAG: #[[WINDOW:.*]] = affine_map<(d0) -> (d0 * 2 + 1)>

// CHECK-LABEL: func @map
func.func @map(%a: tensor<10xf32>) -> tensor<4xf32> {
  // CHECK: linalg.generic {indexing_maps = [#[[WINDOW]],
  %r = mdl.slice %a[1][4][2] : tensor<10xf32>
  return %r : tensor<4xf32>
}

// A part from the start on would give its loop the wrong bound: read in the body.
// CHECK-LABEL: func @prefix
func.func @prefix(%a: tensor<10xf32>) -> tensor<4xf32> {
  // CHECK: tensor.extract
  %r = mdl.slice %a[0][4][1] : tensor<10xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @reverse
func.func @reverse(%a: tensor<10xf32>) -> tensor<10xf32> {
  // CHECK: tensor.extract
  %r = mdl.reverse %a axes [0] : tensor<10xf32>
  return %r : tensor<10xf32>
}

// CHECK-LABEL: func @update
func.func @update(%a: tensor<10x2xf32>, %b: tensor<10x1xf32>) -> tensor<10x2xf32> {
  // CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[0, 1] [10, 1] [1, 1]
  %r = mdl.update_slice %a[0, 1][10, 1][1, 1], %b : tensor<10x2xf32>, tensor<10x1xf32>
  return %r : tensor<10x2xf32>
}

// CHECK-LABEL: func @pad
func.func @pad(%a: tensor<4xf32>, %v: tensor<f32>) -> tensor<7xf32> {
  // CHECK: arith.maxsi
  // CHECK: %[[X:.*]] = tensor.extract
  // CHECK: arith.select %{{.*}}, %[[X]]
  %r = mdl.pad %a, %v low [1] high [2] : tensor<4xf32>, tensor<f32>
  return %r : tensor<7xf32>
}

// CHECK-LABEL: func @concat
func.func @concat(%a: tensor<4xf32>, %b: tensor<3xf32>) -> tensor<7xf32> {
  // CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[0] [4] [1]
  // CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[4] [3] [1]
  %r = mdl.concat %a, %b axis 0 : tensor<4xf32>, tensor<3xf32>
  return %r : tensor<7xf32>
}
