// A result that overwrites its operand, and another one of the same nest that reads it at another place: there it would
// be computed again, of what is overwritten, so the operand is copied.
// RUN: mdl-kernel-check %s | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>

// CHECK: @shifted: ok
mdl.kernel @shifted(%y: tensor<3x100xf32>, %x: tensor<3x100xf32>) -> (tensor<3x100xf32>, tensor<3x100xf32>)
    attributes {inplace = array<i64: 0>} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = tensor.empty() : tensor<3x100xf32>
  %sum = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<3x100xf32>, tensor<3x100xf32>) outs(%e : tensor<3x100xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<3x100xf32>
  %before = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]}
      outs(%e : tensor<3x100xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %k = arith.subi %j, %c1 : index
    %at = arith.maxsi %k, %c0 : index
    %v = tensor.extract %sum[%i, %at] : tensor<3x100xf32>
    linalg.yield %v : f32
  } -> tensor<3x100xf32>
  mdl.yield %sum, %before : tensor<3x100xf32>, tensor<3x100xf32>
}
