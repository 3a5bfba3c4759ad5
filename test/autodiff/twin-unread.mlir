// What a twin carries and no derivative reads is dropped: here a counter and the value itself.
// RUN: mdl-opt %s -mdl-grad -canonicalize -cse | FileCheck %s

// CHECK-LABEL: func @counted
// CHECK: scf.while
// CHECK: scf.for {{.*}} -> (tensor<f32>, tensor<?xf32>)
// CHECK: scf.for {{.*}} -> (tensor<f32>)
func.func @counted(%x: tensor<f32>, %n: tensor<i64>) -> tensor<f32> {
  %zero = mdl.constant dense<0> : tensor<i64>
  %one = mdl.constant dense<1> : tensor<i64>
  %y:2 = scf.while (%a = %x, %k = %zero) : (tensor<f32>, tensor<i64>) -> (tensor<f32>, tensor<i64>) {
    %c = mdl.compare lt %k, %n : tensor<i64>
    %b = tensor.extract %c[] : tensor<i1>
    scf.condition(%b) %a, %k : tensor<f32>, tensor<i64>
  } do {
  ^bb0(%a: tensor<f32>, %k: tensor<i64>):
    %b = mdl.sin %a : tensor<f32>
    %l = mdl.add %k, %one : tensor<i64>
    scf.yield %b, %l : tensor<f32>, tensor<i64>
  }
  %g = mdl.grad %y#0 wrt(%x : tensor<f32>) : tensor<f32>
  return %g : tensor<f32>
}
