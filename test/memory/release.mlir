// What a block owns at its end is freed by the runtime, which keeps what is passed on: no branch and no list for each.
// RUN: mdl-opt %s -mdl-lower-deallocations | FileCheck %s

// CHECK-LABEL: func.func @one
// CHECK: %[[ADDRESS:.*]] = memref.extract_aligned_pointer_as_index %arg0
// CHECK: mdl.runtime "mdl_release"(%[[ADDRESS]], %arg1 : index, i1)
// CHECK-NOT: mdl.runtime
func.func @one(%a: memref<?xf32>, %isOwned: i1) {
  bufferization.dealloc (%a : memref<?xf32>) if (%isOwned)
  return
}

// CHECK-LABEL: func.func @surely
// CHECK: memref.dealloc %arg0
func.func @surely(%a: memref<?xf32>) {
  %true = arith.constant true
  bufferization.dealloc (%a : memref<?xf32>) if (%true)
  return
}

// CHECK-LABEL: func.func @several
// CHECK: mdl.runtime "mdl_release_later"(%{{.*}}, %arg2 : index, i1)
// CHECK: mdl.runtime "mdl_release_later"(%{{.*}}, %arg3 : index, i1)
// CHECK: %[[KEPT:.*]] = mdl.runtime "mdl_retain"(%{{.*}} : index) -> i1
// CHECK: mdl.runtime "mdl_release_all"()
// CHECK: return %[[KEPT]]
func.func @several(%a: memref<?xf32>, %b: memref<?xf32>, %isOwnedA: i1, %isOwnedB: i1) -> i1 {
  %isOwned = bufferization.dealloc (%a, %b : memref<?xf32>, memref<?xf32>) if (%isOwnedA, %isOwnedB) retain (%b : memref<?xf32>)
  return %isOwned : i1
}
