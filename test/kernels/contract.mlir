// Products: sizes known and not, tiles that do not divide, transposes, batches, vectors.
// RUN: mdl-kernel-check %s --sizes 0,1,5,13,64 | FileCheck %s

// CHECK: @exact: ok
mdl.kernel @exact(%a: tensor<64x40xf32>, %b: tensor<40x128xf32>) -> tensor<64x128xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x128xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<64x40xf32>, tensor<40x128xf32>) outs(%f : tensor<64x128xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<64x128xf32>
  mdl.yield %r : tensor<64x128xf32>
}

// CHECK: @odd: ok
mdl.kernel @odd(%a: tensor<61x17xf32>, %b: tensor<17x43xf32>) -> tensor<61x43xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<61x43xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<61x43xf32>) -> tensor<61x43xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<61x17xf32>, tensor<17x43xf32>) outs(%f : tensor<61x43xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<61x43xf32>
  mdl.yield %r : tensor<61x43xf32>
}

// CHECK: @narrow: ok
mdl.kernel @narrow(%a: tensor<64x32xf32>, %b: tensor<32x10xf32>) -> tensor<64x10xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x10xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x10xf32>) -> tensor<64x10xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<64x32xf32>, tensor<32x10xf32>) outs(%f : tensor<64x10xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<64x10xf32>
  mdl.yield %r : tensor<64x10xf32>
}

// CHECK: @transposed_b: ok
mdl.kernel @transposed_b(%a: tensor<64x10xf32>, %b: tensor<128x10xf32>) -> tensor<64x128xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x128xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<64x10xf32>, tensor<128x10xf32>) outs(%f : tensor<64x128xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<64x128xf32>
  mdl.yield %r : tensor<64x128xf32>
}

// CHECK: @transposed_a: ok
mdl.kernel @transposed_a(%a: tensor<40x64xf32>, %b: tensor<40x24xf32>) -> tensor<64x24xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x24xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x24xf32>) -> tensor<64x24xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d2, d0)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<40x64xf32>, tensor<40x24xf32>) outs(%f : tensor<64x24xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<64x24xf32>
  mdl.yield %r : tensor<64x24xf32>
}

// CHECK: @dynamic_rows: ok
mdl.kernel @dynamic_rows(%a: tensor<?x20xf32>, %b: tensor<20x32xf32>) -> tensor<?x32xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %n0 = tensor.dim %a, %c0 : tensor<?x20xf32>
  %e = tensor.empty(%n0) : tensor<?x32xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x32xf32>) -> tensor<?x32xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x20xf32>, tensor<20x32xf32>) outs(%f : tensor<?x32xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<?x32xf32>
  mdl.yield %r : tensor<?x32xf32>
}

// CHECK: @dynamic_columns: ok
mdl.kernel @dynamic_columns(%a: tensor<30x20xf32>, %b: tensor<20x?xf32>) -> tensor<30x?xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %n0 = tensor.dim %b, %c1 : tensor<20x?xf32>
  %e = tensor.empty(%n0) : tensor<30x?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<30x?xf32>) -> tensor<30x?xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<30x20xf32>, tensor<20x?xf32>) outs(%f : tensor<30x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<30x?xf32>
  mdl.yield %r : tensor<30x?xf32>
}

// CHECK: @dynamic_k: ok
mdl.kernel @dynamic_k(%a: tensor<?x20xf32>, %b: tensor<?x32xf32>) -> tensor<20x32xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<20x32xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<20x32xf32>) -> tensor<20x32xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d2, d0)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x20xf32>, tensor<?x32xf32>) outs(%f : tensor<20x32xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<20x32xf32>
  mdl.yield %r : tensor<20x32xf32>
}

// CHECK: @all_dynamic: ok
mdl.kernel @all_dynamic(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %n0 = tensor.dim %a, %c0 : tensor<?x?xf32>
  %n1 = tensor.dim %b, %c1 : tensor<?x?xf32>
  %e = tensor.empty(%n0, %n1) : tensor<?x?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%f : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  mdl.yield %r : tensor<?x?xf32>
}

// CHECK: @batched: ok
mdl.kernel @batched(%a: tensor<6x12x20xf32>, %b: tensor<6x20x16xf32>) -> tensor<6x12x16xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<6x12x16xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<6x12x16xf32>) -> tensor<6x12x16xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d3, d2)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<6x12x20xf32>, tensor<6x20x16xf32>) outs(%f : tensor<6x12x16xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<6x12x16xf32>
  mdl.yield %r : tensor<6x12x16xf32>
}

// CHECK: @swapped: ok
mdl.kernel @swapped(%a: tensor<20x32xf32>, %b: tensor<?x20xf32>) -> tensor<?x32xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %n0 = tensor.dim %b, %c0 : tensor<?x20xf32>
  %e = tensor.empty(%n0) : tensor<?x32xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x32xf32>) -> tensor<?x32xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<20x32xf32>, tensor<?x20xf32>) outs(%f : tensor<?x32xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<?x32xf32>
  mdl.yield %r : tensor<?x32xf32>
}

// CHECK: @result_transposed: ok
mdl.kernel @result_transposed(%a: tensor<?x20xf32>, %b: tensor<20x32xf32>) -> tensor<32x?xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %n0 = tensor.dim %a, %c0 : tensor<?x20xf32>
  %e = tensor.empty(%n0) : tensor<32x?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<32x?xf32>) -> tensor<32x?xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d1, d0)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x20xf32>, tensor<20x32xf32>) outs(%f : tensor<32x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<32x?xf32>
  mdl.yield %r : tensor<32x?xf32>
}

