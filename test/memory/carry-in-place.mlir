// What a loop carries is written back into the tensor that it replaces.
// RUN: mdl-opt %s -mdl-carry-in-place | FileCheck %s

// CHECK-LABEL: func.func @for
// CHECK: scf.for {{.*}} iter_args(%[[P:.*]] = %{{.*}}) -> (tensor<4xf32>) {
// CHECK: %[[Q:.*]] = mdl.runtime "next"
// CHECK: %[[R:.*]] = bufferization.materialize_in_destination %[[Q]] in %[[P]]
// CHECK: scf.yield %[[R]]
func.func @for(%n: index, %x: tensor<4xf32>) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%p = %x) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    %q = mdl.runtime "next"() outs(%e : tensor<4xf32>) -> tensor<4xf32>
    scf.yield %q : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// Values that change places are read before either place is written.
// CHECK-LABEL: func.func @swap
// CHECK: iter_args(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}})
// CHECK-DAG: %[[OLDA:.*]] = bufferization.alloc_tensor() copy(%[[A]])
// CHECK-DAG: %[[OLDB:.*]] = bufferization.alloc_tensor() copy(%[[B]])
// CHECK: %[[NEWA:.*]] = bufferization.materialize_in_destination %[[OLDB]] in %[[A]]
// CHECK: %[[NEWB:.*]] = bufferization.materialize_in_destination %[[OLDA]] in %[[B]]
// CHECK: scf.yield %[[NEWA]], %[[NEWB]]
func.func @swap(%n: index, %x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %y) -> (tensor<4xf32>, tensor<4xf32>) {
    scf.yield %b, %a : tensor<4xf32>, tensor<4xf32>
  }
  return %r#0 : tensor<4xf32>
}

// CHECK-LABEL: func.func @while
// CHECK: scf.condition(%{{.*}}) %[[P:.*]] : tensor<4xf32>
// CHECK: ^bb0(%[[A:.*]]: tensor<4xf32>):
// CHECK: %[[R:.*]] = bufferization.materialize_in_destination %{{.*}} in %[[A]]
// CHECK: scf.yield %[[R]]
func.func @while(%x: tensor<4xf32>) -> tensor<4xf32> {
  %r = scf.while (%p = %x) : (tensor<4xf32>) -> tensor<4xf32> {
    %go = mdl.runtime "more"() -> i1
    scf.condition(%go) %p : tensor<4xf32>
  } do {
  ^bb0(%p: tensor<4xf32>):
    %e = tensor.empty() : tensor<4xf32>
    %q = mdl.runtime "next"() outs(%e : tensor<4xf32>) -> tensor<4xf32>
    scf.yield %q : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// What only one branch changes is written there; the other leaves it as it is.
// CHECK-LABEL: func.func @branch
// CHECK: iter_args(%[[P:.*]] = %{{.*}})
// CHECK: scf.if
// CHECK-NEXT: scf.yield %[[P]]
// CHECK: %[[Q:.*]] = mdl.runtime "next"
// CHECK: %[[R:.*]] = bufferization.materialize_in_destination %[[Q]] in %[[P]]
// CHECK: scf.yield %[[R]]
// CHECK-NOT: materialize_in_destination
func.func @branch(%n: index, %x: tensor<4xf32>, %stop: i1) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%p = %x) -> tensor<4xf32> {
    %b = scf.if %stop -> tensor<4xf32> {
      scf.yield %p : tensor<4xf32>
    } else {
      %e = tensor.empty() : tensor<4xf32>
      %q = mdl.runtime "next"() outs(%e : tensor<4xf32>) -> tensor<4xf32>
      scf.yield %q : tensor<4xf32>
    }
    scf.yield %b : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// What changes its size from pass to pass has no place to be written in.
// CHECK-LABEL: func.func @any_size
// CHECK: %[[S:.*]] = tensor.cast %{{.*}} : tensor<4xf32> to tensor<?xf32>
// CHECK: iter_args(%[[P:.*]] = %[[S]]) -> (tensor<?xf32>)
// CHECK: %[[Q:.*]] = mdl.runtime "next"
// CHECK-NEXT: scf.yield %[[Q]]
func.func @any_size(%n: index, %x: tensor<4xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %s = mdl.any_size %x : tensor<4xf32> to tensor<?xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%p = %s) -> tensor<?xf32> {
    %e = tensor.empty(%i) : tensor<?xf32>
    %q = mdl.runtime "next"(%p : tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
    %y = mdl.any_size %q : tensor<?xf32> to tensor<?xf32>
    scf.yield %y : tensor<?xf32>
  }
  return %r : tensor<?xf32>
}

// What is computed whether or not a branch is taken is not computed in the place that the branch writes.
// CHECK-LABEL: func.func @kept_in_a_branch
// CHECK: iter_args(%[[P:.*]] = %{{.*}})
// CHECK: %[[OWN:.*]] = bufferization.alloc_tensor() : tensor<4xf32>
// CHECK: %[[Q:.*]] = mdl.runtime "next"() outs(%[[OWN]]
// CHECK: scf.if
// CHECK: bufferization.materialize_in_destination %[[Q]] in %[[P]]
func.func @kept_in_a_branch(%n: index, %c: i1, %x: tensor<4xf32>) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%p = %x) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    %q = mdl.runtime "next"() outs(%e : tensor<4xf32>) -> tensor<4xf32>
    %s = arith.select %c, %q, %p : tensor<4xf32>
    mdl.runtime "show"(%q : tensor<4xf32>)
    scf.yield %s : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}
