//===- Statements.cpp - Updates, loops and branches -----------------------------------------===//
//
// Stage: print. What the language says by statements: a part of a tensor that is replaced, a
// loop with the variables it carries, a branch with several results.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/print/FunctionPrinter.h"
#include "compiler/print/SizeText.h"
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

/// What a part of a tensor is replaced by, and the axes of size 1 that the part need not have: `x[i] = y`, not
/// `x[i:i + 1] = y[new]`. It has none that is counted from the end.
std::pair<std::string, SmallVector<int64_t>> FunctionPrinter::partSource(Value source, Value whole,
                                                                         ArrayRef<OpFoldResult> offsets) {
  auto reshape = isNamed(source) ? nullptr : source.getDefiningOp<ReshapeOp>();
  auto change = reshape ? onesChange(reshape) : std::nullopt;
  bool grows = change && change->grows;
  Text part = text(grows ? reshape.getInput() : source);
  if (grows)
    for (int64_t axis : change->axes)
      part.axes.insert(part.axes.begin() + axis, Axis::Missing);
  SmallVector<int64_t> single;
  for (int64_t axis : axesOfOne(tensorType(source).getShape()))
    if (part.axes[axis] == Axis::Missing || placeFromEnd(*this, whole, axis, offsets[axis]))
      single.push_back(axis);
  return {dropOnes(part, single).text, single};
}

/// The variable of a loop that an update is the next value of, if nothing else reads it: it is updated where it is.
static BlockArgument updatedVariable(UpdateSliceOp set) {
  auto variable = dyn_cast<BlockArgument>(set.getDest());
  auto loop = variable ? dyn_cast<scf::ForOp>(variable.getOwner()->getParentOp()) : nullptr;
  if (!loop || set->getBlock() != variable.getOwner() || !variable.hasOneUse() || !set->hasOneUse())
    return nullptr;
  return loop.getTiedLoopYieldedValue(variable)->get() == set.getResult() ? variable : nullptr;
}

static SmallVector<OpFoldResult> ones(MLIRContext *context, size_t count) {
  return SmallVector<OpFoldResult>(count, IntegerAttr::get(IndexType::get(context), 1));
}

static bool hasStatement(Block &block) {
  return llvm::any_of(block.without_terminator(), [](Operation &op) { return isStatement(&op); });
}

bool mdl::print::isStatement(Operation *op) {
  if (auto scatter = dyn_cast<ScatterAddOp>(op))
    return !isVectorScatter(scatter);
  auto branch = dyn_cast<scf::IfOp>(op);
  if (!branch || branch.getNumResults() != 1)
    return isa<UpdateSliceOp, PadOp, NonzeroOp, AffineScatterOp, SortOp, scf::ForOp, scf::WhileOp, scf::IfOp>(op);
  return hasStatement(*branch.thenBlock()) || hasStatement(*branch.elseBlock());
}

/// Whether a branch is `a and b` or `a or b`.
static bool isLogic(scf::IfOp branch) {
  if (branch.getNumResults() != 1 || !getElementTypeOrSelf(branch.getResult(0)).isInteger(1) || isStatement(branch))
    return false;
  return splatConstant(branch.thenYield().getOperand(0)) || splatConstant(branch.elseYield().getOperand(0));
}

bool FunctionPrinter::statement(Operation *op) {
  MLIRContext *context = op->getContext();
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([&](UpdateSliceOp set) {
        auto [source, single] = partSource(set.getSource(), set.getDest(), set.getMixedOffsets());
        std::string subscripts = subscriptText(*this, set.getDest(), set.getMixedOffsets(), set.getMixedSizes(),
                                               set.getMixedStrides(), single, /*isTarget=*/true);
        if (BlockArgument variable = updatedVariable(set)) {
          std::string name = names[variable].text;
          line(name + "[" + subscripts + "] = " + source);
          bind(set.getResult(), name);
          return true;
        }
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
        std::string name = fresh(wishFor(result)), shape = "[" + llvm::join(sizes, ", ") + "]";
        line("var " + name + " = " + (border.number == 0.0 ? "zeros(" + shape : "full(" + shape + ", " + border.text) +
             typeArgument(element) + ")");
        bind(result, name);
        SmallVector<OpFoldResult> inner;
        OpBuilder builder(context);
        for (int64_t axis = 0; axis < tensorType(result).getRank(); ++axis)
          if (tensorType(pad.getInput()).isDynamicDim(axis))
            return unsupported(op), true;
          else
            inner.push_back(builder.getIndexAttr(tensorType(pad.getInput()).getDimSize(axis)));
        auto offsets = getAsIndexOpFoldResult(context, pad.getLow());
        auto [source, single] = partSource(pad.getInput(), result, offsets);
        line(name + "[" +
             subscriptText(*this, result, offsets, inner, ones(context, inner.size()), single, /*isTarget=*/true) +
             "] = " + source);
        return true;
      })
      .Case([&](NonzeroOp places) { // Its size is asked for by its name.
        std::string name = fresh(wishFor(places.getResult()));
        line("let " + name + " = " + text(places.getResult()).text);
        bind(places.getResult(), name);
        return true;
      })
      .Case([&](PermutationOp order) {
        auto loops = loopsOfOrder(order);
        if (loops.value_or(0) > 1 && !isNamed(order.getSeed()) && order.getSeed().getDefiningOp<RuntimeOp>()) {
          // All of them see the same rows.
          std::string name = fresh("seed");
          line("let " + name + " = " + text(order.getSeed()).text);
          bind(order.getSeed(), name);
        }
        return loops.has_value();
      })
      .Case([&](AffineScatterOp scatter) { return addAtPlaces(scatter), true; })
      .Case([&](ScatterAddOp scatter) {
        if (isVectorScatter(scatter))
          return false; // An expression.
        addAtPlaces(scatter);
        return true;
      })
      .Case([&](scf::ForOp loop) { return forLoop(loop), true; })
      .Case([&](scf::WhileOp loop) { return whileLoop(loop), true; })
      .Case([&](scf::IfOp branching) {
        if (isLogic(branching))
          return false; // An expression.
        branch(branching);
        return true;
      })
      .Default(false);
}

