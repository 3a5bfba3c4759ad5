//===- Emitter.cpp - Builds operations for sema ---------------------------------------===//

#include "compiler/sema/Emitter.h"

#include "mlir/Dialect/LLVMIR/LLVMTypes.h"

#include <limits>

using namespace mlir;
using namespace mdl;

Emitter::Emitter(Compilation &compilation, ModuleOp module)
    : builder(module.getContext()), declare(module.getContext()), location(UnknownLoc::get(module.getContext())),
      compilation(compilation), module(module) {}

void Emitter::setPlace(SourceRange range) {
  if (!range.isValid())
    return;
  std::string path(compilation.sources.path(range.file));
  LineColumn at = compilation.sources.lineColumn(range.file, range.begin);
  location = FileLineColLoc::get(builder.getContext(), path, at.line, at.column);
  if (int calls = compilation.diagnostics.contextNumber(); calls >= 0)
    location = FusedLoc::get({location}, builder.getI64IntegerAttr(calls), builder.getContext());
  compilation.places.insert({{path, at.line, at.column}, range});
}

SourceRange mdl::placeOf(const Compilation &compilation, Location location) {
  auto at = location->findInstanceOf<FileLineColLoc>();
  if (!at)
    return {};
  auto it = compilation.places.find({at.getFilename().str(), at.getLine(), at.getColumn()});
  return it == compilation.places.end() ? SourceRange{} : it->second;
}

Type Emitter::elementType(ElementType type) {
  switch (type) {
  case ElementType::F16:
    return builder.getF16Type();
  case ElementType::BF16:
    return builder.getBF16Type();
  case ElementType::F32:
    return builder.getF32Type();
  case ElementType::F64:
    return builder.getF64Type();
  case ElementType::I8:
    return builder.getI8Type();
  case ElementType::U8:
    return builder.getIntegerType(8, /*isSigned=*/false);
  case ElementType::I32:
    return builder.getI32Type();
  case ElementType::I64:
    return builder.getI64Type();
  case ElementType::Bool:
    return builder.getI1Type();
  }
  llvm_unreachable("element type");
}

/// Kernels count along an axis, and from one element of it to the next, in 32 bits.
void Emitter::checkSizes(ArrayRef<int64_t> sizes) {
  int64_t inside = 1;
  bool fits = true;
  for (int64_t size : llvm::reverse(sizes)) {
    fits &= inside <= INT32_MAX && size <= INT32_MAX;
    inside *= fits && size > 0 ? size : 1;
  }
  if (!fits && !compilation.diagnostics.hasErrors())
    compilation.diagnostics.report(diag::Unsupported, placeOf(compilation, location),
                                   {"tensors of more than 2,147,483,647 elements along an axis, or in a row of one"});
}

RankedTensorType Emitter::tensorType(ElementType element, const Shape &shape) {
  SmallVector<int64_t> sizes;
  for (const Size &size : shape)
    sizes.push_back(size.dim.constant().value_or(ShapedType::kDynamic));
  checkSizes(sizes);
  return RankedTensorType::get(sizes, elementType(element));
}

Operation *Emitter::ops(const std::string &name, ValueRange operands, TypeRange results,
                        ArrayRef<NamedAttribute> attributes) {
  OperationState state(location, "mdl." + name);
  state.addOperands(operands);
  state.addTypes(results);
  state.addAttributes(attributes);
  return builder.create(state);
}

mlir::Value Emitter::op(const std::string &name, ValueRange operands, Type result,
                        ArrayRef<NamedAttribute> attributes) {
  return ops(name, operands, TypeRange{result}, attributes)->getResult(0);
}

NamedAttribute Emitter::attr(const char *name, Attribute value) { return builder.getNamedAttr(name, value); }
NamedAttribute Emitter::ints(const char *name, ArrayRef<int64_t> values) {
  return attr(name, builder.getDenseI64ArrayAttr(values));
}

/// A size that follows from two others.
mlir::Value Emitter::computedSize(const DimTable::Symbol &symbol, DimTable &dims) {
  using Form = DimTable::Symbol::Form;
  mlir::Value first = index(symbol.first, dims), second = index(symbol.second, dims);
  mlir::Value zero = builder.create<arith::ConstantIndexOp>(location, 0);
  if (symbol.form == Form::Quotient) {
    if (symbol.second.constant())
      return builder.create<arith::FloorDivSIOp>(location, first, second);
    // By 0 it is 0, as for tensors, and no trap.
    mlir::Value byZero = builder.create<arith::CmpIOp>(location, arith::CmpIPredicate::eq, second, zero);
    mlir::Value one = builder.create<arith::ConstantIndexOp>(location, 1);
    mlir::Value divisor = builder.create<arith::SelectOp>(location, byZero, one, second);
    mlir::Value quotient = builder.create<arith::FloorDivSIOp>(location, first, divisor);
    return builder.create<arith::SelectOp>(location, byZero, zero, quotient);
  }
  if (symbol.form == Form::Span)
    return builder.create<arith::MaxSIOp>(location, first, zero);
  mlir::Value fromEnd = builder.create<arith::AddIOp>(location, first, second);
  mlir::Value negative = builder.create<arith::CmpIOp>(location, arith::CmpIPredicate::slt, first, zero);
  mlir::Value place = builder.create<arith::SelectOp>(location, negative, fromEnd, first);
  place = builder.create<arith::MinSIOp>(location, builder.create<arith::MaxSIOp>(location, place, zero), second);
  return symbol.form == Form::Head ? place : builder.create<arith::SubIOp>(location, second, place);
}

