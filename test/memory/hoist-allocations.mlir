// An allocation leaves the loops that do not change its size.
// RUN: mdl-opt %s --pass-pipeline='builtin.module(func.func(mdl-hoist-allocations))' | FileCheck %s

// CHECK-LABEL: func.func @leaves
// CHECK: %[[T:.*]] = memref.alloc(%{{.*}}) : memref<?xf32>
// CHECK: scf.for
// CHECK: scf.while
// CHECK: mdl.runtime "fill"() outs(%[[T]] : memref<?xf32>)
func.func @leaves(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    scf.while : () -> () {
      %go = mdl.runtime "more"() -> i1
      scf.condition(%go)
    } do {
      %t = memref.alloc(%n) : memref<?xf32>
      mdl.runtime "fill"() outs(%t : memref<?xf32>)
      scf.yield
    }
  }
  return
}

// Its size is the loop's.
// CHECK-LABEL: func.func @stays
// CHECK: scf.for
// CHECK: memref.alloc(%{{.*}}) : memref<?xf32>
func.func @stays(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %t = memref.alloc(%i) : memref<?xf32>
    mdl.runtime "fill"() outs(%t : memref<?xf32>)
  }
  return
}

// The next iteration reads it.
// CHECK-LABEL: func.func @carried
// CHECK: scf.for
// CHECK: memref.alloc(%{{.*}}) : memref<?xf32>
func.func @carried(%n: index, %x: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%p = %x) -> memref<?xf32> {
    %t = memref.alloc(%n) : memref<?xf32>
    mdl.runtime "next"(%p : memref<?xf32>) outs(%t : memref<?xf32>)
    scf.yield %t : memref<?xf32>
  }
  return
}
