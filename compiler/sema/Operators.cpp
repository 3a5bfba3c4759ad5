//===- Operators.cpp - Arithmetic, comparison, products -----------------------------------===//
//
// Stage: sema. Elementwise operations broadcast their operands and go over structures leaf
// by leaf; `@` becomes mdl.einsum.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/ChosenTexts.h"
#include "compiler/sema/Guards.h"
#include "compiler/sema/KnownNumbers.h"
#include "compiler/sema/Ragged.h"
#include "compiler/sema/RunLists.h"
#include "compiler/sema/RunTexts.h"
#include "compiler/sema/TextsOfIndex.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

static const char *opName(ast::BinaryOp op) {
  static const char *const names[] = {"add", "sub", "mul", "div", "floordiv", "mod", "pow", "matmul"};
  return names[static_cast<int>(op)];
}

/// The subscript that is the sum, difference or multiple of two subscripts.
static std::optional<AffineIndex> affineArithmetic(ast::BinaryOp op, const Elaborator::Tensor &a,
                                                   const Elaborator::Tensor &b) {
  auto x = affineForm(a), y = affineForm(b);
  if (!x || !y || (!a->affine && !b->affine))
    return std::nullopt;
  if (op == ast::BinaryOp::Add)
    return combine(*x, *y, 1);
  if (op == ast::BinaryOp::Sub)
    return combine(*x, *y, -1);
  if (op != ast::BinaryOp::Mul)
    return std::nullopt;
  if (!x->terms.empty())
    std::swap(x, y);
  auto factor = x->offset.constant();
  if (!x->terms.empty() || !factor)
    return std::nullopt;
  AffineIndex result{{}, y->offset * Dim(*factor)};
  for (auto [axis, coefficient] : y->terms)
    if (coefficient * *factor != 0)
      result.terms.push_back({axis, coefficient * *factor});
  return result;
}

void Elaborator::countFlops(const Shape &shape, int64_t each) {
  if (!tracer)
    return;
  Dim count(each);
  for (auto &size : shape)
    count = count * size.dim;
  tracer->flops = tracer->flops + count;
}

/// What numbers that are written take their type from: a bool beside them holds none.
static std::optional<ElementType> contextOfNumbers(std::optional<ElementType> context,
                                                   const std::vector<Value> &operands) {
  bool isWritten = llvm::any_of(operands, [](auto &value) {
    auto *t = as<TensorValue>(value);
    return as<LiteralValue>(value) || as<ListValue>(value) || (t && t->written);
  });
  return context == ElementType::Bool && isWritten ? ElementType::I64 : context;
}

/// Of two bools the larger is true if one is, the smaller if both are.
static std::string operationOn(const std::string &op, ElementType element) {
  bool isOfBools = element == ElementType::Bool && (op == "maximum" || op == "minimum");
  return !isOfBools ? op : op == "maximum" ? "or" : "and";
}

