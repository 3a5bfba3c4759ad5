//===- Comprehension.cpp - [… for i in …] and sum(… for i in …) -------------------------------===//
//
// Stage: sema. Comprehensions are lifted (see ARCHITECTURE.md): a generator adds an axis to
// the index space, a scalar of the body is a tensor whose first axes are that space (each of
// size 1 where it does not depend on the index), a reduction takes its axes away again.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Elaborator.h"

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/AffineMap.h"
#include "llvm/ADT/STLExtras.h"

#include <limits>

using namespace mdl;

/// The size of the axis that `name` subscripts somewhere in `expr`, for `for i` without a range.
static std::optional<Size> inferRange(Elaborator &e, const ast::Expr *expr, const std::string &name) {
  if (!expr)
    return std::nullopt;
  auto any = [&](std::initializer_list<const ast::Expr *> parts) -> std::optional<Size> {
    for (auto *part : parts)
      if (auto found = inferRange(e, part, name))
        return found;
    return std::nullopt;
  };
  switch (expr->kind) {
  case ast::ExprKind::Index: {
    auto *index = ast::as<ast::Index>(expr);
    for (size_t i = 0; i < index->subscripts.size(); ++i) {
      auto *at = ast::as<ast::NameRef>(index->subscripts[i].at);
      if (!at || at->name != name || index->subscripts[i].kind != ast::Subscript::At)
        continue;
      size_t mark = e.diags.all().size();
      auto *base = as<TensorValue>(e.expression(index->base));
      e.diags.rewind(mark);
      if (base && i < base->rank())
        return base->shape[base->lift + i];
    }
    for (auto &subscript : index->subscripts)
      if (auto found = inferRange(e, subscript.at, name))
        return found;
    return inferRange(e, index->base, name);
  }
  case ast::ExprKind::Unary:
    return any({ast::as<ast::Unary>(expr)->operand});
  case ast::ExprKind::Binary:
    return any({ast::as<ast::Binary>(expr)->lhs, ast::as<ast::Binary>(expr)->rhs});
  case ast::ExprKind::Compare:
    return any({ast::as<ast::Compare>(expr)->lhs, ast::as<ast::Compare>(expr)->rhs});
  case ast::ExprKind::Logic:
    return any({ast::as<ast::Logic>(expr)->lhs, ast::as<ast::Logic>(expr)->rhs});
  case ast::ExprKind::Call: {
    auto *call = ast::as<ast::Call>(expr);
    for (auto &argument : call->arguments)
      if (auto found = inferRange(e, argument.value, name))
        return found;
    return inferRange(e, call->callee, name);
  }
  case ast::ExprKind::Member:
    return any({ast::as<ast::Member>(expr)->base});
  case ast::ExprKind::Comprehension:
    return any({ast::as<ast::Comprehension>(expr)->body});
  default:
    return std::nullopt;
  }
}

/// The identity of a reduction, for what a condition leaves out.
static double identityOf(const std::string &reduction) {
  if (reduction == "prod" || reduction == "all")
    return 1;
  if (reduction == "max")
    return -std::numeric_limits<double>::infinity();
  if (reduction == "min")
    return std::numeric_limits<double>::infinity();
  return 0;
}

/// Takes the axes from `from` on away.
static Elaborator::Tensor reduceAxes(Elaborator &e, const std::string &op, const Elaborator::Tensor &value,
                                     unsigned from, unsigned to, unsigned lift) {
  llvm::SmallVector<int64_t> axes;
  Shape shape;
  for (unsigned axis = 0; axis < value->shape.size(); ++axis)
    if (axis >= from && axis < to)
      axes.push_back(axis);
    else
      shape.push_back(value->shape[axis]);
  return e.make(e.emit.op(op, e.ssa(value), e.emit.tensorType(value->element, shape), {e.emit.ints("axes", axes)}),
                value->element, shape, lift);
}

