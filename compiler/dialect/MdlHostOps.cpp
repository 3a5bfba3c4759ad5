//===- MdlHostOps.cpp - Kernels, launches and calls of the runtime ----------===//
//
// Verifiers, builders and effects of the operations of MdlHostOps.td.
//
//===----------------------------------------------------------------------===//

#include "compiler/dialect/Mdl.h"
#include "mlir/Interfaces/FunctionImplementation.h"

using namespace mlir;

namespace mdl {

//===----------------------------------------------------------------------===//
// mdl.kernel
//===----------------------------------------------------------------------===//

void KernelOp::build(OpBuilder &builder, OperationState &state, StringRef name, FunctionType type,
                     ArrayRef<int64_t> inplace) {
  state.addAttribute(getSymNameAttrName(state.name), builder.getStringAttr(name));
  state.addAttribute(getFunctionTypeAttrName(state.name), TypeAttr::get(type));
  if (!inplace.empty())
    state.addAttribute(getInplaceAttrName(state.name), builder.getDenseI64ArrayAttr(inplace));
  Block *entry = new Block;
  entry->addArguments(type.getInputs(), SmallVector<Location>(type.getNumInputs(), state.location));
  state.addRegion()->push_back(entry);
}

ParseResult KernelOp::parse(OpAsmParser &parser, OperationState &state) {
  auto buildType = [](Builder &builder, ArrayRef<Type> arguments, ArrayRef<Type> results,
                      function_interface_impl::VariadicFlag,
                      std::string &) { return builder.getFunctionType(arguments, results); };
  return function_interface_impl::parseFunctionOp(parser, state, /*allowVariadic=*/false,
                                                  getFunctionTypeAttrName(state.name), buildType,
                                                  getArgAttrsAttrName(state.name), getResAttrsAttrName(state.name));
}

void KernelOp::print(OpAsmPrinter &printer) {
  function_interface_impl::printFunctionOp(printer, *this, /*isVariadic=*/false, getFunctionTypeAttrName(),
                                           getArgAttrsAttrName(), getResAttrsAttrName());
}

ArrayRef<int64_t> KernelOp::getInplaceResults() {
  std::optional<ArrayRef<int64_t>> inplace = getInplace();
  return inplace ? *inplace : ArrayRef<int64_t>();
}

unsigned KernelOp::getNumIns() { return getArgumentTypes().size() - getInplaceResults().size(); }

BlockArgument KernelOp::getInplaceArgument(unsigned index) {
  ArrayRef<int64_t> inplace = getInplaceResults();
  const auto *entry = llvm::find(inplace, int64_t(index));
  return entry == inplace.end() ? BlockArgument() : getArgument(getNumIns() + (entry - inplace.begin()));
}

LogicalResult KernelOp::verify() {
  ArrayRef<Type> arguments = getArgumentTypes(), results = getResultTypes();
  for (Type type : arguments)
    if (!isa<RankedTensorType, FloatType, IndexType>(type) && !type.isSignlessInteger())
      return emitOpError("takes tensors and scalars, not ") << type;
  for (Type type : results)
    if (!isa<RankedTensorType>(type))
      return emitOpError("gives tensors, not ") << type;

  ArrayRef<int64_t> inplace = getInplaceResults();
  if (inplace.size() > arguments.size())
    return emitOpError("has fewer arguments than `inplace` names");
  SmallVector<bool> seen(results.size());
  for (auto [position, result] : llvm::enumerate(inplace)) {
    if (result < 0 || result >= int64_t(results.size()))
      return emitOpError("has no result ") << result << " that `inplace` names";
    if (std::exchange(seen[result], true))
      return emitOpError("names result ") << result << " twice in `inplace`";
    if (arguments[getNumIns() + position] != results[result])
      return emitOpError("overwrites an argument of type ")
             << arguments[getNumIns() + position] << " by a result of type " << results[result];
  }

  // While a kernel is being built its body has no terminator yet; the IR's own verifier reports that one.
  auto yield = dyn_cast_or_null<YieldOp>(getBody().front().empty() ? nullptr : &getBody().front().back());
  if (!yield)
    return emitOpError("does not end in `mdl.yield`");
  if (!llvm::equal(yield.getValues().getTypes(), results))
    return yield.emitOpError("does not give the results of kernel `") << getSymName() << "`";
  return success();
}

//===----------------------------------------------------------------------===//
// mdl.launch
//===----------------------------------------------------------------------===//

void LaunchOp::build(OpBuilder &builder, OperationState &state, StringRef callee, ValueRange ins, ValueRange outs) {
  SmallVector<Type> results;
  llvm::copy_if(outs.getTypes(), std::back_inserter(results), [](Type type) { return isa<RankedTensorType>(type); });
  build(builder, state, results, FlatSymbolRefAttr::get(builder.getContext(), callee), ins, outs);
}

KernelOp LaunchOp::getKernel() { return SymbolTable::lookupNearestSymbolFrom<KernelOp>(*this, getCalleeAttr()); }

bool LaunchOp::isInplace(unsigned index) {
  KernelOp kernel = getKernel();
  return kernel && llvm::is_contained(kernel.getInplaceResults(), int64_t(index));
}

/// Whether an operand can be handed to an argument: the same scalar, or the same rank and element type and no size that
/// contradicts.
static bool fits(Type operand, Type argument) {
  auto shaped = dyn_cast<ShapedType>(operand);
  auto wanted = dyn_cast<ShapedType>(argument);
  if (!shaped || !wanted)
    return operand == argument;
  return shaped.getElementType() == wanted.getElementType() &&
         succeeded(verifyCompatibleShape(shaped.getShape(), wanted.getShape()));
}

LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto kernel = symbols.lookupNearestSymbolFrom<KernelOp>(*this, getCalleeAttr());
  if (!kernel)
    return emitOpError("launches `") << getCallee() << "`, which is no kernel";
  ArrayRef<Type> arguments = kernel.getArgumentTypes(), results = kernel.getResultTypes();
  unsigned numIns = kernel.getNumIns();
  if (getIns().size() != numIns)
    return emitOpError("has ") << getIns().size() << " ins, but the kernel takes " << numIns;
  if (getOuts().size() != results.size())
    return emitOpError("has ") << getOuts().size() << " outs, but the kernel gives " << results.size();
  for (auto [index, operand, argument] : llvm::enumerate(getIns().getTypes(), arguments.take_front(numIns)))
    if (!fits(operand, argument))
      return emitOpError("gives ") << operand << " for argument " << index << " of type " << argument;
  for (auto [index, operand, result] : llvm::enumerate(getOuts().getTypes(), results))
    if (!fits(operand, result))
      return emitOpError("gives ") << operand << " for result " << index << " of type " << result;
  return success();
}

