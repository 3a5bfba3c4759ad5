// RUN: mdl-opt -mdl-to-linalg %s | FileCheck %s

// CHECK-DAG: #[[IN:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[OUT:.*]] = affine_map<(d0, d1) -> (d1)>

// CHECK-LABEL: func @sum
func.func @sum(%a: tensor<2x3xf32>) -> tensor<3xf32> {
  // CHECK: %[[ZERO:.*]] = arith.constant 0.0
  // CHECK: %[[FILL:.*]] = linalg.fill ins(%[[ZERO]]
  // CHECK: linalg.generic {indexing_maps = [#[[IN]], #[[OUT]]], iterator_types = ["reduction", "parallel"]}
  // CHECK-SAME: outs(%[[FILL]]
  // CHECK: arith.addf
  %r = mdl.sum %a axes [0] : tensor<2x3xf32>
  return %r : tensor<3xf32>
}

// CHECK-LABEL: func @max
func.func @max(%a: tensor<2x3xf32>) -> tensor<f32> {
  // CHECK: arith.constant 0xFF800000
  // CHECK: iterator_types = ["reduction", "reduction"]
  // CHECK: arith.maximumf
  %r = mdl.max %a axes [0, 1] : tensor<2x3xf32>
  return %r : tensor<f32>
}

// Half precision is summed in single.
// CHECK-LABEL: func @half
func.func @half(%a: tensor<2x3xbf16>) -> tensor<2xbf16> {
  // CHECK: linalg.fill {{.*}} -> tensor<2xf32>
  // CHECK: arith.extf
  // CHECK: arith.addf {{.*}} : f32
  // CHECK: arith.truncf
  %r = mdl.sum %a axes [1] : tensor<2x3xbf16>
  return %r : tensor<2xbf16>
}

// CHECK-LABEL: func @any
func.func @any(%a: tensor<4xi1>) -> tensor<i1> {
  // CHECK: arith.constant false
  // CHECK: arith.ori
  %r = mdl.any %a axes [0] : tensor<4xi1>
  return %r : tensor<i1>
}
