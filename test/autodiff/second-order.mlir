// A gradient of a gradient: (x exp x)'' = (x + 2) exp x.
// RUN: mdl-opt %s -mdl-grad -canonicalize -cse | FileCheck %s

// CHECK-LABEL: func @second
// CHECK-SAME: %[[X:.*]]: tensor<f32>
func.func @second(%x: tensor<f32>) -> tensor<f32> {
  // CHECK: %[[E:.*]] = mdl.exp %[[X]]
  // CHECK: %[[A:.*]] = mdl.add %[[X]], %{{.*}}
  // CHECK: %[[B:.*]] = mdl.mul %[[A]], %[[E]]
  // CHECK: %[[R:.*]] = mdl.add %[[E]], %[[B]]
  // CHECK: return %[[R]]
  %y = mdl.exp %x : tensor<f32>
  %z = mdl.mul %y, %x : tensor<f32>
  %g = mdl.grad %z wrt(%x : tensor<f32>) : tensor<f32>
  %h = mdl.grad %g wrt(%x : tensor<f32>) : tensor<f32>
  return %h : tensor<f32>
}
