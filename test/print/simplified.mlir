// What is simplified for texts alone: quotients that meet, choices that are made.
// RUN: mdl-opt -mdl-readable %s | FileCheck %s

// CHECK-LABEL: @quotients
// CHECK-SAME: (%[[A:.*]]: tensor<4xf32>, %[[B:.*]]: tensor<4xf32>, %[[C:.*]]: tensor<4xf32>)
// CHECK: %[[SUM:.*]] = mdl.add %[[A]], %[[B]]
// CHECK: mdl.div %[[SUM]], %[[C]]
func.func @quotients(%a: tensor<4xf32>, %b: tensor<4xf32>, %c: tensor<4xf32>) -> tensor<4xf32> {
  %0 = mdl.div %a, %c : tensor<4xf32>
  %1 = mdl.div %b, %c : tensor<4xf32>
  %2 = mdl.add %0, %1 : tensor<4xf32>
  return %2 : tensor<4xf32>
}

// A quotient that others read keeps its name.
// CHECK-LABEL: @shared
// CHECK: mdl.div
// CHECK: mdl.mul
// CHECK-NOT: mdl.div
func.func @shared(%a: tensor<4xf32>, %b: tensor<4xf32>, %c: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = mdl.div %a, %c : tensor<4xf32>
  %1 = mdl.mul %0, %b : tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @choices
// CHECK-SAME: (%[[M:.*]]: tensor<4xi1>, %[[X:.*]]: tensor<4xf32>, %[[Y:.*]]: tensor<4xf32>)
// CHECK: %[[PRODUCT:.*]] = mdl.mul %[[X]], %[[X]]
// CHECK: mdl.select %[[M]], %[[Y]], %[[PRODUCT]]
func.func @choices(%m: tensor<4xi1>, %x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  %0 = mdl.select %m, %y, %x : tensor<4xi1>, tensor<4xf32>
  %1 = mdl.mul %0, %x : tensor<4xf32>
  %2 = mdl.select %m, %y, %1 : tensor<4xi1>, tensor<4xf32>
  return %2 : tensor<4xf32>
}
