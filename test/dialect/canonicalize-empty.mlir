// RUN: mdl-opt %s -canonicalize | FileCheck %s

// CHECK-LABEL: func @scattered
// CHECK-SAME: (%[[X:.*]]: tensor<3xf32>
// CHECK-NEXT: return %[[X]]
func.func @scattered(%x: tensor<3xf32>, %at: tensor<0xi64>, %updates: tensor<0xf32>) -> tensor<3xf32> {
  %0 = mdl.scatter %x[%at], %updates axes [0] : tensor<3xf32>[tensor<0xi64>], tensor<0xf32>
  %1 = mdl.scatter_add %0[%at], %updates axes [0] : tensor<3xf32>[tensor<0xi64>], tensor<0xf32>
  %2 = mdl.update_slice %1 [0] [0] [1], %updates : tensor<3xf32>, tensor<0xf32>
  return %2 : tensor<3xf32>
}

// A launch is met when our own constants have been lowered.
// CHECK-LABEL: func @launched
// CHECK-NEXT: arith.constant dense<> : tensor<0xi64>
func.func @launched(%at: tensor<0xi64>) -> tensor<0xi64> {
  %0 = tensor.empty() : tensor<0xi64>
  %1 = mdl.launch @k ins(%at : tensor<0xi64>) outs(%0 : tensor<0xi64>) -> tensor<0xi64>
  return %1 : tensor<0xi64>
}
mdl.kernel @k(%at: tensor<0xi64>) -> tensor<0xi64> {
  mdl.yield %at : tensor<0xi64>
}
