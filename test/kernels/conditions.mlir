// A condition on the indices of a sum of products cuts the range that each tile sums over.
// RUN: mdl-opt %s "-mdl-print-schedules=target=x86-64-v3" -o /dev/null | FileCheck %s
// RUN: mdl-kernel-check %s --sizes 0,1,5,13,64 | FileCheck %s --check-prefix=NUMBERS

#il = affine_map<(i, j, l) -> (i, l)>
#lj = affine_map<(i, j, l) -> (l, j)>
#ij = affine_map<(i, j, l) -> (i, j)>

// CHECK-LABEL: kernel @below
// CHECK-NEXT: contraction [61, 43], k 47, {{.*}}, in 2 ranges by its condition
// NUMBERS: @below: ok
mdl.kernel @below(%a: tensor<61x47xf32>, %b: tensor<47x43xf32>) -> tensor<61x43xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<61x43xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<61x43xf32>) -> tensor<61x43xf32>
  %r = linalg.generic {indexing_maps = [#il, #lj, #ij], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<61x47xf32>, tensor<47x43xf32>) outs(%f : tensor<61x43xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %i = linalg.index 0 : index
    %l = linalg.index 2 : index
    %c = arith.cmpi sle, %l, %i : index
    %p = arith.mulf %x, %y : f32
    %q = arith.select %c, %p, %zero : f32
    %s = arith.addf %o, %q : f32
    linalg.yield %s : f32
  } -> tensor<61x43xf32>
  mdl.yield %r : tensor<61x43xf32>
}

// Of unknown sizes: a band, and a bound by the columns that is a number of the run.
// CHECK-LABEL: kernel @band
// CHECK-NEXT: contraction [?, ?], k ?, {{.*}}, in 4 ranges by its condition
// NUMBERS: @band: ok
mdl.kernel @band(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %e: tensor<?x?xf32>, %n: index) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %two = arith.constant 2 : index
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  %r = linalg.generic {indexing_maps = [#il, #lj, #ij], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%f : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %l = linalg.index 2 : index
    %d = arith.subi %i, %l : index
    %size = math.absi %d : index
    %near = arith.cmpi sle, %size, %two : index
    %sum = arith.addi %j, %l : index
    %before = arith.cmpi slt, %sum, %n : index
    %c = arith.andi %near, %before : i1
    %p = arith.mulf %x, %y : f32
    %q = arith.select %c, %p, %zero : f32
    %s = arith.addf %o, %q : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  mdl.yield %r : tensor<?x?xf32>
}
