// A buffer lives on the stack; what is constant is filled at the function's entry, once.
// RUN: mdl-opt %s -mdl-host | FileCheck %s

// CHECK-DAG: llvm.mlir.global private constant @[[TEXT:mdl.string.*]]("loss\00")
// CHECK-DAG: llvm.func @mdl_arena(i64) -> !llvm.ptr

// CHECK-LABEL: llvm.func @main
// CHECK: %[[BUFFER:.*]] = llvm.alloca %{{.*}} x i8 {alignment = 8 : i64}
// CHECK: "llvm.intr.memcpy"(%[[BUFFER]], %[[IMAGE:.*]], %{{.*}})
// CHECK: %[[ARENA:.*]] = llvm.call @mdl_arena
// CHECK: llvm.br ^bb
// CHECK: llvm.call @show(%{{.*}}, %{{.*}})
// CHECK-NOT: memref
func.func @main(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %arena = mdl.arena : memref<128xi8>
  %x = memref.view %arena[%c0][] : memref<128xi8> to memref<2x3xf32>
  %text = mdl.string "loss" : !llvm.ptr
  scf.for %i = %c0 to %n step %c1 {
    mdl.runtime "show"(%text, %x : !llvm.ptr, memref<2x3xf32>)
  }
  return
}

// Memory of unknown size is the runtime's; copies with strides need no function.
// CHECK-LABEL: llvm.func @heap
// CHECK: %[[MEMORY:.*]] = llvm.call @mdl_alloc
// CHECK-NOT: memrefCopy
// CHECK: llvm.call @mdl_free
func.func @heap(%n: index, %m: memref<8x8xf32>) {
  %a = memref.alloc(%n) : memref<?xf32>
  %column = memref.subview %m[0, 1] [%n, 1] [1, 1] : memref<8x8xf32> to memref<?xf32, strided<[8], offset: 1>>
  memref.copy %column, %a : memref<?xf32, strided<[8], offset: 1>> to memref<?xf32>
  mdl.runtime "sink"(%a : memref<?xf32>)
  memref.dealloc %a : memref<?xf32>
  return
}

// CHECK-LABEL: llvm.func @scalars
// CHECK-DAG: llvm.call @erff
// CHECK-DAG: llvm.call @tanh
// CHECK-DAG: llvm.call @pow
func.func @scalars(%a: f32, %b: f64) -> (f32, f64, f64) {
  %c = math.erf %a : f32
  %d = math.tanh %b : f64
  %e = math.powf %d, %b : f64
  return %c, %d, %e : f32, f64, f64
}
