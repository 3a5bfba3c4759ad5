// Sums over windows whose columns only the other operand has: its copy serves all windows, also with rests and sizes of the run.
// RUN: mdl-kernel-check %s --sizes 0,1,5,13 | FileCheck %s
// RUN: mdl-opt %s "-mdl-print-schedules=target=x86-64-v3" -o /dev/null | FileCheck %s --check-prefix=TEXT

#g = affine_map<(i, j, c, o, b, y, x) -> (b, o, y, x)>
#s = affine_map<(i, j, c, o, b, y, x) -> (b, c, y + i, x + j)>
#strided = affine_map<(i, j, c, o, b, y, x) -> (b, c, y * 2 + i, x * 2 + j)>
#d = affine_map<(i, j, c, o, b, y, x) -> (i, j, c, o)>

// CHECK: @weights: ok
// TEXT-LABEL: kernel @weights
// TEXT-NEXT: contraction [3, 3, 8, 16], k 16x14x14, tile 8 rows x 1 vectors of 8, parallel over the outermost axis, B packed
mdl.kernel @weights(%g: tensor<16x16x14x14xf32>, %x: tensor<16x8x16x16xf32>) -> tensor<3x3x8x16xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<3x3x8x16xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<3x3x8x16xf32>) -> tensor<3x3x8x16xf32>
  %r = linalg.generic {indexing_maps = [#g, #s, #d],
      iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%g, %x : tensor<16x16x14x14xf32>, tensor<16x8x16x16xf32>) outs(%f : tensor<3x3x8x16xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %next = arith.addf %sum, %p : f32
    linalg.yield %next : f32
  } -> tensor<3x3x8x16xf32>
  mdl.yield %r : tensor<3x3x8x16xf32>
}

// CHECK: @ragged: ok
mdl.kernel @ragged(%g: tensor<?x19x6x5xf32>, %x: tensor<?x5x13x11xf32>) -> tensor<3x3x5x19xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<3x3x5x19xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<3x3x5x19xf32>) -> tensor<3x3x5x19xf32>
  %r = linalg.generic {indexing_maps = [#g, #strided, #d],
      iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%g, %x : tensor<?x19x6x5xf32>, tensor<?x5x13x11xf32>) outs(%f : tensor<3x3x5x19xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %next = arith.addf %sum, %p : f32
    linalg.yield %next : f32
  } -> tensor<3x3x5x19xf32>
  mdl.yield %r : tensor<3x3x5x19xf32>
}
