// A `while` is counted, then it is a `for`.
// RUN: mdl-opt %s -mdl-grad -canonicalize -cse | FileCheck %s

// CHECK-LABEL: func @until
// CHECK: %[[N:.*]]:2 = scf.while
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[N]]#1
// CHECK: mdl.update_slice
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[N]]#1
// CHECK: mdl.slice
func.func @until(%x: tensor<f32>, %limit: tensor<f32>) -> tensor<f32> {
  %y = scf.while (%a = %x) : (tensor<f32>) -> tensor<f32> {
    %c = mdl.compare lt %a, %limit : tensor<f32>
    %b = tensor.extract %c[] : tensor<i1>
    scf.condition(%b) %a : tensor<f32>
  } do {
  ^bb0(%a: tensor<f32>):
    %b = mdl.mul %a, %a : tensor<f32>
    scf.yield %b : tensor<f32>
  }
  %g = mdl.grad %y wrt(%x : tensor<f32>) : tensor<f32>
  return %g : tensor<f32>
}
