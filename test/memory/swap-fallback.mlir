// Where a carried value cannot stay in one place, it gets a new one in each iteration, and the old one is freed.
// RUN: mdl-opt %s -mdl-memory | FileCheck %s

// CHECK-LABEL: func.func @main
// CHECK-NOT: bufferization
// CHECK: mdl.runtime "show"
func.func @main(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = tensor.empty() : tensor<4xf32>
  %x = mdl.runtime "fill"() outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %x) -> (tensor<4xf32>, tensor<4xf32>) {
    %low = tensor.extract_slice %a[0] [2] [1] : tensor<4xf32> to tensor<2xf32>
    %y = tensor.insert_slice %low into %b[2] [2] [1] : tensor<2xf32> into tensor<4xf32>
    %high = tensor.extract_slice %b[2] [2] [1] : tensor<4xf32> to tensor<2xf32>
    %z = tensor.insert_slice %high into %a[0] [2] [1] : tensor<2xf32> into tensor<4xf32>
    scf.yield %y, %z : tensor<4xf32>, tensor<4xf32>
  }
  mdl.runtime "show"(%r#0, %r#1 : tensor<4xf32>, tensor<4xf32>)
  return
}
