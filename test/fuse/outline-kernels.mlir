// RUN: mdl-opt -mdl-lower -mdl-fuse %s | FileCheck %s

// Two of the same are one kernel.
// CHECK-LABEL: func @twice
func.func @twice(%a: tensor<8x4xf32>, %b: tensor<4x4xf32>) -> tensor<8x4xf32> {
  // CHECK: %[[X:.*]] = mdl.launch @[[K:k_einsum_[0-9a-f]+]]
  // CHECK: mdl.launch @[[K]] ins(%[[X]],
  %x = mdl.einsum "mk,kn->mn" %a, %b : tensor<8x4xf32>, tensor<4x4xf32>
  %y = mdl.einsum "mk,kn->mn" %x, %b : tensor<8x4xf32>, tensor<4x4xf32>
  return %y : tensor<8x4xf32>
}

// `exp` is not done again for every use of an operand.
// CHECK-LABEL: func @heavy_operand
func.func @heavy_operand(%a: tensor<8x4xf32>, %b: tensor<4x4xf32>) -> tensor<8x4xf32> {
  // CHECK: mdl.launch @k_exp_
  // CHECK: mdl.launch @k_einsum_
  %e = mdl.exp %a : tensor<8x4xf32>
  %y = mdl.einsum "mk,kn->mn" %e, %b : tensor<8x4xf32>, tensor<4x4xf32>
  return %y : tensor<8x4xf32>
}

// CHECK-LABEL: func @light_operand
func.func @light_operand(%a: tensor<8x4xf32>, %b: tensor<4x4xf32>) -> tensor<8x4xf32> {
  // CHECK-COUNT-1: mdl.launch @k_einsum_neg
  // CHECK-NOT: mdl.launch
  %n = mdl.neg %a : tensor<8x4xf32>
  %y = mdl.einsum "mk,kn->mn" %n, %b : tensor<8x4xf32>, tensor<4x4xf32>
  return %y : tensor<8x4xf32>
}

// A scalar of the host goes by value, sizes come from the tensors.
// CHECK-LABEL: func @scalar
func.func @scalar(%a: tensor<?xf32>, %s: tensor<f32>) -> tensor<?xf32> {
  // CHECK-DAG: %[[N:.*]] = tensor.dim %[[A:.*]], %
  // CHECK-DAG: %[[S:.*]] = tensor.extract
  // CHECK-DAG: %[[OUT:.*]] = tensor.empty(%[[N]])
  // CHECK: mdl.launch @[[SCALE:.*]] ins(%[[A]], %[[S]] : tensor<?xf32>, f32) outs(%[[OUT]]
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?xf32>
  %t = mdl.broadcast %s to [] sizes(%n) : tensor<f32> to tensor<?xf32>
  %r = mdl.mul %a, %t : tensor<?xf32>
  return %r : tensor<?xf32>
}

// What the host does in between parts a kernel in two.
// CHECK-LABEL: func @convex
func.func @convex(%a: tensor<8xf32>) -> tensor<8xf32> {
  // CHECK: %[[SUM:.*]] = mdl.launch @k_sum_
  // CHECK: %[[S:.*]] = tensor.extract %[[SUM]][]
  // CHECK: mdl.launch @k_{{.*}} ins(%{{.*}}, %[[S]]
  %s = mdl.sum %a axes [0] : tensor<8xf32>
  %t = mdl.broadcast %s to [] : tensor<f32> to tensor<8xf32>
  %r = mdl.div %a, %t : tensor<8xf32>
  return %r : tensor<8xf32>
}

// CHECK: mdl.kernel @[[SCALE]](%[[IN:.*]]: tensor<?xf32>, %[[BY:.*]]: f32) -> tensor<?xf32>
// CHECK: %[[SIZE:.*]] = tensor.dim %[[IN]]
// CHECK: tensor.empty(%[[SIZE]])
// CHECK: mdl.yield
