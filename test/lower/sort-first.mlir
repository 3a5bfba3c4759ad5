// `topk` sorts no further than what is read of the sorted tensors.
// RUN: mdl-opt -mdl-to-linalg %s | FileCheck %s

// CHECK-LABEL: func @top
func.func @top(%a: tensor<?x9xf32>, %k: index) -> (tensor<?x?xf32>, tensor<?x?xi64>) {
  // CHECK: %[[R:.*]]:2 = mdl.runtime "mdl_sort"({{.*}}-> tensor<?x?xf32>, tensor<?x?xi64>
  // CHECK: return %[[R]]#0, %[[R]]#1
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?x9xf32>
  %values, %indices = mdl.sort %a descending : tensor<?x9xf32>
  %v = mdl.slice %values[0, 0] [%n, %k] [1, 1] : tensor<?x9xf32>
  %i = mdl.slice %indices[0, 0] [%n, %k] [1, 1] : tensor<?x9xi64>
  return %v, %i : tensor<?x?xf32>, tensor<?x?xi64>
}

// CHECK-LABEL: func @second
func.func @second(%a: tensor<2x9xf32>) -> tensor<2x3xf32> {
  // CHECK: mdl.runtime "mdl_sort"({{.*}}-> tensor<2x9xf32>, tensor<2x9xi64>
  %values, %indices = mdl.sort %a descending : tensor<2x9xf32>
  %v = mdl.slice %values[0, 1] [2, 3] [1, 1] : tensor<2x9xf32>
  return %v : tensor<2x3xf32>
}

// CHECK-LABEL: func @different
func.func @different(%a: tensor<2x9xf32>) -> (tensor<2x3xf32>, tensor<2x4xi64>) {
  // CHECK: mdl.runtime "mdl_sort"({{.*}}-> tensor<2x9xf32>, tensor<2x9xi64>
  %values, %indices = mdl.sort %a descending : tensor<2x9xf32>
  %v = mdl.slice %values[0, 0] [2, 3] [1, 1] : tensor<2x9xf32>
  %i = mdl.slice %indices[0, 0] [2, 4] [1, 1] : tensor<2x9xi64>
  return %v, %i : tensor<2x3xf32>, tensor<2x4xi64>
}

// CHECK-LABEL: func @fewer_rows
func.func @fewer_rows(%a: tensor<2x9xf32>) -> tensor<1x3xf32> {
  // CHECK: mdl.runtime "mdl_sort"({{.*}}-> tensor<2x9xf32>, tensor<2x9xi64>
  %values, %indices = mdl.sort %a descending : tensor<2x9xf32>
  %v = mdl.slice %values[0, 0] [1, 3] [1, 1] : tensor<2x9xf32>
  return %v : tensor<1x3xf32>
}
