// Canonicalisation has dropped the flag from what the condition passes on: it is passed on again, in its place.
// RUN: mdl-opt -mdl-align-loops %s | FileCheck %s

// CHECK-LABEL: func @flag
func.func @flag(%x: tensor<f32>, %e: tensor<f32>, %half: f32) -> tensor<f32> {
  // CHECK: %[[R:.*]]:2 = scf.while (%[[E:.*]] = %{{.*}}, %[[X:.*]] = %{{.*}})
  // CHECK: scf.condition(%{{.*}}) %[[E]], %[[X]] :
  // CHECK: ^bb0(%{{.*}}: tensor<f32>, %[[NOW:.*]]: tensor<f32>):
  // CHECK: scf.yield %{{.*}}, %[[NOW]]
  // CHECK: return %[[R]]#1
  %r = scf.while (%a = %e, %b = %x) : (tensor<f32>, tensor<f32>) -> tensor<f32> {
    %v = tensor.extract %a[] : tensor<f32>
    %more = arith.cmpf ogt, %v, %half : f32
    scf.condition(%more) %b : tensor<f32>
  } do {
  ^bb0(%b: tensor<f32>):
    scf.yield %e, %b : tensor<f32>, tensor<f32>
  }
  return %r : tensor<f32>
}

// What the condition computes goes behind; what it passes on twice goes once.
// CHECK-LABEL: func @computed
func.func @computed(%x: tensor<f32>, %half: f32) -> (tensor<f32>, f32, tensor<f32>) {
  // CHECK: %[[R:.*]]:2 = scf.while (%[[A:.*]] = %{{.*}})
  // CHECK: %[[V:.*]] = tensor.extract %[[A]]
  // CHECK: scf.condition(%{{.*}}) %[[A]], %[[V]] :
  // CHECK: return %[[R]]#0, %[[R]]#1, %[[R]]#0
  %r:3 = scf.while (%a = %x) : (tensor<f32>) -> (tensor<f32>, f32, tensor<f32>) {
    %v = tensor.extract %a[] : tensor<f32>
    %more = arith.cmpf ogt, %v, %half : f32
    scf.condition(%more) %a, %v, %a : tensor<f32>, f32, tensor<f32>
  } do {
  ^bb0(%b: tensor<f32>, %v: f32, %c: tensor<f32>):
    scf.yield %c : tensor<f32>
  }
  return %r#0, %r#1, %r#2 : tensor<f32>, f32, tensor<f32>
}

// One that is in order stays.
// CHECK-LABEL: func @aligned
func.func @aligned(%x: tensor<f32>, %half: f32) -> tensor<f32> {
  // CHECK: scf.condition(%{{.*}}) %[[A:.*]] : tensor<f32>
  // CHECK: ^bb0(%[[B:.*]]: tensor<f32>):
  // CHECK: scf.yield %[[B]]
  %r = scf.while (%a = %x) : (tensor<f32>) -> tensor<f32> {
    %v = tensor.extract %a[] : tensor<f32>
    %more = arith.cmpf ogt, %v, %half : f32
    scf.condition(%more) %a : tensor<f32>
  } do {
  ^bb0(%b: tensor<f32>):
    scf.yield %b : tensor<f32>
  }
  return %r : tensor<f32>
}
