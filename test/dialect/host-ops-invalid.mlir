// RUN: mdl-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{overwrites an argument of type 'f32' by a result of type 'tensor<4xf32>'}}
mdl.kernel @k(%x: tensor<4xf32>, %n: f32) -> tensor<4xf32> attributes {inplace = array<i64: 0>} {
  mdl.yield %x : tensor<4xf32>
}

// -----

// expected-error@+1 {{has no result 1 that `inplace` names}}
mdl.kernel @k(%x: tensor<4xf32>) -> tensor<4xf32> attributes {inplace = array<i64: 1>} {
  mdl.yield %x : tensor<4xf32>
}

// -----

// expected-error@+1 {{names result 0 twice in `inplace`}}
mdl.kernel @k(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> attributes {inplace = array<i64: 0, 0>} {
  mdl.yield %x : tensor<4xf32>
}

// -----

// expected-error@+1 {{has fewer arguments than `inplace` names}}
mdl.kernel @k() -> tensor<4xf32> attributes {inplace = array<i64: 0>} {
  %x = tensor.empty() : tensor<4xf32>
  mdl.yield %x : tensor<4xf32>
}

// -----

// expected-error@+1 {{takes tensors and scalars, not 'memref<4xf32>'}}
mdl.kernel @k(%x: memref<4xf32>) {
  mdl.yield
}

// -----

// expected-error@+1 {{gives tensors, not 'f32'}}
mdl.kernel @k(%x: f32) -> f32 {
  mdl.yield
}

// -----

mdl.kernel @k(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{does not give the results of kernel `k`}}
  mdl.yield
}

// -----

func.func @main(%x: tensor<4xf32>) {
  // expected-error@+1 {{launches `k`, which is no kernel}}
  mdl.launch @k ins(%x : tensor<4xf32>)
  return
}

// -----

mdl.kernel @k(%x: tensor<4xf32>) -> tensor<4xf32> {
  mdl.yield %x : tensor<4xf32>
}
func.func @ins(%x: tensor<4xf32>) {
  // expected-error@+1 {{has 0 ins, but the kernel takes 1}}
  %r = mdl.launch @k outs(%x : tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

mdl.kernel @k(%x: tensor<4xf32>) -> tensor<4xf32> {
  mdl.yield %x : tensor<4xf32>
}
func.func @outs(%x: tensor<4xf32>) {
  // expected-error@+1 {{has 0 outs, but the kernel gives 1}}
  mdl.launch @k ins(%x : tensor<4xf32>)
  return
}

// -----

mdl.kernel @k(%x: tensor<4xf32>) -> tensor<4xf32> {
  mdl.yield %x : tensor<4xf32>
}
func.func @argument(%x: tensor<4xf32>, %y: tensor<5xf32>) {
  // expected-error@+1 {{gives 'tensor<5xf32>' for argument 0 of type 'tensor<4xf32>'}}
  %r = mdl.launch @k ins(%y : tensor<5xf32>) outs(%x : tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

mdl.kernel @k(%x: tensor<4xf32>) -> tensor<4xf32> {
  mdl.yield %x : tensor<4xf32>
}
func.func @result(%x: tensor<4xf32>, %y: tensor<4xf64>) {
  // expected-error@+1 {{gives 'tensor<4xf64>' for result 0 of type 'tensor<4xf32>'}}
  %r = mdl.launch @k ins(%x : tensor<4xf32>) outs(%y : tensor<4xf64>) -> tensor<4xf64>
  return
}

// -----

func.func @runtime(%x: tensor<4xf32>) {
  // expected-error@+1 {{gives 0 results, but has 1 tensors to write}}
  mdl.runtime "fill"() outs(%x : tensor<4xf32>)
  return
}

// -----

func.func @runtime(%x: tensor<4xf32>) {
  // expected-error@+1 {{has tensor results that are not of the types of its outs}}
  %r = mdl.runtime "fill"() outs(%x : tensor<4xf32>) -> tensor<5xf32>
  return
}

// -----

func.func @runtime() {
  // expected-error@+1 {{returns 'tensor<4xf32>', which is neither scalar nor pointer}}
  %r = mdl.runtime "make"() -> tensor<4xf32>
  return
}

// -----

func.func @runtime() {
  // expected-error@+1 {{has no function to call}}
  mdl.runtime ""()
  return
}
