// Rows that are shorter than the lanes have no chunk: nothing of the other result, which the sums read, is computed for one.
// RUN: mdl-opt %s -mdl-print-schedules -o /dev/null | FileCheck %s
// RUN: mdl-kernel-check %s --sizes 0,1,3,31,64,65,200 | FileCheck %s --check-prefix=NUMBERS

// CHECK-LABEL: kernel @squares_and_sums
// CHECK: row reduction [4, ?], {{.*}}, parallel over chunks
// NUMBERS: @squares_and_sums: ok
mdl.kernel @squares_and_sums(%x: tensor<4x?x?xf32>) -> (tensor<4x?x?xf32>, tensor<4x?xf32>) {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %x, %c1 : tensor<4x?x?xf32>
  %m = tensor.dim %x, %c2 : tensor<4x?x?xf32>
  %e = tensor.empty(%n, %m) : tensor<4x?x?xf32>
  %squares = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, j, k)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<4x?x?xf32>) outs(%e : tensor<4x?x?xf32>) {
  ^bb0(%v: f32, %o: f32):
    %s = arith.mulf %v, %v : f32
    linalg.yield %s : f32
  } -> tensor<4x?x?xf32>
  %a = tensor.empty(%n) : tensor<4x?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%a : tensor<4x?xf32>) -> tensor<4x?xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, j)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%squares : tensor<4x?x?xf32>) outs(%f : tensor<4x?xf32>) {
  ^bb0(%v: f32, %o: f32):
    %s = arith.addf %o, %v : f32
    linalg.yield %s : f32
  } -> tensor<4x?xf32>
  mdl.yield %squares, %r : tensor<4x?x?xf32>, tensor<4x?xf32>
}
