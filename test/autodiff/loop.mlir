// The states of a loop are kept, then gone through from the last to the first.
// RUN: mdl-opt %s -mdl-grad -canonicalize -cse | FileCheck %s

// CHECK-LABEL: func @loop
// CHECK-SAME: %[[X:[^:]*]]: tensor<3xf32>, %[[W:[^:]*]]: tensor<3xf32>
func.func @loop(%x: tensor<3xf32>, %w: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  // CHECK: %[[KEPT:.*]]:2 = scf.for %[[K:.*]] = {{.*}} iter_args(%[[A:.*]] = %[[X]], %[[S:.*]] = %{{.*}})
  // CHECK: mdl.update_slice %[[S]] [%[[K]], 0] [1, 3] [1, 1]
  // CHECK: %[[BACK:.*]]:2 = scf.for %[[I:.*]] = {{.*}} iter_args(%[[DA:.*]] = %{{.*}}, %[[DW:.*]] = %{{.*}})
  // CHECK: %[[J:.*]] = arith.subi %{{.*}}, %[[I]]
  // CHECK: mdl.slice %[[KEPT]]#1 [%[[J]], 0]
  // CHECK: mdl.mul %[[DA]], %[[W]]
  // CHECK: mdl.add %[[DW]], %
  // CHECK: return %[[BACK]]#0, %[[BACK]]#1
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %y = scf.for %i = %c0 to %c4 step %c1 iter_args(%a = %x) -> tensor<3xf32> {
    %b = mdl.mul %a, %w : tensor<3xf32>
    scf.yield %b : tensor<3xf32>
  }
  %s = mdl.sum %y axes [0] : tensor<3xf32>
  %g:2 = mdl.grad %s wrt(%x, %w : tensor<3xf32>, tensor<3xf32>) : tensor<f32>
  return %g#0, %g#1 : tensor<3xf32>, tensor<3xf32>
}
