// Arithmetic on scalars stays on the host.
// RUN: mdl-opt -mdl-to-linalg -canonicalize %s | FileCheck %s

// CHECK-LABEL: func @scalars
// CHECK-SAME: (%[[A:.*]]: tensor<f32>)
func.func @scalars(%a: tensor<f32>) -> tensor<f32> {
  // CHECK-NOT: linalg
  // CHECK: %[[X:.*]] = tensor.extract %[[A]][]
  // CHECK: %[[Y:.*]] = arith.mulf %[[X]]
  // CHECK: %[[Z:.*]] = arith.addf %[[Y]], %[[X]]
  // CHECK: tensor.from_elements %[[Z]] : tensor<f32>
  %two = mdl.constant dense<2.0> : tensor<f32>
  %y = mdl.mul %a, %two : tensor<f32>
  %z = mdl.add %y, %a : tensor<f32>
  return %z : tensor<f32>
}
