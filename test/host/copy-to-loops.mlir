// A copy with strides becomes loops; one without stays and becomes memcpy.
// RUN: mdl-opt %s -mdl-copy-to-loops | FileCheck %s

// CHECK-LABEL: func.func @strided
// CHECK: scf.for %[[I:.*]] =
// CHECK: %[[V:.*]] = memref.load %{{.*}}[%[[I]]]
// CHECK: memref.store %[[V]], %{{.*}}[%[[I]]]
// CHECK-NOT: memref.copy
func.func @strided(%a: memref<8xf32, strided<[2]>>, %b: memref<8xf32>) {
  memref.copy %a, %b : memref<8xf32, strided<[2]>> to memref<8xf32>
  return
}

// CHECK-LABEL: func.func @dense
// CHECK: memref.copy
func.func @dense(%a: memref<8xf32>, %b: memref<8xf32>) {
  memref.copy %a, %b : memref<8xf32> to memref<8xf32>
  return
}