Value Elaborator::elementwise(const std::string &op, std::vector<Value> operands, std::vector<SourceRange> ranges,
                              SourceRange range, std::optional<ElementType> result) {
  for (auto &operand : operands)
    if (!operand)
      return nullptr;
  if (llvm::any_of(operands, [&](auto &v) { return isStructure(v); }))
    return mapStructures(operands, ranges, range, [&](const std::vector<Value> &parts) {
      return elementwise(op, parts, ranges, range, result);
    });
  if (hasRagged(operands))
    return overRows(*this, op, operands, ranges, range,
                    [&](const std::vector<Value> &parts) { return elementwise(op, parts, ranges, range, result); });
  // Literals take the type of what they are combined with.
  std::optional<ElementType> context;
  bool contextScalar = true, floatLiteral = false;
  bool choice = op == "select";
  for (size_t i = choice; i < operands.size(); ++i) {
    if (auto *literal = as<LiteralValue>(operands[i]))
      floatLiteral |= !literal->isInt;
    else if (auto *t = as<TensorValue>(operands[i]); t && t->written)
      floatLiteral |= isFloat(t->element);
    else if (t) {
      context = context ? promote(*context, contextScalar, t->element, t->rank() == 0) : t->element;
      contextScalar &= t->rank() == 0;
    }
  }
  if (context && floatLiteral && !isFloat(*context))
    context = ElementType::F32;
  if (!context && floatLiteral)
    context = ElementType::F32;
  context = contextOfNumbers(context, operands);
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < operands.size(); ++i) {
    Tensor t = tensor(operands[i], ranges[i], choice && i == 0 ? std::nullopt : context);
    t = t ? guardedOperand(*this, op, i, t, ranges[i]) : nullptr;
    if (!t)
      return nullptr;
    tensors.push_back(t);
  }
  ElementType element = tensors[choice]->element;
  bool scalar = tensors[choice]->rank() == 0;
  for (size_t i = choice; i < tensors.size(); ++i) {
    element = promote(element, scalar, tensors[i]->element, tensors[i]->rank() == 0);
    scalar &= tensors[i]->rank() == 0;
  }
  bool wantsFloat = op == "div" || op == "exp" || op == "log" || op == "sqrt" || op == "rsqrt" || op == "sin" ||
                    op == "cos" || op == "tanh" || op == "erf";
  if (wantsFloat && !isFloat(element))
    element = ElementType::F32;
  bool arithmetic = op == "add" || op == "sub" || op == "mul" || op == "pow" || op == "neg" || op == "floordiv" ||
                    op == "mod" || op == "abs" || op == "sign";
  if (arithmetic && element == ElementType::Bool)
    element = ElementType::I64;
  if ((op == "and" || op == "or" || op == "not") && element != ElementType::Bool) {
    for (size_t i = 0; i < tensors.size(); ++i)
      if (tensors[i]->element != ElementType::Bool) {
        std::string zero =
            op == "not" ? "`x == 0` asks whether a number is 0" : "`x != 0` asks whether a number is not 0";
        diags.report(diag::ExpectedBool, ranges[i], {op, typeName(tensors[i])}).hint(zero);
        return nullptr;
      }
  }
  if (choice && tensors[0]->element != ElementType::Bool) {
    diags.report(diag::ExpectedBool, ranges[0], {"where", typeName(tensors[0])});
    return nullptr;
  }
  unsigned lift;
  auto shape = broadcastShapes(tensors, ranges, range, lift);
  if (!shape)
    return nullptr;
  emit.setPlace(range);
  llvm::SmallVector<mlir::Value> values;
  for (size_t i = 0; i < tensors.size(); ++i)
    values.push_back(ssa(broadcast(i < choice ? tensors[i] : cast(tensors[i], element), *shape, lift)));
  ElementType out = result.value_or(element);
  if (!isInteger(out)) // Subscripts are whole numbers.
    countFlops(*shape, 1);
  return make(emit.op(operationOn(op, element), values, emit.tensorType(out, *shape)), out, *shape, lift);
}

static bool isWhole(const Value &value) {
  if (auto *list = as<ListValue>(value))
    return !list->elements.empty() && llvm::all_of(list->elements, isWhole);
  auto *literal = as<LiteralValue>(value);
  auto *tensor = as<TensorValue>(value);
  return literal ? literal->isInt : tensor && isInteger(tensor->element);
}

/// Whole numbers have no negative powers (as in NumPy and PyTorch). False where one is known, and reported; where it is
/// one number of the run, that checks it.
static bool isPowerWhole(Elaborator &e, const Value &base, const Value &exponent, SourceRange range) {
  if (!isWhole(base) || !isWhole(exponent))
    return true;
  if (auto known = e.constantInt(exponent)) {
    if (*known >= 0)
      return true;
    e.diags.report(diag::BadArgument, range, {"**", "a whole number to a negative power is no whole number"})
        .hint("floats have such powers: `2.0 ** -1`, `x.f32() ** -1`");
    return false;
  }
  auto *number = as<TensorValue>(exponent);
  bool isOne = number && number->shape.empty() && e.axes.empty();
  if (!isOne || (number->known && !e.dims.mayBeNegative(*number->known)))
    return true;
  Value isFine = e.compare(ast::CompareOp::Ge, exponent, e.scalarConstant(number->element, 0), range, range, range);
  if (auto fine = isFine ? e.tensor(isFine, range) : nullptr)
    e.emit.runtime("mdl_assert", {e.scalar(fine), e.where(range),
                                  e.emit.string("a whole number to a negative power is no whole number")});
  return true;
}

/// `"-" * 20`, as Python has it.
static Value repeatedText(Elaborator &e, const StringValue &text, const Value &times, SourceRange range) {
  constexpr int64_t Most = 10000; // Of a program's text; each is part of it.
  auto count = e.constantInt(times);
  if (!count || *count > Most)
    return repeatedByRun(e, std::make_shared<StringValue>(text), times, range);
  auto result = std::make_shared<StringValue>();
  if (text.constant)
    result->constant = "";
  for (int64_t i = 0; i < *count; ++i) {
    result->pieces.insert(result->pieces.end(), text.pieces.begin(), text.pieces.end());
    if (text.constant)
      *result->constant += *text.constant;
  }
  return result;
}

