// The first of equal ones wins, and NaN over all.
// RUN: mdl-opt -mdl-to-linalg %s | FileCheck %s

// CHECK-LABEL: func @argmax
func.func @argmax(%a: tensor<2x3xf32>) -> tensor<2xi64> {
  // CHECK: %[[R:.*]]:2 = linalg.generic
  // CHECK: ^bb0(%[[X:.*]]: f32, %[[BEST:.*]]: f32, %[[AT:.*]]: i64):
  // CHECK: linalg.index 1
  // CHECK: arith.cmpf ugt, %[[X]], %[[BEST]]
  // CHECK: arith.cmpf ord, %[[BEST]], %[[BEST]]
  // CHECK: linalg.yield
  // CHECK: return %[[R]]#1
  %r = mdl.argmax %a axis 1 : tensor<2x3xf32>
  return %r : tensor<2xi64>
}
