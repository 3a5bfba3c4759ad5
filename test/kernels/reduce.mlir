// Reductions: along the contiguous axis (in lanes), across it, of all; NaN stays; two results.
// RUN: mdl-kernel-check %s --sizes 0,1,7,64,300 | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
#col = affine_map<(i, j) -> (j)>

// CHECK: @row_sum: ok
mdl.kernel @row_sum(%x: tensor<?x10xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %x, %c0 : tensor<?x10xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %r = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x10xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %o, %a : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  mdl.yield %r : tensor<?xf32>
}

// CHECK: @row_max: ok
mdl.kernel @row_max(%x: tensor<5x?xf32>) -> tensor<5xf32> {
  %low = arith.constant 0xFF800000 : f32
  %e = tensor.empty() : tensor<5xf32>
  %f = linalg.fill ins(%low : f32) outs(%e : tensor<5xf32>) -> tensor<5xf32>
  %r = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<5x?xf32>) outs(%f : tensor<5xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.maximumf %o, %a : f32
    linalg.yield %s : f32
  } -> tensor<5xf32>
  mdl.yield %r : tensor<5xf32>
}

// CHECK: @row_max_keeps_nan: ok
mdl.kernel @row_max_keeps_nan(%x: tensor<5x?xf32>) -> tensor<5xf32> {
  %low = arith.constant 0xFF800000 : f32
  %nan = arith.constant 0x7FC00000 : f32
  %c3 = arith.constant 3 : index
  %e = tensor.empty() : tensor<5xf32>
  %f = linalg.fill ins(%low : f32) outs(%e : tensor<5xf32>) -> tensor<5xf32>
  %r = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<5x?xf32>) outs(%f : tensor<5xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %k = arith.addi %i, %j : index
    %is = arith.cmpi eq, %k, %c3 : index
    %v = arith.select %is, %nan, %a : f32
    %s = arith.maximumf %o, %v : f32
    linalg.yield %s : f32
  } -> tensor<5xf32>
  mdl.yield %r : tensor<5xf32>
}

// CHECK: @column_sum: ok
mdl.kernel @column_sum(%x: tensor<?x21xf32>) -> tensor<21xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<21xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<21xf32>) -> tensor<21xf32>
  %r = linalg.generic {indexing_maps = [#id, #col], iterator_types = ["reduction", "parallel"]}
      ins(%x : tensor<?x21xf32>) outs(%f : tensor<21xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %o, %a : f32
    linalg.yield %s : f32
  } -> tensor<21xf32>
  mdl.yield %r : tensor<21xf32>
}

// CHECK: @column_sum_of_any: ok
mdl.kernel @column_sum_of_any(%x: tensor<9x?xf32>) -> tensor<?xf32> {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %x, %c1 : tensor<9x?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %r = linalg.generic {indexing_maps = [#id, #col], iterator_types = ["reduction", "parallel"]}
      ins(%x : tensor<9x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %o, %a : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  mdl.yield %r : tensor<?xf32>
}

// The mean of squares of everything, with what follows the sum.
// CHECK: @mean_square: ok
mdl.kernel @mean_square(%x: tensor<?x30xf32>, %y: tensor<?x30xf32>) -> tensor<f32> {
  %c0 = arith.constant 0 : index
  %c30 = arith.constant 30 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %x, %c0 : tensor<?x30xf32>
  %m = arith.muli %n, %c30 : index
  %i = arith.index_cast %m : index to i64
  %count = arith.sitofp %i : i64 to f32
  %e = tensor.empty() : tensor<f32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<f32>) -> tensor<f32>
  %r = linalg.generic {indexing_maps = [#id, #id, affine_map<(i, j) -> ()>], iterator_types = ["reduction", "reduction"]}
      ins(%x, %y : tensor<?x30xf32>, tensor<?x30xf32>) outs(%f : tensor<f32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    %q = arith.mulf %d, %d : f32
    %s = arith.addf %o, %q : f32
    linalg.yield %s : f32
  } -> tensor<f32>
  %v = linalg.generic {indexing_maps = [affine_map<() -> ()>, affine_map<() -> ()>], iterator_types = []}
      ins(%r : tensor<f32>) outs(%e : tensor<f32>) {
  ^bb0(%a: f32, %o: f32):
    %d = arith.divf %a, %count : f32
    linalg.yield %d : f32
  } -> tensor<f32>
  mdl.yield %v : tensor<f32>
}

// CHECK: @argmax: ok
mdl.kernel @argmax(%x: tensor<?x10xf32>) -> tensor<?xi64> {
  %c0 = arith.constant 0 : index
  %low = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0 : i64
  %n = tensor.dim %x, %c0 : tensor<?x10xf32>
  %ev = tensor.empty(%n) : tensor<?xf32>
  %ei = tensor.empty(%n) : tensor<?xi64>
  %fv = linalg.fill ins(%low : f32) outs(%ev : tensor<?xf32>) -> tensor<?xf32>
  %fi = linalg.fill ins(%zero : i64) outs(%ei : tensor<?xi64>) -> tensor<?xi64>
  %r:2 = linalg.generic {indexing_maps = [#id, #row, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x10xf32>) outs(%fv, %fi : tensor<?xf32>, tensor<?xi64>) {
  ^bb0(%a: f32, %v: f32, %k: i64):
    %j = linalg.index 1 : index
    %l = arith.index_cast %j : index to i64
    %g = arith.cmpf ogt, %a, %v : f32
    %nv = arith.select %g, %a, %v : f32
    %nk = arith.select %g, %l, %k : i64
    linalg.yield %nv, %nk : f32, i64
  } -> (tensor<?xf32>, tensor<?xi64>)
  mdl.yield %r#1 : tensor<?xi64>
}

// CHECK: @all_and_product: ok
mdl.kernel @all_and_product(%x: tensor<?xi1>, %y: tensor<?xf64>) -> (tensor<i1>, tensor<f64>) {
  %true = arith.constant true
  %one = arith.constant 1.0 : f64
  %e = tensor.empty() : tensor<i1>
  %f = linalg.fill ins(%true : i1) outs(%e : tensor<i1>) -> tensor<i1>
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
      ins(%x : tensor<?xi1>) outs(%f : tensor<i1>) {
  ^bb0(%a: i1, %o: i1):
    %s = arith.andi %o, %a : i1
    linalg.yield %s : i1
  } -> tensor<i1>
  %e2 = tensor.empty() : tensor<f64>
  %f2 = linalg.fill ins(%one : f64) outs(%e2 : tensor<f64>) -> tensor<f64>
  %p = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
      ins(%y : tensor<?xf64>) outs(%f2 : tensor<f64>) {
  ^bb0(%a: f64, %o: f64):
    %s = arith.mulf %o, %a : f64
    linalg.yield %s : f64
  } -> tensor<f64>
  mdl.yield %r, %p : tensor<i1>, tensor<f64>
}
