// What is read across its rows is gone through by squares, also behind an operation that is inlined; where the vectors run
// along the rows nothing is.
// RUN: mdl-opt %s -mdl-print-schedules -o /dev/null | FileCheck %s
// RUN: mdl-kernel-check %s --sizes 0,1,5,33,100 | FileCheck %s --check-prefix=NUMBERS

#id = affine_map<(i, j) -> (i, j)>
#turned = affine_map<(i, j) -> (j, i)>

// CHECK-LABEL: kernel @transposed
// CHECK-NEXT: elementwise [?, ?], {{.*}} of i at a time
// NUMBERS: @transposed: ok
mdl.kernel @transposed(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c0 : tensor<?x?xf32>
  %m = tensor.dim %x, %c1 : tensor<?x?xf32>
  %e = tensor.empty(%m, %n) : tensor<?x?xf32>
  %r = linalg.generic {indexing_maps = [#turned, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<?x?xf32>) outs(%e : tensor<?x?xf32>) {
  ^bb0(%v: f32, %o: f32):
    linalg.yield %v : f32
  } -> tensor<?x?xf32>
  mdl.yield %r : tensor<?x?xf32>
}

// CHECK-LABEL: kernel @inlined
// CHECK-NEXT: elementwise [70, 130], {{.*}} of i at a time
// NUMBERS: @inlined: ok
mdl.kernel @inlined(%x: tensor<130x70xf32>) -> tensor<70x130xf32> {
  %a = tensor.empty() : tensor<130x70xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<130x70xf32>) outs(%a : tensor<130x70xf32>) {
  ^bb0(%v: f32, %o: f32):
    %q = arith.mulf %v, %v : f32
    linalg.yield %q : f32
  } -> tensor<130x70xf32>
  %e = tensor.empty() : tensor<70x130xf32>
  %r = linalg.generic {indexing_maps = [#turned, #id], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<130x70xf32>) outs(%e : tensor<70x130xf32>) {
  ^bb0(%v: f32, %o: f32):
    linalg.yield %v : f32
  } -> tensor<70x130xf32>
  mdl.yield %r : tensor<70x130xf32>
}

// One number for each row is no read across rows.
// CHECK-LABEL: kernel @scaled
// CHECK-NEXT: elementwise [70, 130]
// CHECK-NOT: at a time
// NUMBERS: @scaled: ok
mdl.kernel @scaled(%x: tensor<70x130xf32>, %s: tensor<70xf32>) -> tensor<70x130xf32> {
  %e = tensor.empty() : tensor<70x130xf32>
  %r = linalg.generic {indexing_maps = [#id, affine_map<(i, j) -> (i)>, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<70x130xf32>, tensor<70xf32>) outs(%e : tensor<70x130xf32>) {
  ^bb0(%v: f32, %w: f32, %o: f32):
    %q = arith.mulf %v, %w : f32
    linalg.yield %q : f32
  } -> tensor<70x130xf32>
  mdl.yield %r : tensor<70x130xf32>
}
