// What has no derivative is an error at the request, with a note where the dependence ends.
// RUN: mdl-opt %s -mdl-grad -split-input-file -verify-diagnostics

func.func @argmax(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-note @+1 {{the dependence ends here}}
  %a = mdl.argmax %x axis 0 : tensor<3xf32>
  %b = mdl.cast %a : tensor<i64> to tensor<f32>
  // expected-error @+2 {{the loss has no derivative with respect to `net.w`: `argmax` gives whole numbers}}
  // expected-note @+1 {{hint: what counts right answers}}
  %g = mdl.grad %b wrt(%x : tensor<3xf32>) {names = ["net.w"]} : tensor<f32>
  return %g : tensor<3xf32>
}

// -----

func.func @unused(%x: tensor<f32>, %y: tensor<f32>) -> tensor<f32> {
  // expected-warning @+1 {{the loss does not depend on `y`, so the gradient is zero}}
  %g = mdl.grad %x wrt(%y : tensor<f32>) {names = ["y"]} : tensor<f32>
  return %g : tensor<f32>
}

// -----

func.func @carried(%x: tensor<f32>, %n: index) -> tensor<f32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-note @+1 {{take the gradient after this loop}}
  %y = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> tensor<f32> {
    %b = mdl.exp %a : tensor<f32>
    // expected-error @+1 {{through earlier passes of a loop}}
    %g = mdl.grad %b wrt(%x : tensor<f32>) {names = ["x"]} : tensor<f32>
    scf.yield %g : tensor<f32>
  }
  return %y : tensor<f32>
}

// -----

func.func @extract(%x: tensor<f32>) -> tensor<f32> {
  %0 = tensor.extract %x[] : tensor<f32>
  // expected-error @+1 {{limit: derivatives through `tensor.from_elements` are not supported}}
  %1 = tensor.from_elements %0 : tensor<f32>
  %g = mdl.grad %1 wrt(%x : tensor<f32>) : tensor<f32>
  return %g : tensor<f32>
}

// -----

func.func @clock(%x: tensor<f32>, %more: i1) -> tensor<f32> {
  %y = scf.if %more -> tensor<f32> {
    // expected-error @+1 {{limit: derivatives through a loop or branch that takes this from the runtime: they need it again}}
    %t = mdl.runtime "clock"() -> f32
    %s = tensor.from_elements %t : tensor<f32>
    %p = mdl.mul %x, %s : tensor<f32>
    scf.yield %p : tensor<f32>
  } else {
    scf.yield %x : tensor<f32>
  }
  %g = mdl.grad %y wrt(%x : tensor<f32>) {names = ["x"]} : tensor<f32>
  return %g : tensor<f32>
}
