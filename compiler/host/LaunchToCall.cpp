//===- LaunchToCall.cpp - Launches and runtime calls as C calls ---------------===//
//
// Stage host. Takes `mdl.launch` and `mdl.runtime` on memrefs, gives `llvm.call` of
// functions that it declares. A memref is passed by a `mdl.buffer`, made once where the
// memref is defined: what a loop passes on is described outside of it. Kernels are objects
// of their own by now and leave the module.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Mdl.h"
#include "compiler/host/Passes.h"
#include "compiler/support/RunTimePlace.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace mdl {
namespace {

/// Rewrites the calls of one module.
class CallBuilder {
public:
  /// Takes the kernels out of the module, whose names are those of the C functions now.
  explicit CallBuilder(ModuleOp module);

  LogicalResult convert(LaunchOp launch);
  LogicalResult convert(RuntimeOp runtime);

private:
  Value buffer(Value memref);
  void skipIfEmpty(LaunchOp launch);
  void checkSizes(LaunchOp launch);
  Value placeOf(LaunchOp launch);
  FailureOr<Value> kernelScalar(Operation *op, Value scalar);
  Value runtimeScalar(Value scalar);
  Value fromC(Value returned, Type type);
  LLVM::CallOp call(Location loc, StringRef name, Type returned, ValueRange arguments);

  Type pointerType() { return LLVM::LLVMPointerType::get(builder.getContext()); }
  static bool isMemref(Value value) { return isa<MemRefType>(value.getType()); }

  ModuleOp module;
  SymbolTable symbols;
  OpBuilder builder;
  DenseMap<Value, Value> buffers;
  llvm::StringMap<SmallVector<int64_t>> inplace; // of every kernel
};

CallBuilder::CallBuilder(ModuleOp module) : module(module), symbols(module), builder(module.getContext()) {
  for (auto kernel : llvm::make_early_inc_range(module.getOps<KernelOp>())) {
    inplace[kernel.getSymName()] = llvm::to_vector(kernel.getInplaceResults());
    symbols.erase(kernel);
  }
}

/// The `mdl.buffer` of a memref, right behind what defines it.
Value CallBuilder::buffer(Value memref) {
  // A cast only forgets sizes.
  while (auto cast = memref.getDefiningOp<memref::CastOp>())
    memref = cast.getSource();
  Value &buffer = buffers[memref];
  if (!buffer) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointAfterValue(memref);
    buffer = builder.create<BufferOp>(memref.getLoc(), pointerType(), memref);
  }
  return buffer;
}

/// A scalar for a kernel, of its own type. C extends small integers to 32 bits when it passes them; a float of 16 bits,
/// which C does not have everywhere, goes as its bits.
FailureOr<Value> CallBuilder::kernelScalar(Operation *op, Value scalar) {
  Type type = scalar.getType(), i32 = builder.getI32Type();
  if (isa<IndexType>(type))
    return builder.createOrFold<arith::IndexCastOp>(op->getLoc(), builder.getI64Type(), scalar);
  if (type.isF16() || type.isBF16()) {
    Value bits = builder.createOrFold<arith::BitcastOp>(op->getLoc(), builder.getI16Type(), scalar);
    return builder.createOrFold<arith::ExtUIOp>(op->getLoc(), i32, bits);
  }
  if (type.isInteger(1))
    return builder.createOrFold<arith::ExtUIOp>(op->getLoc(), i32, scalar);
  if (type.isInteger(8) || type.isInteger(16))
    return builder.createOrFold<arith::ExtSIOp>(op->getLoc(), i32, scalar);
  if (type.isInteger(32) || type.isInteger(64) || type.isF32() || type.isF64())
    return scalar;
  return op->emitOpError("cannot pass a scalar of type ") << type << " to a kernel";
}

