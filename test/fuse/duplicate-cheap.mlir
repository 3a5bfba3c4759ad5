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

// A condition that follows from places alone is asked where it is needed, also inside of a loop.
// CHECK-LABEL: func @condition
// CHECK-NOT: xi1
// CHECK: scf.for
// CHECK: mdl.launch @{{.*}} ins(%{{.*}}, %arg1 : tensor<4x4xf32>, tensor<4x4xf32>)
// CHECK: return
func.func @condition(%n: index, %w: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = mdl.constant dense<0.0> : tensor<f32>
  %z = mdl.broadcast %zero to [] : tensor<f32> to tensor<4x4x4xf32>
  %i = mdl.iota axis 0 : tensor<4x1x4xi64>
  %l = mdl.iota axis 2 : tensor<4x1x4xi64>
  %c = mdl.compare le %l, %i : tensor<4x1x4xi64>
  %d = mdl.reshape %c : tensor<4x1x4xi1> to tensor<4x4xi1>
  %e = mdl.broadcast %d to [0, 2] : tensor<4x4xi1> to tensor<4x4x4xi1>
  %r = scf.for %s = %c0 to %n step %c1 iter_args(%x = %w) -> tensor<4x4xf32> {
    %a = mdl.broadcast %x to [0, 2] : tensor<4x4xf32> to tensor<4x4x4xf32>
    %b = mdl.broadcast %w to [1, 2] : tensor<4x4xf32> to tensor<4x4x4xf32>
    %p = mdl.mul %a, %b : tensor<4x4x4xf32>
    %q = mdl.select %e, %p, %z : tensor<4x4x4xi1>, tensor<4x4x4xf32>
    %t = mdl.sum %q axes [2] : tensor<4x4x4xf32>
    scf.yield %t : tensor<4x4xf32>
  }
  return %r : tensor<4x4xf32>
}