// CHECK: @heads: ok
mdl.kernel @heads(%a: tensor<5x12x4x8xf32>, %b: tensor<5x14x4x8xf32>) -> tensor<5x4x12x14xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<5x4x12x14xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<5x4x12x14xf32>) -> tensor<5x4x12x14xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d1, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d3, d1, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<5x12x4x8xf32>, tensor<5x14x4x8xf32>) outs(%f : tensor<5x4x12x14xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<5x4x12x14xf32>
  mdl.yield %r : tensor<5x4x12x14xf32>
}

// CHECK: @two_k: ok
mdl.kernel @two_k(%a: tensor<10x6x7xf32>, %b: tensor<6x7x24xf32>) -> tensor<10x24xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<10x24xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<10x24xf32>) -> tensor<10x24xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d2, d3, d1)>, affine_map<(d0, d1, d2, d3) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%a, %b : tensor<10x6x7xf32>, tensor<6x7x24xf32>) outs(%f : tensor<10x24xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<10x24xf32>
  mdl.yield %r : tensor<10x24xf32>
}

// CHECK: @matrix_vector: ok
mdl.kernel @matrix_vector(%a: tensor<?x50xf32>, %b: tensor<50xf32>) -> tensor<?xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %n0 = tensor.dim %a, %c0 : tensor<?x50xf32>
  %e = tensor.empty(%n0) : tensor<?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]}
      ins(%a, %b : tensor<?x50xf32>, tensor<50xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  mdl.yield %r : tensor<?xf32>
}

// CHECK: @vector_matrix: ok
mdl.kernel @vector_matrix(%a: tensor<50xf32>, %b: tensor<50x?xf32>) -> tensor<?xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %n0 = tensor.dim %b, %c1 : tensor<50x?xf32>
  %e = tensor.empty(%n0) : tensor<?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]}
      ins(%a, %b : tensor<50xf32>, tensor<50x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  mdl.yield %r : tensor<?xf32>
}

// CHECK: @dot: ok
mdl.kernel @dot(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<f32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<f32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<f32>) -> tensor<f32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>], iterator_types = ["reduction"]}
      ins(%a, %b : tensor<?xf32>, tensor<?xf32>) outs(%f : tensor<f32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<f32>
  mdl.yield %r : tensor<f32>
}

// CHECK: @outer: ok
mdl.kernel @outer(%a: tensor<?xf32>, %b: tensor<33xf32>) -> tensor<?x33xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %n0 = tensor.dim %a, %c0 : tensor<?xf32>
  %e = tensor.empty(%n0) : tensor<?x33xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x33xf32>) -> tensor<?x33xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b : tensor<?xf32>, tensor<33xf32>) outs(%f : tensor<?x33xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<?x33xf32>
  mdl.yield %r : tensor<?x33xf32>
}

// CHECK: @integers: ok
mdl.kernel @integers(%a: tensor<9x6xi32>, %b: tensor<6x11xi32>) -> tensor<9x11xi32> {
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<9x11xi32>
  %f = linalg.fill ins(%zero : i32) outs(%e : tensor<9x11xi32>) -> tensor<9x11xi32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<9x6xi32>, tensor<6x11xi32>) outs(%f : tensor<9x11xi32>) {
  ^bb0(%x: i32, %y: i32, %o: i32):
    %p = arith.muli %x, %y : i32
    %s = arith.addi %o, %p : i32
    linalg.yield %s : i32
  } -> tensor<9x11xi32>
  mdl.yield %r : tensor<9x11xi32>
}

// CHECK: @doubles: ok
mdl.kernel @doubles(%a: tensor<21x6xf64>, %b: tensor<6x11xf64>) -> tensor<21x11xf64> {
  %zero = arith.constant 0.0 : f64
  %e = tensor.empty() : tensor<21x11xf64>
  %f = linalg.fill ins(%zero : f64) outs(%e : tensor<21x11xf64>) -> tensor<21x11xf64>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<21x6xf64>, tensor<6x11xf64>) outs(%f : tensor<21x11xf64>) {
  ^bb0(%x: f64, %y: f64, %o: f64):
    %p = arith.mulf %x, %y : f64
    %s = arith.addf %o, %p : f64
    linalg.yield %s : f64
  } -> tensor<21x11xf64>
  mdl.yield %r : tensor<21x11xf64>
}


// A tile is computed whole: beyond the last row and column there is nothing of what the sums begin with.
// CHECK: @from_argument: ok
mdl.kernel @from_argument(%a: tensor<?x4xf32>, %b: tensor<4x9xf32>, %c: tensor<?x9xf32>) -> tensor<?x9xf32> {
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x4xf32>, tensor<4x9xf32>) outs(%c : tensor<?x9xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<?x9xf32>
  mdl.yield %r : tensor<?x9xf32>
}

// CHECK: @columns_of_run_from_argument: ok
mdl.kernel @columns_of_run_from_argument(%a: tensor<4x?xf32>, %b: tensor<?x?xf32>, %c: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<4x?xf32>, tensor<?x?xf32>) outs(%c : tensor<4x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<4x?xf32>
  mdl.yield %r : tensor<4x?xf32>
}
