//===- Statements.cpp - Updates, loops and branches -----------------------------------------===//
//
// Stage: print. What the language says by statements: a part of a tensor that is replaced, a
// loop with the variables it carries, a branch with several results.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/print/FunctionPrinter.h"
#include "compiler/print/Subscripts.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mdl;
using namespace mdl::print;

/// `var t = start`, `t[subscripts] = source`.
void FunctionPrinter::update(Value result, Value start, const std::string &subscripts, const std::string &source) {
  std::string name = fresh(wishFor(result));
  line("var " + name + " = " + whole(start).text);
  line(name + "[" + subscripts + "] = " + source);
  bind(result, name);
}

/// What a part of a tensor is replaced by, and the axes that the part need not have: `x[i] = y`, not
/// `x[i:i + 1] = y[new]`.
std::pair<std::string, SmallVector<int64_t>> FunctionPrinter::partSource(Value source) {
  auto shape = tensorType(source).getShape();
  if (auto reshape = source.getDefiningOp<ReshapeOp>(); reshape && !isNamed(source))
    if (auto ones = onesBetween(shape, tensorType(reshape.getInput()).getShape()))
      return {text(reshape.getInput()).text, *ones};
  Text part = text(source);
  SmallVector<int64_t> single;
  if (part.number && llvm::all_of(shape, [](int64_t size) { return size == 1; }))
    single = llvm::to_vector(llvm::seq<int64_t>(0, shape.size()));
  return {part.text, single};
}

static SmallVector<OpFoldResult> ones(MLIRContext *context, size_t count) {
  return SmallVector<OpFoldResult>(count, IntegerAttr::get(IndexType::get(context), 1));
}

bool FunctionPrinter::statement(Operation *op) {
  MLIRContext *context = op->getContext();
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([&](UpdateSliceOp set) {
        auto [source, single] = partSource(set.getSource());
        std::string subscripts = subscriptText(*this, set.getDest(), set.getMixedOffsets(), set.getMixedSizes(),
                                               set.getMixedStrides(), single);
        update(set.getResult(), set.getDest(), subscripts, source);
        return true;
      })
      .Case([&](PadOp pad) {
        // A border around: all of it first, then the middle.
        Value result = pad.getResult();
        Type element = elementType(result);
        SmallVector<std::string> sizes;
        for (int64_t axis = 0; axis < tensorType(result).getRank(); ++axis) {
          int64_t more = pad.getLow()[axis] + pad.getHigh()[axis];
          std::string size = sizeText(pad.getInput(), axis);
          sizes.push_back(tensorType(result).isDynamicDim(axis) ? (more ? size + " + " + std::to_string(more) : size)
                                                                : sizeText(result, axis));
        }
        Text border = text(pad.getValue());
        std::string typed = element.isF32() ? "" : ", " + elementName(element);
        std::string name = fresh(wishFor(result)), shape = "[" + llvm::join(sizes, ", ") + "]";
        line("var " + name + " = " + (border.number == 0.0 ? "zeros(" + shape : "full(" + shape + ", " + border.text) +
             typed + ")");
        bind(result, name);
        SmallVector<OpFoldResult> inner;
        OpBuilder builder(context);
        for (int64_t axis = 0; axis < tensorType(result).getRank(); ++axis)
          if (tensorType(pad.getInput()).isDynamicDim(axis))
            return unsupported(op), true;
          else
            inner.push_back(builder.getIndexAttr(tensorType(pad.getInput()).getDimSize(axis)));
        auto offsets = getAsIndexOpFoldResult(context, pad.getLow());
        line(name + "[" + subscriptText(*this, result, offsets, inner, ones(context, inner.size())) +
             "] = " + text(pad.getInput()).text);
        return true;
      })
      .Case([&](AffineScatterOp scatter) { return addAtPlaces(scatter), true; })
      .Case([&](scf::ForOp loop) { return forLoop(loop), true; })
      .Case([&](scf::IfOp branching) { return branch(branching), true; })
      .Default(false);
}