/// A scalar for the runtime: bool, int64_t, double or a pointer.
Value CallBuilder::runtimeScalar(Value scalar) {
  Type type = scalar.getType();
  Location loc = scalar.getLoc();
  if (type.isInteger(1))
    return builder.createOrFold<arith::ExtUIOp>(loc, builder.getI32Type(), scalar);
  if (isa<IndexType>(type))
    return builder.createOrFold<arith::IndexCastOp>(loc, builder.getI64Type(), scalar);
  if (isa<IntegerType>(type) && !type.isInteger(64))
    return builder.createOrFold<arith::ExtSIOp>(loc, builder.getI64Type(), scalar);
  if (isa<FloatType>(type) && !type.isF64())
    return builder.createOrFold<arith::ExtFOp>(loc, builder.getF64Type(), scalar);
  return scalar;
}

/// What a C function of the runtime returns for a result of this type.
static Type returnedByC(Type type, Builder &builder) {
  if (type.isInteger(1))
    return builder.getI8Type(); // bool: the rest of the register is undefined
  if (isa<FloatType>(type))
    return builder.getF64Type();
  if (isa<IntegerType, IndexType>(type))
    return builder.getI64Type();
  return type;
}

Value CallBuilder::fromC(Value returned, Type type) {
  Location loc = returned.getLoc();
  if (returned.getType() == type)
    return returned;
  if (type.isInteger(1)) {
    Value zero = builder.create<arith::ConstantOp>(loc, builder.getZeroAttr(returned.getType()));
    return builder.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, returned, zero);
  }
  if (isa<IndexType>(type))
    return builder.create<arith::IndexCastOp>(loc, type, returned);
  if (isa<FloatType>(type))
    return builder.create<arith::TruncFOp>(loc, type, returned);
  return builder.create<arith::TruncIOp>(loc, type, returned);
}

/// Calls a C function, which is declared if it is not yet. `returned` may be null.
LLVM::CallOp CallBuilder::call(Location loc, StringRef name, Type returned, ValueRange arguments) {
  if (!returned)
    returned = LLVM::LLVMVoidType::get(builder.getContext());
  if (!symbols.lookup(name)) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(module.getBody());
    auto type = LLVM::LLVMFunctionType::get(returned, llvm::to_vector(arguments.getTypes()));
    symbols.insert(builder.create<LLVM::LLVMFuncOp>(module.getLoc(), name, type));
  }
  return builder.create<LLVM::CallOp>(loc, isa<LLVM::LLVMVoidType>(returned) ? TypeRange() : TypeRange(returned), name,
                                      arguments);
}

/// Where all that a launch writes may be empty, it is for the run to decide whether there is anything to do: kernels
/// rely on having at least one element.
void CallBuilder::skipIfEmpty(LaunchOp launch) {
  Location loc = launch.getLoc();
  SmallVector<Value> conditions; // one of them must hold
  for (Value out : launch.getOuts()) {
    auto type = cast<MemRefType>(out.getType());
    if (llvm::is_contained(type.getShape(), 0))
      continue;
    if (type.hasStaticShape())
      return;
    Value zero = builder.create<arith::ConstantIndexOp>(loc, 0), condition;
    for (int64_t i = 0; i < type.getRank(); ++i) {
      if (!type.isDynamicDim(i))
        continue;
      Value size = builder.create<memref::DimOp>(loc, out, i);
      Value some = builder.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, size, zero);
      condition = condition ? builder.create<arith::AndIOp>(loc, condition, some) : some;
    }
    conditions.push_back(condition);
  }
  Value condition = conditions.empty() ? builder.create<arith::ConstantIntOp>(loc, 0, 1) : conditions.front();
  for (Value other : ArrayRef<Value>(conditions).drop_front(conditions.empty() ? 0 : 1))
    condition = builder.create<arith::OrIOp>(loc, condition, other);
  auto branch = builder.create<scf::IfOp>(loc, condition);
  builder.setInsertionPointToStart(&branch.getThenRegion().front());
}

/// What a message of the run shows of the line that a launch comes from.
Value CallBuilder::placeOf(LaunchOp launch) {
  auto place = launch->getAttrOfType<StringAttr>(placeAttribute);
  return builder.create<StringOp>(launch.getLoc(), pointerType(), place ? place.getValue() : "");
}

