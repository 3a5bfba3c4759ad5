//===- Tensors.cpp - Tensors of values, broadcasting ------------------------------------===//
//
// Stage: sema. How a value becomes a tensor (literals take their context's type, lists are
// stacked), and how shapes are brought together.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Callables.h"
#include "compiler/sema/Elaborator.h"
#include "compiler/sema/Literals.h"
#include "compiler/sema/Namesakes.h"
#include "compiler/sema/Ragged.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

/// Of a text that a hint repeats.
static constexpr size_t LongestName = 40;

static const char *const elementNames[] = {"f16", "bf16", "f32", "f64", "i8", "u8", "i32", "i64", "bool"};

const char *mdl::elementTypeName(ElementType type) { return elementNames[static_cast<int>(type)]; }
std::optional<ElementType> mdl::elementTypeNamed(std::string_view name) {
  for (int i = 0; i < 9; ++i)
    if (name == elementNames[i])
      return static_cast<ElementType>(i);
  return std::nullopt;
}

Elaborator::Tensor Elaborator::make(mlir::Value ssa, ElementType element, Shape shape, unsigned lift) {
  if (outlines && ssa)
    notes.noteShape(ssa, element, shape);
  auto tensor = std::make_shared<TensorValue>();
  tensor->ssa = ssa;
  tensor->element = element;
  tensor->shape = std::move(shape);
  tensor->lift = lift;
  return tensor;
}

Elaborator::Tensor Elaborator::scalarConstant(ElementType element, double value) {
  return make(emit.constant(element, {}, {value}), element, {});
}

Elaborator::Tensor Elaborator::knownScalar(Dim dim) {
  auto tensor = std::make_shared<TensorValue>();
  tensor->element = ElementType::I64;
  tensor->known = std::move(dim);
  return tensor;
}

/// A constant of whole numbers, all of whose digits count: a double has 53 bits.
static mlir::Value wholeConstant(Elaborator &e, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> numbers) {
  auto type = mlir::RankedTensorType::get(shape, e.emit.builder.getI64Type());
  return e.emit.op("constant", {}, type, {e.emit.attr("value", mlir::DenseElementsAttr::get(type, numbers))});
}

mlir::Value Elaborator::ssa(const TensorValue &tensor) {
  if (tensor.ssa)
    return tensor.ssa;
  // Made anew at each use: the place of the first use need not dominate the next.
  if (auto constant = tensor.known->constant())
    return wholeConstant(*this, {}, *constant);
  return emit.fromScalar(emit.i64(*tensor.known, dims));
}

Elaborator::Tensor Elaborator::cast(const Tensor &value, ElementType element) {
  if (value->element == element)
    return value;
  if (value->known && value->known->constant()) {
    int64_t number = *value->known->constant();
    return scalarConstant(element, element == ElementType::Bool ? number != 0 : static_cast<double>(number));
  }
  return make(emit.op("cast", ssa(value), emit.tensorType(element, value->shape)), element, value->shape, value->lift);
}

bool Elaborator::isTensorLike(const Value &value) const {
  if (as<TensorValue>(value) || as<LiteralValue>(value))
    return true;
  auto *list = as<ListValue>(value);
  if (!list || list->fixed || list->elements.empty() ||
      !llvm::all_of(list->elements, [&](auto &v) { return isTensorLike(v); }))
    return false;
  // Tensors of different shapes stay a list.
  const TensorValue *first = nullptr;
  for (auto &element : list->elements) {
    auto *t = as<TensorValue>(element);
    if (!t)
      continue;
    first = first ? first : t;
    if (t->rank() != first->rank())
      return false;
    for (unsigned axis = 0; axis < t->rank(); ++axis)
      if (t->shape[t->lift + axis].dim != first->shape[first->lift + axis].dim)
        return false;
  }
  return true;
}

