//===- BuiltinsDraw.cpp - plot and show ---------------------------------------===//
//
// Stage: sema. Checks what is drawn and hands it to the runtime.
//
//===----------------------------------------------------------------------===//

#include "compiler/sema/BuiltinsDraw.h"
#include "compiler/sema/Builtins.h"
#include "compiler/sema/Elaborator.h"
#include "compiler/sema/ListComprehension.h"

using namespace mdl;
using Tensor = Elaborator::Tensor;

/// `plot(y)` over 0, 1, 2, … and `plot(x, y)`; y may be several lines, [lines, n].
static Value plot(Elaborator &e, CallArguments &call) {
  if (reportForEachIndex(e, "`plot`", call.range))
    return nullptr;
  auto bound = e.bindArguments(call, {"x", "y?"});
  if (!bound)
    return nullptr;
  auto *second = (*bound)[1] ? (*bound)[1] : (*bound)[0];
  Tensor y = e.tensor(second->value, second->range);
  if (!y)
    return nullptr;
  if (y->rank() != 1 && y->rank() != 2) {
    e.diags.report(diag::BadArgument, second->range, {"plot", "y is one line or [lines, n], found " + e.typeName(y)});
    return nullptr;
  }
  Shape across{y->shape.back()};
  Tensor x;
  if ((*bound)[1]) {
    x = e.tensor((*bound)[0]->value, (*bound)[0]->range);
    if (!x)
      return nullptr;
    auto here = x->rank() == 1 ? x->shape[0].dim.constant() : std::nullopt, there = across[0].dim.constant();
    if (x->rank() != 1 || (here && there && *here != *there)) {
      e.diags.report(
          diag::BadArgument, (*bound)[0]->range,
          {"plot", "x has one axis, of the size of y's last one; found " + e.typeName(x) + " and " + e.typeName(y)});
      return nullptr;
    }
  } else {
    auto axis = e.emit.attr("axis", e.emit.builder.getI64IntegerAttr(0));
    x = e.make(
        e.emit.op("iota", e.emit.dynamicSizes(across, e.dims), e.emit.tensorType(ElementType::I64, across), {axis}),
        ElementType::I64, across);
  }
  e.emit.runtime("mdl_plot",
                 {e.ssa(e.cast(x, ElementType::F64)), e.ssa(e.cast(y, ElementType::F64)), e.where(call.range)});
  return std::make_shared<UnitValue>();
}

/// Whether an axis has as many elements as a pixel has colours, or colours and alpha.
static bool isOfColours(const Size &axis) {
  auto size = axis.dim.constant();
  return size && (*size == 3 || *size == 4);
}

/// `show(image)`: [height, width], or with colours (4 with alpha) last or as planes, first: [height, width, 3], [3,
/// height, width].
static Value show(Elaborator &e, CallArguments &call) {
  if (reportForEachIndex(e, "`show`", call.range))
    return nullptr;
  auto bound = e.bindArguments(call, {"image"});
  Tensor image = bound ? e.tensor((*bound)[0]->value, (*bound)[0]->range) : nullptr;
  if (!image)
    return nullptr;
  bool coloursLast = image->rank() == 3 && isOfColours(image->shape[2]);
  bool coloursFirst = image->rank() == 3 && !coloursLast && isOfColours(image->shape[0]);
  if (image->rank() != 2 && !coloursLast && !coloursFirst) {
    auto report = e.diags.report(diag::BadArgument, (*bound)[0]->range,
                                 {"show", "an image is [height, width], in colours [height, width, 3] or [3, height, "
                                          "width]; found " +
                                              e.typeName(image)});
    if (image->rank() == 3)
      report.hint("the first of many is `" + std::string(e.sources.text((*bound)[0]->range)) + "[0]`");
    return nullptr;
  }
  if (image->element != ElementType::U8)
    image = e.cast(image, ElementType::F32);
  if (coloursFirst)
    image = builtin::permuted(e, image, {1, 2, 0});
  e.emit.runtime("mdl_show", {e.ssa(image), e.where(call.range)});
  return std::make_shared<UnitValue>();
}

void mdl::addDrawBuiltins(Elaborator &elaborator) { elaborator.addBuiltins({{"plot", plot}, {"show", show}}); }
