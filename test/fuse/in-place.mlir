// RUN: mdl-opt -mdl-lower -mdl-fuse -split-input-file %s | FileCheck %s

// CHECK-LABEL: func @last_use
func.func @last_use(%n: index, %w0: tensor<4xf32>, %g: tensor<4xf32>) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: iter_args(%[[W:.*]] = %{{.*}})
  // CHECK: mdl.launch @{{.*}} outs(%[[W]] :
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%w = %w0) -> tensor<4xf32> {
    %u = mdl.sub %w, %g : tensor<4xf32>
    scf.yield %u : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}
// CHECK: mdl.kernel {{.*}} attributes {inplace = array<i64: 0>}

// -----
// The old value is still wanted.
// CHECK-LABEL: func @used_after
func.func @used_after(%n: index, %w0: tensor<4xf32>, %g: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: %[[OUT:.*]] = tensor.empty
  // CHECK: mdl.launch @{{.*}} outs(%[[OUT]] :
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%w = %w0, %old = %w0) -> (tensor<4xf32>, tensor<4xf32>) {
    %u = mdl.sub %w, %g : tensor<4xf32>
    scf.yield %u, %w : tensor<4xf32>, tensor<4xf32>
  }
  return %r#0, %r#1 : tensor<4xf32>, tensor<4xf32>
}
// CHECK-NOT: inplace

// -----
// Every element of the product reads all of the tensor.
// CHECK-LABEL: func @read_elsewhere
func.func @read_elsewhere(%n: index, %w0: tensor<4x4xf32>, %a: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%w = %w0) -> tensor<4x4xf32> {
    %p = mdl.einsum "mk,kn->mn" %a, %w : tensor<4x4xf32>, tensor<4x4xf32>
    %u = mdl.sub %w, %p : tensor<4x4xf32>
    scf.yield %u : tensor<4x4xf32>
  }
  return %r : tensor<4x4xf32>
}
// CHECK: mdl.kernel
// CHECK-NOT: inplace

// -----
// The step of Adam: three tensors overwritten by one kernel.
// CHECK-LABEL: func @adam
func.func @adam(%n: index, %p0: tensor<4xf32>, %m0: tensor<4xf32>, %v0: tensor<4xf32>, %g: tensor<4xf32>,
                %b: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: iter_args(%[[P:.*]] = %{{.*}}, %[[M:.*]] = %{{.*}}, %[[V:.*]] = %{{.*}})
  // CHECK: mdl.launch @{{.*}} outs(%[[M]], %[[V]], %[[P]] :
  %r:3 = scf.for %i = %c0 to %n step %c1 iter_args(%p = %p0, %m = %m0, %v = %v0)
      -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
    %bm = mdl.mul %m, %b : tensor<4xf32>
    %m1 = mdl.add %bm, %g : tensor<4xf32>
    %bv = mdl.mul %v, %b : tensor<4xf32>
    %gg = mdl.mul %g, %g : tensor<4xf32>
    %v1 = mdl.add %bv, %gg : tensor<4xf32>
    %s = mdl.rsqrt %v1 : tensor<4xf32>
    %d = mdl.mul %m1, %s : tensor<4xf32>
    %p1 = mdl.sub %p, %d : tensor<4xf32>
    scf.yield %p1, %m1, %v1 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
  }
  return %r#0, %r#1, %r#2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}
// CHECK: inplace = array<i64: 0, 1, 2>

// -----
// The kernel reads the same memory through another view.
// CHECK-LABEL: func @other_view
func.func @other_view(%n: index, %w0: tensor<4x4xf32>, %b: tensor<16xf32>) -> tensor<4x4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%w = %w0) -> tensor<4x4xf32> {
    %flat = mdl.reshape %w : tensor<4x4xf32> to tensor<16xf32>
    %first = mdl.slice %flat [0] [4] [1] : tensor<16xf32>
    %rows = mdl.broadcast %first to [1] : tensor<4xf32> to tensor<4x4xf32>
    %u = mdl.sub %w, %rows : tensor<4x4xf32>
    scf.yield %u : tensor<4x4xf32>
  }
  return %r : tensor<4x4xf32>
}
// CHECK: mdl.kernel
// CHECK-NOT: inplace