Elaborator::Tensor Elaborator::tensor(const Value &value, SourceRange range, std::optional<ElementType> context) {
  if (!value)
    return nullptr;
  if (auto *t = as<TensorValue>(value))
    return t->written && context ? inTypeOf(*this, *t, *context, range)
                                 : std::static_pointer_cast<const TensorValue>(value);
  const ElementType real = inF64 ? ElementType::F64 : ElementType::F32;
  if (auto *literal = as<LiteralValue>(value)) {
    ElementType element = context.value_or(literal->isInt ? ElementType::I64 : real);
    if (!literal->isInt && !isFloat(element))
      element = real;
    if (element == ElementType::I64)
      return knownScalar(Dim(literal->intValue));
    if (!allFit(*this, value, element, range))
      return nullptr;
    return scalarConstant(element, literal->floatValue);
  }
  if (auto *rows = as<RaggedValue>(value))
    return reportRagged(*this, *rows, range);
  auto *list = as<ListValue>(value);
  if (list && list->elements.empty()) {
    ElementType element = context.value_or(real);
    return make(emit.constant(element, {0}, {}), element, {{Dim(0), range}});
  }
  if (!list) {
    auto report = diags.report(diag::ExpectedTensor, range, {typeName(value)});
    std::string text(sources.text(range));
    if (isCallable(value) && text.size() <= LongestName && text.find('\n') == std::string::npos)
      report.hint("a function is no number: `" + text + "(…)` is what it gives");
    else if (as<UnitValue>(value))
      report.hint("a block's value is the expression on its last line; a `let`, a loop or `print` gives none");
    return nullptr;
  }
  std::vector<int64_t> shape, integers;
  std::vector<double> numbers;
  bool isInt = true;
  if (readLiterals(value, shape, numbers, integers, isInt, 0)) {
    ElementType element = context.value_or(isInt ? ElementType::I64 : real);
    if (!isInt && !isFloat(element))
      element = real;
    if (!allFit(*this, value, element, range))
      return nullptr;
    Shape sizes;
    for (int64_t size : shape)
      sizes.push_back({Dim(size), range});
    bool isWhole = element == ElementType::I64;
    return make(isWhole ? wholeConstant(*this, shape, integers) : emit.constant(element, shape, numbers), element,
                sizes);
  }
  shape.clear();
  numbers.clear();
  if (readTruths(*this, value, shape, numbers, 0)) {
    Shape sizes;
    for (int64_t size : shape)
      sizes.push_back({Dim(size), range});
    return make(emit.constant(ElementType::Bool, shape, numbers), ElementType::Bool, sizes);
  }
  // Elements that are computed: stack them.
  std::vector<Tensor> parts;
  context = context ? context : floatAmong(*this, list->elements);
  for (size_t i = 0; i < list->elements.size(); ++i) {
    Tensor part = tensor(list->elements[i], list->ranges[i], context);
    if (!part)
      return nullptr;
    parts.push_back(part);
  }
  ElementType element = parts[0]->element;
  unsigned lift = 0;
  for (auto &part : parts) {
    element = promote(element, false, part->element, false);
    lift = std::max(lift, part->lift);
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    parts[i] = liftTo(cast(parts[i], element), lift);
    bool same = parts[i]->shape.size() == parts[0]->shape.size();
    for (size_t axis = lift; same && axis < parts[0]->shape.size(); ++axis)
      same = parts[i]->shape[axis].dim == parts[0]->shape[axis].dim;
    if (!same) {
      diags.report(diag::RaggedList, list->ranges[i], {print(parts[i]->shape, lift), print(parts[0]->shape, lift)});
      return nullptr;
    }
  }
  // Lifted parts may have different sizes (1 or all) of an axis.
  Shape whole = parts[0]->shape;
  for (auto &part : parts)
    for (unsigned axis = 0; axis < lift; ++axis)
      if (whole[axis].dim.isConstant(1))
        whole[axis] = part->shape[axis];
  llvm::SmallVector<mlir::Value> values;
  Shape unit = whole;
  unit.insert(unit.begin() + lift, Size{Dim(1), range});
  for (auto &part : parts)
    values.push_back(ssa(reshape(broadcast(part, whole, lift), unit, lift)));
  Shape result = unit;
  result[lift].dim = Dim(static_cast<int64_t>(parts.size()));
  if (values.size() == 1)
    return make(values[0], element, result, lift);
  auto axis = emit.attr("axis", emit.builder.getI64IntegerAttr(lift));
  return make(emit.op("concat", values, emit.tensorType(element, result), {axis}), element, result, lift);
}

Elaborator::Tensor Elaborator::reshape(const Tensor &value, const Shape &shape, unsigned lift) {
  bool same = value->shape.size() == shape.size();
  for (size_t i = 0; same && i < shape.size(); ++i)
    same = value->shape[i].dim == shape[i].dim;
  if (same && value->lift == lift)
    return make(ssa(value), value->element, shape, lift);
  llvm::SmallVector<mlir::Value> operands{ssa(value)};
  operands.append(emit.dynamicSizes(shape, dims));
  return make(emit.op("reshape", operands, emit.tensorType(value->element, shape)), value->element, shape, lift);
}

Elaborator::Tensor Elaborator::liftTo(const Tensor &value, unsigned lift) {
  if (value->lift >= lift)
    return value;
  Shape shape = value->shape;
  shape.insert(shape.begin() + value->lift, lift - value->lift, Size{Dim(1), {}});
  return reshape(value, shape, lift);
}

