//===- BuiltinsRandom.cpp - randn, uniform, permutation and their seeds ------------------------===//
//
// Stage: sema. A draw is an operation on a key, the same numbers for any number of threads. The
// key is `seed=`, or `random_seed()`: another one at each place of the program and each time.
//
// Note [Draws in comprehensions]
// `[randn([3]) for i in 0..n]` draws anew for each i, as a loop does: one draw of [n, 3]. What a
// `random_seed()` stands for at an index is told by its shape: the sizes of the axes of the index
// space that it changes with, and 1 along those that it does not: axes of comprehensions further
// in, and those around a `with_seed`. A seed that is a number is the same for all indices, and so
// are the draws from it.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Builtins.h"

using namespace mdl;
using namespace mdl::builtin;

/// `random_seed()`: a key that follows from the program's `--seed`.
static Value randomSeed(Elaborator &e, CallArguments &call) {
  if (!e.bindArguments(call, {}))
    return nullptr;
  mlir::Value key = e.emit.runtime("mdl_next_seed", e.emit.constantI64(e.randomSites++), e.emit.builder.getI64Type());
  auto seed = std::make_shared<TensorValue>(*e.knownScalar(e.freshDim("seed", call.range, e.emit.toIndex(key))));
  seed->ssa = e.emit.fromScalar(key);
  Shape space;
  for (size_t axis = 0; axis < e.axes.size(); ++axis)
    space.push_back(axis < e.sameDraws.size() && e.sameDraws[axis] ? Size{Dim(1), {}} : e.axes[axis].size);
  if (llvm::all_of(space, [](const Size &size) { return size.dim.isConstant(1); }))
    return seed;
  auto each = std::make_shared<TensorValue>(*e.broadcast(seed, space, space.size()));
  each->known = seed->known;
  return each;
}

/// The number that a seed is made of; nothing where that is reported.
static std::optional<Dim> keyOf(Elaborator &e, const Value &seed, SourceRange range) {
  if (auto *own = as<TensorValue>(seed); own && own->lift && own->known)
    return own->known;
  if (auto *own = as<TensorValue>(seed); own && own->lift) {
    e.diags
        .report(diag::BadArgument, range,
                {"seed", "a seed is one number for all indices of a comprehension of the run"})
        .hint("without `seed=` each index has a draw of its own; a `for` loop can take the seed from its counter");
    return std::nullopt;
  }
  auto size = e.size(seed, range);
  return size ? std::optional(size->dim) : std::nullopt;
}

/// A draw of `shape` for each index that the seed changes with.
static Value random(Elaborator &e, const char *op, ElementType element, const Shape &shape,
                    const CallArguments::Item *item) {
  CallArguments none;
  Value seed = item ? item->value : randomSeed(e, none);
  auto key = keyOf(e, seed, item ? item->range : SourceRange{});
  if (!key)
    return nullptr;
  auto *own = as<TensorValue>(seed);
  Shape whole = own ? own->shape : Shape{};
  unsigned lift = whole.size();
  whole.insert(whole.end(), shape.begin(), shape.end());
  llvm::SmallVector<mlir::Value> operands{e.emit.i64(*key, e.dims)};
  operands.append(e.emit.dynamicSizes(whole, e.dims));
  return e.make(e.emit.op(op, operands, e.emit.tensorType(element, whole)), element, whole, lift);
}

/// The element type of random numbers: f32, unless `dtype` names another float type.
static std::optional<ElementType> randomType(Elaborator &e, const CallArguments::Item *item) {
  auto type = elementTypeOf(e, item, ElementType::F32);
  if (type && !isFloat(*type)) {
    e.diags.report(diag::BadArgument, item->range,
                   {"dtype", std::string("random numbers are floats, not ") + elementTypeName(*type)});
    return std::nullopt;
  }
  return type;
}

/// `randn(3, 4)` means a shape, as it does in PyTorch: two whole numbers by position are no shape and a mean. False
/// where that is reported.
static bool isShapeFirst(Elaborator &e, const CallArguments &call) {
  if (call.items.size() < 2)
    return true;
  std::string sizes;
  for (auto &item : call.items) {
    if (item.name.empty() && !e.constantInt(item.value))
      return true;
    if (item.name.empty())
      sizes += (sizes.empty() ? "" : ", ") + std::string(e.sources.text(item.range));
  }
  if (!call.items[1].name.empty() || !call.items[0].name.empty())
    return true;
  e.diags.report(diag::BadArgument, call.items[1].range, {call.callee, "its first argument is the whole shape"})
      .hint("sizes stand in brackets: `" + call.callee + "([" + sizes + "])`");
  return false;
}

/// Numbers do not scatter by less than nothing (as NumPy and PyTorch). False where the deviation is known, and
/// reported; where it is one number of the run, that checks it.
static bool isDeviation(Elaborator &e, const CallArguments::Item &item) {
  const char *text = "the standard deviation is 0 or more";
  if (auto known = e.constantNumber(item.value)) {
    if (*known >= 0)
      return true;
    e.diags.report(diag::BadArgument, item.range, {"randn", text});
    return false;
  }
  auto *number = as<TensorValue>(item.value);
  if (!number || !number->shape.empty() || !e.axes.empty())
    return true;
  Value isFine = e.compare(ast::CompareOp::Ge, item.value, e.scalarConstant(number->element, 0), item.range, item.range,
                           item.range);
  if (auto fine = isFine ? e.tensor(isFine, item.range) : nullptr)
    e.emit.runtime("mdl_assert", {e.scalar(fine), e.where(item.range), e.emit.string(std::string("`randn`: ") + text)});
  return true;
}

