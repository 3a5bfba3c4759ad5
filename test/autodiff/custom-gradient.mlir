// The rule stands where the gradient is needed; without one only the values stay.
// RUN: mdl-opt %s -mdl-grad -canonicalize | FileCheck %s --implicit-check-not=mdl.custom_gradient

// CHECK-LABEL: func @rule
// CHECK-SAME: %[[X:.*]]: tensor<f32>
// CHECK: %[[R:.*]] = mdl.round %[[X]]
// CHECK-NOT: mdl.grad
// CHECK: mdl.cos
func.func @rule(%x: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  %y = mdl.round %x : tensor<f32>
  %r = mdl.custom_gradient values(%y : tensor<f32>) inputs(%x : tensor<f32>) {
  ^bb0(%g: tensor<f32>, %own: tensor<f32>):
    mdl.rule_yield %g : tensor<f32>
  } : tensor<f32>
  %s = mdl.sin %r : tensor<f32>
  %g = mdl.grad %s wrt(%x : tensor<f32>) : tensor<f32>
  return %r, %g : tensor<f32>, tensor<f32>
}

// A rule may ask for a gradient itself.
// CHECK-LABEL: func @nested
// CHECK: mdl.barrier
// CHECK: mdl.cos
func.func @nested(%x: tensor<f32>) -> tensor<f32> {
  %y = mdl.sin %x : tensor<f32>
  %r = mdl.custom_gradient values(%y : tensor<f32>) inputs(%x : tensor<f32>) {
  ^bb0(%g: tensor<f32>, %own: tensor<f32>):
    %b = mdl.barrier %x after(%g : tensor<f32>) : tensor<f32>
    %z = mdl.sin %b : tensor<f32>
    %p = mdl.mul %z, %g : tensor<f32>
    %d = mdl.grad %p wrt(%b : tensor<f32>) : tensor<f32>
    mdl.rule_yield %d : tensor<f32>
  } : tensor<f32>
  %g = mdl.grad %r wrt(%x : tensor<f32>) : tensor<f32>
  return %g : tensor<f32>
}

// What a rule computes from the results has a derivative by the rule, too.
// CHECK-LABEL: func @own
// CHECK: %[[R:.*]] = mdl.round
// CHECK: return %[[R]] : tensor<f32>
func.func @own(%x: tensor<f32>) -> tensor<f32> {
  %y = mdl.round %x : tensor<f32>
  %r = mdl.custom_gradient values(%y : tensor<f32>) inputs(%x : tensor<f32>) {
  ^bb0(%g: tensor<f32>, %own: tensor<f32>):
    %d = mdl.mul %g, %own : tensor<f32>
    mdl.rule_yield %d : tensor<f32>
  } : tensor<f32>
  %g = mdl.grad %r wrt(%x : tensor<f32>) : tensor<f32>
  %h = mdl.grad %g wrt(%x : tensor<f32>) : tensor<f32>
  return %h : tensor<f32>
}
