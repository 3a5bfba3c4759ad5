// RUN: mdl-opt %s -canonicalize | FileCheck %s

// CHECK-LABEL: func @neutral
// CHECK-SAME: %[[X:.*]]: tensor<3xf32>
// CHECK-NEXT: return %[[X]]
func.func @neutral(%x: tensor<3xf32>) -> tensor<3xf32> {
  %one = mdl.constant dense<1.0> : tensor<3xf32>
  %zero = mdl.constant dense<0.0> : tensor<3xf32>
  %0 = mdl.mul %one, %x : tensor<3xf32>
  %1 = mdl.add %0, %zero : tensor<3xf32>
  %2 = mdl.pow %1, %one : tensor<3xf32>
  %3 = mdl.neg %2 : tensor<3xf32>
  %4 = mdl.neg %3 : tensor<3xf32>
  return %4 : tensor<3xf32>
}

// NaN * 0 is NaN, so this stays for floats.
// CHECK-LABEL: func @times_zero
// CHECK: mdl.mul
func.func @times_zero(%x: tensor<3xf32>, %i: tensor<3xi64>) -> (tensor<3xf32>, tensor<3xi64>) {
  %zero = mdl.constant dense<0.0> : tensor<3xf32>
  %none = mdl.constant dense<0> : tensor<3xi64>
  %0 = mdl.mul %x, %zero : tensor<3xf32>
  // CHECK-NOT: mdl.mul
  %1 = mdl.mul %i, %none : tensor<3xi64>
  return %0, %1 : tensor<3xf32>, tensor<3xi64>
}

// Work on repeated scalars is done once.
// CHECK-LABEL: func @scalars
// CHECK-SAME: %[[A:.*]]: tensor<f32>, %[[B:.*]]: tensor<f32>
// CHECK: %[[S:.*]] = mdl.sub %[[A]], %[[B]] : tensor<f32>
// CHECK: mdl.broadcast %[[S]] to [] : tensor<f32> to tensor<9xf32>
func.func @scalars(%a: tensor<f32>, %b: tensor<f32>) -> tensor<9xf32> {
  %0 = mdl.broadcast %a to [] : tensor<f32> to tensor<9xf32>
  %1 = mdl.broadcast %b to [] : tensor<f32> to tensor<9xf32>
  %2 = mdl.sub %0, %1 : tensor<9xf32>
  return %2 : tensor<9xf32>
}

// CHECK-LABEL: func @constants
// CHECK: mdl.constant dense<[4, 6]> : tensor<2xi64>
func.func @constants() -> tensor<2xi64> {
  %a = mdl.constant dense<[1, 2]> : tensor<2xi64>
  %b = mdl.constant dense<[3, 4]> : tensor<2xi64>
  %0 = mdl.add %a, %b : tensor<2xi64>
  return %0 : tensor<2xi64>
}

// CHECK-LABEL: func.func @like_terms
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>)
// CHECK-DAG: %[[TWO:.*]] = mdl.constant dense<2.000000e+00>
// CHECK-DAG: %[[NINE:.*]] = mdl.constant dense<9.000000e+00>
// CHECK: %[[NINES:.*]] = mdl.broadcast %[[NINE]]
// CHECK-NEXT: mdl.mul %[[X]], %[[NINES]]
// CHECK-NEXT: %[[TWOS:.*]] = mdl.broadcast %[[TWO]]
// CHECK-NEXT: %[[DOUBLE:.*]] = mdl.mul %[[X]], %[[TWOS]]
// CHECK-NEXT: mdl.add %[[DOUBLE]]
// Of opposite signs they stay: inf - inf is NaN.
// CHECK-NEXT: mdl.sub
func.func @like_terms(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %three = mdl.constant dense<3.0> : tensor<4xf32>
  %six = mdl.constant dense<6.0> : tensor<4xf32>
  %a = mdl.mul %x, %three : tensor<4xf32>
  %b = mdl.mul %x, %six : tensor<4xf32>
  %nine = mdl.add %a, %b : tensor<4xf32>
  %inner = mdl.add %x, %three : tensor<4xf32>
  %around = mdl.add %inner, %x : tensor<4xf32>
  %minus = mdl.neg %a : tensor<4xf32>
  %apart = mdl.add %b, %minus : tensor<4xf32>
  return %nine, %around, %apart : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}
