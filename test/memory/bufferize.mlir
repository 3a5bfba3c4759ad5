// Launches on tensors become launches on memrefs; an in-place update in a loop needs no copy and no allocation there.
// RUN: mdl-opt %s --pass-pipeline='builtin.module(mdl-carry-in-place,mdl-bufferize,func.func(canonicalize))' | FileCheck %s

// Kernels keep their tensors.
// CHECK: mdl.kernel @update(%{{.*}}: tensor<4xf32>, %{{.*}}: f32, %{{.*}}: tensor<4xf32>) -> tensor<4xf32>
mdl.kernel @update(%g: tensor<4xf32>, %lr: f32, %p: tensor<4xf32>) -> tensor<4xf32> attributes {inplace = array<i64: 0>} {
  mdl.yield %p : tensor<4xf32>
}
mdl.kernel @gradient(%p: tensor<4xf32>) -> tensor<4xf32> {
  mdl.yield %p : tensor<4xf32>
}

// CHECK-LABEL: func.func @in_place
// CHECK: %[[P:.*]] = memref.alloc() {{.*}} : memref<4xf32>
// CHECK: mdl.runtime "fill"() outs(%[[P]] : memref<4xf32>)
// CHECK: scf.for {{.*}} step %{{[a-z0-9_]+}} {
// CHECK-NEXT: %[[G:.*]] = memref.alloc() {{.*}} : memref<4xf32>
// CHECK-NEXT: mdl.launch @gradient ins(%[[P]] : memref<4xf32>) outs(%[[G]] : memref<4xf32>)
// CHECK-NEXT: mdl.launch @update ins(%[[G]], %{{.*}} : memref<4xf32>, f32) outs(%[[P]] : memref<4xf32>)
// CHECK-NEXT: }
// CHECK-NOT: memref.copy
// CHECK: mdl.runtime "show"(%[[P]] : memref<4xf32>)
func.func @in_place(%n: index, %lr: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = tensor.empty() : tensor<4xf32>
  %p0 = mdl.runtime "fill"() outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %p1 = scf.for %i = %c0 to %n step %c1 iter_args(%p = %p0) -> tensor<4xf32> {
    %d = tensor.empty() : tensor<4xf32>
    %g = mdl.launch @gradient ins(%p : tensor<4xf32>) outs(%d : tensor<4xf32>) -> tensor<4xf32>
    %q = mdl.launch @update ins(%g, %lr : tensor<4xf32>, f32) outs(%p : tensor<4xf32>) -> tensor<4xf32>
    scf.yield %q : tensor<4xf32>
  }
  mdl.runtime "show"(%p1 : tensor<4xf32>)
  return
}

// The old value is read after the update: it is kept.
// CHECK-LABEL: func.func @kept
// CHECK: %[[P:.*]] = memref.alloc
// CHECK: %[[Q:.*]] = memref.alloc
// CHECK: memref.copy %[[P]], %[[Q]]
// CHECK: mdl.launch @update {{.*}} outs(%[[Q]] : memref<4xf32>)
// CHECK: mdl.runtime "show"(%[[P]], %[[Q]] : memref<4xf32>, memref<4xf32>)
func.func @kept(%lr: f32) {
  %e = tensor.empty() : tensor<4xf32>
  %p = mdl.runtime "fill"() outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %q = mdl.launch @update ins(%p, %lr : tensor<4xf32>, f32) outs(%p : tensor<4xf32>) -> tensor<4xf32>
  mdl.runtime "show"(%p, %q : tensor<4xf32>, tensor<4xf32>)
  return
}