Elaborator::Tensor Elaborator::broadcast(const Tensor &given, const Shape &shape, unsigned lift) {
  Tensor value = liftTo(given, lift);
  // Inner axes are aligned at the right.
  unsigned missing = shape.size() - value->shape.size();
  Shape kept;
  llvm::SmallVector<int64_t> dimensions;
  bool changed = missing > 0;
  for (size_t axis = 0; axis < value->shape.size(); ++axis) {
    size_t target = axis < lift ? axis : axis + missing;
    if (value->shape[axis].dim != shape[target].dim) {
      changed = true;
      continue;
    }
    kept.push_back(value->shape[axis]);
    dimensions.push_back(target);
  }
  if (!changed)
    return value;
  Tensor dense = kept.size() == value->shape.size() ? value : reshape(value, kept, 0);
  llvm::SmallVector<mlir::Value> operands{ssa(dense)};
  operands.append(emit.dynamicSizes(shape, dims));
  return make(
      emit.op("broadcast", operands, emit.tensorType(value->element, shape), {emit.ints("dimensions", dimensions)}),
      value->element, shape, lift);
}

/// Whether `a * b` would be right as `a @ b`.
static bool isMeantAsProduct(Elaborator &e, const std::vector<Elaborator::Tensor> &values,
                             const std::vector<SourceRange> &ranges) {
  if (values.size() != 2 || !values[0]->rank() || values[1]->rank() < 2 || ranges[0].file != ranges[1].file)
    return false;
  std::string_view between = e.sources.text({ranges[0].file, ranges[0].end, ranges[1].begin});
  const Shape &a = values[0]->shape, &b = values[1]->shape;
  return between.find('*') != std::string_view::npos && a.back().dim == b[b.size() - 2].dim;
}

/// Where one of two shapes is the other without its last axes, as `mean(x, axis=1)` is beside `x`: how it gets them;
/// empty otherwise.
static std::string missingAxesHint(Elaborator &e, const std::vector<Elaborator::Tensor> &values,
                                   const std::vector<SourceRange> &ranges) {
  if (values.size() != 2 || values[0]->rank() == values[1]->rank())
    return "";
  unsigned shorter = values[0]->rank() < values[1]->rank() ? 0 : 1;
  const TensorValue &small = *values[shorter], &large = *values[1 - shorter];
  for (unsigned axis = 0; axis < small.rank(); ++axis)
    if (small.shape[small.lift + axis].dim != large.shape[large.lift + axis].dim)
      return "";
  llvm::StringRef text = e.sources.text(ranges[shorter]);
  unsigned missing = large.rank() - small.rank();
  if (missing == 1 && text.contains("axis=") && text.ends_with(")") && !text.contains('\n'))
    return "`" + text.drop_back().str() + ", keepdims=true)` keeps the axis, with size 1";
  bool isName = llvm::all_of(text, [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; });
  std::string axes = small.rank() == 1 ? ":" : "...";
  for (unsigned i = 0; i < missing; ++i)
    axes += ", new";
  return "axes are aligned at the right: `" + (isName ? text.str() : "(…)") + "[" + axes + "]` has the missing one" +
         (missing > 1 ? "s" : "") + ", with size 1";
}

std::optional<Shape> Elaborator::broadcastShapes(const std::vector<Tensor> &values,
                                                 const std::vector<SourceRange> &ranges, SourceRange range,
                                                 unsigned &lift) {
  lift = 0;
  unsigned inner = 0;
  for (auto &value : values) {
    lift = std::max(lift, value->lift);
    inner = std::max(inner, value->rank());
  }
  Shape result(lift + inner, Size{Dim(1), {}});
  std::vector<size_t> from(lift + inner, 0);
  for (size_t operand = 0; operand < values.size(); ++operand) {
    const TensorValue &value = *values[operand];
    for (size_t axis = 0; axis < value.shape.size(); ++axis) {
      size_t target = axis < value.lift ? axis : axis - value.lift + lift + (inner - value.rank());
      const Size &size = value.shape[axis];
      if (size.dim.isConstant(1)) {
        if (!result[target].origin.isValid() && result[target].dim.isConstant(1))
          result[target].origin = size.origin;
        continue;
      }
      if (result[target].dim.isConstant(1)) {
        result[target] = size;
        from[target] = operand;
      } else if (result[target].dim != size.dim) {
        const TensorValue &other = *values[from[target]];
        auto report = diags.report(diag::ShapesDoNotBroadcast, range,
                                   {elementName(other.element) + print(other.shape, other.lift),
                                    elementName(value.element) + print(value.shape, value.lift),
                                    dims.print(result[target].dim), dims.print(size.dim)});
        if (!noteNamesakes(dims, report, result[target].dim, size.dim)) {
          noteOrigin(report, result[target]);
          noteOrigin(report, size);
        }
        if (std::string hint = missingAxesHint(*this, values, ranges); !hint.empty())
          report.hint(hint);
        else if (!(result[target].dim - size.dim).constant())
          report.hint(equalityHint(result[target].dim, size.dim));
        else if (isMeantAsProduct(*this, values, ranges))
          report.hint("`@` is the matrix product, `*` goes element by element");
        return std::nullopt;
      }
    }
  }
  return result;
}

