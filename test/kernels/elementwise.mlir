// RUN: mdl-kernel-check %s --sizes 0,1,7,64,100 | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>
#col = affine_map<(i, j) -> (j)>
#row = affine_map<(i, j) -> (i)>
#t = affine_map<(i, j) -> (j, i)>

// CHECK: @bias_relu: ok
mdl.kernel @bias_relu(%x: tensor<?x10xf32>, %b: tensor<10xf32>) -> tensor<?x10xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %x, %c0 : tensor<?x10xf32>
  %e = tensor.empty(%n) : tensor<?x10xf32>
  %r = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %b : tensor<?x10xf32>, tensor<10xf32>) outs(%e : tensor<?x10xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %s = arith.addf %a, %c : f32
    %m = arith.maximumf %s, %zero : f32
    linalg.yield %m : f32
  } -> tensor<?x10xf32>
  mdl.yield %r : tensor<?x10xf32>
}

// CHECK: @scalar_and_index: ok
mdl.kernel @scalar_and_index(%n: index, %s: f32, %x: tensor<?xf32>) -> tensor<?xf32> {
  %e = tensor.empty(%n) : tensor<?xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<?xf32>) outs(%e : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 0 : index
    %l = arith.index_cast %i : index to i64
    %f = arith.sitofp %l : i64 to f32
    %m = arith.mulf %a, %s : f32
    %y = arith.addf %m, %f : f32
    linalg.yield %y : f32
  } -> tensor<?xf32>
  mdl.yield %r : tensor<?xf32>
}

// CHECK: @transpose_and_compare: ok
mdl.kernel @transpose_and_compare(%x: tensor<12x?xf32>, %y: tensor<?x12xf32>) -> tensor<12x?xi1> {
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c1 : tensor<12x?xf32>
  %e = tensor.empty(%n) : tensor<12x?xi1>
  %r = linalg.generic {indexing_maps = [#id, #t, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<12x?xf32>, tensor<?x12xf32>) outs(%e : tensor<12x?xi1>) {
  ^bb0(%a: f32, %c: f32, %o: i1):
    %m = arith.cmpf ogt, %a, %c : f32
    linalg.yield %m : i1
  } -> tensor<12x?xi1>
  mdl.yield %r : tensor<12x?xi1>
}

// Two results of one shape: one loop nest; the second reads what the first overwrites.
// CHECK: @momentum: ok
mdl.kernel @momentum(%g: tensor<5x?xf32>, %lr: f32, %p: tensor<5x?xf32>, %m: tensor<5x?xf32>)
    -> (tensor<5x?xf32>, tensor<5x?xf32>) attributes {inplace = array<i64: 0, 1>} {
  %beta = arith.constant 0.9 : f32
  %c1 = arith.constant 1 : index
  %n = tensor.dim %g, %c1 : tensor<5x?xf32>
  %e = tensor.empty(%n) : tensor<5x?xf32>
  %v = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%g, %m : tensor<5x?xf32>, tensor<5x?xf32>) outs(%e : tensor<5x?xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %s = arith.mulf %c, %beta : f32
    %t = arith.addf %s, %a : f32
    linalg.yield %t : f32
  } -> tensor<5x?xf32>
  %w = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%v, %p : tensor<5x?xf32>, tensor<5x?xf32>) outs(%e : tensor<5x?xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %s = arith.mulf %a, %lr : f32
    %t = arith.subf %c, %s : f32
    linalg.yield %t : f32
  } -> tensor<5x?xf32>
  mdl.yield %w, %v : tensor<5x?xf32>, tensor<5x?xf32>
}

// CHECK: @integers: ok
mdl.kernel @integers(%x: tensor<?xi64>, %y: tensor<?xi8>) -> tensor<?xi32> {
  %c0 = arith.constant 0 : index
  %two = arith.constant 2 : i64
  %three = arith.constant -3 : i64
  %n = tensor.dim %x, %c0 : tensor<?xi64>
  %e = tensor.empty(%n) : tensor<?xi32>
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x, %y : tensor<?xi64>, tensor<?xi8>) outs(%e : tensor<?xi32>) {
  ^bb0(%a: i64, %c: i8, %o: i32):
    %w = arith.extui %c : i8 to i64
    %d = arith.subi %a, %two : i64
    %q = arith.floordivsi %d, %three : i64
    %m = arith.remsi %d, %three : i64
    %p = arith.addi %q, %m : i64
    %s = arith.addi %p, %w : i64
    %t = arith.trunci %s : i64 to i32
    linalg.yield %t : i32
  } -> tensor<?xi32>
  mdl.yield %r : tensor<?xi32>
}

// CHECK: @functions: ok
mdl.kernel @functions(%x: tensor<33xf32>) -> (tensor<33xf32>, tensor<33xf32>) {
  %e = tensor.empty() : tensor<33xf32>
  %r:2 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<33xf32>) outs(%e, %e : tensor<33xf32>, tensor<33xf32>) {
  ^bb0(%a: f32, %o: f32, %p: f32):
    %1 = math.exp %a : f32
    %2 = math.tanh %a : f32
    %3 = math.erf %a : f32
    %4 = math.expm1 %a : f32
    %5 = math.absf %a : f32
    %6 = math.log1p %5 : f32
    %7 = math.rsqrt %1 : f32
    %8 = math.sin %a : f32
    %9 = arith.addf %1, %2 : f32
    %10 = arith.addf %3, %4 : f32
    %11 = arith.addf %6, %7 : f32
    %12 = arith.addf %9, %10 : f32
    %13 = arith.addf %11, %8 : f32
    linalg.yield %12, %13 : f32, f32
  } -> (tensor<33xf32>, tensor<33xf32>)
  mdl.yield %r#0, %r#1 : tensor<33xf32>, tensor<33xf32>
}

// The first result is written over what the second one, of another shape, still needs: a copy is made.
// CHECK: @overwritten_too_early: ok
mdl.kernel @overwritten_too_early(%x: tensor<4x?xf32>, %p: tensor<4x?xf32>) -> (tensor<4x?xf32>, tensor<?x4xf32>)
    attributes {inplace = array<i64: 0>} {
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c1 : tensor<4x?xf32>
  %e = tensor.empty(%n) : tensor<4x?xf32>
  %et = tensor.empty(%n) : tensor<?x4xf32>
  %a = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %p : tensor<4x?xf32>, tensor<4x?xf32>) outs(%e : tensor<4x?xf32>) {
  ^bb0(%u: f32, %v: f32, %o: f32):
    %s = arith.addf %u, %v : f32
    linalg.yield %s : f32
  } -> tensor<4x?xf32>
  %b = linalg.generic {indexing_maps = [#t, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p : tensor<4x?xf32>) outs(%et : tensor<?x4xf32>) {
  ^bb0(%u: f32, %o: f32):
    %s = arith.mulf %u, %u : f32
    linalg.yield %s : f32
  } -> tensor<?x4xf32>
  mdl.yield %a, %b : tensor<4x?xf32>, tensor<?x4xf32>
}
