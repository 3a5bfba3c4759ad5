// Kernels and the runtime get dense memory: a column is copied, a row is not.
// RUN: mdl-opt %s -mdl-dense-operands | FileCheck %s

// CHECK-LABEL: func.func @read
// CHECK: %[[COLUMN:.*]] = memref.subview
// CHECK: %[[COPY:.*]] = memref.alloc() {{.*}} : memref<3xf32>
// CHECK: memref.copy %[[COLUMN]], %[[COPY]]
// CHECK: mdl.runtime "show"(%[[COPY]] : memref<3xf32>)
func.func @read(%m: memref<3x2xf32>) {
  %column = memref.subview %m[0, 1] [3, 1] [1, 1] : memref<3x2xf32> to memref<3xf32, strided<[2], offset: 1>>
  mdl.runtime "show"(%column : memref<3xf32, strided<[2], offset: 1>>)
  return
}

// CHECK-LABEL: func.func @write
// CHECK: %[[COLUMN:.*]] = memref.subview
// CHECK: %[[COPY:.*]] = memref.alloc() {{.*}} : memref<3xf32>
// CHECK-NEXT: mdl.runtime "fill"() outs(%[[COPY]] : memref<3xf32>)
// CHECK-NEXT: memref.copy %[[COPY]], %[[COLUMN]]
func.func @write(%m: memref<3x2xf32>) {
  %column = memref.subview %m[0, 1] [3, 1] [1, 1] : memref<3x2xf32> to memref<3xf32, strided<[2], offset: 1>>
  mdl.runtime "fill"() outs(%column : memref<3xf32, strided<[2], offset: 1>>)
  return
}

// CHECK-LABEL: func.func @row
// CHECK: %[[ROW:.*]] = memref.subview
// CHECK-NEXT: mdl.runtime "show"(%[[ROW]] : memref<2xf32, strided<[1], offset: 2>>)
func.func @row(%m: memref<3x2xf32>) {
  %row = memref.subview %m[1, 0] [1, 2] [1, 1] : memref<3x2xf32> to memref<2xf32, strided<[1], offset: 2>>
  mdl.runtime "show"(%row : memref<2xf32, strided<[1], offset: 2>>)
  return
}
