// Allocations of known size become places in one arena, shared where live ranges do not overlap.
// RUN: mdl-opt %s -mdl-plan-memory -split-input-file | FileCheck %s

// `a` and `c` never live together; `b` lives with both.
// CHECK: module attributes {mdl.arena_bytes = 512 : i64, mdl.unshared_bytes = 768 : i64}
// CHECK-LABEL: func.func @chain
// CHECK: %[[ARENA:.*]] = mdl.arena : memref<512xi8>
// CHECK: %[[O0:.*]] = arith.constant 0 : index
// CHECK: %[[A:.*]] = memref.view %[[ARENA]][%[[O0]]][] : memref<512xi8> to memref<64xf32>
// CHECK: %[[O1:.*]] = arith.constant 256 : index
// CHECK: %[[B:.*]] = memref.view %[[ARENA]][%[[O1]]][]
// CHECK: %[[O2:.*]] = arith.constant 0 : index
// CHECK: %[[C:.*]] = memref.view %[[ARENA]][%[[O2]]][]
// CHECK-NOT: memref.alloc
func.func @chain() {
  %a = memref.alloc() : memref<64xf32>
  mdl.runtime "fill"() outs(%a : memref<64xf32>)
  %b = memref.alloc() : memref<64xf32>
  mdl.runtime "next"(%a : memref<64xf32>) outs(%b : memref<64xf32>)
  %c = memref.alloc() : memref<64xf32>
  mdl.runtime "next"(%b : memref<64xf32>) outs(%c : memref<64xf32>)
  mdl.runtime "show"(%c : memref<64xf32>)
  return
}

// -----

// What a loop uses from outside lives for the whole loop; what stands in its body is used again in each iteration.
// CHECK: module attributes {mdl.arena_bytes = 128 : i64, mdl.unshared_bytes = 192 : i64}
// CHECK-LABEL: func.func @loop
// CHECK: %[[P0:.*]] = arith.constant 0 : index
// CHECK: %[[P:.*]] = memref.view %{{.*}}[%[[P0]]][] : memref<128xi8> to memref<4xf32>
// CHECK: %[[T0:.*]] = arith.constant 64 : index
// CHECK: %[[T:.*]] = memref.view %{{.*}}[%[[T0]]][] : memref<128xi8> to memref<5xf32>
// CHECK: %[[U0:.*]] = arith.constant 64 : index
// CHECK: %[[U:.*]] = memref.view %{{.*}}[%[[U0]]][] : memref<128xi8> to memref<5xf32>
func.func @loop(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %p = memref.alloc() : memref<4xf32>
  mdl.runtime "fill"() outs(%p : memref<4xf32>)
  scf.for %i = %c0 to %n step %c1 {
    mdl.runtime "show"(%p : memref<4xf32>)
    %t = memref.alloc() : memref<5xf32>
    mdl.runtime "fill"() outs(%t : memref<5xf32>)
    mdl.runtime "show"(%t : memref<5xf32>)
    %u = memref.alloc() : memref<5xf32>
    mdl.runtime "fill"() outs(%u : memref<5xf32>)
    mdl.runtime "show"(%u : memref<5xf32>)
  }
  return
}

// -----

// Both branches give one buffer of their own: it lives until the result's last use.
// CHECK: module attributes {mdl.arena_bytes = 192 : i64, mdl.unshared_bytes = 192 : i64}
// CHECK-LABEL: func.func @branch
func.func @branch(%c: i1) {
  %r = scf.if %c -> memref<4xf32> {
    %a = memref.alloc() : memref<4xf32>
    mdl.runtime "fill"() outs(%a : memref<4xf32>)
    scf.yield %a : memref<4xf32>
  } else {
    %b = memref.alloc() : memref<4xf32>
    mdl.runtime "fill"() outs(%b : memref<4xf32>)
    scf.yield %b : memref<4xf32>
  }
  %d = memref.alloc() : memref<4xf32>
  mdl.runtime "next"(%r : memref<4xf32>) outs(%d : memref<4xf32>)
  return
}

// -----

// Unknown sizes, and memory that the next iteration still sees, stay allocations.
// CHECK: module attributes {mdl.arena_bytes = 64 : i64, mdl.unshared_bytes = 64 : i64}
// CHECK-LABEL: func.func @dynamic
// CHECK: memref.alloc(%{{.*}}) : memref<?xf32>
// CHECK: scf.for
// CHECK: memref.alloc() : memref<4xf32>
func.func @dynamic(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.alloc(%n) : memref<?xf32>
  mdl.runtime "fill"() outs(%a : memref<?xf32>)
  %p = memref.alloc() : memref<4xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%q = %p) -> memref<4xf32> {
    %t = memref.alloc() : memref<4xf32>
    mdl.runtime "next"(%q : memref<4xf32>) outs(%t : memref<4xf32>)
    scf.yield %t : memref<4xf32>
  }
  mdl.runtime "show"(%r : memref<4xf32>)
  return
}
