// Bytes lose their sign in the type and keep it in what is done with them.
// RUN: mdl-opt -mdl-to-linalg %s | FileCheck %s

// CHECK-LABEL: func @bytes
// CHECK-SAME: tensor<4xi8>) -> tensor<4xf32>
func.func @bytes(%a: tensor<4xui8>) -> tensor<4xf32> {
  // CHECK: arith.uitofp
  %r = mdl.cast %a : tensor<4xui8> to tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func @loop
func.func @loop(%a: tensor<4xui8>, %lo: index, %hi: index, %step: index) -> tensor<4xui8> {
  // CHECK: scf.for {{.*}} -> (tensor<4xi8>)
  %r = scf.for %i = %lo to %hi step %step iter_args(%x = %a) -> tensor<4xui8> {
    // CHECK: arith.maxui
    %y = mdl.maximum %x, %a : tensor<4xui8>
    scf.yield %y : tensor<4xui8>
  }
  return %r : tensor<4xui8>
}
