// RUN: mdl-opt -mdl-to-linalg %s | FileCheck %s

// CHECK-LABEL: func @uniform
func.func @uniform(%seed: i64, %n: index) -> tensor<?x2xf32> {
  // CHECK: %[[OUT:.*]] = tensor.empty(%{{.*}}) : tensor<?x2xf32>
  // CHECK: mdl.runtime "mdl_fill_uniform"(%{{.*}} : i64) outs(%[[OUT]] : tensor<?x2xf32>) {pure} -> tensor<?x2xf32>
  %r = mdl.uniform %seed sizes(%n) : tensor<?x2xf32>
  return %r : tensor<?x2xf32>
}

// CHECK-LABEL: func @nonzero
func.func @nonzero(%m: tensor<8xi1>) -> tensor<?xi64> {
  // CHECK: %[[N:.*]] = mdl.runtime "mdl_count_nonzero"(%[[M:.*]] : tensor<8xi1>) {pure} -> index
  // CHECK: %[[OUT:.*]] = tensor.empty(%[[N]])
  // CHECK: mdl.runtime "mdl_fill_nonzero"(%[[M]] : tensor<8xi1>) outs(%[[OUT]]
  %r = mdl.nonzero %m : tensor<8xi1>
  return %r : tensor<?xi64>
}

// CHECK-LABEL: func @sort
func.func @sort(%a: tensor<2x5xui8>) -> tensor<2x5xi64> {
  // CHECK: %[[U8:.*]] = arith.constant 5 : i64
  // CHECK: %[[DOWN:.*]] = arith.constant true
  // CHECK: mdl.runtime "mdl_sort"(%{{.*}}, %[[U8]], %[[DOWN]] : tensor<2x5xi8>, i64, i1)
  %v, %i = mdl.sort %a descending : tensor<2x5xui8>
  return %i : tensor<2x5xi64>
}
