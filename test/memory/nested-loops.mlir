// A value carried by a loop in a loop has one place, allocated once; nothing copies it in either loop.
// RUN: mdl-opt %s -mdl-memory | FileCheck %s

mdl.kernel @update(%p: tensor<4xf32>) -> tensor<4xf32> attributes {inplace = array<i64: 0>} {
  mdl.yield %p : tensor<4xf32>
}

// CHECK-LABEL: func.func @nested
// CHECK: %[[P:.*]] = memref.view %{{.*}} to memref<4xf32>
// CHECK: scf.for
// CHECK: scf.while
// CHECK: mdl.launch @update outs(%[[P]] : memref<4xf32>)
// CHECK-NOT: memref.copy
// CHECK: mdl.runtime "show"(%[[P]] : memref<4xf32>)
// CHECK-NOT: memref.copy
// CHECK: mdl.runtime "show"(%[[P]] : memref<4xf32>)
func.func @nested(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = tensor.empty() : tensor<4xf32>
  %x = mdl.runtime "fill"() outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%p = %x) -> tensor<4xf32> {
    %s = scf.while (%a = %p) : (tensor<4xf32>) -> tensor<4xf32> {
      %go = mdl.runtime "more"() -> i1
      scf.condition(%go) %a : tensor<4xf32>
    } do {
    ^bb0(%a: tensor<4xf32>):
      %b = mdl.launch @update outs(%a : tensor<4xf32>) -> tensor<4xf32>
      scf.yield %b : tensor<4xf32>
    }
    mdl.runtime "show"(%s : tensor<4xf32>)
    scf.yield %s : tensor<4xf32>
  }
  mdl.runtime "show"(%r : tensor<4xf32>)
  return
}
