// A training step of a 784-128-10 network: eight kernels, no contraction twice, parameters updated where they are.
// RUN: mdl-opt -mdl-lower -mdl-fuse %s | FileCheck %s

// CHECK-LABEL: func @train
// CHECK: scf.for {{.*}} iter_args(%[[W1:.*]] = %{{.*}}, %[[B1:.*]] = %{{.*}}, %[[W2:.*]] = %{{.*}}, %[[B2:.*]] = %{{.*}}) ->
// CHECK-NOT: linalg
// The hidden layer and where it is positive.
// CHECK: %[[H:.*]]:2 = mdl.launch @k_einsum_{{.*}}%[[W1]], %[[B1]]
// CHECK-NOT: linalg
// CHECK: %[[L:.*]] = mdl.launch @k_einsum_{{.*}} ins(%[[H]]#0, %[[W2]], %[[B2]]
// CHECK-NOT: linalg
// Softmax and the gradient of cross entropy.
// CHECK: %[[D:.*]] = mdl.launch @k_maximum_sum{{.*}} ins(%[[L]]
// CHECK-NOT: linalg
// Back through the second layer, before its weights change.
// CHECK: %[[DH:.*]] = mdl.launch @k_einsum_{{.*}} ins(%[[D]], %[[W2]], %[[H]]#1
// CHECK-DAG: mdl.launch {{.*}} ins(%[[H]]#0, %[[D]], {{.*}} outs(%[[W2]] : tensor<128x10xf32>)
// CHECK-DAG: mdl.launch {{.*}} outs(%[[W1]] : tensor<784x128xf32>)
// CHECK-DAG: mdl.launch {{.*}} outs(%[[B1]] : tensor<128xf32>)
// CHECK-DAG: mdl.launch {{.*}} outs(%[[B2]] : tensor<10xf32>)
// CHECK: scf.yield
// CHECK-NOT: mdl.launch
// CHECK-LABEL: mdl.kernel
func.func @train(%w1: tensor<784x128xf32>, %b1: tensor<128xf32>, %w2: tensor<128x10xf32>, %b2: tensor<10xf32>,
                 %x: tensor<64x784xf32>, %y: tensor<64x10xf32>, %lr: tensor<f32>, %lo: index, %hi: index, %step: index)
    -> (tensor<784x128xf32>, tensor<128xf32>, tensor<128x10xf32>, tensor<10xf32>) {
  %zero = mdl.constant dense<0.0> : tensor<f32>
  %count = mdl.constant dense<64.0> : tensor<f32>
  %r:4 = scf.for %i = %lo to %hi step %step iter_args(%p1 = %w1, %q1 = %b1, %p2 = %w2, %q2 = %b2)
      -> (tensor<784x128xf32>, tensor<128xf32>, tensor<128x10xf32>, tensor<10xf32>) {
    // The hidden layer.
    %xw = mdl.einsum "mk,kn->mn" %x, %p1 : tensor<64x784xf32>, tensor<784x128xf32>
    %q1s = mdl.broadcast %q1 to [1] : tensor<128xf32> to tensor<64x128xf32>
    %a = mdl.add %xw, %q1s : tensor<64x128xf32>
    %zeros = mdl.broadcast %zero to [] : tensor<f32> to tensor<64x128xf32>
    %h = mdl.maximum %a, %zeros : tensor<64x128xf32>
    // The head.
    %hw = mdl.einsum "mk,kn->mn" %h, %p2 : tensor<64x128xf32>, tensor<128x10xf32>
    %q2s = mdl.broadcast %q2 to [1] : tensor<10xf32> to tensor<64x10xf32>
    %l = mdl.add %hw, %q2s : tensor<64x10xf32>
    // Cross entropy and its gradient with respect to the logits.
    %m = mdl.max %l axes [1] : tensor<64x10xf32>
    %ms = mdl.broadcast %m to [0] : tensor<64xf32> to tensor<64x10xf32>
    %c = mdl.sub %l, %ms : tensor<64x10xf32>
    %e = mdl.exp %c : tensor<64x10xf32>
    %s = mdl.sum %e axes [1] : tensor<64x10xf32>
    %k1 = mdl.reshape %s : tensor<64xf32> to tensor<64x1xf32>
    %k2 = mdl.reshape %k1 : tensor<64x1xf32> to tensor<64xf32>
    %ss = mdl.broadcast %k2 to [0] : tensor<64xf32> to tensor<64x10xf32>
    %p = mdl.div %e, %ss : tensor<64x10xf32>
    %d0 = mdl.sub %p, %y : tensor<64x10xf32>
    %counts = mdl.broadcast %count to [] : tensor<f32> to tensor<64x10xf32>
    %d = mdl.div %d0, %counts : tensor<64x10xf32>
    // Back.
    %g2 = mdl.einsum "km,kn->mn" %h, %d : tensor<64x128xf32>, tensor<64x10xf32>
    %f2 = mdl.sum %d axes [0] : tensor<64x10xf32>
    %dh = mdl.einsum "mk,nk->mn" %d, %p2 : tensor<64x10xf32>, tensor<128x10xf32>
    %on = mdl.compare gt %a, %zeros : tensor<64x128xf32>
    %da = mdl.select %on, %dh, %zeros : tensor<64x128xi1>, tensor<64x128xf32>
    %g1 = mdl.einsum "km,kn->mn" %x, %da : tensor<64x784xf32>, tensor<64x128xf32>
    %f1 = mdl.sum %da axes [0] : tensor<64x128xf32>
    // Steps.
    %lr1 = mdl.broadcast %lr to [] : tensor<f32> to tensor<784x128xf32>
    %lr2 = mdl.broadcast %lr to [] : tensor<f32> to tensor<128xf32>
    %lr3 = mdl.broadcast %lr to [] : tensor<f32> to tensor<128x10xf32>
    %lr4 = mdl.broadcast %lr to [] : tensor<f32> to tensor<10xf32>
    %s1 = mdl.mul %lr1, %g1 : tensor<784x128xf32>
    %s2 = mdl.mul %lr2, %f1 : tensor<128xf32>
    %s3 = mdl.mul %lr3, %g2 : tensor<128x10xf32>
    %s4 = mdl.mul %lr4, %f2 : tensor<10xf32>
    %n2 = mdl.sub %p2, %s3 : tensor<128x10xf32>
    %n1 = mdl.sub %p1, %s1 : tensor<784x128xf32>
    %o1 = mdl.sub %q1, %s2 : tensor<128xf32>
    %o2 = mdl.sub %q2, %s4 : tensor<10xf32>
    scf.yield %n1, %o1, %n2, %o2 : tensor<784x128xf32>, tensor<128xf32>, tensor<128x10xf32>, tensor<10xf32>
  }
  return %r#0, %r#1, %r#2, %r#3 : tensor<784x128xf32>, tensor<128xf32>, tensor<128x10xf32>, tensor<10xf32>
}
