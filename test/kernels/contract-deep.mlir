// Products whose k goes by in blocks: known and run-time rows, several blocks of rows, k that does not divide, B packed.
// RUN: mdl-kernel-check %s --sizes 0,1,5,13,200 | FileCheck %s

// CHECK: @one_block: ok
mdl.kernel @one_block(%a: tensor<64x784xf32>, %b: tensor<784x32xf32>) -> tensor<64x32xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x32xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x32xf32>) -> tensor<64x32xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<64x784xf32>, tensor<784x32xf32>) outs(%f : tensor<64x32xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<64x32xf32>
  mdl.yield %r : tensor<64x32xf32>
}

// CHECK: @ragged: ok
mdl.kernel @ragged(%a: tensor<61x300xf32>, %b: tensor<300x43xf32>) -> tensor<61x43xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<61x43xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<61x43xf32>) -> tensor<61x43xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<61x300xf32>, tensor<300x43xf32>) outs(%f : tensor<61x43xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<61x43xf32>
  mdl.yield %r : tensor<61x43xf32>
}

// CHECK: @several_blocks: ok
mdl.kernel @several_blocks(%a: tensor<130x257xf32>, %b: tensor<257x64xf32>) -> tensor<130x64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<130x64xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<130x64xf32>) -> tensor<130x64xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<130x257xf32>, tensor<257x64xf32>) outs(%f : tensor<130x64xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<130x64xf32>
  mdl.yield %r : tensor<130x64xf32>
}

// CHECK: @few_panels: ok
mdl.kernel @few_panels(%a: tensor<230x256xf32>, %b: tensor<256x8xf32>) -> tensor<230x8xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<230x8xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<230x8xf32>) -> tensor<230x8xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<230x256xf32>, tensor<256x8xf32>) outs(%f : tensor<230x8xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<230x8xf32>
  mdl.yield %r : tensor<230x8xf32>
}

// CHECK: @rows: ok
mdl.kernel @rows(%a: tensor<?x320xf32>, %b: tensor<320x40xf32>) -> tensor<?x40xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x320xf32>
  %e = tensor.empty(%m) : tensor<?x40xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x40xf32>) -> tensor<?x40xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x320xf32>, tensor<320x40xf32>) outs(%f : tensor<?x40xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<?x40xf32>
  mdl.yield %r : tensor<?x40xf32>
}

// CHECK: @depth: ok
mdl.kernel @depth(%a: tensor<61x?xf32>, %b: tensor<?x64xf32>) -> tensor<61x64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<61x64xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<61x64xf32>) -> tensor<61x64xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<61x?xf32>, tensor<?x64xf32>) outs(%f : tensor<61x64xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<61x64xf32>
  mdl.yield %r : tensor<61x64xf32>
}

// CHECK: @transposed: ok
mdl.kernel @transposed(%a: tensor<64x270xf32>, %b: tensor<64x270xf32>) -> tensor<64x64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x64xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<64x270xf32>, tensor<64x270xf32>) outs(%f : tensor<64x64xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<64x64xf32>
  mdl.yield %r : tensor<64x64xf32>
}