/// A value's name, which it gets if it has none.
std::string FunctionPrinter::named(Value value) {
  if (!isNamed(value)) {
    std::string name = fresh(wishFor(value));
    line("let " + name + " = " + whole(value).text);
    bind(value, name);
  }
  return whole(value).in(Level::Postfix);
}

/// A whole number; one that is long and used more than once gets a name.
std::string FunctionPrinter::named(Value number, StringRef wish) {
  std::string value = index(number);
  bool isShort = llvm::all_of(value, [](char c) { return llvm::isAlnum(c) || c == '_'; });
  if (isShort || number.hasOneUse())
    return value;
  std::string name = fresh(wish);
  line("let " + name + " = " + value);
  bind(number, name);
  return name;
}

/// `for i in 0..n { t[2 * i + 1] += updates[i] }`.
void FunctionPrinter::sumLoop(Value result, const std::string &start, const std::string &updates,
                              ArrayRef<std::string> variables, ArrayRef<std::string> sizes,
                              const std::string &subscripts) {
  std::string name = fresh("sums");
  line("var " + name + " = " + start);
  for (auto [variable, size] : llvm::zip(variables, sizes)) {
    line("for " + variable + " in 0.." + size + " {");
    indent += 2;
  }
  line(name + "[" + subscripts + "] += " + updates +
       (variables.empty() ? "" : "[" + llvm::join(variables, ", ") + "]"));
  for (size_t axis = 0; axis < variables.size(); ++axis) {
    indent -= 2;
    line("}");
  }
  bind(result, name);
}

void FunctionPrinter::addAtPlaces(AffineScatterOp scatter) {
  Value result = scatter.getResult();
  Type element = elementType(result);
  std::string updates = named(scatter.getUpdates());
  std::string start = "zeros(" + shapeText(result) + typeArgument(element) + ")";
  SmallVector<std::string> variables = loopVariables(*this, scatter.getUpdates()), sizes;
  for (size_t axis = 0; axis < variables.size(); ++axis)
    sizes.push_back(sizeText(scatter.getUpdates(), axis));
  sumLoop(result, start, updates, variables, sizes,
          affineSubscripts(*this, scatter.getMap(), variables, scatter.getSymbols()));
  release(variables);
}

void FunctionPrinter::addAtPlaces(ScatterAddOp scatter) {
  Value result = scatter.getResult(), first = scatter.getIndices().front();
  std::string updates = named(scatter.getUpdates());
  SmallVector<std::string> places;
  for (Value index : scatter.getIndices())
    places.push_back(named(index));
  std::string start = whole(scatter.getDest()).text;
  SmallVector<std::string> variables = loopVariables(*this, first), sizes;
  for (size_t axis = 0; axis < variables.size(); ++axis)
    sizes.push_back(sizeText(first, axis));
  for (std::string &place : places)
    if (!variables.empty())
      place += "[" + llvm::join(variables, ", ") + "]";
  sumLoop(result, start, updates, variables, sizes, placeSubscripts(places, scatter.getAxes()));
  release(variables);
}

/// What a loop carries, as variables with what they start with.
SmallVector<std::string> FunctionPrinter::variablesFor(ValueRange starts, ValueRange arguments) {
  SmallVector<std::string> variables;
  for (auto [start, argument] : llvm::zip(starts, arguments)) {
    auto ofLoop = argument.getParentRegion()->getParentOp()->getLoc()->findInstanceOf<NameLoc>();
    bool isNameless = !argument.getLoc()->findInstanceOf<NameLoc>();
    bool isOnly = isNameless && ofLoop && arguments.size() == 1;
    // What sema adds to a loop says that it has been left, or its pass.
    bool isFlag = isNameless && getElementTypeOrSelf(start).isInteger(1) && wishFor(start) == "t";
    std::string wish = isOnly   ? ofLoop.getName().str()
                       : isFlag ? "ended"
                                : wishFor(isNameless ? Value(start) : Value(argument));
    std::string name = fresh(wish);
    line("var " + name + " = " + alone(start).text);
    variables.push_back(name);
    bind(argument, name);
  }
  return variables;
}

