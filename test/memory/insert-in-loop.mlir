// What each pass inserts into stands outside of the loop, so a pass works on a copy: the next one starts from the same.
// RUN: mdl-opt %s -mdl-bufferize | FileCheck %s

// CHECK-LABEL: func @one_place
// CHECK: %[[BASE:.*]] = memref.alloc() {{.*}} : memref<3xf32>
// CHECK: scf.for
// CHECK-NOT: memref.subview %[[BASE]]
// CHECK: memref.copy %[[BASE]], %[[COPY:.*]] : memref<3xf32> to memref<3xf32>
// CHECK: memref.subview %[[COPY]]
mdl.kernel @fill(%x: f32) -> tensor<1xf32> {
  %e = tensor.empty() : tensor<1xf32>
  %f = linalg.fill ins(%x : f32) outs(%e : tensor<1xf32>) -> tensor<1xf32>
  mdl.yield %f : tensor<1xf32>
}
mdl.kernel @zeros() -> tensor<3xf32> {
  %c = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<3xf32>
  %f = linalg.fill ins(%c : f32) outs(%e : tensor<3xf32>) -> tensor<3xf32>
  mdl.yield %f : tensor<3xf32>
}
func.func @one_place(%x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %e = tensor.empty() : tensor<3xf32>
  %base = mdl.launch @zeros outs(%e : tensor<3xf32>) -> tensor<3xf32>
  scf.for %i = %c0 to %c3 step %c1 {
    %part = tensor.empty() : tensor<1xf32>
    %one = mdl.launch @fill ins(%x : f32) outs(%part : tensor<1xf32>) -> tensor<1xf32>
    %set = tensor.insert_slice %one into %base[%i] [1] [1] : tensor<1xf32> into tensor<3xf32>
    mdl.runtime "use"(%set : tensor<3xf32>)
  }
  return
}
