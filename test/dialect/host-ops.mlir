// Kernels, launches and runtime calls read and print as themselves.
// RUN: mdl-opt %s | mdl-opt | FileCheck %s

// CHECK: mdl.kernel @k(%[[X:.*]]: tensor<4xf32>, %[[N:.*]]: index, %[[P:.*]]: tensor<?xf32>) -> (tensor<f32>, tensor<?xf32>) attributes {inplace = array<i64: 1>}
mdl.kernel @k(%x: tensor<4xf32>, %n: index, %p: tensor<?xf32>) -> (tensor<f32>, tensor<?xf32>) attributes {inplace = array<i64: 1>} {
  %e = tensor.empty() : tensor<f32>
  // CHECK: mdl.yield %{{.*}}, %[[P]] : tensor<f32>, tensor<?xf32>
  mdl.yield %e, %p : tensor<f32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @main
func.func @main(%x: tensor<4xf32>, %n: index, %s: tensor<f32>) {
  // CHECK: mdl.launch @k ins(%{{.*}}, %{{.*}} : tensor<4xf32>, index) outs(%{{.*}}, %{{.*}} : tensor<f32>, tensor<4xf32>) -> tensor<f32>, tensor<4xf32>
  %r:2 = mdl.launch @k ins(%x, %n : tensor<4xf32>, index) outs(%s, %x : tensor<f32>, tensor<4xf32>) -> tensor<f32>, tensor<4xf32>
  // CHECK: %[[TEXT:.*]] = mdl.string "a b" : !llvm.ptr
  %text = mdl.string "a b" : !llvm.ptr
  // CHECK: mdl.runtime "option"(%[[TEXT]] : !llvm.ptr) {pure} -> f64
  %o = mdl.runtime "option"(%text : !llvm.ptr) {pure} -> f64
  // CHECK: mdl.runtime "read"(%{{.*}} : f64) outs(%{{.*}} : tensor<4xf32>) -> tensor<4xf32>, i64
  %t, %c = mdl.runtime "read"(%o : f64) outs(%r#1 : tensor<4xf32>) -> tensor<4xf32>, i64
  // CHECK: mdl.runtime "end"()
  mdl.runtime "end"()
  return
}
