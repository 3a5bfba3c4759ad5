//===- GradientAxes.cpp - What gradients and directional derivatives share -----------------===//

#include "compiler/sema/GradientAxes.h"
#include "compiler/sema/CustomGradients.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace mdl;
using namespace mdl::gradient;

static bool hasAxis(const TensorValue &value, unsigned axis, const Dim &size) {
  return axis < value.lift && value.shape[axis].dim == size;
}

void mdl::gradient::addMissingAxes(const TensorValue &value, const TensorValue &parameter, IndexAxes &axes) {
  for (unsigned axis = 0; axis < value.lift; ++axis)
    if (!value.shape[axis].dim.isConstant(1) && !hasAxis(parameter, axis, value.shape[axis].dim))
      axes.insert(axis);
}

Tensor mdl::gradient::forEachIndex(Elaborator &e, const Tensor &value, const IndexAxes &axes) {
  if (axes.empty())
    return value;
  Tensor lifted = e.liftTo(value, std::max(value->lift, *axes.rbegin() + 1));
  Shape shape = lifted->shape;
  for (unsigned axis : axes)
    shape[axis] = e.axes[axis].size;
  return e.broadcast(lifted, shape, lifted->lift);
}

bool mdl::gradient::haveAllAxes(Elaborator &e, const std::vector<Tensor> &values) {
  return llvm::all_of(values, [&](const Tensor &value) {
    return llvm::all_of(llvm::enumerate(e.axes), [&](auto axis) {
      return axis.value().size.dim.isConstant(1) || hasAxis(*value, axis.index(), axis.value().size.dim);
    });
  });
}

Tensor mdl::gradient::renamed(Elaborator &e, const Tensor &value) {
  llvm::SmallVector<mlir::Value> operands{e.ssa(value)};
  operands.append(e.emit.dynamicSizes(value->shape, e.dims));
  mlir::Value own = e.emit.op("reshape", operands, e.emit.tensorType(value->element, value->shape),
                              {e.emit.attr(pointAttribute, e.emit.builder.getUnitAttr())});
  return e.make(own, value->element, value->shape, value->lift);
}

Value mdl::gradient::renamed(Elaborator &e, const Value &structure, const IndexAxes &axes) {
  std::vector<Tensor> leaves;
  e.leaves(structure, leaves);
  for (auto &leaf : leaves)
    leaf = renamed(e, forEachIndex(e, leaf, axes));
  size_t next = 0;
  return e.rebuild(structure, leaves, next);
}

/// The float type that a function declares for its first parameter; f32 if it declares none.
static ElementType elementOfFirst(const Value &function) {
  if (auto *gradient = as<GradientValue>(function))
    return elementOfFirst(gradient->function);
  auto *declared = as<FunctionValue>(function);
  auto *type = declared && !declared->decl->parameters.empty() ? declared->decl->parameters.front().type : nullptr;
  auto element = type && type->kind == ast::TypeExpr::Tensor ? elementTypeNamed(type->name) : std::nullopt;
  return element && isFloat(*element) ? *element : ElementType::F32;
}

Value mdl::gradient::settlePoint(Elaborator &e, const Value &function, const Value &value, SourceRange range) {
  if (!value || (!e.isTensorLike(value) && !isEmptyList(value)))
    return e.settle(value, range);
  ElementType element = elementOfFirst(function);
  Tensor t = e.tensor(value, range, element);
  return t && isInteger(t->element) && as<LiteralValue>(value) ? e.cast(t, element) : t;
}

bool mdl::gradient::isGood(Elaborator &e, llvm::function_ref<void()> call) {
  size_t reported = e.diags.all().size(), errors = e.diags.errorCount();
  Restore<int64_t> sites(e.randomSites, int64_t(e.randomSites));
  Restore<mlir::ModuleOp> unprinted(e.outlines, nullptr);
  e.speculate(call);
  bool good = e.diags.errorCount() == errors;
  e.diags.rewind(reported);
  return good;
}

/// One number for all indices.
static mlir::Value summedIndices(Elaborator &e, const Tensor &number) {
  if (!number->lift)
    return e.ssa(number);
  auto axes = llvm::to_vector(llvm::seq<int64_t>(number->lift));
  return e.emit.op("sum", e.ssa(number), e.emit.tensorType(number->element, {}), {e.emit.ints("axes", axes)});
}

mlir::Operation *mdl::gradient::request(Elaborator &e, const Tensor &number, const std::vector<Tensor> &parameters,
                                        const std::vector<std::string> &names, SourceRange wrtRange) {
  llvm::SmallVector<mlir::Value> operands{summedIndices(e, number)};
  llvm::SmallVector<mlir::Type> types;
  if (!e.rules.empty() && usesResultOfRule(operands[0])) {
    e.diags
        .report(diag::Unsupported, wrtRange, {"a gradient, in a function's own gradient, of what the function gives"})
        .hint("`stop_gradient(f(x))` is its value and no more");
    return nullptr;
  }
  for (auto [parameter, name] : llvm::zip(parameters, names)) {
    if (!isFloat(parameter->element)) {
      std::string found = e.typeName(parameter) + (names.size() > 1 ? " in `" + name + "`" : "");
      e.diags.report(diag::GradientOfInteger, wrtRange, {found})
          .hint(
              "whole numbers have no small changes; a number with a point, `0.0`, is a float, and `x.f32()` before the "
              "loss is computed converts");
      return nullptr;
    }
    operands.push_back(e.ssa(parameter));
    types.push_back(operands.back().getType());
  }
  llvm::SmallVector<llvm::StringRef> texts(names.begin(), names.end());
  return e.emit.ops("grad", operands, types, {e.emit.attr("names", e.emit.builder.getStrArrayAttr(texts))});
}

std::vector<Tensor> mdl::gradient::results(Elaborator &e, mlir::Operation *request,
                                           const std::vector<Tensor> &parameters) {
  std::vector<Tensor> made;
  for (auto [parameter, result] : llvm::zip(parameters, request->getResults()))
    made.push_back(e.make(result, parameter->element, parameter->shape, parameter->lift));
  return made;
}

void mdl::gradient::reportWholeNumbers(Elaborator &e, const Tensor &value, SourceRange range) {
  auto report = e.diags.report(diag::GradientOfInteger, range, {e.typeName(value)});
  mlir::Operation *made = value->ssa ? value->ssa.getDefiningOp() : nullptr;
  llvm::StringRef name = made ? made->getName().stripDialect() : "";
  if (name == "argmax" || name == "argmin" || name == "argsort")
    report.hint("`" + name.str() + "` gives whole numbers, which do not change with a small change of its input");
  else
    report.hint("whole numbers have no small changes; `x.f32()` converts what it is computed from");
}

std::pair<std::string, std::string> mdl::gradient::functionNames(const Value &function) {
  auto parameter = [](const ast::Pattern *pattern) {
    return pattern && pattern->kind == ast::Pattern::Bind ? pattern->name.text : std::string("x");
  };
  if (auto *declared = as<FunctionValue>(function))
    return {declared->decl->name.text,
            parameter(declared->decl->parameters.empty() ? nullptr : declared->decl->parameters[0].pattern)};
  if (auto *lambda = as<LambdaValue>(function))
    return {"f", parameter(lambda->lambda->parameters.empty() ? nullptr : lambda->lambda->parameters[0])};
  if (auto *gradient = as<GradientValue>(function)) {
    auto [name, root] = functionNames(gradient->function);
    return {"grad_" + name, root};
  }
  if (auto *builtin = as<BuiltinValue>(function))
    return {builtin->name, "x"};
  return {"f", "x"};
}
