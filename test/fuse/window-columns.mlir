// RUN: mdl-opt %s -split-input-file -mdl-window-columns | FileCheck %s
// The gradient of a convolution in its weights: columns are the channels that the windows lack, rows those that only they have.
#g = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d4, d0, d5, d6)>
#x = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d4, d1, d5 + d2, d6 + d3)>
#w = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d2, d3)>
// CHECK: #[[SUM:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d2, d3, d1, d0)>
// CHECK: #[[BACK:.*]] = affine_map<(d0, d1, d2, d3) -> (d2, d3, d1, d0)>
// CHECK-LABEL: func.func @weights
func.func @weights(%g: tensor<4x16x14x14xf32>, %x: tensor<4x8x16x16xf32>) -> tensor<16x8x3x3xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<16x8x3x3xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<16x8x3x3xf32>) -> tensor<16x8x3x3xf32>
  // CHECK: linalg.generic {indexing_maps = [{{.*}}, {{.*}}, #[[SUM]]]
  // CHECK: -> tensor<3x3x8x16xf32>
  // CHECK: linalg.generic {indexing_maps = [#[[BACK]], {{.*}}]
  // CHECK: -> tensor<16x8x3x3xf32>
  %d = linalg.generic {indexing_maps = [#g, #x, #w],
      iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%g, %x : tensor<4x16x14x14xf32>, tensor<4x8x16x16xf32>) outs(%start : tensor<16x8x3x3xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %next = arith.addf %sum, %p : f32
    linalg.yield %next : f32
  } -> tensor<16x8x3x3xf32>
  return %d : tensor<16x8x3x3xf32>
}

// -----
// A convolution has its pixels as columns already.
#x = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d4, d2 + d5, d3 + d6)>
#w = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d1, d4, d5, d6)>
#y = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d2, d3)>
// CHECK-LABEL: func.func @forward
func.func @forward(%x: tensor<4x8x16x16xf32>, %w: tensor<16x8x3x3xf32>) -> tensor<4x16x14x14xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<4x16x14x14xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x16x14x14xf32>) -> tensor<4x16x14x14xf32>
  // CHECK-COUNT-1: linalg.generic
  // CHECK-NOT: linalg.generic
  %y = linalg.generic {indexing_maps = [#x, #w, #y],
      iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<4x8x16x16xf32>, tensor<16x8x3x3xf32>) outs(%start : tensor<4x16x14x14xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %next = arith.addf %sum, %p : f32
    linalg.yield %next : f32
  } -> tensor<4x16x14x14xf32>
  return %y : tensor<4x16x14x14xf32>
}
