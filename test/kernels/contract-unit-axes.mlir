// An axis of size 1, which no loop of a product moves along, leaves it a product.
// RUN: mdl-opt %s "-mdl-print-schedules=target=x86-64-v3" -o /dev/null | FileCheck %s --check-prefix=SCHEDULE
// RUN: mdl-kernel-check %s --sizes 5 | FileCheck %s

// SCHEDULE: contraction [64, 48], k 40, tile
// CHECK: @rows: ok
mdl.kernel @rows(%a: tensor<64x1x1x40xf32>, %b: tensor<40x48xf32>) -> tensor<64x48xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x48xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x48xf32>) -> tensor<64x48xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j, l) -> (i, 0, 0, l)>, affine_map<(i, j, l) -> (l, j)>, affine_map<(i, j, l) -> (i, j)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<64x1x1x40xf32>, tensor<40x48xf32>) outs(%f : tensor<64x48xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<64x48xf32>
  mdl.yield %r : tensor<64x48xf32>
}
