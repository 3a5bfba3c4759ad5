// An index that counts from 0 is none from the end.
// RUN: mdl-opt %s -canonicalize | FileCheck %s

// CHECK-LABEL: func @counted
// CHECK: scf.for %[[I:[a-z0-9]+]] =
// CHECK-NEXT: mdl.slice %{{[a-z0-9]+}} [%[[I]]]
// CHECK: arith.subi
// CHECK-NOT: arith.select
// CHECK-LABEL: func @any
// CHECK: arith.select
func.func @counted(%x: tensor<3xf32>, %z: tensor<1xf32>) -> tensor<1xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %sum = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %z) -> tensor<1xf32> {
    %c = arith.cmpi slt, %i, %c0 : index
    %e = arith.addi %i, %c3 : index
    %s = arith.select %c, %e, %i : index
    %v = mdl.slice %x [%s] [1] [1] : tensor<3xf32>
    %back = arith.subi %c2, %i : index
    %d = arith.cmpi slt, %back, %c0 : index
    %f = arith.addi %back, %c3 : index
    %t = arith.select %d, %f, %back : index
    %w = mdl.slice %x [%t] [1] [1] : tensor<3xf32>
    %p = mdl.mul %v, %w : tensor<1xf32>
    %n = mdl.add %a, %p : tensor<1xf32>
    scf.yield %n : tensor<1xf32>
  }
  return %sum : tensor<1xf32>
}
func.func @any(%x: tensor<3xf32>, %i: index) -> tensor<1xf32> {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %c = arith.cmpi slt, %i, %c0 : index
  %e = arith.addi %i, %c3 : index
  %s = arith.select %c, %e, %i : index
  %v = mdl.slice %x [%s] [1] [1] : tensor<3xf32>
  return %v : tensor<1xf32>
}
