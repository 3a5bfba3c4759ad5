// What comprehensions lift to becomes what built-ins become.
// RUN: mdl-opt -mdl-to-linalg -mdl-fold-views -mdl-form-contractions -cse %s | FileCheck %s

// CHECK-DAG: #[[A:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[B:.*]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// CHECK-DAG: #[[C:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[X:.*]] = affine_map<(d0, d1, d2) -> (d1 + d2)>

// [sum(a[i, l] * b[l, j] for l) for i, j]
// CHECK-LABEL: func @product
func.func @product(%a: tensor<4x8xf32>, %b: tensor<8x6xf32>) -> tensor<4x6xf32> {
  // CHECK: linalg.generic {indexing_maps = [#[[A]], #[[B]], #[[C]]], iterator_types = ["parallel", "parallel", "reduction"]}
  // CHECK: arith.mulf
  // CHECK: arith.addf
  // CHECK-NOT: linalg.generic
  %as = mdl.broadcast %a to [0, 2] : tensor<4x8xf32> to tensor<4x6x8xf32>
  %bt = mdl.transpose %b [1, 0] : tensor<8x6xf32>
  %bs = mdl.broadcast %bt to [1, 2] : tensor<6x8xf32> to tensor<4x6x8xf32>
  %m = mdl.mul %as, %bs : tensor<4x6x8xf32>
  %r = mdl.sum %m axes [2] : tensor<4x6x8xf32>
  return %r : tensor<4x6xf32>
}

// [sum(x[i + k] * w[o, k] for k) for o, i]
// CHECK-LABEL: func @convolution
func.func @convolution(%x: tensor<10xf32>, %w: tensor<4x3xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.generic {indexing_maps = [#[[X]], #[[A]], #[[C]]], iterator_types = ["parallel", "parallel", "reduction"]}
  // CHECK-NOT: linalg.generic
  %xs = mdl.affine_gather %x map affine_map<(o, i, k) -> (i + k)> : tensor<10xf32> to tensor<4x8x3xf32>
  %ws = mdl.broadcast %w to [0, 2] : tensor<4x3xf32> to tensor<4x8x3xf32>
  %m = mdl.mul %xs, %ws : tensor<4x8x3xf32>
  %r = mdl.sum %m axes [2] : tensor<4x8x3xf32>
  return %r : tensor<4x8xf32>
}

// As large as its operands: a reduction.
// CHECK-LABEL: func @rows
func.func @rows(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>) -> tensor<4xf32> {
  // CHECK-COUNT-2: linalg.generic
  %m = mdl.mul %a, %b : tensor<4x8xf32>
  %r = mdl.sum %m axes [1] : tensor<4x8xf32>
  return %r : tensor<4xf32>
}

// The outermost axis is summed: its loop goes last.
// CHECK-LABEL: func @sorted
func.func @sorted(%a: tensor<8x4xf32>, %b: tensor<8x6xf32>) -> tensor<4x6xf32> {
  // CHECK: iterator_types = ["parallel", "parallel", "reduction"]
  %as = mdl.broadcast %a to [0, 1] : tensor<8x4xf32> to tensor<8x4x6xf32>
  %bs = mdl.broadcast %b to [0, 2] : tensor<8x6xf32> to tensor<8x4x6xf32>
  %m = mdl.mul %as, %bs : tensor<8x4x6xf32>
  %r = mdl.sum %m axes [0] : tensor<8x4x6xf32>
  return %r : tensor<4x6xf32>
}

// [sum(b[i, j] + g[i, j] * x[i + k] for i) for k, j]: the product alone has no other bound of k than its own result, which
// goes nevertheless, for the sum's result has one.
// CHECK-LABEL: func @window
func.func @window(%b: tensor<8x6xf32>, %g: tensor<8x6xf32>, %x: tensor<10xf32>) -> tensor<3x6xf32> {
  // CHECK: linalg.generic
  // CHECK-SAME: outs(%{{.*}} : tensor<3x6xf32>)
  // CHECK-NOT: linalg.generic
  %bs = mdl.broadcast %b to [0, 2] : tensor<8x6xf32> to tensor<8x3x6xf32>
  %gs = mdl.broadcast %g to [0, 2] : tensor<8x6xf32> to tensor<8x3x6xf32>
  %xs = mdl.affine_gather %x map affine_map<(i, k, j) -> (i + k)> : tensor<10xf32> to tensor<8x3x6xf32>
  %m = mdl.mul %gs, %xs : tensor<8x3x6xf32>
  %s = mdl.add %bs, %m : tensor<8x3x6xf32>
  %r = mdl.sum %s axes [0] : tensor<8x3x6xf32>
  return %r : tensor<3x6xf32>
}
