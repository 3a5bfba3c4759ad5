// RUN: mdl-opt -mdl-to-linalg %s | FileCheck %s

// CHECK-DAG: #[[A:.*]] = affine_map<(d0, d1, d2) -> (d2, d0)>
// CHECK-DAG: #[[B:.*]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// CHECK-DAG: #[[C:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[COLUMN:.*]] = affine_map<(d0, d1) -> (d1)>

// CHECK-LABEL: func @transposed_product
func.func @transposed_product(%a: tensor<4x2xf32>, %b: tensor<4x3xf32>) -> tensor<2x3xf32> {
  // CHECK: linalg.fill
  // CHECK: linalg.generic {indexing_maps = [#[[A]], #[[B]], #[[C]]], iterator_types = ["parallel", "parallel", "reduction"]}
  // CHECK: %[[P:.*]] = arith.mulf
  // CHECK: arith.addf %{{.*}}, %[[P]]
  %r = mdl.einsum "km,kn->mn" %a, %b : tensor<4x2xf32>, tensor<4x3xf32>
  return %r : tensor<2x3xf32>
}

// CHECK-LABEL: func @outer
func.func @outer(%a: tensor<2xf32>, %b: tensor<3xf32>) -> tensor<2x3xf32> {
  // CHECK-NOT: linalg.fill
  // CHECK: linalg.generic {indexing_maps = [#[[ROW]], #[[COLUMN]], {{.*}}], iterator_types = ["parallel", "parallel"]}
  %r = mdl.einsum "m,n->mn" %a, %b : tensor<2xf32>, tensor<3xf32>
  return %r : tensor<2x3xf32>
}