Value Elaborator::binary(ast::BinaryOp op, const Value &lhs, const Value &rhs, SourceRange range, SourceRange lhsRange,
                         SourceRange rhsRange, SourceRange opRange) {
  if (!lhs || !rhs)
    return nullptr;
  if (op == ast::BinaryOp::MatMul)
    return matmul(lhs, rhs, range, lhsRange, rhsRange);
  auto *a = as<LiteralValue>(lhs), *b = as<LiteralValue>(rhs);
  if (a && b)
    if (auto folded = foldLiterals(op, *a, *b))
      return std::make_shared<LiteralValue>(*folded);
  if (reportOverflow(*this, op, lhs, rhs, range))
    return nullptr;
  if (as<StringValue>(lhs) && as<StringValue>(rhs) && op == ast::BinaryOp::Add) {
    auto result = std::make_shared<StringValue>(*as<StringValue>(lhs));
    auto *tail = as<StringValue>(rhs);
    result->pieces.insert(result->pieces.end(), tail->pieces.begin(), tail->pieces.end());
    result->constant =
        result->constant && tail->constant ? std::optional(*result->constant + *tail->constant) : std::nullopt;
    return result;
  }
  if (auto joined = op == ast::BinaryOp::Add ? joinedByPlus(*this, lhs, rhs, range) : std::nullopt)
    return *joined;
  if (as<RunListValue>(lhs) || as<RunListValue>(rhs)) {
    diags.report(diag::StructuresDiffer, range, {typeName(lhs), typeName(rhs)})
        .hint("`concat([a, b])` joins lists, `[… for x in xs]` computes with each element");
    return nullptr;
  }
  if (!as<StringValue>(lhs) != !as<StringValue>(rhs) && !isStructure(lhs) && !isStructure(rhs)) {
    bool first = as<StringValue>(lhs);
    if (op == ast::BinaryOp::Mul)
      return repeatedText(*this, *as<StringValue>(first ? lhs : rhs), first ? rhs : lhs, first ? rhsRange : lhsRange);
    diags.report(diag::ExpectedTensor, first ? lhsRange : rhsRange, {"string"})
        .hint(first && op == ast::BinaryOp::Mod ? "what a text shows stands in it: `\"{n} of {x:.2f}\"`"
                                                : "`\"{x}\"` is the text of a value, `a + b` joins two texts");
    return nullptr;
  }
  if (op == ast::BinaryOp::Pow && !isPowerWhole(*this, lhs, rhs, rhsRange))
    return nullptr;
  auto whole = [&](const Value &v) -> Tensor {
    if (auto *literal = as<LiteralValue>(v))
      return literal->isInt ? knownScalar(Dim(literal->intValue)) : nullptr;
    auto *t = as<TensorValue>(v);
    return t && (t->known || t->affine) ? std::static_pointer_cast<const TensorValue>(v) : nullptr;
  };
  Tensor x = whole(lhs), y = whole(rhs);
  if (x && y) {
    auto result = std::make_shared<TensorValue>();
    result->element = ElementType::I64;
    if (foldKnown(*this, op, x, y, *result)) {
      if (!x->lift && !y->lift)
        return result;
      // A seed that the program draws stays another one for each index.
      Value each = elementwise(opName(op), {lhs, rhs}, {lhsRange, rhsRange}, range);
      auto withForm = std::make_shared<TensorValue>(*as<TensorValue>(each));
      withForm->known = result->known;
      return withForm;
    }
    if (auto affine = affineArithmetic(op, x, y)) {
      Value computed = elementwise(opName(op), {lhs, rhs}, {lhsRange, rhsRange}, range);
      auto withForm = std::make_shared<TensorValue>(*as<TensorValue>(computed));
      withForm->affine = affine;
      return withForm;
    }
  }
  return elementwise(opName(op), {lhs, rhs}, {lhsRange, rhsRange}, range);
}