/// As PyTorch: the kind first (bool, whole, float), then the width; a scalar does not widen a tensor of its kind.
ElementType Elaborator::promote(ElementType a, bool aScalar, ElementType b, bool bScalar) {
  if (a == b)
    return a;
  auto category = [](ElementType type) { return isFloat(type) ? 2 : isInteger(type) ? 1 : 0; };
  if (category(a) != category(b))
    return category(a) > category(b) ? a : b;
  if (isFloat(a) && inF64)
    return ElementType::F64; // An outer f32 tensor beside a number that stands for an f64.
  if (aScalar != bScalar)
    return aScalar ? b : a;
  if (isFloat(a)) {
    if ((a == ElementType::F16 && b == ElementType::BF16) || (a == ElementType::BF16 && b == ElementType::F16))
      return ElementType::F32;
    return std::max(a, b);
  }
  if ((a == ElementType::I8 && b == ElementType::U8) || (a == ElementType::U8 && b == ElementType::I8))
    return ElementType::I32;
  return std::max(a, b);
}

std::optional<int64_t> Elaborator::constantInt(const Value &value) {
  if (auto *literal = as<LiteralValue>(value))
    return literal->isInt ? std::optional<int64_t>(literal->intValue) : std::nullopt;
  if (auto *tensor = as<TensorValue>(value); tensor && tensor->known)
    return tensor->known->constant();
  return std::nullopt;
}

/// The splat of a constant operation; what folds is the front end's business only for arguments such as
/// `keepdims=true`.
static std::optional<double> constantOf(const TensorValue &tensor) {
  if (!tensor.ssa || !tensor.shape.empty())
    return std::nullopt;
  auto *op = tensor.ssa.getDefiningOp();
  if (!op || op->getName().getStringRef() != "mdl.constant")
    return std::nullopt;
  auto elements = op->getAttrOfType<mlir::DenseElementsAttr>("value");
  if (!elements)
    if (auto attr = op->getInherentAttr("value"))
      elements = llvm::dyn_cast<mlir::DenseElementsAttr>(*attr);
  if (!elements)
    return std::nullopt;
  if (llvm::isa<mlir::FloatType>(elements.getElementType()))
    return (*elements.value_begin<llvm::APFloat>()).convertToDouble();
  auto bits = *elements.value_begin<llvm::APInt>();
  bool countsFromZero = elements.getElementType().isInteger(1) || elements.getElementType().isUnsignedInteger();
  return countsFromZero ? static_cast<double>(bits.getZExtValue()) : static_cast<double>(bits.getSExtValue());
}

std::optional<double> Elaborator::constantNumber(const Value &value) {
  if (auto *literal = as<LiteralValue>(value))
    return literal->floatValue;
  if (auto whole = constantInt(value))
    return static_cast<double>(*whole);
  if (auto *tensor = as<TensorValue>(value)) {
    auto number = constantOf(*tensor);
    return number;
  }
  return std::nullopt;
}

std::optional<bool> Elaborator::constantBool(const Value &value) {
  if (auto *tensor = as<TensorValue>(value); tensor && tensor->element == ElementType::Bool)
    if (auto number = constantOf(*tensor))
      return *number != 0;
  return std::nullopt;
}

std::optional<std::string> Elaborator::constantString(const Value &value) {
  if (auto *type = as<ElementTypeValue>(value))
    return elementTypeName(type->type);
  auto *string = as<StringValue>(value);
  return string ? string->constant : std::nullopt;
}

std::optional<std::string> Elaborator::knownText(const Value &value) {
  auto *string = as<StringValue>(value);
  bool isKnown = string && llvm::none_of(string->pieces, [](auto &piece) { return piece.pointer; });
  return isKnown ? string->constant : std::nullopt;
}

mlir::Value Elaborator::scalar(const Tensor &value) {
  if (!value->ssa && value->known)
    return emit.i64(*value->known, dims);
  return emit.builder.create<mlir::tensor::ExtractOp>(emit.location, ssa(value), mlir::ValueRange{});
}