using Effects = SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>;

/// Memrefs among `ins` are read, among `outs` also written. Tensors are values and have no effect.
static void addBufferEffects(Effects &effects, MutableOperandRange ins, MutableOperandRange outs) {
  for (OpOperand &operand : ins)
    if (isa<MemRefType>(operand.get().getType()))
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
  for (OpOperand &operand : outs) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    effects.emplace_back(MemoryEffects::Read::get(), &operand);
    effects.emplace_back(MemoryEffects::Write::get(), &operand);
  }
}

void LaunchOp::getEffects(Effects &effects) { addBufferEffects(effects, getInsMutable(), getOutsMutable()); }

//===----------------------------------------------------------------------===//
// mdl.runtime
//===----------------------------------------------------------------------===//

void RuntimeOp::build(OpBuilder &builder, OperationState &state, StringRef callee, ValueRange ins, ValueRange outs,
                      Type returned, bool pure) {
  SmallVector<Type> results;
  llvm::copy_if(outs.getTypes(), std::back_inserter(results), [](Type type) { return isa<RankedTensorType>(type); });
  if (returned)
    results.push_back(returned);
  build(builder, state, results, builder.getStringAttr(callee), ins, outs, pure);
}

unsigned RuntimeOp::getNumTensorResults() {
  return llvm::count_if(getOuts().getTypes(), [](Type type) { return isa<RankedTensorType>(type); });
}

Value RuntimeOp::getReturned() { return getNumResults() > getNumTensorResults() ? getResults().back() : Value(); }

LogicalResult RuntimeOp::verify() {
  if (getCallee().empty())
    return emitOpError("has no function to call");
  SmallVector<Type> tensors;
  llvm::copy_if(getOuts().getTypes(), std::back_inserter(tensors),
                [](Type type) { return isa<RankedTensorType>(type); });
  if (getNumResults() < tensors.size() || getNumResults() > tensors.size() + 1)
    return emitOpError("gives ") << getNumResults() << " results, but has " << tensors.size()
                                 << " tensors to write and returns at most one value";
  if (TypeRange(tensors) != TypeRange(getResultTypes()).take_front(tensors.size()))
    return emitOpError("has tensor results that are not of the types of its outs");
  if (Value returned = getReturned(); returned && isa<ShapedType>(returned.getType()))
    return emitOpError("returns ") << returned.getType() << ", which is neither scalar nor pointer";
  return success();
}

namespace {
/// What the runtime keeps to itself: options, text, random states, files. Apart from memory, so that a call orders
/// other calls and not loads and stores.
struct RuntimeState : public SideEffects::Resource::Base<RuntimeState> {
  StringRef getName() final { return "<mdl runtime>"; }
};
} // namespace

void RuntimeOp::getEffects(Effects &effects) {
  if (!getPure()) {
    effects.emplace_back(MemoryEffects::Read::get(), RuntimeState::get());
    effects.emplace_back(MemoryEffects::Write::get(), RuntimeState::get());
  }
  addBufferEffects(effects, getInsMutable(), getOutsMutable());
}

Speculation::Speculatability RuntimeOp::getSpeculatability() {
  return getPure() ? Speculation::Speculatable : Speculation::NotSpeculatable;
}

} // namespace mdl