Value Elaborator::compare(ast::CompareOp op, const Value &lhs, const Value &rhs, SourceRange range,
                          SourceRange lhsRange, SourceRange rhsRange) {
  if (!lhs || !rhs)
    return nullptr;
  static const char *const predicates[] = {"eq", "ne", "lt", "le", "gt", "ge"};
  if (auto chosen = compareChosen(*this, op, lhs, rhs, range))
    return *chosen;
  if (auto ofIndex = compareTextsOfIndex(*this, op, lhs, rhs, range))
    return *ofIndex;
  if (auto ofLists = compareTextLists(*this, op, lhs, rhs, range))
    return *ofLists;
  if (as<StringValue>(lhs) && as<StringValue>(rhs) && !(knownText(lhs) && knownText(rhs))) {
    using Predicate = mlir::arith::CmpIPredicate;
    static const Predicate orders[] = {Predicate::eq,  Predicate::ne,  Predicate::slt,
                                       Predicate::sle, Predicate::sgt, Predicate::sge};
    mlir::Value order = emit.runtime("mdl_string_compare", {stringPointer(lhs, lhsRange), stringPointer(rhs, rhsRange)},
                                     emit.builder.getI64Type());
    mlir::Value truth = emit.builder.create<mlir::arith::CmpIOp>(emit.location, orders[static_cast<int>(op)], order,
                                                                 emit.constantI64(0));
    return make(emit.fromScalar(truth), ElementType::Bool, {});
  }
  if (auto a = constantString(lhs), b = constantString(rhs); a && b) {
    int order = a->compare(*b);
    bool truth[] = {order == 0, order != 0, order < 0, order <= 0, order > 0, order >= 0};
    return scalarConstant(ElementType::Bool, truth[static_cast<int>(op)]);
  }
  if (auto a = constantInt(lhs), b = constantInt(rhs); a && b) {
    bool truth[] = {*a == *b, *a != *b, *a<*b, *a <= *b, *a> * b, *a >= *b};
    return scalarConstant(ElementType::Bool, truth[static_cast<int>(op)]);
  }
  for (auto *side : {&lhs, &rhs})
    if (as<ModelValue>(*side)) {
      diags.report(diag::ExpectedTensor, side == &lhs ? lhsRange : rhsRange, {typeName(*side)})
          .hint("models are compared by their parameters: `all(a.w == b.w)`");
      return nullptr;
    }
  if (isStructure(lhs) || isStructure(rhs)) {
    std::vector<SourceRange> ranges{lhsRange, rhsRange};
    return mapStructures({lhs, rhs}, ranges, range, [&](const std::vector<Value> &parts) {
      return compare(op, parts[0], parts[1], range, lhsRange, rhsRange);
    });
  }
  if (hasRagged({lhs, rhs}))
    return overRows(*this, "compare", {lhs, rhs}, {lhsRange, rhsRange}, range, [&](const std::vector<Value> &parts) {
      return compare(op, parts[0], parts[1], range, lhsRange, rhsRange);
    });
  // Operands are brought together as for arithmetic, the result is bool.
  std::optional<ElementType> context;
  bool floatLiteral = false;
  for (auto *operand : {&lhs, &rhs}) {
    auto *t = as<TensorValue>(*operand);
    if (t && t->written)
      floatLiteral |= isFloat(t->element);
    else if (t)
      context = context ? promote(*context, false, t->element, false) : t->element;
    else if (auto *literal = as<LiteralValue>(*operand))
      floatLiteral |= !literal->isInt;
  }
  if (floatLiteral && context && !isFloat(*context))
    context = ElementType::F32;
  context = contextOfNumbers(context, {lhs, rhs});
  Tensor a = tensor(lhs, lhsRange, context), b = tensor(rhs, rhsRange, context);
  if (!a || !b)
    return nullptr;
  ElementType element = promote(a->element, a->rank() == 0, b->element, b->rank() == 0);
  unsigned lift;
  auto shape = broadcastShapes({a, b}, {lhsRange, rhsRange}, range, lift);
  if (!shape)
    return nullptr;
  emit.setPlace(range);
  mlir::Value x = ssa(broadcast(cast(a, element), *shape, lift)), y = ssa(broadcast(cast(b, element), *shape, lift));
  auto predicate = emit.attr("predicate", emit.builder.getI32IntegerAttr(static_cast<int>(op)));
  (void)predicates;
  Tensor truth = make(emit.op("compare", {x, y}, emit.tensorType(ElementType::Bool, *shape), {predicate}),
                      ElementType::Bool, *shape, lift);
  auto first = affineForm(a), second = affineForm(b);
  return first && second && !axes.empty() ? withRegion(truth, IndexRegion::of(op, *first, *second)) : truth;
}

