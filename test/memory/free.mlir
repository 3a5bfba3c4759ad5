// Memory of a size that only the run knows is freed in the iteration that allocates it.
// RUN: mdl-opt %s -mdl-memory | FileCheck %s

// CHECK-LABEL: func.func @main
// CHECK: scf.while
// CHECK: %[[X:.*]] = memref.alloc(%{{.*}}) {{.*}} : memref<?xf32>
// CHECK: mdl.runtime "fill"() outs(%[[X]] : memref<?xf32>)
// CHECK: mdl.runtime "show"(%[[X]] : memref<?xf32>)
// CHECK: memref.dealloc %[[X]]
// CHECK: scf.yield
func.func @main() {
  %c0 = arith.constant 0 : index
  %first = mdl.runtime "rows"() -> index
  %last = scf.while (%n = %first) : (index) -> index {
    %go = arith.cmpi sgt, %n, %c0 : index
    scf.condition(%go) %n : index
  } do {
  ^bb0(%n: index):
    %e = tensor.empty(%n) : tensor<?xf32>
    %x = mdl.runtime "fill"() outs(%e : tensor<?xf32>) -> tensor<?xf32>
    mdl.runtime "show"(%x : tensor<?xf32>)
    %next = mdl.runtime "rows"() -> index
    scf.yield %next : index
  }
  return
}
