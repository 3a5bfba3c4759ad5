// An operand that is computed is stored where many tiles would compute it again, and inlined where few would.
// RUN: mdl-opt %s "-mdl-print-schedules=target=x86-64-v3" -o /dev/null | FileCheck %s
// RUN: mdl-kernel-check %s | FileCheck %s --check-prefix=NUMBERS

#id = affine_map<(i, j) -> (i, j)>

// CHECK-LABEL: kernel @wide
// CHECK-NEXT: elementwise [64, 40]
// CHECK-NEXT: contraction [64, 256], k 40
// NUMBERS: @wide: ok
mdl.kernel @wide(%x: tensor<64x40xf32>, %w: tensor<40x256xf32>) -> tensor<64x256xf32> {
  %zero = arith.constant 0.0 : f32
  %half = arith.constant 0.5 : f32
  %a = tensor.empty() : tensor<64x40xf32>
  %h = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<64x40xf32>) outs(%a : tensor<64x40xf32>) {
  ^bb0(%v: f32, %o: f32):
    %m = arith.mulf %v, %half : f32
    linalg.yield %m : f32
  } -> tensor<64x40xf32>
  %e = tensor.empty() : tensor<64x256xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x256xf32>) -> tensor<64x256xf32>
  %p = linalg.matmul ins(%h, %w : tensor<64x40xf32>, tensor<40x256xf32>) outs(%f : tensor<64x256xf32>) -> tensor<64x256xf32>
  mdl.yield %p : tensor<64x256xf32>
}

// CHECK-LABEL: kernel @narrow
// CHECK-NEXT: contraction [64, 16], k 40
// NUMBERS: @narrow: ok
mdl.kernel @narrow(%x: tensor<64x40xf32>, %w: tensor<40x16xf32>) -> tensor<64x16xf32> {
  %zero = arith.constant 0.0 : f32
  %half = arith.constant 0.5 : f32
  %a = tensor.empty() : tensor<64x40xf32>
  %h = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<64x40xf32>) outs(%a : tensor<64x40xf32>) {
  ^bb0(%v: f32, %o: f32):
    %m = arith.mulf %v, %half : f32
    linalg.yield %m : f32
  } -> tensor<64x40xf32>
  %e = tensor.empty() : tensor<64x16xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x16xf32>) -> tensor<64x16xf32>
  %p = linalg.matmul ins(%h, %w : tensor<64x40xf32>, tensor<40x16xf32>) outs(%f : tensor<64x16xf32>) -> tensor<64x16xf32>
  mdl.yield %p : tensor<64x16xf32>
}