Value Elaborator::comprehension(const ast::Comprehension &expr, const std::string &reduction, SourceRange range) {
  auto inner = std::make_shared<Scope>(scope);
  Restore<ScopePtr> restoreScope(scope, inner);
  unsigned outer = axes.size();
  struct RestoreAxes {
    std::vector<IndexAxis> &axes;
    unsigned count;
    ~RestoreAxes() { axes.resize(count); }
  } restoreAxes{axes, outer};

  for (auto &generator : expr.generators) {
    std::string name = generator.pattern->kind == ast::Pattern::Bind ? generator.pattern->name.text : "_";
    Dim begin;
    Size length;
    Tensor elements;
    if (!generator.source) {
      auto inferred = inferRange(*this, expr.body, name);
      if (!inferred) {
        diags.report(diag::NoRangeForIndex, generator.range, {name}).hint("write `" + name + " in 0..n`");
        return nullptr;
      }
      length = *inferred;
    } else {
      Value source = expression(generator.source);
      if (!source)
        return nullptr;
      if (auto *bounds = as<RangeValue>(source)) {
        auto from = size(bounds->begin, generator.source->range), to = size(bounds->end, generator.source->range);
        if (!from || !to)
          return nullptr;
        begin = from->dim;
        length = {to->dim - from->dim, generator.source->range};
        if (from->dim.isConstant(0))
          length.origin = to->origin;
        if (auto constant = length.dim.constant(); constant && *constant < 0)
          length.dim = Dim(0); // As `for i in 5..0`, which does nothing.
        else if (!constant)
          checkSize(length);
      } else {
        elements = isTensorLike(source) ? tensor(source, generator.source->range) : nullptr;
        if (!elements || elements->rank() == 0) {
          diags.report(diag::CannotIterate, generator.source->range, {typeName(source)});
          return nullptr;
        }
        length = elements->shape[elements->lift];
      }
    }
    unsigned axis = axes.size();
    axes.push_back({length, name});
    Value bound;
    AffineIndex form{{{axis, 1}}, begin};
    if (elements) {
      bound = affineRead(elements, {form}, generator.range, {generator.range});
    } else {
      Shape shape(axis, Size{Dim(1), {}});
      shape.push_back(length);
      auto attribute = emit.attr("axis", emit.builder.getI64IntegerAttr(axis));
      mlir::Value places =
          emit.op("iota", emit.dynamicSizes(shape, dims), emit.tensorType(ElementType::I64, shape), {attribute});
      Value counted = make(places, ElementType::I64, shape, axis + 1);
      if (!begin.isConstant(0))
        counted =
            elementwise("add", {counted, knownScalar(begin)}, {generator.range, generator.range}, generator.range);
      if (!counted)
        return nullptr;
      auto withForm = std::make_shared<TensorValue>(*as<TensorValue>(counted));
      withForm->affine = form;
      bound = withForm;
    }
    if (!bound || !bindPattern(*generator.pattern, bound, generator.range, *inner, false))
      return nullptr;
  }

  // What the conditions let through.
  Value mask;
  for (auto *condition : expr.conditions) {
    Value one = expression(condition);
    if (!one)
      return nullptr;
    mask = mask ? elementwise("and", {mask, one}, {condition->range, condition->range}, condition->range) : one;
    if (!mask)
      return nullptr;
  }
  Value body = expression(expr.body);
  if (!body)
    return nullptr;
  unsigned count = axes.size();
  // Every axis of this comprehension in full; those of outer ones may stay 1.
  auto spread = [&](const Tensor &value) {
    Tensor lifted = liftTo(value, count);
    Shape shape = lifted->shape;
    for (unsigned axis = outer; axis < count; ++axis)
      shape[axis] = axes[axis].size;
    return broadcast(lifted, shape, count);
  };
  emit.setPlace(range);
  if (reduction.empty()) {
    auto finish = [&](const Value &part) -> Value {
      Tensor value = tensor(part, expr.body->range);
      if (!value)
        return nullptr;
      Tensor full = spread(value);
      auto result = std::make_shared<TensorValue>(*full);
      result->lift = outer;
      result->known.reset();
      result->affine.reset();
      return result;
    };
    std::vector<SourceRange> ranges{expr.body->range};
    Value result =
        mapStructures({body}, ranges, range, [&](const std::vector<Value> &parts) { return finish(parts[0]); });
    if (!mask || !result)
      return result;
    if (outer || count != 1) {
      diags.report(diag::Unsupported, range,
                   {"a condition in a comprehension of several indices, outside a reduction, is not compiled yet"});
      return nullptr;
    }
    // The elements that the condition lets through, in order.
    auto flat = std::make_shared<TensorValue>(*spread(tensor(mask, expr.conditions[0]->range)));
    flat->lift = 0;
    Restore<std::vector<IndexAxis>> noAxes(axes, {});
    mlir::Value places = emit.op("nonzero", ssa(*flat),
                                 mlir::RankedTensorType::get({mlir::ShapedType::kDynamic}, emit.builder.getI64Type()));
    mlir::Value rows = emit.builder.create<mlir::tensor::DimOp>(emit.location, places, 0);
    Size length{freshDim("count(" + std::string(sources.text(expr.conditions[0]->range)) + ")", range, rows), range};
    return mapStructures({result}, ranges, range, [&](const std::vector<Value> &parts) -> Value {
      Tensor value = tensor(parts[0], range);
      Shape shape = value->shape;
      shape[0] = length;
      return make(
          emit.op("gather", {ssa(value), places}, emit.tensorType(value->element, shape), {emit.ints("axes", {0})}),
          value->element, shape);
    });
  }
  Tensor value = tensor(body, expr.body->range);
  if (!value)
    return nullptr;
  bool logical = reduction == "any" || reduction == "all";
  if (logical && value->element != ElementType::Bool) {
    diags.report(diag::ExpectedBool, expr.body->range, {reduction, typeName(value)});
    return nullptr;
  }
  if (!logical && value->element == ElementType::Bool)
    value = cast(value, ElementType::I64);
  if (reduction == "mean" && !isFloat(value->element))
    value = cast(value, ElementType::F32);
  if (mask) {
    double identity = identityOf(reduction);
    if (isInteger(value->element) && std::abs(identity) > 1)
      identity = identity > 0 ? 9e18 : -9e18;
    Value filled = elementwise("select", {mask, value, scalarConstant(value->element, identity)},
                               {range, expr.body->range, range}, range);
    if (!filled)
      return nullptr;
    value = std::static_pointer_cast<const TensorValue>(filled);
  }
  Tensor full = spread(value);
  std::string op = reduction == "mean" ? "sum" : reduction;
  Tensor reduced = reduceAxes(*this, op, full, outer, count, outer);
  if (reduction != "mean")
    return reduced;
  Value divisor;
  if (mask) {
    Tensor counted = spread(cast(tensor(mask, range), value->element));
    divisor = reduceAxes(*this, "sum", counted, outer, count, outer);
  } else {
    Dim product(1);
    for (unsigned axis = outer; axis < count; ++axis)
      product = product * axes[axis].size.dim;
    divisor = cast(knownScalar(product), value->element);
  }
  return elementwise("div", {reduced, divisor}, {range, range}, range);
}

