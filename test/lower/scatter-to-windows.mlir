// RUN: mdl-opt %s -mdl-scatter-to-windows | FileCheck %s

// The gradient of a convolution to its input: zeros around the gradient, weights turned around, a convolution.
// CHECK-LABEL: func @convolution
func.func @convolution(%g: tensor<2x6x5xf64>, %w: tensor<6x4x3xf64>) -> tensor<2x4x7xf64> {
  // CHECK: %[[P:.*]] = mdl.pad %arg0, %{{.*}} low [0, 0, 2] high [0, 0, 2]
  // CHECK: mdl.affine_gather %[[P]] map {{.*}} : tensor<2x6x9xf64> to
  // CHECK: mdl.reverse %arg1 axes [2]
  // CHECK-NOT: mdl.affine_scatter
  %a = mdl.broadcast %g to [0, 1, 2] : tensor<2x6x5xf64> to tensor<2x6x5x4x3xf64>
  %b = mdl.broadcast %w to [1, 3, 4] : tensor<6x4x3xf64> to tensor<2x6x5x4x3xf64>
  %p = mdl.mul %a, %b : tensor<2x6x5x4x3xf64>
  %s = mdl.sum %p axes [1] : tensor<2x6x5x4x3xf64>
  %r = mdl.affine_scatter %s map affine_map<(n, y, c, i) -> (n, c, y + i)> : tensor<2x5x4x3xf64> to tensor<2x4x7xf64>
  return %r : tensor<2x4x7xf64>
}

// With a stride there are zeros between the elements, too.
// CHECK-LABEL: func @strided
func.func @strided(%g: tensor<6x5xf64>, %w: tensor<6x3xf64>) -> tensor<12xf64> {
  // CHECK: mdl.update_slice {{.*}}[0, 2] [6, 5] [1, 2], %arg0 : tensor<6x14xf64>
  %a = mdl.broadcast %g to [0, 1] : tensor<6x5xf64> to tensor<6x5x3xf64>
  %b = mdl.broadcast %w to [0, 2] : tensor<6x3xf64> to tensor<6x5x3xf64>
  %p = mdl.mul %a, %b : tensor<6x5x3xf64>
  %s = mdl.sum %p axes [0] : tensor<6x5x3xf64>
  %r = mdl.affine_scatter %s map affine_map<(y, i) -> (y * 2 + i)> : tensor<5x3xf64> to tensor<12xf64>
  return %r : tensor<12xf64>
}

// Windows side by side, as of pooling.
// CHECK-LABEL: func @tiles
func.func @tiles(%u: tensor<?x3x4x2x2xf64>, %n: index) -> tensor<?x6x8xf64> {
  // CHECK: %[[T:.*]] = mdl.transpose %arg0 [0, 1, 3, 2, 4]
  // CHECK: mdl.reshape %[[T]] sizes(%arg1)
  %r = mdl.affine_scatter %u map affine_map<(n, y, x, i, j) -> (n, y * 2 + i, x * 2 + j)> sizes(%n) : tensor<?x3x4x2x2xf64> to tensor<?x6x8xf64>
  return %r : tensor<?x6x8xf64>
}
