//===- TensorToHalide.cpp - Tensors and scalars outside of bodies to Halide ---------===//
//
// Stage: kernels. See LinalgToHalide.h. Here: sizes, constants, reshapes and slices, and
// the outputs of a kernel.
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/LinalgToHalide.h"

#include "compiler/kernels/ScalarToHalide.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using Halide::Expr;
using Halide::Func;
using Halide::Var;

namespace mdl::kernels {

bool Translator::translateEmpty(tensor::EmptyOp op) {
  Tensor shape;
  SmallVector<OpFoldResult> sizes = op.getMixedSizes();
  for (OpFoldResult size : llvm::reverse(sizes)) {
    if (auto attribute = dyn_cast<Attribute>(size)) {
      shape.sizes.push_back(cast<IntegerAttr>(attribute).getInt());
      shape.extents.push_back(static_cast<int>(shape.sizes.back()));
      continue;
    }
    Expr extent = scalar(cast<Value>(size), nullptr);
    if (!extent.defined())
      return fail(op, "a size has no translation");
    shape.sizes.push_back(RunTime);
    shape.extents.push_back(extent);
  }
  tensors[op.getResult()] = shape;
  return true;
}

bool Translator::translateDim(tensor::DimOp op) {
  std::optional<int64_t> index = op.getConstantIndex();
  if (!index)
    return fail(op, "the axis is no constant");
  const Tensor &tensor = tensorOf(op.getSource());
  scalars[op.getResult()] = {tensor.extents[tensor.extents.size() - 1 - *index], {}};
  return true;
}

bool Translator::translateCast(tensor::CastOp op) {
  Tensor tensor = tensorOf(op.getSource());
  auto type = dyn_cast<RankedTensorType>(op.getType());
  if (!type)
    return fail(op, "only ranked tensors");
  for (int dim = 0; dim < type.getRank(); ++dim)
    if (int64_t size = type.getDimSize(type.getRank() - 1 - dim); !ShapedType::isDynamic(size)) {
      tensor.sizes[dim] = size;
      tensor.extents[dim] = static_cast<int>(size);
    }
  tensors[op.getResult()] = tensor;
  return true;
}

template <typename T, typename Values> static void fillBuffer(Halide::Buffer<> &buffer, Values values) {
  T *data = static_cast<T *>(buffer.data());
  for (auto value : values)
    *data++ = static_cast<T>(value);
}

/// A constant tensor as a buffer that the object carries; false for an element type that this does not know.
static bool constantBuffer(DenseElementsAttr value, Halide::Buffer<> &buffer) {
  Type element = value.getElementType();
  auto floats = [&] {
    return llvm::map_range(value.getValues<llvm::APFloat>(), [](llvm::APFloat v) {
      bool lost = false;
      v.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &lost);
      return v.convertToDouble();
    });
  };
  auto integers = [&] {
    return llvm::map_range(value.getValues<llvm::APInt>(), [](const llvm::APInt &v) {
      return v.getBitWidth() == 1 ? int64_t(v.getBoolValue()) : v.getSExtValue();
    });
  };
  if (element.isF32())
    return fillBuffer<float>(buffer, floats()), true;
  if (element.isF64())
    return fillBuffer<double>(buffer, floats()), true;
  if (element.isInteger(1) || element.isInteger(8))
    return fillBuffer<int8_t>(buffer, integers()), true;
  if (element.isInteger(32))
    return fillBuffer<int32_t>(buffer, integers()), true;
  if (element.isInteger(64))
    return fillBuffer<int64_t>(buffer, integers()), true;
  return false;
}