/// Whether subscript values in [low, high] (inclusive, as sizes) lie inside the axis; reports what is surely outside.
static bool checkAffineBounds(Elaborator &e, const AffineIndex &index, const Size &size, unsigned axisOfBase,
                              SourceRange range) {
  Dim low = index.offset, high = index.offset;
  for (auto [axis, coefficient] : index.terms) {
    Dim reach = (e.axes[axis].size.dim - Dim(1)) * Dim(coefficient);
    (coefficient > 0 ? high : low) = (coefficient > 0 ? high : low) + reach;
  }
  for (auto [axis, coefficient] : index.terms)
    if (e.axes[axis].size.dim.isConstant(0))
      return true;
  auto lowest = low.constant();
  auto slack = (size.dim - Dim(1) - high).constant();
  if ((lowest && *lowest < 0) || (slack && *slack < 0)) {
    const Dim &bad = lowest && *lowest < 0 ? low : high;
    auto report = e.diags.report(diag::IndexOutOfRange, range, {e.dims.print(bad), e.dims.print(size.dim)});
    e.noteOrigin(report, size);
    for (auto [axis, coefficient] : index.terms)
      e.noteOrigin(report, e.axes[axis].size);
    return false;
  }
  if (lowest && slack)
    return true;
  e.emit.runtime("mdl_check_index_range",
                 {e.emit.i64(low, e.dims), e.emit.i64(high, e.dims), e.emit.i64(size.dim, e.dims),
                  e.emit.constantI64(axisOfBase), e.where(range)});
  return true;
}

