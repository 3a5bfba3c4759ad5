// One number for each element, in vectors: the value's place in their order above, the places left behind it below.
// RUN: mdl-opt -mdl-to-linalg %s | FileCheck %s

// The first of equal ones wins, and NaN over all.
// CHECK-LABEL: func @argmax
func.func @argmax(%a: tensor<2x3xf32>) -> tensor<2xi64> {
  // CHECK: %[[KEYS:.*]] = linalg.generic
  // CHECK: ^bb0(%[[X:.*]]: f32, %[[BEST:.*]]: i64):
  // CHECK: arith.bitcast %[[X]] : f32 to i32
  // CHECK: linalg.index 1
  // CHECK: %[[KEY:.*]] = arith.ori
  // CHECK: arith.maxsi %[[BEST]], %[[KEY]] : i64
  // CHECK: linalg.generic {{.*}} ins(%[[KEYS]] : tensor<2xi64>)
  %r = mdl.argmax %a axis 1 : tensor<2x3xf32>
  return %r : tensor<2xi64>
}

// CHECK-LABEL: func @argmin
func.func @argmin(%a: tensor<2x3xui8>) -> tensor<2xi64> {
  // CHECK: ^bb0(%[[X:.*]]: i8, %{{.*}}: i64):
  // CHECK: %[[WIDE:.*]] = arith.extui %[[X]] : i8 to i32
  // CHECK: arith.xori %[[WIDE]]
  // CHECK: arith.maxsi
  %r = mdl.argmin %a axis 1 : tensor<2x3xui8>
  return %r : tensor<2xi64>
}

// Elements of 64 bits leave no room: pairs of the best value and its place.
// CHECK-LABEL: func @wide
func.func @wide(%a: tensor<2x3xf64>) -> tensor<2xi64> {
  // CHECK: %[[R:.*]]:2 = linalg.generic
  // CHECK: ^bb0(%[[X:.*]]: f64, %[[BEST:.*]]: f64, %[[AT:.*]]: i64):
  // CHECK: linalg.index 1
  // CHECK: arith.cmpf ugt, %[[X]], %[[BEST]]
  // CHECK: arith.cmpf ord, %[[BEST]], %[[BEST]]
  // CHECK: linalg.yield
  // CHECK: return %[[R]]#1
  %r = mdl.argmax %a axis 1 : tensor<2x3xf64>
  return %r : tensor<2xi64>
}
