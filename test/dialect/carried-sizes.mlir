// What a loop carries keeps its sizes if every pass keeps them; then a reshape to these sizes is none.
// RUN: mdl-opt %s -canonicalize | FileCheck %s

// CHECK-LABEL: @kept
// CHECK-NOT: mdl.reshape
func.func @kept(%n: index, %m: index, %passes: index) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %start = mdl.constant dense<1.0> : tensor<f32>
  %first = mdl.broadcast %start to [] sizes(%n, %m) : tensor<f32> to tensor<?x?xf32>
  %last = scf.for %i = %c0 to %passes step %c1 iter_args(%x = %first) -> tensor<?x?xf32> {
    %same = mdl.reshape %x sizes(%n, %m) : tensor<?x?xf32> to tensor<?x?xf32>
    %next = mdl.exp %same : tensor<?x?xf32>
    scf.yield %next : tensor<?x?xf32>
  }
  %result = mdl.reshape %last sizes(%n, %m) : tensor<?x?xf32> to tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

// CHECK-LABEL: @kept_while
// CHECK-NOT: mdl.reshape
func.func @kept_while(%n: index, %m: index) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %start = mdl.constant dense<1.0> : tensor<f32>
  %first = mdl.broadcast %start to [] sizes(%n, %m) : tensor<f32> to tensor<?x?xf32>
  %last = scf.while (%x = %first) : (tensor<?x?xf32>) -> tensor<?x?xf32> {
    %element = tensor.extract %x[%c0, %c0] : tensor<?x?xf32>
    %zero = arith.constant 0.0 : f32
    %go = arith.cmpf ogt, %element, %zero : f32
    scf.condition(%go) %x : tensor<?x?xf32>
  } do {
  ^bb0(%x: tensor<?x?xf32>):
    %next = mdl.exp %x : tensor<?x?xf32>
    scf.yield %next : tensor<?x?xf32>
  }
  %result = mdl.reshape %last sizes(%n, %m) : tensor<?x?xf32> to tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

// Two that change places keep nothing that is known.
// CHECK-LABEL: @swapped
// CHECK: mdl.reshape
func.func @swapped(%n: index, %m: index, %passes: index) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %start = mdl.constant dense<1.0> : tensor<f32>
  %a = mdl.broadcast %start to [] sizes(%n, %m) : tensor<f32> to tensor<?x?xf32>
  %b = mdl.broadcast %start to [] sizes(%m, %n) : tensor<f32> to tensor<?x?xf32>
  %last:2 = scf.for %i = %c0 to %passes step %c1 iter_args(%x = %a, %y = %b) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
    scf.yield %y, %x : tensor<?x?xf32>, tensor<?x?xf32>
  }
  %result = mdl.reshape %last#0 sizes(%n, %m) : tensor<?x?xf32> to tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

// CHECK-LABEL: @branch
// CHECK-NOT: mdl.reshape
func.func @branch(%n: index, %m: index, %c: i1) -> tensor<?x?xf32> {
  %start = mdl.constant dense<1.0> : tensor<f32>
  %first = mdl.broadcast %start to [] sizes(%n, %m) : tensor<f32> to tensor<?x?xf32>
  %one = scf.if %c -> tensor<?x?xf32> {
    %e = mdl.exp %first : tensor<?x?xf32>
    scf.yield %e : tensor<?x?xf32>
  } else {
    scf.yield %first : tensor<?x?xf32>
  }
  %result = mdl.reshape %one sizes(%n, %m) : tensor<?x?xf32> to tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}

// Rows at places: as many as places, as wide as the source.
// CHECK-LABEL: @rows
// CHECK-NOT: mdl.reshape
func.func @rows(%n: index, %m: index, %k: index, %places: tensor<?xi64>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %start = mdl.constant dense<1.0> : tensor<f32>
  %source = mdl.broadcast %start to [] sizes(%n, %m) : tensor<f32> to tensor<?x?xf32>
  %rows = mdl.gather %source[%places] axes [0] : tensor<?x?xf32>[tensor<?xi64>]
  %count = tensor.dim %places, %c0 : tensor<?xi64>
  %result = mdl.reshape %rows sizes(%count, %m) : tensor<?x?xf32> to tensor<?x?xf32>
  return %result : tensor<?x?xf32>
}
