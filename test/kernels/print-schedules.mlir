// The text of a schedule: a product with its epilogue in the tile, in-place update of several results in one nest.
// RUN: mdl-opt %s "-mdl-print-schedules=target=x86-64-v3" -o /dev/null | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>

// CHECK-LABEL: kernel @product
// CHECK-NEXT: contraction [64, 128], k 784, tile 6 rows x 2 vectors of 8, k in blocks of 56, parallel over 16 columns
mdl.kernel @product(%x: tensor<64x784xf32>, %w: tensor<784x128xf32>) -> tensor<64x128xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x128xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
  %p = linalg.matmul ins(%x, %w : tensor<64x784xf32>, tensor<784x128xf32>) outs(%f : tensor<64x128xf32>) -> tensor<64x128xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p : tensor<64x128xf32>) outs(%e : tensor<64x128xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.maximumf %a, %zero : f32
    linalg.yield %m : f32
  } -> tensor<64x128xf32>
  mdl.yield %r : tensor<64x128xf32>
}

// CHECK-LABEL: kernel @transposed
// CHECK-NEXT: B packed
mdl.kernel @transposed(%x: tensor<?x10xf32>, %w: tensor<128x10xf32>) -> tensor<?x128xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %x, %c0 : tensor<?x10xf32>
  %e = tensor.empty(%n) : tensor<?x128xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x128xf32>) -> tensor<?x128xf32>
  %p = linalg.matmul_transpose_b ins(%x, %w : tensor<?x10xf32>, tensor<128x10xf32>) outs(%f : tensor<?x128xf32>) -> tensor<?x128xf32>
  mdl.yield %p : tensor<?x128xf32>
}

// CHECK-LABEL: kernel @row_sums
// CHECK-NEXT: row reduction [64], 10 lanes along the row
mdl.kernel @row_sums(%x: tensor<64x10xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64xf32>) -> tensor<64xf32>
  %r = linalg.generic {indexing_maps = [#id, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<64x10xf32>) outs(%f : tensor<64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %o, %a : f32
    linalg.yield %s : f32
  } -> tensor<64xf32>
  mdl.yield %r : tensor<64xf32>
}