/// Kernels count in 32 bits, and so do the buffers that they are given: what the run makes larger ends it.
void CallBuilder::checkSizes(LaunchOp launch) {
  Location loc = launch.getLoc();
  Value most = builder.create<arith::ConstantIndexOp>(loc, std::numeric_limits<int32_t>::max()), tooLarge;
  auto check = [&](Value size) {
    Value larger = builder.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sgt, size, most);
    tooLarge = tooLarge ? builder.create<arith::OrIOp>(loc, tooLarge, larger) : larger;
  };
  for (Value in : launch.getIns())
    if (isa<IndexType>(in.getType()) && !getConstantIntValue(in))
      check(in);
  for (Value out : launch.getOuts()) {
    auto type = cast<MemRefType>(out.getType());
    Value inside;
    for (int64_t i = type.getRank() - 1; i >= 0 && !type.hasStaticShape(); --i) {
      Value size = builder.createOrFold<memref::DimOp>(loc, out, i);
      check(size);
      inside = inside ? builder.create<arith::MulIOp>(loc, inside, size) : size;
      if (i > 0)
        check(inside);
    }
  }
  if (!tooLarge)
    return;
  call(loc, "mdl_check_elements", nullptr, {runtimeScalar(tooLarge), placeOf(launch)});
}

LogicalResult CallBuilder::convert(LaunchOp launch) {
  builder.setInsertionPoint(launch);
  skipIfEmpty(launch);
  checkSizes(launch);
  Location loc = launch.getLoc();
  SmallVector<Value> arguments;
  for (Value in : launch.getIns()) {
    FailureOr<Value> argument = isMemref(in) ? buffer(in) : kernelScalar(launch, in);
    if (failed(argument))
      return failure();
    arguments.push_back(*argument);
  }
  // An in-place input and its output are one buffer.
  for (int64_t index : inplace.lookup(launch.getCallee()))
    arguments.push_back(buffer(launch.getOuts()[index]));
  for (Value out : launch.getOuts())
    arguments.push_back(buffer(out));

  StringRef name = launch.getCallee();
  Value code = call(loc, name, builder.getI32Type(), arguments).getResult();
  // The runtime branches, so that the program has no block for each launch.
  Value text = builder.create<StringOp>(loc, pointerType(), name);
  call(loc, "mdl_check_kernel", nullptr, {text, code, placeOf(launch)});
  launch.erase();
  return success();
}

LogicalResult CallBuilder::convert(RuntimeOp runtime) {
  builder.setInsertionPoint(runtime);
  SmallVector<Value> arguments;
  for (Value operand : runtime.getOperands())
    arguments.push_back(isMemref(operand) ? buffer(operand) : runtimeScalar(operand));
  Value result = runtime.getReturned();
  Type returned = result ? returnedByC(result.getType(), builder) : Type();
  LLVM::CallOp made = call(runtime.getLoc(), runtime.getCallee(), returned, arguments);
  if (result)
    result.replaceAllUsesWith(fromC(made.getResult(), result.getType()));
  runtime.erase();
  return success();
}

struct LaunchToCallPass : public PassWrapper<LaunchToCallPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LaunchToCallPass)
  StringRef getArgument() const final { return "mdl-launch-to-call"; }
  StringRef getDescription() const final { return "Turn launches and runtime calls into calls of C functions"; }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<MdlDialect, arith::ArithDialect, LLVM::LLVMDialect, scf::SCFDialect>();
  }

  void runOnOperation() final {
    SmallVector<Operation *> work;
    getOperation().walk([&](Operation *op) {
      if (isa<LaunchOp, RuntimeOp>(op))
        work.push_back(op);
    });
    for (Operation *op : work)
      if (llvm::any_of(op->getOperandTypes(), [](Type type) { return isa<TensorType>(type); })) {
        op->emitOpError("still has tensors; run -mdl-bufferize");
        return signalPassFailure();
      }
    CallBuilder calls(getOperation());
    for (Operation *op : work) {
      auto launch = dyn_cast<LaunchOp>(op);
      if (failed(launch ? calls.convert(launch) : calls.convert(cast<RuntimeOp>(op))))
        return signalPassFailure();
    }
  }
};

} // namespace

std::unique_ptr<Pass> createLaunchToCallPass() { return std::make_unique<LaunchToCallPass>(); }

} // namespace mdl
