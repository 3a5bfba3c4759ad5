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
// are the draws from it. One that is another number for each index is a tensor of keys, of which
// each draws what it draws alone.
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

/// What numbers are drawn from: one key, or one for each index of the comprehensions around.
struct Key {
  Dim number;
  Tensor ofEach; ///< In place of the number.
  Shape space;   ///< The axes of the index space that the draws change with.
};

/// Nothing where the seed is none (reported).
static std::optional<Key> keyOf(Elaborator &e, const Value &seed, SourceRange range) {
  auto own = as<TensorValue>(seed) ? e.tensor(seed, range) : nullptr;
  if (own && own->lift && own->known)
    return Key{*own->known, nullptr, own->shape};
  if (own && own->lift && !own->rank() && isInteger(own->element))
    return Key{{}, e.cast(own, ElementType::I64), own->shape};
  auto size = e.size(seed, range);
  return size ? std::optional(Key{size->dim, nullptr, {}}) : std::nullopt;
}

/// How numbers are drawn from one key, and from one for each index.
struct Distribution {
  const char *op, *functionOfEach;
};
static constexpr Distribution normalNumbers{"normal", "mdl_fill_normal_each"};
static constexpr Distribution uniformNumbers{"uniform", "mdl_fill_uniform_each"};
static constexpr Distribution orders{"permutation", "mdl_fill_permutation_each"};

/// A draw of `shape` for each index that the seed changes with.
static Value random(Elaborator &e, const Distribution &distribution, ElementType element, const Shape &shape,
                    const Item *item) {
  CallArguments none;
  auto key = keyOf(e, item ? item->value : randomSeed(e, none), item ? item->range : SourceRange{});
  if (!key)
    return nullptr;
  Shape whole = key->space;
  whole.insert(whole.end(), shape.begin(), shape.end());
  if (key->ofEach)
    return e.make(e.emit.runtimeFill(distribution.functionOfEach, e.ssa(key->ofEach), element, whole, e.dims,
                                     /*pure=*/true),
                  element, whole, key->space.size());
  llvm::SmallVector<mlir::Value> operands{e.emit.i64(key->number, e.dims)};
  operands.append(e.emit.dynamicSizes(whole, e.dims));
  return e.make(e.emit.op(distribution.op, operands, e.emit.tensorType(element, whole)), element, whole,
                key->space.size());
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

/// The arguments of `randn` and `uniform`, which tell by two numbers what is drawn.
struct DrawArguments {
  Shape shape;
  const Item *first, *second, *seed;
  ElementType type;
};
static std::optional<DrawArguments> drawArguments(Elaborator &e, CallArguments &call, const std::string &first,
                                                  const std::string &second) {
  if (!isShapeFirst(e, call))
    return std::nullopt;
  auto bound = e.bindArguments(call, {"shape", first + "?", second + "?", "seed?", "dtype?"});
  auto shape = bound ? e.shapeArgument((*bound)[0]->value, (*bound)[0]->range) : std::nullopt;
  auto type = shape ? randomType(e, (*bound)[4]) : std::nullopt;
  if (!type)
    return std::nullopt;
  return DrawArguments{*shape, (*bound)[1], (*bound)[2], (*bound)[3], *type};
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
  auto given = drawArguments(e, call, "mean", "std");
  if (!given || (given->second && !isDeviation(e, *given->second)))
    return nullptr;
  Value result = random(e, normalNumbers, given->type, given->shape, given->seed);
  std::vector<SourceRange> ranges(2, call.range);
  if (result && given->second)
    result = e.elementwise("mul", {result, given->second->value}, ranges, call.range);
  if (result && given->first)
    result = e.elementwise("add", {result, given->first->value}, ranges, call.range);
  return result;
}

static Value uniform(Elaborator &e, CallArguments &call) {
  auto given = drawArguments(e, call, "low", "high");
  if (!given)
    return nullptr;
  Value result = random(e, uniformNumbers, given->type, given->shape, given->seed);
  const Item *low = given->first, *high = given->second;
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
  if (e.axes.empty() || ((*bound)[1] && !(seed && seed->lift && seed->known)))
    return random(e, orders, ElementType::I64, *shape, (*bound)[1]);
  // One for each index from a key of all: the order of random numbers.
  Value numbers = random(e, uniformNumbers, ElementType::F64, *shape, (*bound)[1]);
  Tensor rows = numbers ? e.tensor(numbers, call.range) : nullptr;
  return rows ? sortedAlong(e, rows, rows->shape.size() - 1, /*descending=*/false).second : nullptr;
}

/// `with_seed(seed, () => …)` calls its function with draws that follow from the seed, as `checkpoint` does.
static Value withSeed(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"seed", "f"});
  if (!bound)
    return nullptr;
  SourceRange range = (*bound)[0]->range;
  auto key = keyOf(e, (*bound)[0]->value, range);
  if (key && key->ofEach)
    e.diags.report(diag::BadArgument, range, {"with_seed", "its seed is one number for all indices of a comprehension"})
        .hint(
            "`seed=` of `randn` and the others may be another one for each; a `for` loop can take it from its counter");
  if (!key || key->ofEach)
    return nullptr;
  std::vector<bool> same;
  for (size_t axis = 0; axis < e.axes.size(); ++axis)
    same.push_back(axis >= key->space.size() || key->space[axis].dim.isConstant(1));
  Restore<std::vector<bool>> draws(e.sameDraws, std::move(same));
  // Sites are counted anew, so that the function draws the same from wherever it is called.
  Restore<int64_t> sites(e.randomSites, 0);
  e.emit.runtime("mdl_draws_begin", e.emit.i64(key->number, e.dims));
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