static Value randn(Elaborator &e, CallArguments &call) {
  if (!isShapeFirst(e, call))
    return nullptr;
  auto bound = e.bindArguments(call, {"shape", "mean?", "std?", "seed?", "dtype?"});
  auto shape = bound ? e.shapeArgument((*bound)[0]->value, (*bound)[0]->range) : std::nullopt;
  auto type = shape ? randomType(e, (*bound)[4]) : std::nullopt;
  if (!type || ((*bound)[2] && !isDeviation(e, *(*bound)[2])))
    return nullptr;
  Value result = random(e, "normal", *type, *shape, (*bound)[3]);
  std::vector<SourceRange> ranges(2, call.range);
  if (result && (*bound)[2])
    result = e.elementwise("mul", {result, (*bound)[2]->value}, ranges, call.range);
  if (result && (*bound)[1])
    result = e.elementwise("add", {result, (*bound)[1]->value}, ranges, call.range);
  return result;
}

static Value uniform(Elaborator &e, CallArguments &call) {
  if (!isShapeFirst(e, call))
    return nullptr;
  auto bound = e.bindArguments(call, {"shape", "low?", "high?", "seed?", "dtype?"});
  auto shape = bound ? e.shapeArgument((*bound)[0]->value, (*bound)[0]->range) : std::nullopt;
  auto type = shape ? randomType(e, (*bound)[4]) : std::nullopt;
  if (!type)
    return nullptr;
  Value result = random(e, "uniform", *type, *shape, (*bound)[3]);
  auto *low = (*bound)[1], *high = (*bound)[2];
  if (!result || (!low && !high))
    return result;
  auto literal = [](int64_t number) {
    auto value = std::make_shared<LiteralValue>();
    value->intValue = number;
    value->floatValue = number;
    return value;
  };
  Value from = low ? low->value : Value(literal(0)), to = high ? high->value : Value(literal(1));
  if (auto least = e.constantNumber(from), most = e.constantNumber(to); least && most && *least > *most) {
    auto *item = high ? high : low;
    e.diags.report(diag::BadArgument, item->range, {"uniform", "`low` lies above `high`"})
        .hint("the numbers are from [low, high): 0 to 1, where they are not given");
    return nullptr;
  }
  Value width = e.binary(ast::BinaryOp::Sub, to, from, call.range, call.range, call.range, call.range);
  std::vector<SourceRange> ranges(2, call.range);
  result = e.elementwise("mul", {result, width}, ranges, call.range);
  return result ? e.elementwise("add", {result, from}, ranges, call.range) : nullptr;
}

static Value permutation(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"n", "seed?"});
  auto size = bound ? e.size((*bound)[0]->value, (*bound)[0]->range) : std::nullopt;
  auto shape = size ? e.shapeArgument(e.knownScalar(size->dim), size->origin) : std::nullopt; // not negative
  if (!shape)
    return nullptr;
  auto *seed = (*bound)[1] ? as<TensorValue>((*bound)[1]->value) : nullptr;
  if (e.axes.empty() || ((*bound)[1] && !(seed && seed->lift)))
    return random(e, "permutation", ElementType::I64, *shape, (*bound)[1]);
  // One for each index: the order of random numbers.
  Value numbers = random(e, "uniform", ElementType::F64, *shape, (*bound)[1]);
  Tensor rows = numbers ? e.tensor(numbers, call.range) : nullptr;
  return rows ? sortedAlong(e, rows, rows->shape.size() - 1, /*descending=*/false).second : nullptr;
}

/// `with_seed(seed, () => …)` calls its function with draws that follow from the seed, as `checkpoint` does.
static Value withSeed(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"seed", "f"});
  if (!bound)
    return nullptr;
  const Value &seed = (*bound)[0]->value;
  auto key = keyOf(e, seed, (*bound)[0]->range);
  if (!key)
    return nullptr;
  auto *own = as<TensorValue>(seed);
  std::vector<bool> same;
  for (size_t axis = 0; axis < e.axes.size(); ++axis)
    same.push_back(!own || axis >= own->lift || own->shape[axis].dim.isConstant(1));
  Restore<std::vector<bool>> draws(e.sameDraws, std::move(same));
  // Sites are counted anew, so that the function draws the same from wherever it is called.
  Restore<int64_t> sites(e.randomSites, 0);
  e.emit.runtime("mdl_draws_begin", e.emit.i64(*key, e.dims));
  CallArguments none;
  none.range = call.range;
  none.callee = "f";
  Value result = e.callValue((*bound)[1]->value, none);
  result = result ? e.settle(result, call.range) : nullptr;
  e.emit.runtime("mdl_draws_end", {});
  return result;
}

void mdl::addRandomBuiltins(Elaborator &elaborator) {
  elaborator.addBuiltins({{"random_seed", randomSeed},
                          {"with_seed", withSeed},
                          {"randn", randn},
                          {"uniform", uniform},
                          {"permutation", permutation}});
}
