// A loop keeps only what its derivative reads; keys of random numbers are kept, too.
// RUN: mdl-opt %s -mdl-grad -canonicalize -cse | FileCheck %s

// A sum needs nothing of its passes.
// CHECK-LABEL: func @sum
// CHECK-NOT: mdl.update_slice
func.func @sum(%x: tensor<3xf32>, %w: tensor<3xf32>, %n: index) -> tensor<3xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %y = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> tensor<3xf32> {
    %b = mdl.add %a, %w : tensor<3xf32>
    scf.yield %b : tensor<3xf32>
  }
  %s = mdl.sum %y axes [0] : tensor<3xf32>
  %g = mdl.grad %s wrt(%w : tensor<3xf32>) : tensor<f32>
  return %g : tensor<3xf32>
}

// The factor is a function of the key; the carried value is not needed.
// CHECK-LABEL: func @random
// CHECK: scf.for {{.*}} -> (tensor<f32>, tensor<?xi64>)
// CHECK: mdl.runtime "mdl_next_seed"
// CHECK: scf.for {{.*}} -> (tensor<f32>)
// CHECK-NOT: mdl.runtime
// CHECK: mdl.uniform
func.func @random(%x: tensor<f32>, %n: index) -> (tensor<f32>, tensor<f32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %site = arith.constant 5 : i64
  %y = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> tensor<f32> {
    %key = mdl.runtime "mdl_next_seed"(%site : i64) -> i64
    %u = mdl.uniform %key : tensor<f32>
    %b = mdl.mul %a, %u : tensor<f32>
    scf.yield %b : tensor<f32>
  }
  %g = mdl.grad %y wrt(%x : tensor<f32>) : tensor<f32>
  return %y, %g : tensor<f32>, tensor<f32>
}