bool Translator::translateConstant(Operation *op) {
  auto value = dyn_cast<DenseElementsAttr>(cast<arith::ConstantOp>(op).getValue());
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!value || !type)
    return fail(op, "not a constant that kernels know");
  Node node;
  node.name = freshName("constant");
  Tensor shape;
  std::vector<int> sizes;
  for (int64_t size : llvm::reverse(type.getShape())) {
    shape.sizes.push_back(size);
    shape.extents.push_back(static_cast<int>(size));
    sizes.push_back(size);
  }
  shapeLike(node, shape);
  std::vector<Var> vars;
  std::vector<Expr> places;
  for (size_t dim = 0; dim < sizes.size(); ++dim) {
    vars.push_back(node.var(dim));
    places.push_back(node.var(dim));
  }
  node.func = Func(node.name);
  Halide::Type element = halideType(type.getElementType());
  bool isFloat = isa<FloatType>(type.getElementType());
  if (value.isSplat() && isFloat)
    node.func(vars) = Halide::Internal::make_const(element, value.getSplatValue<APFloat>().convertToDouble());
  else if (value.isSplat() && element.is_bool())
    node.func(vars) = Halide::Internal::make_bool(value.getSplatValue<APInt>().getBoolValue());
  else if (value.isSplat())
    node.func(vars) = Halide::Internal::make_const(element, value.getSplatValue<APInt>().getSExtValue());
  else {
    Halide::Buffer<> buffer(element, sizes, node.name);
    if (!constantBuffer(value, buffer))
      return fail(op, "a constant of this element type");
    node.func(vars) = buffer(places);
  }
  addNode(std::move(node), op->getResult(0), shape);
  return true;
}

bool Translator::translateScalar(Operation *op) {
  Scalar result;
  std::vector<Expr> operands;
  for (Value value : op->getOperands()) {
    auto found = scalars.find(value);
    if (found == scalars.end() || !found->second.value.defined())
      return fail(op, "not an operation of a kernel");
    operands.push_back(found->second.value);
    result.from.append(found->second.from);
  }
  result.value = scalarToHalide(op, operands);
  if (!result.value.defined())
    return fail(op, "not an operation of a kernel");
  scalars[op->getResult(0)] = result;
  return true;
}

bool Translator::translateTopLevelExtract(tensor::ExtractOp op) {
  const Tensor &source = tensorOf(op.getTensor());
  Scalar result;
  result.from.push_back(source.node);
  std::vector<Expr> places;
  for (auto [dim, index] : llvm::enumerate(llvm::reverse(op.getIndices()))) {
    auto found = scalars.find(index);
    if (found == scalars.end())
      return fail(op, "an index has no translation");
    result.from.append(found->second.from);
    places.push_back(Halide::clamp(found->second.value, 0, source.extents[dim] - 1));
  }
  result.value = call(source.node, places);
  scalars[op.getResult()] = result;
  return true;
}

bool Translator::translateReshape(Operation *op) {
  auto reassociation = op->hasAttr("reassociation") ? cast<ArrayAttr>(op->getAttr("reassociation")) : ArrayAttr();
  auto to = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!reassociation || !to)
    return fail(op, "a reshape of unknown form");
  bool collapse = isa<tensor::CollapseShapeOp>(op);
  const Tensor source = tensorOf(op->getOperand(0));
  Tensor shape;
  auto groups = reassociation.getAsRange<ArrayAttr>();
  int fine = collapse ? source.sizes.size() : to.getRank();
  auto fineDim = [&](Attribute axis) { return fine - 1 - cast<IntegerAttr>(axis).getInt(); };
  shape.sizes.resize(to.getRank());
  shape.extents.resize(to.getRank());
  if (collapse) {
    for (auto [axis, group] : llvm::enumerate(groups)) {
      int dim = to.getRank() - 1 - axis;
      Expr extent = 1;
      for (Attribute inner : group)
        extent = Halide::Internal::simplify(extent * source.extents[fineDim(inner)]);
      int64_t size = to.getDimSize(axis);
      shape.sizes[dim] = ShapedType::isDynamic(size) ? RunTime : size;
      shape.extents[dim] = extent;
    }
  } else {
    auto expand = cast<tensor::ExpandShapeOp>(op);
    unsigned dynamic = 0;
    for (auto [axis, size] : llvm::enumerate(expand.getStaticOutputShape())) {
      int dim = to.getRank() - 1 - axis;
      bool known = !ShapedType::isDynamic(size);
      shape.sizes[dim] = known ? size : RunTime;
      shape.extents[dim] = known ? Expr(static_cast<int>(size)) : scalar(expand.getOutputShape()[dynamic++], nullptr);
      if (!shape.extents[dim].defined())
        return fail(op, "a size has no translation");
    }
  }
  Node node;
  node.name = freshName("reshape");
  shapeLike(node, shape);
  std::vector<Var> vars;
  for (size_t dim = 0; dim < shape.sizes.size(); ++dim)
    vars.push_back(node.var(dim));
  Read read;
  read.node = source.node;
  read.loops.assign(source.sizes.size(), Read::Other);
  std::vector<Expr> places(source.sizes.size());
  for (auto [axis, group] : llvm::enumerate(groups)) {
    if (collapse) {
      Expr rest = vars[to.getRank() - 1 - axis];
      for (auto [position, inner] : llvm::enumerate(llvm::reverse(group.getValue()))) {
        int dim = fineDim(inner);
        bool last = position + 1 == group.size();
        places[dim] = last ? rest : rest % source.extents[dim];
        rest = rest / source.extents[dim];
      }
    } else {
      Expr place = 0;
      for (Attribute inner : group)
        place = place * shape.extents[fineDim(inner)] + vars[fineDim(inner)];
      places[source.sizes.size() - 1 - axis] = Halide::Internal::simplify(place);
    }
    if (group.size() == 1) {
      int outer = to.getRank() - 1 - axis, inner = fineDim(group[0]);
      read.loops[collapse ? inner : source.sizes.size() - 1 - axis] = collapse ? outer : inner;
    }
  }
  node.func = Func(node.name);
  node.func(vars) = call(source.node, places);
  node.reads.push_back(read);
  addNode(std::move(node), op->getResult(0), shape);
  return true;
}

