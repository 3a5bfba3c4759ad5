// Two variables that a pass leaves equal are written each in its own place, the second from the first.
// RUN: mdl-opt -mdl-carry-in-place %s | FileCheck %s
// RUN: mdl-opt -mdl-carry-in-place -mdl-bufferize %s | FileCheck %s --check-prefix=MEMORY

mdl.kernel @k(%i: index) -> tensor<2xf32> {
  %e = tensor.empty() : tensor<2xf32>
  mdl.yield %e : tensor<2xf32>
}

// CHECK-LABEL: func @equal
// CHECK: scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}})
// CHECK: %[[NEW:.*]] = mdl.launch @k
// CHECK: %[[FIRST:.*]] = bufferization.materialize_in_destination %[[NEW]] in %[[A]]
// CHECK: %[[SECOND:.*]] = bufferization.materialize_in_destination %[[FIRST]] in %[[B]]
// CHECK: scf.yield %[[FIRST]], %[[SECOND]]
// MEMORY-LABEL: func @equal
// MEMORY: scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}})
// MEMORY: mdl.launch @k {{.*}} outs(%[[A]] :
// MEMORY: memref.copy %[[A]], %[[B]]
// MEMORY: scf.yield %[[A]], %[[B]]
func.func @equal(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e0 = tensor.empty() : tensor<2xf32>
  %a = mdl.launch @k ins(%c0 : index) outs(%e0 : tensor<2xf32>) -> tensor<2xf32>
  %e1 = tensor.empty() : tensor<2xf32>
  %b = mdl.launch @k ins(%c1 : index) outs(%e1 : tensor<2xf32>) -> tensor<2xf32>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%x = %a, %y = %b) -> (tensor<2xf32>, tensor<2xf32>) {
    %e = tensor.empty() : tensor<2xf32>
    %new = mdl.launch @k ins(%i : index) outs(%e : tensor<2xf32>) -> tensor<2xf32>
    scf.yield %new, %new : tensor<2xf32>, tensor<2xf32>
  }
  mdl.runtime "use"(%r#0, %r#1 : tensor<2xf32>, tensor<2xf32>)
  return
}
