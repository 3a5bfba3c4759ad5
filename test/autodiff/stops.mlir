// A condition does not carry gradients, stop_gradient ends them, a step is flat.
// RUN: mdl-opt %s -mdl-grad -canonicalize -cse | FileCheck %s

// CHECK-LABEL: func @condition
// CHECK: %[[C:.*]] = mdl.compare gt
// CHECK: mdl.select %[[C]]
func.func @condition(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  %c = mdl.compare gt %x, %y : tensor<3xf32>
  %r = mdl.select %c, %x, %y : tensor<3xi1>, tensor<3xf32>
  %s = mdl.sum %r axes [0] : tensor<3xf32>
  %g = mdl.grad %s wrt(%x : tensor<3xf32>) : tensor<f32>
  return %g : tensor<3xf32>
}

// CHECK-LABEL: func @stopped
// CHECK-SAME: %[[X:.*]]: tensor<f32>
// CHECK-NEXT: return %[[X]]
func.func @stopped(%x: tensor<f32>) -> tensor<f32> {
  %0 = mdl.stop_gradient %x : tensor<f32>
  %1 = mdl.mul %0, %x : tensor<f32>
  %g = mdl.grad %1 wrt(%x : tensor<f32>) : tensor<f32>
  return %g : tensor<f32>
}

// CHECK-LABEL: func @flat
// CHECK: %[[Z:.*]] = mdl.constant dense<0.000000e+00>
// CHECK: return %[[Z]]
func.func @flat(%x: tensor<f32>) -> tensor<f32> {
  %0 = mdl.floor %x : tensor<f32>
  %g = mdl.grad %0 wrt(%x : tensor<f32>) : tensor<f32>
  return %g : tensor<f32>
}
