// RUN: mdl-opt -mdl-to-linalg %s | FileCheck %s

// CHECK-DAG: #[[ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-LABEL: func @add
// CHECK-SAME: (%[[A:.*]]: tensor<2x3xf32>, %[[B:.*]]: tensor<2x3xf32>)
func.func @add(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // CHECK: %[[EMPTY:.*]] = tensor.empty() : tensor<2x3xf32>
  // CHECK: linalg.generic {indexing_maps = [#[[ID]], #[[ID]], #[[ID]]], iterator_types = ["parallel", "parallel"]}
  // CHECK-SAME: ins(%[[A]], %[[B]] : {{.*}}) outs(%[[EMPTY]]
  // CHECK: arith.addf
  %r = mdl.add %a, %b : tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// CHECK-LABEL: func @dynamic
// CHECK-SAME: (%[[A:.*]]: tensor<?xf32>)
func.func @dynamic(%a: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK: %[[N:.*]] = tensor.dim %[[A]]
  // CHECK: tensor.empty(%[[N]]) : tensor<?xf32>
  // CHECK: math.exp
  %r = mdl.exp %a : tensor<?xf32>
  return %r : tensor<?xf32>
}
