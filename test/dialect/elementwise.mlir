// Elementwise operations print and parse; a `?` takes the size that the other operand knows.
// RUN: mdl-opt %s | mdl-opt | FileCheck %s

// CHECK-LABEL: func @merge
func.func @merge(%a: tensor<?x3xf32>, %b: tensor<2x?xf32>) -> tensor<2x3xf32> {
  // CHECK: mdl.add %{{.*}}, %{{.*}} : tensor<?x3xf32>, tensor<2x?xf32>
  %0 = mdl.add %a, %b : tensor<?x3xf32>, tensor<2x?xf32>
  return %0 : tensor<2x3xf32>
}

// CHECK-LABEL: func @compare
func.func @compare(%a: tensor<4xui8>, %b: tensor<4xui8>) -> tensor<4xui8> {
  // CHECK: %[[C:.*]] = mdl.compare lt %{{.*}}, %{{.*}} : tensor<4xui8>
  %0 = mdl.compare lt %a, %b : tensor<4xui8>
  // CHECK: mdl.select %[[C]], %{{.*}}, %{{.*}} : tensor<4xi1>, tensor<4xui8>
  %1 = mdl.select %0, %a, %b : tensor<4xi1>, tensor<4xui8>
  return %1 : tensor<4xui8>
}

// CHECK-LABEL: func @slice
func.func @slice(%a: tensor<6x?xf32>, %n: index) -> tensor<2x?xf32> {
  // CHECK: mdl.slice %{{.*}} [1, 0] [2, %{{.*}}] [3, 1] : tensor<6x?xf32>
  %0 = mdl.slice %a[1, 0][2, %n][3, 1] : tensor<6x?xf32>
  return %0 : tensor<2x?xf32>
}
