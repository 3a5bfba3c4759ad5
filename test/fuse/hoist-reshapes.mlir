// RUN: mdl-opt -mdl-to-linalg -mdl-hoist-reshapes %s | FileCheck %s

// CHECK-LABEL: func @pixels
// CHECK-SAME: (%[[X:.*]]: tensor<?x8x8xf32>
func.func @pixels(%x: tensor<?x8x8xf32>, %n: index) -> tensor<?x64xf32> {
  // CHECK: %[[FLAT:.*]] = tensor.collapse_shape %[[X]]
  // CHECK: %[[R:.*]] = linalg.generic {{.*}} ins(%{{.*}} : tensor<?x64xf32>)
  // CHECK: return %[[R]]
  %s = mdl.sqrt %x : tensor<?x8x8xf32>
  %f = mdl.reshape %s sizes(%n) : tensor<?x8x8xf32> to tensor<?x64xf32>
  return %f : tensor<?x64xf32>
}

// An epilogue stays with its contraction.
// CHECK-LABEL: func @epilogue
func.func @epilogue(%a: tensor<4x4xf32>) -> tensor<16xf32> {
  // CHECK: math.sqrt
  // CHECK: tensor.collapse_shape
  %p = mdl.einsum "mk,kn->mn" %a, %a : tensor<4x4xf32>
  %s = mdl.sqrt %p : tensor<4x4xf32>
  %f = mdl.reshape %s : tensor<4x4xf32> to tensor<16xf32>
  return %f : tensor<16xf32>
}