bool Translator::translateSlice(tensor::ExtractSliceOp op) {
  const Tensor source = tensorOf(op.getSource());
  auto value = [&](OpFoldResult fold) -> Expr {
    if (auto attribute = dyn_cast<Attribute>(fold))
      return static_cast<int>(cast<IntegerAttr>(attribute).getInt());
    return scalar(cast<Value>(fold), nullptr);
  };
  llvm::SmallBitVector dropped = op.getDroppedDims();
  int rank = source.sizes.size();
  Tensor shape;
  for (int axis = rank - 1; axis >= 0; --axis) {
    if (dropped.test(axis))
      continue;
    OpFoldResult size = op.getMixedSizes()[axis];
    shape.extents.push_back(value(size));
    shape.sizes.push_back(isa<Attribute>(size) ? cast<IntegerAttr>(cast<Attribute>(size)).getInt() : RunTime);
  }
  Node node;
  node.name = freshName("slice");
  shapeLike(node, shape);
  std::vector<Var> vars;
  for (size_t dim = 0; dim < shape.sizes.size(); ++dim)
    vars.push_back(node.var(dim));
  std::vector<Expr> places;
  Read read;
  read.node = source.node;
  int next = 0;
  for (int axis = rank - 1; axis >= 0; --axis) {
    Expr offset = value(op.getMixedOffsets()[axis]), stride = value(op.getMixedStrides()[axis]);
    if (!offset.defined() || !stride.defined())
      return fail(op, "an offset has no translation");
    places.push_back(dropped.test(axis) ? offset : offset + stride * vars[next++]);
    read.loops.push_back(Read::Other);
  }
  node.func = Func(node.name);
  node.func(vars) = call(source.node, places);
  node.reads.push_back(read);
  addNode(std::move(node), op.getResult(), shape);
  return true;
}

bool Translator::finish(Operation *terminator) {
  for (OpOperand &operand : terminator->getOpOperands()) {
    Value value = operand.get();
    if (!isa<RankedTensorType>(value.getType()))
      return fail(terminator, "a kernel yields tensors");
    Tensor shape = tensorOf(value);
    int source = shape.node;
    if (source < 0)
      return fail(terminator, "an empty tensor is yielded");
    bool needsCopy = kernel.nodes[source].cls == NodeClass::Input || kernel.nodes[source].isOutput;
    if (needsCopy) {
      Node copy;
      copy.name = freshName("copy");
      shapeLike(copy, shape);
      std::vector<Expr> places;
      std::vector<Var> vars;
      for (size_t dim = 0; dim < shape.sizes.size(); ++dim) {
        vars.push_back(copy.var(dim));
        places.push_back(vars.back());
      }
      copy.func = Func(copy.name);
      copy.func(vars) = call(source, places);
      copy.reads.push_back({source, copy.dims});
      source = kernel.nodes.size();
      kernel.nodes.push_back(std::move(copy));
    }
    kernel.nodes[source].isOutput = true;
    kernel.outputs.push_back(source);
  }
  groupOutputs();
  return true;
}

