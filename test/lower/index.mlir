// RUN: mdl-opt -mdl-to-linalg %s | FileCheck %s

// CHECK-DAG: #[[WINDOW:.*]] = affine_map<(d0, d1) -> (d0 + d1)>

// CHECK-LABEL: func @window
func.func @window(%a: tensor<10xf32>) -> tensor<8x3xf32> {
  // CHECK: linalg.generic {indexing_maps = [#[[WINDOW]],
  %r = mdl.affine_gather %a map affine_map<(i, j) -> (i + j)> : tensor<10xf32> to tensor<8x3xf32>
  return %r : tensor<8x3xf32>
}

// CHECK-LABEL: func @symbol
func.func @symbol(%a: tensor<10xf32>, %s: index) -> tensor<3xf32> {
  // CHECK: %[[I:.*]] = linalg.index 0
  // CHECK: %[[J:.*]] = arith.addi %[[I]], %{{.*}} : index
  // CHECK: tensor.extract %{{.*}}[%[[J]]]
  %r = mdl.affine_gather %a[%s] map affine_map<(i)[s] -> (i + s)> : tensor<10xf32> to tensor<3xf32>
  return %r : tensor<3xf32>
}

// Negative indices count from the end.
// CHECK-LABEL: func @gather
func.func @gather(%a: tensor<10x4xf32>, %i: tensor<3xi64>) -> tensor<3x4xf32> {
  // CHECK: ^bb0(%[[I:.*]]: i64
  // CHECK: %[[P:.*]] = arith.index_cast %[[I]]
  // CHECK: arith.cmpi slt, %[[P]]
  // CHECK: tensor.extract
  %r = mdl.gather %a[%i] axes [0] : tensor<10x4xf32>[tensor<3xi64>]
  return %r : tensor<3x4xf32>
}

// CHECK-LABEL: func @scatter
func.func @scatter(%a: tensor<10x4xf32>, %i: tensor<3xi32>, %u: tensor<3x4xf32>) -> tensor<10x4xf32> {
  // CHECK: arith.extsi
  // CHECK: mdl.scatter_add {{.*}} : tensor<10x4xf32>[tensor<3xi64>]
  %r = mdl.scatter_add %a[%i], %u axes [0] : tensor<10x4xf32>[tensor<3xi32>], tensor<3x4xf32>
  return %r : tensor<10x4xf32>
}
