// Zeros made outside of a loop and used in it: each kernel starts its sums itself, each carried tensor has its own memory.
// RUN: mdl-opt -mdl-lower -mdl-fuse %s | FileCheck %s

// CHECK-LABEL: func @zeros
// CHECK: %[[A:.*]] = mdl.launch @[[FILL:k_fill_[0-9a-f]+]]
// CHECK: %[[B:.*]] = mdl.launch @[[FILL]]
// CHECK: scf.for {{.*}} iter_args(%[[X:.*]] = %[[A]], %[[Y:.*]] = %[[B]])
// CHECK: mdl.launch @k_einsum_add_{{[0-9a-f]+}} ins(%{{.*}}, %{{.*}} : tensor<4x4xf32>, tensor<4xf32>) outs(%[[X]] :
func.func @zeros(%n: index, %w: tensor<4x4xf32>, %v: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %zero = mdl.constant dense<0.0> : tensor<f32>
  %z = mdl.broadcast %zero to [] : tensor<f32> to tensor<4xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%x = %z, %y = %z) -> (tensor<4xf32>, tensor<4xf32>) {
    %p = mdl.einsum "mk,k->m" %w, %v : tensor<4x4xf32>, tensor<4xf32>
    %s = mdl.add %x, %p : tensor<4xf32>
    %t = mdl.mul %y, %v : tensor<4xf32>
    scf.yield %s, %t : tensor<4xf32>, tensor<4xf32>
  }
  return %r#0, %r#1 : tensor<4xf32>, tensor<4xf32>
}
