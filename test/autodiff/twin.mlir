// What a loop drew is in a journal; its twin reads that, at a cursor, and does nothing but compute.
// RUN: mdl-opt %s -mdl-grad -canonicalize -cse | FileCheck %s

// CHECK-LABEL: func @drawn
// CHECK: %[[J:.*]] = mdl.runtime "mdl_journal_begin"
// CHECK: %[[N:.*]]:2 = scf.while
// CHECK: %[[KEY:.*]] = mdl.runtime "mdl_next_seed"
// CHECK: mdl.runtime "mdl_journal_add"(%[[J]], %[[KEY]]
// CHECK: mdl.runtime "mdl_text_print"
// CHECK: %[[SIZE:.*]] = mdl.runtime "mdl_journal_size"(%[[J]]
// CHECK: %[[KEYS:.*]] = mdl.runtime "mdl_journal_end"(%[[J]]
// CHECK: scf.for {{.*}} to %[[N]]#1 {{.*}} -> (tensor<f32>, i64, tensor<?xf32>, tensor<?xi64>)
// CHECK-NOT: mdl.runtime
// CHECK: tensor.extract %[[KEYS]]
// CHECK: mdl.update_slice
// CHECK: scf.for
// CHECK-NOT: mdl.runtime
// CHECK: return
func.func @drawn(%x: tensor<f32>, %limit: tensor<f32>) -> tensor<f32> {
  %site = arith.constant 5 : i64
  %y = scf.while (%a = %x) : (tensor<f32>) -> tensor<f32> {
    %c = mdl.compare lt %a, %limit : tensor<f32>
    %b = tensor.extract %c[] : tensor<i1>
    scf.condition(%b) %a : tensor<f32>
  } do {
  ^bb0(%a: tensor<f32>):
    %key = mdl.runtime "mdl_next_seed"(%site : i64) -> i64
    %u = mdl.uniform %key : tensor<f32>
    mdl.runtime "mdl_text_print"()
    %b = mdl.mul %a, %u : tensor<f32>
    %c = mdl.mul %a, %b : tensor<f32>
    scf.yield %c : tensor<f32>
  }
  %g = mdl.grad %y wrt(%x : tensor<f32>) : tensor<f32>
  return %g : tensor<f32>
}

// For a sum nothing of the twin is left.
// CHECK-LABEL: func @sum
// CHECK: scf.while
// CHECK: mdl.runtime "mdl_journal_end"
// CHECK: %[[B:.*]] = scf.for {{.*}} -> (tensor<f32>)
// CHECK: return %[[B]]
func.func @sum(%w: tensor<f32>, %n: i64) -> tensor<f32> {
  %zero = mdl.constant dense<0.0> : tensor<f32>
  %y = scf.while (%a = %zero) : (tensor<f32>) -> tensor<f32> {
    %rows = mdl.runtime "mdl_next_seed"(%n : i64) -> i64
    %more = arith.cmpi sgt, %rows, %n : i64
    scf.condition(%more) %a : tensor<f32>
  } do {
  ^bb0(%a: tensor<f32>):
    mdl.runtime "mdl_text_print"()
    %b = mdl.exp %w : tensor<f32>
    %c = mdl.add %a, %b : tensor<f32>
    scf.yield %c : tensor<f32>
  }
  %g = mdl.grad %y wrt(%w : tensor<f32>) : tensor<f32>
  return %g : tensor<f32>
}