Value Elaborator::affineRead(const Tensor &base, const std::vector<AffineIndex> &indices, SourceRange range,
                             const std::vector<SourceRange> &indexRanges) {
  emit.setPlace(range);
  for (size_t i = 0; i < indices.size(); ++i)
    if (!checkAffineBounds(*this, indices[i], base->shape[i], i, indexRanges[i]))
      return nullptr;
  // The result: the axes that the subscripts use, in order, then what is left of the base.
  llvm::SmallVector<unsigned> used;
  for (auto &index : indices)
    for (auto [axis, coefficient] : index.terms)
      if (!llvm::is_contained(used, axis))
        used.push_back(axis);
  llvm::sort(used);
  unsigned lift = axes.size(), rest = base->rank() - indices.size();
  auto placeOf = [&](unsigned axis) { return llvm::find(used, axis) - used.begin(); };
  Shape dense, whole(lift, Size{Dim(1), {}});
  for (unsigned axis : used) {
    dense.push_back(axes[axis].size);
    whole[axis] = axes[axis].size;
  }
  dense.insert(dense.end(), base->shape.begin() + indices.size(), base->shape.end());
  whole.insert(whole.end(), base->shape.begin() + indices.size(), base->shape.end());

  // A permutation of whole axes is a transpose; anything else is a gather by an affine map.
  bool permutation = used.size() == indices.size();
  llvm::SmallVector<int64_t> order(dense.size());
  for (size_t i = 0; permutation && i < indices.size(); ++i) {
    auto &index = indices[i];
    permutation = index.terms.size() == 1 && index.terms[0].second == 1 && index.offset.isConstant(0) &&
                  axes[index.terms[0].first].size.dim == base->shape[i].dim;
    if (permutation)
      order[placeOf(index.terms[0].first)] = i;
  }
  for (unsigned i = 0; i < rest; ++i)
    order[used.size() + i] = indices.size() + i;
  if (permutation) {
    bool identity = llvm::is_sorted(order);
    Tensor moved = identity ? base
                            : make(emit.op("transpose", ssa(base), emit.tensorType(base->element, dense),
                                           {emit.ints("permutation", order)}),
                                   base->element, dense);
    return reshape(moved, whole, lift);
  }
  auto *context = emit.builder.getContext();
  llvm::SmallVector<mlir::AffineExpr> results;
  llvm::SmallVector<mlir::Value> symbols;
  for (auto &index : indices) {
    mlir::AffineExpr sum = mlir::getAffineConstantExpr(0, context);
    for (auto [axis, coefficient] : index.terms)
      sum = sum + mlir::getAffineDimExpr(placeOf(axis), context) * coefficient;
    if (auto constant = index.offset.constant()) {
      sum = sum + *constant;
    } else {
      sum = sum + mlir::getAffineSymbolExpr(symbols.size(), context);
      symbols.push_back(this->index(index.offset));
    }
    results.push_back(sum);
  }
  for (unsigned i = 0; i < rest; ++i)
    results.push_back(mlir::getAffineDimExpr(used.size() + i, context));
  auto map = mlir::AffineMap::get(dense.size(), symbols.size(), results, context);
  llvm::SmallVector<mlir::Value> operands{ssa(base)};
  operands.append(symbols);
  auto sizes = emit.dynamicSizes(dense, dims);
  operands.append(sizes);
  auto segments =
      emit.builder.getDenseI32ArrayAttr({1, static_cast<int32_t>(symbols.size()), static_cast<int32_t>(sizes.size())});
  Tensor read =
      make(emit.op("affine_gather", operands, emit.tensorType(base->element, dense),
                   {emit.attr("map", mlir::AffineMapAttr::get(map)), emit.attr("operandSegmentSizes", segments)}),
           base->element, dense);
  return reshape(read, whole, lift);
}
