// Launches and runtime calls become calls of C functions.
// RUN: mdl-opt %s -mdl-launch-to-call | FileCheck %s

// CHECK-NOT: mdl.kernel
mdl.kernel @k(%x: tensor<4xf32>, %n: index, %b: i1, %p: tensor<4xf32>) -> (tensor<f32>, tensor<4xf32>) attributes {inplace = array<i64: 1>} {
  %e = tensor.empty() : tensor<f32>
  mdl.yield %e, %p : tensor<f32>, tensor<4xf32>
}

// A buffer is made once, where its memref is; an in-place result is passed as input and output.
// CHECK-LABEL: func.func @launch
// CHECK-SAME: %[[X:.*]]: memref<4xf32>, %[[S:.*]]: memref<f32>, %[[P:.*]]: memref<4xf32>, %[[N:.*]]: index, %[[B:.*]]: i1
// CHECK-DAG: %[[BX:.*]] = mdl.buffer %[[X]]
// CHECK-DAG: %[[BS:.*]] = mdl.buffer %[[S]]
// CHECK-DAG: %[[BP:.*]] = mdl.buffer %[[P]]
// CHECK: scf.for
// CHECK-NOT: mdl.buffer
// CHECK-DAG: %[[N64:.*]] = arith.index_cast %[[N]] : index to i64
// CHECK-DAG: %[[B32:.*]] = arith.extui %[[B]] : i1 to i32
// CHECK: %[[CODE:.*]] = llvm.call @k(%[[BX]], %[[N64]], %[[B32]], %[[BP]], %[[BS]], %[[BP]])
// CHECK: llvm.call @mdl_check_kernel(%{{.*}}, %[[CODE]], %{{.*}})
func.func @launch(%x: memref<4xf32>, %s: memref<f32>, %p: memref<4xf32>, %n: index, %b: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    mdl.launch @k ins(%x, %n, %b : memref<4xf32>, index, i1) outs(%s, %p : memref<f32>, memref<4xf32>)
  }
  return
}

// A kernel has something to write; whether it does is known at run time only.
// CHECK-LABEL: func.func @empty
// CHECK: %[[ROWS:.*]] = memref.dim
// CHECK: %[[SOME:.*]] = arith.cmpi ne, %[[ROWS]]
// CHECK: scf.if %[[SOME]]
// CHECK: llvm.call @rows
mdl.kernel @rows(%n: index) -> tensor<?x4xf32> {
  %e = tensor.empty(%n) : tensor<?x4xf32>
  mdl.yield %e : tensor<?x4xf32>
}
func.func @empty(%n: index, %x: memref<?x4xf32>) {
  mdl.launch @rows ins(%n : index) outs(%x : memref<?x4xf32>)
  return
}

// CHECK-LABEL: func.func @runtime
// CHECK-DAG: %[[F:.*]] = arith.extf %{{.*}} : f32 to f64
// CHECK-DAG: %[[I:.*]] = arith.extsi %{{.*}} : i32 to i64
// CHECK: %[[R:.*]] = llvm.call @flag(%[[F]], %[[I]]) : (f64, i64) -> i8
// CHECK: arith.cmpi ne, %[[R]]
func.func @runtime(%f: f32, %i: i32) -> i1 {
  %r = mdl.runtime "flag"(%f, %i : f32, i32) -> i1
  return %r : i1
}

// CHECK: llvm.func @k(!llvm.ptr, i64, i32, !llvm.ptr, !llvm.ptr, !llvm.ptr) -> i32