Value Elaborator::matmul(const Value &lhs, const Value &rhs, SourceRange range, SourceRange lhsRange,
                         SourceRange rhsRange) {
  if (hasRagged({lhs, rhs}))
    return matmulOfRows(*this, lhs, rhs, range, lhsRange, rhsRange);
  std::optional<ElementType> context;
  for (auto *operand : {&lhs, &rhs})
    if (auto *t = as<TensorValue>(*operand))
      context = context ? promote(*context, false, t->element, false) : t->element;
  Tensor a = tensor(lhs, lhsRange, context), b = tensor(rhs, rhsRange, context);
  if (!a || !b)
    return nullptr;
  for (const auto &[operand, operandRange] : {std::pair(a, lhsRange), std::pair(b, rhsRange)})
    if (operand->rank() == 0) {
      diags.report(diag::MatmulScalar, range, {typeName(a), typeName(b)}).hint("use `*` to multiply by a number");
      return nullptr;
    }
  ElementType element = promote(a->element, false, b->element, false);
  if (element == ElementType::Bool)
    element = ElementType::I64; // counted, as in a sum
  a = cast(a, element);
  b = cast(b, element);
  unsigned lift = std::max(a->lift, b->lift);
  a = liftTo(a, lift);
  b = liftTo(b, lift);
  const Size &left = a->shape.back();
  const Size &right = b->rank() == 1 ? b->shape.back() : b->shape[b->shape.size() - 2];
  if (left.dim != right.dim) {
    auto report =
        diags.report(diag::MatmulSizes, range, {typeName(a), typeName(b), dims.print(left.dim), dims.print(right.dim)});
    noteOrigin(report, left);
    noteOrigin(report, right);
    if (a->rank() == 2 && b->rank() == 2 && left.dim == b->shape.back().dim)
      report.hint("the second operand's last axis has that size: `a @ b.transpose()`");
    else if (a->rank() == 2 && b->rank() >= 1 && a->shape[a->shape.size() - 2].dim == right.dim)
      report.hint("the first operand's other axis has that size: `a.transpose() @ b`");
    return nullptr;
  }
  // Letters: batch axes from 'a', then m, k, n.
  unsigned aBatch = a->rank() == 1 ? 0 : a->rank() - 2, bBatch = b->rank() == 1 ? 0 : b->rank() - 2;
  unsigned batch = std::max(aBatch, bBatch);
  std::string aLetters, bLetters, letters;
  Shape result;
  auto batchLetter = [](unsigned axis) { return static_cast<char>('A' + axis); };
  std::vector<Tensor> batchOnly;
  // Batch axes of size 1 on one side are left out of its letters by a reshape.
  auto take = [&](const Tensor &t, unsigned own, std::string &out) {
    Shape kept;
    for (unsigned i = 0; i < t->shape.size(); ++i) {
      bool isBatch = i < lift + own;
      unsigned axis = i < lift ? i : i + (batch - own);
      if (isBatch && t->shape[i].dim.isConstant(1))
        continue;
      if (isBatch)
        out += batchLetter(axis);
      kept.push_back(t->shape[i]);
    }
    return reshape(t, kept, 0);
  };
  std::vector<Size> whole(lift + batch, Size{Dim(1), {}});
  for (const auto &[t, own] : {std::pair(a, aBatch), std::pair(b, bBatch)})
    for (unsigned i = 0; i < lift + own; ++i) {
      unsigned axis = i < lift ? i : i + (batch - own);
      if (whole[axis].dim.isConstant(1))
        whole[axis] = t->shape[i];
      else if (!t->shape[i].dim.isConstant(1) && t->shape[i].dim != whole[axis].dim) {
        auto report =
            diags.report(diag::MatmulSizes, range,
                         {typeName(a), typeName(b), dims.print(whole[axis].dim), dims.print(t->shape[i].dim)});
        noteOrigin(report, whole[axis]);
        noteOrigin(report, t->shape[i]);
        return nullptr;
      }
    }
  emit.setPlace(range);
  mlir::Value x = ssa(take(a, aBatch, aLetters)), y = ssa(take(b, bBatch, bLetters));
  Shape dense;
  for (unsigned axis = 0; axis < whole.size(); ++axis)
    if (!whole[axis].dim.isConstant(1)) {
      letters += batchLetter(axis);
      dense.push_back(whole[axis]);
    }
  result.assign(whole.begin(), whole.end());
  if (a->rank() > 1) {
    aLetters += 'm';
    letters += 'm';
    dense.push_back(a->shape[a->shape.size() - 2]);
    result.push_back(dense.back());
  }
  aLetters += 'k';
  bLetters += 'k';
  if (b->rank() > 1) {
    bLetters += 'n';
    letters += 'n';
    dense.push_back(b->shape.back());
    result.push_back(dense.back());
  }
  Shape work = dense;
  work.push_back(left);
  countFlops(work, 2);
  auto equation = emit.attr("equation", emit.builder.getStringAttr(aLetters + "," + bLetters + "->" + letters));
  Tensor product = make(emit.op("einsum", {x, y}, emit.tensorType(element, dense), {equation}), element, dense, 0);
  return reshape(product, result, lift);
}
