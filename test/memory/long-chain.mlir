// A tensor of many parts is filled by copies; one of few parts has them computed in their places.
// RUN: mdl-opt %s -mdl-bufferize | FileCheck %s

// CHECK-LABEL: func @long
// CHECK: %[[PART:.*]] = memref.alloc() {{.*}} : memref<1xf32>
// CHECK: mdl.launch @fill {{.*}} outs(%[[PART]]
// CHECK: %[[ALL:.*]] = memref.alloc() {{.*}} : memref<18xf32>
// CHECK: %[[FIRST:.*]] = memref.subview %[[ALL]][0] [1] [1]
// CHECK: memref.copy %[[PART]], %[[FIRST]]
// CHECK: %[[LAST:.*]] = memref.subview %[[ALL]][17] [1] [1]
// CHECK: memref.copy %[[PART]], %[[LAST]]
// CHECK: mdl.runtime "use"(%[[ALL]]

// CHECK-LABEL: func @short
// CHECK: %[[ALL:.*]] = memref.alloc() {{.*}} : memref<2xf32>
// CHECK: %[[PLACE:.*]] = memref.subview %[[ALL]][0] [1] [1]
// CHECK: mdl.launch @fill {{.*}} outs(%[[PLACE]]
mdl.kernel @fill(%x: f32) -> tensor<1xf32> {
  %e = tensor.empty() : tensor<1xf32>
  %f = linalg.fill ins(%x : f32) outs(%e : tensor<1xf32>) -> tensor<1xf32>
  mdl.yield %f : tensor<1xf32>
}
func.func @long(%x: f32) {
  %e = tensor.empty() : tensor<1xf32>
  %p = mdl.launch @fill ins(%x : f32) outs(%e : tensor<1xf32>) -> tensor<1xf32>
  %0 = tensor.empty() : tensor<18xf32>
  %1 = tensor.insert_slice %p into %0[0] [1] [1] : tensor<1xf32> into tensor<18xf32>
  %2 = tensor.insert_slice %p into %1[1] [1] [1] : tensor<1xf32> into tensor<18xf32>
  %3 = tensor.insert_slice %p into %2[2] [1] [1] : tensor<1xf32> into tensor<18xf32>
  %4 = tensor.insert_slice %p into %3[3] [1] [1] : tensor<1xf32> into tensor<18xf32>
  %5 = tensor.insert_slice %p into %4[4] [1] [1] : tensor<1xf32> into tensor<18xf32>
  %6 = tensor.insert_slice %p into %5[5] [1] [1] : tensor<1xf32> into tensor<18xf32>
  %7 = tensor.insert_slice %p into %6[6] [1] [1] : tensor<1xf32> into tensor<18xf32>
  %8 = tensor.insert_slice %p into %7[7] [1] [1] : tensor<1xf32> into tensor<18xf32>
  %9 = tensor.insert_slice %p into %8[8] [1] [1] : tensor<1xf32> into tensor<18xf32>
  %10 = tensor.insert_slice %p into %9[9] [1] [1] : tensor<1xf32> into tensor<18xf32>
  %11 = tensor.insert_slice %p into %10[10] [1] [1] : tensor<1xf32> into tensor<18xf32>
  %12 = tensor.insert_slice %p into %11[11] [1] [1] : tensor<1xf32> into tensor<18xf32>
  %13 = tensor.insert_slice %p into %12[12] [1] [1] : tensor<1xf32> into tensor<18xf32>
  %14 = tensor.insert_slice %p into %13[13] [1] [1] : tensor<1xf32> into tensor<18xf32>
  %15 = tensor.insert_slice %p into %14[14] [1] [1] : tensor<1xf32> into tensor<18xf32>
  %16 = tensor.insert_slice %p into %15[15] [1] [1] : tensor<1xf32> into tensor<18xf32>
  %17 = tensor.insert_slice %p into %16[16] [1] [1] : tensor<1xf32> into tensor<18xf32>
  %18 = tensor.insert_slice %p into %17[17] [1] [1] : tensor<1xf32> into tensor<18xf32>
  mdl.runtime "use"(%18 : tensor<18xf32>)
  return
}
func.func @short(%x: f32, %y: f32) {
  %0 = tensor.empty() : tensor<2xf32>
  %e = tensor.empty() : tensor<1xf32>
  %p = mdl.launch @fill ins(%x : f32) outs(%e : tensor<1xf32>) -> tensor<1xf32>
  %d = tensor.empty() : tensor<1xf32>
  %q = mdl.launch @fill ins(%y : f32) outs(%d : tensor<1xf32>) -> tensor<1xf32>
  %1 = tensor.insert_slice %p into %0[0] [1] [1] : tensor<1xf32> into tensor<2xf32>
  %2 = tensor.insert_slice %q into %1[1] [1] [1] : tensor<1xf32> into tensor<2xf32>
  mdl.runtime "use"(%2 : tensor<2xf32>)
  return
}
