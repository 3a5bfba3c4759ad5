// Chains of elementwise and row operations in one kernel, with a product and its epilogue.
// RUN: mdl-kernel-check %s --sizes 0,1,7,64,100 | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
#v = affine_map<(i) -> (i)>

// CHECK: @softmax: ok
mdl.kernel @softmax(%x: tensor<?x10xf32>) -> tensor<?x10xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %low = arith.constant 0xFF800000 : f32
  %n = tensor.dim %x, %c0 : tensor<?x10xf32>
  %e1 = tensor.empty(%n) : tensor<?xf32>
  %e2 = tensor.empty(%n) : tensor<?x10xf32>
  %f1 = linalg.fill ins(%low : f32) outs(%e1 : tensor<?xf32>) -> tensor<?xf32>
  %f2 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<?xf32>) -> tensor<?xf32>
  %m = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x10xf32>) outs(%f1 : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.maximumf %o, %a : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  %p = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<?x10xf32>, tensor<?xf32>) outs(%e2 : tensor<?x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    %s = math.exp %d : f32
    linalg.yield %s : f32
  } -> tensor<?x10xf32>
  %t = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%p : tensor<?x10xf32>) outs(%f2 : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %o, %a : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  %q = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p, %t : tensor<?x10xf32>, tensor<?xf32>) outs(%e2 : tensor<?x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.divf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<?x10xf32>
  mdl.yield %q : tensor<?x10xf32>
}

// The loss of a row takes the logit of its label.
// CHECK: @cross_entropy: ok
mdl.kernel @cross_entropy(%x: tensor<?x10xf32>, %y: tensor<?xi64>) -> tensor<f32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %x, %c0 : tensor<?x10xf32>
  %e1 = tensor.empty(%n) : tensor<?xf32>
  %e0 = tensor.empty() : tensor<f32>
  %f1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<?xf32>) -> tensor<?xf32>
  %f0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<f32>) -> tensor<f32>
  %t = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x10xf32>) outs(%f1 : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %p = math.exp %a : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  %l = linalg.generic {indexing_maps = [#v, #v, #v], iterator_types = ["parallel"]}
      ins(%t, %y : tensor<?xf32>, tensor<?xi64>) outs(%e1 : tensor<?xf32>) {
  ^bb0(%a: f32, %b: i64, %o: f32):
    %i = linalg.index 0 : index
    %k = arith.index_cast %b : i64 to index
    %z = tensor.extract %x[%i, %k] : tensor<?x10xf32>
    %g = math.log %a : f32
    %s = arith.subf %g, %z : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  %r = linalg.generic {indexing_maps = [#v, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
      ins(%l : tensor<?xf32>) outs(%f0 : tensor<f32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %o, %a : f32
    linalg.yield %s : f32
  } -> tensor<f32>
  mdl.yield %r : tensor<f32>
}

// CHECK: @linear_relu_twice: ok
mdl.kernel @linear_relu_twice(%x: tensor<?x20xf32>, %w: tensor<20x24xf32>, %b: tensor<24xf32>, %u: tensor<24x10xf32>)
    -> (tensor<?x24xf32>, tensor<?x10xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %x, %c0 : tensor<?x20xf32>
  %e = tensor.empty(%n) : tensor<?x24xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x24xf32>) -> tensor<?x24xf32>
  %e2 = tensor.empty(%n) : tensor<?x10xf32>
  %f2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<?x10xf32>) -> tensor<?x10xf32>
  %p = linalg.matmul ins(%x, %w : tensor<?x20xf32>, tensor<20x24xf32>) outs(%f : tensor<?x24xf32>) -> tensor<?x24xf32>
  %h = linalg.generic {indexing_maps = [#id, affine_map<(i, j) -> (j)>, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p, %b : tensor<?x24xf32>, tensor<24xf32>) outs(%e : tensor<?x24xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %s = arith.addf %a, %c : f32
    %m = arith.maximumf %s, %zero : f32
    linalg.yield %m : f32
  } -> tensor<?x24xf32>
  %q = linalg.matmul ins(%h, %u : tensor<?x24xf32>, tensor<24x10xf32>) outs(%f2 : tensor<?x10xf32>) -> tensor<?x10xf32>
  mdl.yield %h, %q : tensor<?x24xf32>, tensor<?x10xf32>
}

// The product is added to the old weights in place.
// CHECK: @update_in_place: ok
mdl.kernel @update_in_place(%x: tensor<?x21xf32>, %g: tensor<?x18xf32>, %lr: f32, %w: tensor<21x18xf32>)
    -> tensor<21x18xf32> attributes {inplace = array<i64: 0>} {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<21x18xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<21x18xf32>) -> tensor<21x18xf32>
  %p = linalg.matmul_transpose_a ins(%x, %g : tensor<?x21xf32>, tensor<?x18xf32>) outs(%f : tensor<21x18xf32>) -> tensor<21x18xf32>
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p, %w : tensor<21x18xf32>, tensor<21x18xf32>) outs(%e : tensor<21x18xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %s = arith.mulf %a, %lr : f32
    %m = arith.subf %c, %s : f32
    linalg.yield %m : f32
  } -> tensor<21x18xf32>
  mdl.yield %r : tensor<21x18xf32>
}