/// `for i in 0..n { t[2 * i + 1] += updates[i] }`.
void FunctionPrinter::addAtPlaces(AffineScatterOp scatter) {
  Value result = scatter.getResult(), updates = scatter.getUpdates();
  Type element = elementType(result);
  if (!isNamed(updates)) {
    std::string name = fresh(wishFor(updates));
    line("let " + name + " = " + whole(updates).text);
    bind(updates, name);
  }
  std::string name = fresh("sums");
  line("var " + name + " = zeros(" + shapeText(result) + (element.isF32() ? "" : ", " + elementName(element)) + ")");
  SmallVector<std::string> variables = loopVariables(*this, updates);
  for (auto [axis, variable] : llvm::enumerate(variables)) {
    line("for " + variable + " in 0.." + sizeText(updates, axis) + " {");
    indent += 2;
  }
  line(name + "[" + affineSubscripts(*this, scatter.getMap(), variables, scatter.getSymbols()) +
       "] += " + text(updates).in(Level::Postfix) + (variables.empty() ? "" : "[" + llvm::join(variables, ", ") + "]"));
  for (size_t axis = 0; axis < variables.size(); ++axis) {
    indent -= 2;
    line("}");
  }
  release(variables);
  bind(result, name);
}

void FunctionPrinter::forLoop(scf::ForOp loop) {
  SmallVector<std::string> variables;
  for (auto [start, argument, result] : llvm::zip(loop.getInitArgs(), loop.getRegionIterArgs(), loop.getResults())) {
    std::string name = fresh(wishFor(argument.getLoc()->findInstanceOf<NameLoc>() ? Value(argument) : start));
    Text first = isa<RankedTensorType>(start.getType()) ? whole(start) : text(start);
    if (first.number)
      first.text = literal(*first.number, getElementTypeOrSelf(start), true);
    line("var " + name + " = " + first.text);
    variables.push_back(name);
    bind(argument, name);
    bind(result, name);
  }
  std::string counter = fresh("i");
  std::string low = index(loop.getLowerBound()), high = index(loop.getUpperBound());
  if (getConstantIntValue(loop.getStep()) != 1)
    unsupported(loop);
  bind(loop.getInductionVar(), counter);
  line("for " + counter + " in " + low + ".." + high + " {");
  indent += 2;
  operations(*loop.getBody());
  // All new values first: they are made from the old ones.
  SmallVector<std::string> next;
  auto yields = loop.getYieldedValues();
  for (auto [yielded, variable] : llvm::zip(yields, variables)) {
    Text value = isa<RankedTensorType>(yielded.getType()) ? whole(yielded) : text(yielded);
    if (value.number)
      value.text = literal(*value.number, getElementTypeOrSelf(yielded), true);
    bool reads = value.level != Level::Atom || llvm::is_contained(variables, value.text);
    if (variables.size() > 1 && reads && value.text != variable) {
      std::string name = fresh("next_" + variable);
      line("let " + name + " = " + value.text);
      value.text = name;
    }
    next.push_back(value.text);
  }
  for (auto [variable, value] : llvm::zip(variables, next))
    if (value != variable)
      line(variable + " = " + value);
  indent -= 2;
  line("}");
}

void FunctionPrinter::branch(scf::IfOp op) {
  SmallVector<std::string> results;
  for (Value result : op.getResults())
    results.push_back(fresh(wishFor(result)));
  std::string bound = results.size() == 1 ? results.front() : "(" + llvm::join(results, ", ") + ")";
  line("let " + bound + " = if " + text(op.getCondition()).text + " {");
  auto arm = [&](Block *block) {
    indent += 2;
    operations(*block);
    SmallVector<std::string> values;
    for (Value yielded : block->getTerminator()->getOperands()) {
      Text value = isa<RankedTensorType>(yielded.getType()) ? whole(yielded) : text(yielded);
      values.push_back(value.number ? literal(*value.number, getElementTypeOrSelf(yielded), true) : value.text);
    }
    std::string joined = llvm::join(values, ", ");
    line(values.size() == 1 && joined.front() != '-' ? joined : "(" + joined + ")");
    indent -= 2;
  };
  arm(op.thenBlock());
  line("} else {");
  if (op.elseBlock())
    arm(op.elseBlock());
  line("}");
  for (auto [result, name] : llvm::zip(op.getResults(), results))
    bind(result, name);
}