/// What a value adds to a variable, or null.
Value FunctionPrinter::addedTo(const std::string &variable, Value value) {
  if (isNamed(value) || !value.getDefiningOp() || !isa<AddOp, arith::AddIOp>(value.getDefiningOp()))
    return nullptr;
  Operation *sum = value.getDefiningOp();
  for (unsigned side : {0u, 1u})
    if (isNamed(sum->getOperand(side)) && text(sum->getOperand(side)).text == variable)
      return sum->getOperand(1 - side);
  return nullptr;
}

/// The end of a pass.
void FunctionPrinter::assignAll(ArrayRef<std::string> variables, ValueRange values) {
  SmallVector<std::string> next;
  for (Value yielded : values)
    next.push_back(alone(yielded).text);
  // A variable whose old value another one still needs waits.
  SmallVector<std::string> last;
  for (auto [i, variable] : llvm::enumerate(variables)) {
    if (next[i] == variable)
      continue;
    bool isRead =
        llvm::any_of(ArrayRef(next).drop_front(i + 1), [&](StringRef value) { return hasWord(value, variable); });
    std::string source = isRead ? fresh("next_" + variable) : next[i];
    if (isRead) {
      line("let " + source + " = " + next[i]);
      last.push_back(variable + " = " + source);
    } else if (Value added = addedTo(variable, values[i])) {
      line(variable + " += " + text(added).text);
    } else {
      line(variable + " = " + source);
    }
  }
  for (const std::string &assignment : last)
    line(assignment);
}

void FunctionPrinter::forLoop(scf::ForOp loop) {
  SmallVector<std::string> variables = variablesFor(loop.getInitArgs(), loop.getRegionIterArgs());
  for (auto [result, name] : llvm::zip(loop.getResults(), variables))
    bind(result, name);
  std::string counter;
  if (auto batches = batchLoop(loop)) {
    line(batchHead(*batches));
  } else {
    counter = fresh("i");
    std::string low = index(loop.getLowerBound()), high = named(loop.getUpperBound(), "passes");
    if (getConstantIntValue(loop.getStep()) != 1)
      unsupported(loop);
    bind(loop.getInductionVar(), counter);
    line("for " + counter + " in " + low + ".." + high + " {");
  }
  indent += 2;
  operations(*loop.getBody());
  assignAll(variables, loop.getYieldedValues());
  indent -= 2;
  line("}");
  release(counter);
}

/// The condition stands in the head of the loop where it is one expression, elsewhere the loop is left by it. What it
/// passes on is computed where it is read: in the body, and behind the loop.
void FunctionPrinter::whileLoop(scf::WhileOp loop) {
  SmallVector<std::string> variables = variablesFor(loop.getInits(), loop.getBeforeArguments());
  ValueRange passed = loop.getConditionOp().getArgs();
  auto hand = [&](ValueRange values) {
    for (auto [from, to] : llvm::zip(passed, values))
      if (!to.use_empty())
        names[to] = isNamed(from) ? text(from) : wholeText(named(from), Level::Atom, to);
  };
  Block &head = *loop.getBeforeBody();
  Value condition = loop.getConditionOp().getCondition();
  bool isExpression = !hasStatement(head);
  line("while " + (isExpression ? text(condition).text : "true") + " {");
  indent += 2;
  if (!isExpression) {
    operations(head);
    line("if not " + text(condition).in(Level::Not) + " { break }");
  }
  hand(loop.getAfterArguments());
  operations(*loop.getAfterBody());
  assignAll(variables, loop.getYieldOp().getOperands());
  indent -= 2;
  line("}");
  for (Value value : passed)
    if (!isa<BlockArgument>(value))
      names.erase(value); // Named in the body.
  hand(loop.getResults());
}

void FunctionPrinter::branch(scf::IfOp op) {
  SmallVector<std::string> results;
  for (Value result : op.getResults())
    results.push_back(fresh(wishFor(result)));
  std::string bound = results.size() == 1 ? results.front() : "(" + llvm::join(results, ", ") + ")";
  line((isWholeResult(op) ? "" : "let " + bound + " = ") + "if " + text(op.getCondition()).text + " {");
  auto arm = [&](Block *block) {
    indent += 2;
    size_t before = lines.size();
    operations(*block);
    SmallVector<std::string> values;
    for (Value yielded : block->getTerminator()->getOperands())
      values.push_back(alone(yielded).text);
    std::string joined = llvm::join(values, ", ");
    // A line that begins with a minus looks like the rest of the line above.
    bool isClear = joined.front() != '-' || lines.size() == before;
    line(values.size() == 1 && isClear ? joined : "(" + joined + ")");
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
