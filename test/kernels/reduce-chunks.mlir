// Much to few numbers: by chunks on all threads, joined in order; what is small or has many results has no chunks.
// RUN: mdl-opt %s "-mdl-print-schedules=target=x86-64-v3" -o /dev/null | FileCheck %s
// RUN: mdl-kernel-check %s --sizes 5 | FileCheck %s --check-prefix=NUMBERS


// CHECK-LABEL: kernel @flat
// CHECK-NEXT: row reduction [], 32 lanes along the row, parallel over chunks
// NUMBERS: @flat: ok
mdl.kernel @flat(%x: tensor<300007xf32>) -> tensor<f32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<f32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<f32>) -> tensor<f32>
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
      ins(%x : tensor<300007xf32>) outs(%f : tensor<f32>) {
  ^bb0(%v: f32, %o: f32):
    %s = arith.addf %o, %v : f32
    linalg.yield %s : f32
  } -> tensor<f32>
  mdl.yield %r : tensor<f32>
}

// CHECK-LABEL: kernel @largest
// CHECK-NEXT: row reduction [3], {{.*}}, parallel over chunks
// NUMBERS: @largest: ok
mdl.kernel @largest(%x: tensor<3x501x203xf32>) -> tensor<3xf32> {
  %low = arith.constant 0xFF800000 : f32
  %e = tensor.empty() : tensor<3xf32>
  %f = linalg.fill ins(%low : f32) outs(%e : tensor<3xf32>) -> tensor<3xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(c, i, j) -> (c, i, j)>, affine_map<(c, i, j) -> (c)>], iterator_types = ["parallel", "reduction", "reduction"]}
      ins(%x : tensor<3x501x203xf32>) outs(%f : tensor<3xf32>) {
  ^bb0(%v: f32, %o: f32):
    %s = arith.maximumf %o, %v : f32
    linalg.yield %s : f32
  } -> tensor<3xf32>
  mdl.yield %r : tensor<3xf32>
}

// CHECK-LABEL: kernel @rows
// CHECK-NOT: chunks
// NUMBERS: @rows: ok
mdl.kernel @rows(%x: tensor<512x512xf32>) -> tensor<512xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<512xf32>) -> tensor<512xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<512x512xf32>) outs(%f : tensor<512xf32>) {
  ^bb0(%v: f32, %o: f32):
    %s = arith.addf %o, %v : f32
    linalg.yield %s : f32
  } -> tensor<512xf32>
  mdl.yield %r : tensor<512xf32>
}