mlir::Value Emitter::index(const Dim &dim, DimTable &dims) {
  auto constant = [&](int64_t value) -> mlir::Value { return builder.create<arith::ConstantIndexOp>(location, value); };
  if (auto value = dim.constant())
    return constant(*value);
  mlir::Value sum;
  for (auto &[monomial, coefficient] : dim.terms) {
    mlir::Value term;
    if (coefficient != 1 || monomial.empty())
      term = constant(coefficient);
    for (SymbolId id : monomial) {
      // Copied: the parts of a computed size may add symbols while they are made.
      DimTable::Symbol symbol = dims[id];
      mlir::Value factor =
          symbol.isComputed() ? computedSize(symbol, dims) : mlir::Value::getFromOpaquePointer(symbol.value);
      term = term ? builder.create<arith::MulIOp>(location, term, factor) : factor;
    }
    sum = sum ? builder.create<arith::AddIOp>(location, sum, term) : term;
  }
  return sum;
}

SmallVector<mlir::Value> Emitter::dynamicSizes(const Shape &shape, DimTable &dims) {
  SmallVector<mlir::Value> values;
  for (const Size &size : shape)
    if (!size.dim.constant())
      values.push_back(index(size.dim, dims));
  return values;
}

mlir::Value Emitter::constantI64(int64_t value) { return builder.create<arith::ConstantIntOp>(location, value, 64); }
mlir::Value Emitter::constantBool(bool value) { return builder.create<arith::ConstantIntOp>(location, value, 1); }
mlir::Value Emitter::constantF64(double value) {
  return builder.create<arith::ConstantOp>(location, builder.getF64FloatAttr(value));
}
mlir::Value Emitter::i64(const Dim &dim, DimTable &dims) {
  if (auto value = dim.constant())
    return constantI64(*value);
  return toI64(index(dim, dims));
}
mlir::Value Emitter::toI64(mlir::Value index) {
  return builder.create<arith::IndexCastOp>(location, builder.getI64Type(), index);
}
mlir::Value Emitter::toIndex(mlir::Value i64) {
  return builder.create<arith::IndexCastOp>(location, builder.getIndexType(), i64);
}
mlir::Value Emitter::fromScalar(mlir::Value scalar) {
  return builder.create<tensor::FromElementsOp>(location, RankedTensorType::get({}, scalar.getType()),
                                                ValueRange{scalar});
}

Type Emitter::pointer() { return LLVM::LLVMPointerType::get(builder.getContext()); }

mlir::Value Emitter::string(const std::string &text) {
  return op("string", {}, pointer(), {attr("value", builder.getStringAttr(text))});
}

/// The largest i64 is no double: the next one stands for it.
static int64_t wholeNumber(double value) {
  return value >= 0x1p63 ? std::numeric_limits<int64_t>::max() : static_cast<int64_t>(value);
}

mlir::Value Emitter::constant(ElementType element, ArrayRef<int64_t> shape, ArrayRef<double> values) {
  Type type = elementType(element);
  auto tensor = RankedTensorType::get(shape, type);
  SmallVector<Attribute> elements;
  for (double value : values)
    elements.push_back(isa<FloatType>(type) ? Attribute(builder.getFloatAttr(type, value))
                                            : Attribute(IntegerAttr::get(type, wholeNumber(value))));
  return op("constant", {}, tensor, {attr("value", DenseElementsAttr::get(tensor, elements))});
}

mlir::Value Emitter::empty(ElementType element, const Shape &shape, DimTable &dims) {
  auto type = tensorType(element, shape);
  return builder.create<tensor::EmptyOp>(location, type, dynamicSizes(shape, dims));
}

Operation *Emitter::runtimeOp(OpBuilder &at, const char *symbol, ValueRange ins, ValueRange outs, TypeRange results,
                              bool pure) {
  OperationState state(location, "mdl.runtime");
  state.addOperands(ins);
  state.addOperands(outs);
  state.addTypes(results);
  state.addAttribute("callee", at.getStringAttr(symbol));
  state.addAttribute("operandSegmentSizes",
                     at.getDenseI32ArrayAttr({static_cast<int32_t>(ins.size()), static_cast<int32_t>(outs.size())}));
  if (pure)
    state.addAttribute("pure", at.getUnitAttr());
  return at.create(state);
}

mlir::Value Emitter::runtime(const char *symbol, ValueRange ins, Type result, bool pure) {
  Operation *op = runtimeOp(builder, symbol, ins, {}, result ? TypeRange{result} : TypeRange{}, pure);
  return result ? mlir::Value(op->getResult(0)) : mlir::Value();
}

mlir::Value Emitter::runtimeFill(const char *symbol, ValueRange ins, ElementType element, const Shape &shape,
                                 DimTable &dims, bool pure) {
  mlir::Value destination = empty(element, shape, dims);
  return runtimeOp(builder, symbol, ins, destination, destination.getType(), pure)->getResult(0);
}

void Emitter::runtimeDeclare(const char *symbol, ValueRange ins) { runtimeOp(declare, symbol, ins, {}, {}, false); }

void Emitter::enterScratch() {
  OpBuilder::InsertPoint saved = builder.saveInsertionPoint();
  auto at = OpBuilder::atBlockEnd(module.getBody());
  auto function =
      at.create<func::FuncOp>(location, "scratch" + std::to_string(scratch.size()), at.getFunctionType({}, {}));
  function.addEntryBlock();
  scratch.push_back({saved, function});
  builder.setInsertionPointToStart(&function.getBody().front());
}

void Emitter::leaveScratch() {
  builder.restoreInsertionPoint(scratch.back().saved);
  scratch.back().function->erase();
  scratch.pop_back();
}