/// The nodes that read `node` and are no part of `group`, directly or through others.
static bool isReadOutside(const HalideKernel &kernel, int node, const std::vector<int> &group) {
  for (size_t reader = node + 1; reader < kernel.nodes.size(); ++reader)
    for (const Read &read : kernel.nodes[reader].reads)
      if (read.node == node && !llvm::is_contained(group, static_cast<int>(reader)) &&
          (kernel.nodes[reader].isOutput || kernel.nodes[reader].accumulates() || isReadOutside(kernel, reader, group)))
        return true;
  return false;
}

/// A number for each node; nodes with the same one have the same shape, also where sizes are known only at run time:
/// whatever an operation reads by the identity has the shape of its result.
static std::vector<int> shapeClasses(const HalideKernel &kernel) {
  std::vector<int> classes;
  auto rename = [&](int from, int to) { std::replace(classes.begin(), classes.end(), from, to); };
  for (size_t index = 0; index < kernel.nodes.size(); ++index) {
    const Node &node = kernel.nodes[index];
    classes.push_back(index);
    for (const Read &read : node.reads)
      if (!read.isPart && read.loops == node.dims && kernel.nodes[read.node].sizes == node.sizes)
        rename(classes[read.node], classes[index]);
  }
  return classes;
}

/// Neighbouring outputs of one shape are computed by one loop nest, a Tuple: what they share is computed once, and a
/// result that another one is made from is still in a register.
void Translator::groupOutputs() {
  std::vector<int> shapes = shapeClasses(kernel);
  auto alike = [&](int a, int b) {
    const Node &first = kernel.nodes[a], &second = kernel.nodes[b];
    bool known = !llvm::is_contained(first.sizes, RunTime);
    return first.sizes == second.sizes && (known || shapes[a] == shapes[b]);
  };
  std::vector<std::vector<int>> groups;
  for (size_t begin = 0; begin < kernel.outputs.size();) {
    size_t end = begin + 1;
    while (end < kernel.outputs.size() && alike(kernel.outputs[begin], kernel.outputs[end]))
      ++end;
    // The longest run of which nothing is needed by another nest.
    std::vector<int> group(kernel.outputs.begin() + begin, kernel.outputs.begin() + end);
    while (group.size() > 1 && llvm::any_of(group, [&](int member) { return isReadOutside(kernel, member, group); }))
      group.pop_back();
    begin += group.size();
    groups.push_back(std::move(group));
  }
  std::vector<Func> funcs;
  for (const std::vector<int> &members : groups) {
    OutputGroup group;
    group.nodes = members;
    const Node &first = kernel.nodes[members[0]];
    std::vector<Var> vars;
    std::vector<Expr> places, values;
    for (size_t dim = 0; dim < first.dims.size(); ++dim) {
      vars.push_back(first.var(dim));
      places.push_back(vars.back());
    }
    for (int member : members)
      values.push_back(call(member, places));
    if (members.size() == 1) {
      group.func = first.func;
    } else {
      group.func = Func("out" + std::to_string(kernel.groups.size()));
      group.func(vars) = Halide::Tuple(values);
    }
    // Sizes of the first buffer hold for all buffers of a Tuple.
    std::vector<Halide::OutputImageParam> buffers = group.func.output_buffers();
    for (Halide::OutputImageParam buffer : buffers) {
      Expr stride = 1;
      for (size_t dim = 0; dim < first.dims.size(); ++dim) {
        bool known = first.sizes[dim] != RunTime;
        if (buffer.name() == buffers[0].name())
          buffer.dim(dim).set_bounds(0, known ? Expr(static_cast<int>(first.sizes[dim])) : Expr());
        buffer.dim(dim).set_stride(stride);
        stride = Halide::Internal::simplify(stride * (known ? first.extents[dim] : Expr(buffers[0].dim(dim).extent())));
      }
    }
    funcs.push_back(group.func);
    kernel.groups.push_back(std::move(group));
  }
  kernel.pipeline = Halide::Pipeline(funcs);
}

} // namespace mdl::kernels
