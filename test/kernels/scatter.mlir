// What linalg cannot say, reads at computed places, reshapes and constants.
// RUN: mdl-kernel-check %s --sizes 3,7,64 | FileCheck %s

// CHECK: @embedding_gradient: ok
mdl.kernel @embedding_gradient(%i: tensor<?xi64>, %g: tensor<?x12xf32>) -> tensor<4x12xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x12xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<4x12xf32>) -> tensor<4x12xf32>
  %r = mdl.scatter_add %f[%i], %g axes [0] : tensor<4x12xf32>[tensor<?xi64>], tensor<?x12xf32>
  mdl.yield %r : tensor<4x12xf32>
}

// Of two for one place the last stays.
// CHECK: @put: ok
mdl.kernel @put(%x: tensor<4x12xf32>, %i: tensor<?xi64>, %u: tensor<?x12xf32>) -> tensor<4x12xf32> {
  %r = mdl.scatter %x[%i], %u axes [0] : tensor<4x12xf32>[tensor<?xi64>], tensor<?x12xf32>
  mdl.yield %r : tensor<4x12xf32>
}

// CHECK: @window_gradient: ok
mdl.kernel @window_gradient(%g: tensor<6x3xf32>) -> tensor<8xf32> {
  %r = mdl.affine_scatter %g map affine_map<(i, j) -> (i + j)> : tensor<6x3xf32> to tensor<8xf32>
  mdl.yield %r : tensor<8xf32>
}

// CHECK: @strided: ok
mdl.kernel @strided(%n: index, %g: tensor<4x5xf32>) -> tensor<9x5xf32> {
  %r = mdl.affine_scatter %g map affine_map<(i, j) -> (2 * i + 1, j)> : tensor<4x5xf32> to tensor<9x5xf32>
  mdl.yield %r : tensor<9x5xf32>
}

// CHECK: @running_sums: ok
mdl.kernel @running_sums(%x: tensor<?x5xf32>) -> (tensor<?x5xf32>, tensor<?x5xf32>) {
  %a = mdl.cumsum %x axis 0 : tensor<?x5xf32>
  %b = mdl.cumsum %x axis 1 reverse : tensor<?x5xf32>
  mdl.yield %a, %b : tensor<?x5xf32>, tensor<?x5xf32>
}

// Labels outside are kept inside; a check of its own reports them.
// CHECK: @take: ok
mdl.kernel @take(%x: tensor<4x?xf32>, %i: tensor<9xi64>) -> tensor<9x?xf32> {
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c1 : tensor<4x?xf32>
  %e = tensor.empty(%n) : tensor<9x?xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%i : tensor<9xi64>) outs(%e : tensor<9x?xf32>) {
  ^bb0(%a: i64, %o: f32):
    %j = linalg.index 1 : index
    %k = arith.index_cast %a : i64 to index
    %v = tensor.extract %x[%k, %j] : tensor<4x?xf32>
    linalg.yield %v : f32
  } -> tensor<9x?xf32>
  mdl.yield %r : tensor<9x?xf32>
}

// A pad: reads beside the tensor are selected away.
// CHECK: @pad: ok
mdl.kernel @pad(%x: tensor<5x?xf32>) -> tensor<7x?xf32> {
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %x, %c1 : tensor<5x?xf32>
  %e = tensor.empty(%n) : tensor<7x?xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      outs(%e : tensor<7x?xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %k = arith.subi %i, %c1 : index
    %v = tensor.extract %x[%k, %j] : tensor<5x?xf32>
    %lo = arith.cmpi sge, %k, %c0 : index
    %hi = arith.cmpi slt, %k, %c5 : index
    %in = arith.andi %lo, %hi : i1
    %s = arith.select %in, %v, %zero : f32
    linalg.yield %s : f32
  } -> tensor<7x?xf32>
  mdl.yield %r : tensor<7x?xf32>
}

// CHECK: @flatten_and_constant: ok
mdl.kernel @flatten_and_constant(%x: tensor<?x3x4xf32>) -> tensor<?x12xf32> {
  %c0 = arith.constant 0 : index
  %c = arith.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0]> : tensor<12xf32>
  %y = tensor.collapse_shape %x [[0], [1, 2]] : tensor<?x3x4xf32> into tensor<?x12xf32>
  %n = tensor.dim %y, %c0 : tensor<?x12xf32>
  %e = tensor.empty(%n) : tensor<?x12xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%y, %c : tensor<?x12xf32>, tensor<12xf32>) outs(%e : tensor<?x12xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.mulf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<?x12xf32>
  mdl.yield %r : tensor<?x12xf32>
}

// CHECK: @windows: ok
mdl.kernel @windows(%x: tensor<2x9x10x3xf32>, %w: tensor<3x3x3x8xf32>) -> tensor<2x7x8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x7x8x8xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<2x7x8x8xf32>) -> tensor<2x7x8x8xf32>
  %r = linalg.conv_2d_nhwc_hwcf ins(%x, %w : tensor<2x9x10x3xf32>, tensor<3x3x3x8xf32>) outs(%f : tensor<2x7x8x8xf32>) -> tensor<2x7x8x8xf32>
  mdl.yield %r : tensor<2x7x8x8xf32>
}
