//===- Statements.cpp - Updates -------------------------------------------------------------===//
//
// Stage: print. What the language says by statements: a part of a tensor that is replaced or added to.
// Loops and branches are in Control.cpp, which variables are written to is decided in Variables.cpp.
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

/// `var t = start`, `t[subscripts] = source`; without the first where a variable holds the start and nothing else asks
/// for it. Where the start is zero, no place is named twice and the result is only added to a sum:
/// `sum[subscripts] += source`.
void FunctionPrinter::update(Value result, Value start, const std::string &subscripts, const std::string &source) {
  Operation *op = result.getDefiningOp();
  if (auto sum = sumOf(result); sum && splatConstant(start) == 0.0 && !isa<ScatterOp>(op)) {
    line(*sum + "[" + subscripts + "] += " + source);
    bindAdded(result);
    return;
  }
  std::string name = homes.lookup(result);
  if (name.empty() && isFree(start, op, /*mayName=*/true))
    name = names[start].text;
  if (name.empty()) {
    name = fresh(wishFor(result));
    line("var " + name + " = " + whole(start).text);
  }
  line(name + "[" + subscripts + "] = " + source);
  bindVariable(result, name, op->getBlock());
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

static SmallVector<OpFoldResult> ones(MLIRContext *context, size_t count) {
  return SmallVector<OpFoldResult>(count, IntegerAttr::get(IndexType::get(context), 1));
}

bool mdl::print::hasStatement(Block &block) {
  return llvm::any_of(block.without_terminator(), [](Operation &op) { return isStatement(&op); });
}

bool mdl::print::isStatement(Operation *op) {
  if (auto scatter = dyn_cast<ScatterAddOp>(op))
    return !isVectorScatter(scatter);
  auto branch = dyn_cast<scf::IfOp>(op);
  if (!branch || branch.getNumResults() != 1)
    return isa<UpdateSliceOp, PadOp, NonzeroOp, ScatterOp, AffineScatterOp, SortOp, scf::ForOp, scf::WhileOp,
               scf::IfOp>(op);
  return hasStatement(*branch.thenBlock()) || hasStatement(*branch.elseBlock());
}

/// Whether a branch is `a and b` or `a or b`.
static bool isLogic(scf::IfOp branch) {
  if (branch.getNumResults() != 1 || !getElementTypeOrSelf(branch.getResult(0)).isInteger(1) || isStatement(branch))
    return false;
  return splatConstant(branch.thenYield().getOperand(0)) || splatConstant(branch.elseYield().getOperand(0));
}

bool FunctionPrinter::statement(Operation *op) {
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([&](UpdateSliceOp set) {
        auto [source, single] = partSource(set.getSource(), set.getDest(), set.getMixedOffsets());
        std::string subscripts = subscriptText(*this, set.getDest(), set.getMixedOffsets(), set.getMixedSizes(),
                                               set.getMixedStrides(), single, /*isTarget=*/true);
        update(set.getResult(), set.getDest(), subscripts, source);
        return true;
      })
      .Case([&](PadOp pad) { return border(pad), true; })
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
      .Case([&](ScatterOp put) { return putAtPlaces(put); })
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

/// A border around: all of it first, then the middle.
void FunctionPrinter::border(PadOp pad) {
  Value result = pad.getResult();
  Type element = elementType(result);
  MLIRContext *context = pad.getContext();
  SmallVector<std::string> sizes, places;
  SmallVector<OpFoldResult> inner;
  for (int64_t axis = 0; axis < tensorType(result).getRank(); ++axis) {
    sizes.push_back(sizeText(result, axis));
    inner.push_back(IntegerAttr::get(IndexType::get(context), tensorType(pad.getInput()).getDimSize(axis)));
    int64_t low = pad.getLow()[axis], high = pad.getHigh()[axis];
    places.push_back((low ? std::to_string(low) : "") + ":" + (high ? std::to_string(-high) : ""));
  }
  auto offsets = getAsIndexOpFoldResult(context, pad.getLow());
  auto [source, single] = partSource(pad.getInput(), result, offsets);
  std::string middle = "[";
  if (tensorType(pad.getInput()).hasStaticShape()) {
    middle += subscriptText(*this, result, offsets, inner, ones(context, inner.size()), single, /*isTarget=*/true);
  } else {
    source = whole(pad.getInput()).text;
    middle += llvm::join(places, ", ");
  }
  middle += "]";
  Text edge = text(pad.getValue());
  if (auto sum = edge.number == 0.0 ? sumOf(result) : std::nullopt) {
    line(*sum + middle + " += " + source);
    bindAdded(result);
    return;
  }
  std::string name = fresh(wishFor(result)), shape = "[" + llvm::join(sizes, ", ") + "]";
  line("var " + name + " = " +
       (edge.number == 0.0 ? "zeros(" + shape : "full(" + shape + ", " + alone(pad.getValue()).text) +
       typeArgument(element) + ")");
  line(name + middle + " = " + source);
  bindVariable(result, name, pad->getBlock());
}

/// A value's name, which it gets if it has none.
std::string FunctionPrinter::named(Value value) {
  if (!isNamed(value)) {
    std::string name = fresh(wishFor(value));
    line("let " + name + " = " + whole(value).text);
    bind(value, name);
    namedLate.push_back(value);
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
  namedLate.push_back(number);
  return name;
}

/// `for i in 0..n { t[2 * i + 1] += updates[i] }`.
void FunctionPrinter::sumLoop(Value result, const std::string &start, bool fromZero, const std::string &updates,
                              ArrayRef<std::string> variables, ArrayRef<std::string> sizes,
                              const std::string &subscripts) {
  auto sum = fromZero ? sumOf(result) : std::nullopt;
  std::string name = sum ? *sum : fresh(wishForSum(result, "sums"));
  if (!sum)
    line("var " + name + " = " + start);
  unsigned loops = 0;
  for (auto [variable, size] : llvm::zip(variables, sizes)) {
    if (variable == "0")
      continue;
    ++loops;
    line("for " + variable + " in 0.." + size + " {");
    indent += 2;
  }
  line(name + "[" + subscripts + "] += " + updates +
       (variables.empty() ? "" : "[" + llvm::join(variables, ", ") + "]"));
  for (; loops > 0; --loops) {
    indent -= 2;
    line("}");
  }
  if (sum)
    bindAdded(result);
  else
    bindVariable(result, name, result.getParentBlock());
}

void FunctionPrinter::addAtPlaces(AffineScatterOp scatter) {
  Value result = scatter.getResult();
  Type element = elementType(result);
  std::string updates = named(scatter.getUpdates());
  std::string start = "zeros(" + shapeText(result) + typeArgument(element) + ")";
  SmallVector<std::string> variables = loopVariables(*this, scatter.getUpdates()), sizes;
  for (size_t axis = 0; axis < variables.size(); ++axis)
    sizes.push_back(sizeText(scatter.getUpdates(), axis));
  for (int64_t axis : axesOfOne(tensorType(scatter.getUpdates()).getShape())) {
    release(variables[axis]);
    variables[axis] = "0";
  }
  sumLoop(result, start, /*fromZero=*/true, updates, variables, sizes,
          affineSubscripts(*this, scatter.getMap(), variables, scatter.getSymbols()));
  release(variables);
}

/// Whether no place is named twice: the updates' own numbers are one index of it.
static bool areDifferent(ScatterAddOp scatter) {
  auto isVector = [](Value index) { return tensorType(index).getRank() == 1; };
  return llvm::all_of(scatter.getIndices(), isVector) &&
         llvm::any_of(scatter.getIndices(), [](Value index) { return index.getDefiningOp<IotaOp>() != nullptr; });
}

void FunctionPrinter::addAtPlaces(ScatterAddOp scatter) {
  if (splatConstant(scatter.getDest()) == 0.0 && areDifferent(scatter) && putAtPlaces(scatter))
    return;
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
  sumLoop(result, start, splatConstant(scatter.getDest()) == 0.0, updates, variables, sizes,
          placeSubscripts(places, scatter.getAxes()));
  release(variables);
}

/// The axes in another order; of a transpose that this takes back the tensor itself.
static std::string permutedText(FunctionPrinter &printer, Value value, ArrayRef<int64_t> order) {
  if (auto transpose = printer.isNamed(value) ? nullptr : value.getDefiningOp<TransposeOp>()) {
    ArrayRef<int64_t> before = transpose.getPermutation();
    if (llvm::all_of(llvm::enumerate(order), [&](auto at) { return before[at.value()] == int64_t(at.index()); }))
      return printer.whole(transpose.getInput()).text;
  }
  std::string axes = llvm::join(llvm::map_range(order, [](int64_t axis) { return std::to_string(axis); }), ", ");
  return "permute(" + printer.whole(value).text + ", [" + axes + "])";
}

/// `t[places] = updates`. The updates have the axes of the places in front; where the indexed axes are one block with
/// others before it, the language has them where that block was: `t[:, i, j]`.
template <typename Scatter> bool FunctionPrinter::putAtPlaces(Scatter scatter) {
  ArrayRef<int64_t> axes = scatter.getAxes();
  if (!llvm::is_sorted(axes))
    return false;
  int64_t first = axes.front(), ofPlaces = tensorType(scatter.getIndices().front()).getRank();
  bool isOneBlock = axes.back() - first + 1 == int64_t(axes.size());
  SmallVector<std::string> places;
  for (Value index : scatter.getIndices())
    places.push_back(whole(index).text);
  Value source = scatter.getUpdates();
  std::string updates;
  if (splatConstant(source)) {
    updates = text(source).text; // One number for all places.
  } else if (isOneBlock && first > 0 && ofPlaces > 0) {
    SmallVector<int64_t> order;
    for (int64_t axis = 0, rank = tensorType(source).getRank(); axis < rank; ++axis)
      order.push_back(axis < first ? axis + ofPlaces : axis < first + ofPlaces ? axis - first : axis);
    updates = permutedText(*this, source, order);
  } else {
    updates = whole(source).text;
  }
  update(scatter.getResult(), scatter.getDest(), placeSubscripts(places, axes), updates);
  return true;
}
