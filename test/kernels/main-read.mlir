// The operand of most axes decides how a sum runs: a row times a matrix, both parts of one tensor, runs along the matrix's rows.
// RUN: mdl-opt %s -mdl-print-schedules -o /dev/null | FileCheck %s
// RUN: mdl-kernel-check %s | FileCheck %s --check-prefix=NUMBERS

// CHECK-LABEL: kernel @row_times_matrix
// CHECK-NOT: row reduction
// CHECK: reduction [96], vectors
// NUMBERS: @row_times_matrix: ok
mdl.kernel @row_times_matrix(%x: tensor<64x96xf32>, %v: tensor<3x64xf32>) -> tensor<96xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<96xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<96xf32>) -> tensor<96xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i, k) -> (0, k)>, affine_map<(i, k) -> (k, i)>, affine_map<(i, k) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%v, %x : tensor<3x64xf32>, tensor<64x96xf32>) outs(%f : tensor<96xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<96xf32>
  mdl.yield %r : tensor<96xf32>
}
