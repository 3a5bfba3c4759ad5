// Each branch has its own derivative; the condition has none.
// RUN: mdl-opt %s -mdl-grad -canonicalize -cse | FileCheck %s

// CHECK-LABEL: func @branch
// CHECK-SAME: %[[C:.*]]: i1, %[[X:.*]]: tensor<3xf32>
func.func @branch(%c: i1, %x: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK: %[[ONES:.*]] = mdl.broadcast
  // CHECK: %[[G:.*]] = scf.if %[[C]]
  // CHECK-NEXT: %[[TWO:.*]] = mdl.broadcast
  // CHECK-NEXT: %[[A:.*]] = mdl.mul %[[X]], %[[TWO]]
  // CHECK-NEXT: scf.yield %[[A]]
  // CHECK: else
  // CHECK-NEXT: scf.yield %[[ONES]]
  // CHECK: return %[[G]]
  %y = scf.if %c -> tensor<3xf32> {
    %a = mdl.mul %x, %x : tensor<3xf32>
    scf.yield %a : tensor<3xf32>
  } else {
    scf.yield %x : tensor<3xf32>
  }
  %s = mdl.sum %y axes [0] : tensor<3xf32>
  %g = mdl.grad %s wrt(%x : tensor<3xf32>) : tensor<f32>
  return %g : tensor<3xf32>
}
