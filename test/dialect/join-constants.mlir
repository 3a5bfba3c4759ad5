// Constants that are joined are one constant: a literal of which some elements were computed.
// RUN: mdl-opt %s -canonicalize | FileCheck %s

// CHECK-LABEL: func @vector
// CHECK-NEXT: %[[ALL:.*]] = mdl.constant dense<[-9223372036854775808, 4, 7, 7]> : tensor<4xi64>
// CHECK-NEXT: return %[[ALL]]
func.func @vector() -> tensor<4xi64> {
  %0 = mdl.constant dense<-9223372036854775808> : tensor<i64>
  %1 = mdl.reshape %0 : tensor<i64> to tensor<1xi64>
  %2 = mdl.constant dense<4> : tensor<1xi64>
  %3 = mdl.constant dense<7> : tensor<2xi64>
  %4 = mdl.concat %1, %2, %3 axis 0 : tensor<1xi64>, tensor<1xi64>, tensor<2xi64>
  return %4 : tensor<4xi64>
}

// CHECK-LABEL: func @columns
// CHECK-NEXT: mdl.constant dense<{{\[\[}}1.000000e+00, 5.000000e+00, 2.000000e+00], [1.000000e+00, 6.000000e+00, 3.000000e+00]]>
func.func @columns() -> tensor<2x3xf32> {
  %0 = mdl.constant dense<1.0> : tensor<2x1xf32>
  %1 = mdl.constant dense<[[5.0, 2.0], [6.0, 3.0]]> : tensor<2x2xf32>
  %2 = mdl.concat %0, %1 axis 1 : tensor<2x1xf32>, tensor<2x2xf32>
  return %2 : tensor<2x3xf32>
}

// CHECK-LABEL: func @varies
// CHECK: mdl.concat
func.func @varies(%x: tensor<1xf32>) -> tensor<2xf32> {
  %0 = mdl.constant dense<1.0> : tensor<1xf32>
  %1 = mdl.concat %0, %x axis 0 : tensor<1xf32>, tensor<1xf32>
  return %1 : tensor<2xf32>
}
