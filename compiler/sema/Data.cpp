//===- Data.cpp - Data sets and batches -----------------------------------------------------------===//
//
// Stage: sema. What a program does with a data set (opened in DataFiles.cpp): its parts, its fields, batches of its
// rows.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Builtins.h"
#include "compiler/sema/DataSets.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mdl;

/// `data.split(valid=0.2, seed=42)`; of a tensor see the shape builtins.
Value mdl::splitData(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"data", "valid?", "seed?"});
  if (!bound)
    return nullptr;
  auto *data = as<DataValue>((*bound)[0]->value);
  mlir::Value share = e.emit.constantF64(0.2);
  if (auto *valid = (*bound)[1]) {
    auto constant = e.constantNumber(valid->value);
    auto number = e.tensor(valid->value, valid->range, ElementType::F64);
    if (!number)
      return nullptr;
    if (number->rank() != 0 || (constant && !(*constant > 0 && *constant < 1))) {
      e.diags.report(diag::BadArgument, valid->range, {"split", "`valid` is a share between 0 and 1"});
      return nullptr;
    }
    share = e.scalar(e.cast(number, ElementType::F64));
  }
  mlir::Value seed = e.emit.constantI64(42);
  if (auto *given = (*bound)[2]) {
    auto size = e.size(given->value, given->range);
    if (!size)
      return nullptr;
    seed = e.emit.i64(size->dim, e.dims);
  }
  auto result = std::make_shared<DataValue>();
  result->schema = data->schema;
  result->hasImages = data->hasImages;
  result->origin = data->origin;
  result->hasParts = true;
  result->rows = data->rows;
  result->handle = e.emit.runtime("mdl_data_split", {data->handle, share, seed, e.where(call.range)}, e.emit.pointer());
  return result;
}

static ElementType fieldType(const DataValue &data, unsigned field) {
  if (field == 1)
    return ElementType::I64;
  return data.schema.featureType == "u8" ? ElementType::U8 : ElementType::F32;
}
static Shape fieldShape(const DataValue &data, unsigned field, const Dim &rows) {
  Shape shape{{rows, data.origin}};
  if (field == 0)
    for (int64_t size : data.schema.featureDims)
      shape.push_back({Dim(size), data.origin});
  return shape;
}

Value mdl::dataMember(Elaborator &e, const std::shared_ptr<const DataValue> &data, const std::string &name) {
  if (name == "classes")
    return e.knownScalar(Dim(static_cast<int64_t>(data->schema.classes.size())));
  bool inEntry = e.entry && e.emit.builder.getInsertionBlock() == e.entry;
  if (data->hasParts) {
    if (name != "train" && name != "valid")
      return nullptr;
    unsigned which = name == "valid";
    if (data->parts.size() > which && data->parts[which])
      return data->parts[which];
    auto part = std::make_shared<DataValue>();
    part->schema = data->schema;
    part->hasImages = data->hasImages;
    part->origin = data->origin;
    part->handle = e.emit.runtime("mdl_data_part", {data->handle, e.emit.constantI64(which)}, e.emit.pointer());
    part->rows = countRows(e, part->handle, name, data->origin);
    if (inEntry) {
      data->parts.resize(2);
      data->parts[which] = part;
    }
    return part;
  }
  unsigned field;
  if (name == "inputs" || (data->hasImages && name == "images"))
    field = 0;
  else if (name == "targets" || name == "labels")
    field = 1;
  else
    return nullptr;
  if (data->fields.size() > field && data->fields[field])
    return data->fields[field];
  ElementType element = fieldType(*data, field);
  Shape shape = fieldShape(*data, field, data->rows);
  Value value =
      e.make(e.emit.runtimeFill("mdl_data_read", {data->handle, e.emit.constantI64(field)}, element, shape, e.dims),
             element, shape);
  // What is read in the program's own block is there for all that follows.
  if (inEntry) {
    data->fields.resize(2);
    data->fields[field] = value;
  }
  return value;
}

//===--- Batches ------------------------------------------------------------------------------===//

namespace {
/// Tensors that have the same number of rows.
struct Rows {
  Value source; ///< A structure of them.
  Size count;
};
} // namespace

/// The rows of what `builtin` is given that is no data set; nothing (reported) where there are none.
static std::optional<Rows> rowsOf(Elaborator &e, const std::string &builtin, const CallArguments::Item &given) {
  Value source = e.settle(given.value, given.range);
  std::vector<Elaborator::Tensor> parts;
  e.leaves(source, parts);
  if (parts.empty()) {
    e.diags.report(diag::BadArgument, given.range,
                   {builtin, "expected a data set or tensors, found " + e.typeName(given.value)});
    return std::nullopt;
  }
  for (auto &part : parts) {
    if (part->lift) {
      e.diags.report(
          diag::Unsupported, given.range,
          {builtin + " of rows that depend on an index of a comprehension: a `for` and `len` take these one by one"});
      return std::nullopt;
    }
    if (part->rank() == 0) {
      e.diags
          .report(diag::BadArgument, given.range,
                  {builtin, "it takes rows of tensors, and a number has none: found " + e.typeName(given.value)})
          .hint("`" + builtin + "(data)` takes the rows of `data`, along its first axis");
      return std::nullopt;
    }
  }
  for (auto &part : parts)
    if (part->shape[0].dim != parts[0]->shape[0].dim) {
      auto report = e.diags.report(
          diag::BadArgument, given.range,
          {builtin, "the tensors have different lengths: " + e.typeName(parts[0]) + " and " + e.typeName(part)});
      e.noteOrigin(report, parts[0]->shape[0]);
      e.noteOrigin(report, part->shape[0]);
      return std::nullopt;
    }
  return Rows{source, parts[0]->shape[0]};
}

/// `batches(data or tensors, 64, shuffle=true, seed=1, drop_last=false)`.
static Value batches(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"data", "size?", "shuffle?", "seed?", "drop_last?"});
  if (!bound)
    return nullptr;
  auto result = std::make_shared<BatchesValue>();
  auto &source = *(*bound)[0];
  if (as<DataValue>(source.value)) {
    result->data = std::static_pointer_cast<const DataValue>(source.value);
    if (result->data->hasParts) {
      e.diags.report(diag::BadArgument, source.range, {"batches", "the data set has two parts"})
          .hint("`.train` or `.valid` names one");
      return nullptr;
    }
  } else {
    auto rows = rowsOf(e, "batches", source);
    if (!rows)
      return nullptr;
    result->source = rows->source;
  }
  auto literal = std::make_shared<LiteralValue>();
  literal->intValue = 64;
  literal->floatValue = 64;
  result->batch = (*bound)[1] ? (*bound)[1]->value : Value(literal);
  if (auto constant = e.constantInt(result->batch); constant && *constant < 1) {
    e.diags.report(diag::BadArgument, (*bound)[1]->range, {"batches", "a batch has at least one row"});
    return nullptr;
  }
  auto *labels = as<TensorValue>(result->batch);
  if (as<ListValue>(result->batch) || (labels && labels->rank())) {
    std::string tensors =
        std::string(e.sources.text(source.range)) + ", " + std::string(e.sources.text((*bound)[1]->range));
    e.diags.report(diag::ExpectedSize, (*bound)[1]->range, {e.typeName(result->batch)})
        .hint("tensors that go side by side are a tuple: `batches((" + tensors + "), 64)`");
    return nullptr;
  }
  if ((*bound)[1] && !e.size(result->batch, (*bound)[1]->range))
    return nullptr;
  auto shuffle = builtin::flagOf(e, (*bound)[2]), dropLast = builtin::flagOf(e, (*bound)[4]);
  if (!shuffle || !dropLast)
    return nullptr;
  result->shuffle = *shuffle;
  result->dropLast = *dropLast;
  result->seed = (*bound)[3] ? (*bound)[3]->value : nullptr;
  if (result->seed && !e.size(result->seed, (*bound)[3]->range))
    return nullptr;
  return result;
}

/// How many rows a pass goes over.
static Dim rowsOfBatches(Elaborator &e, const BatchesValue &batches) {
  if (batches.data)
    return batches.data->rows;
  std::vector<Elaborator::Tensor> parts;
  e.leaves(batches.source, parts);
  return parts[0]->shape[0].dim;
}

std::optional<Dim> mdl::countOfBatches(Elaborator &e, const BatchesValue &batches, SourceRange range) {
  auto size = e.size(batches.batch, range);
  if (!size)
    return std::nullopt;
  Dim rows = rowsOfBatches(e, batches);
  return e.dims.floorDiv(batches.dropLast ? rows : rows + size->dim - Dim(1), size->dim);
}

mlir::Value mdl::beginBatches(Elaborator &e, const BatchesValue &batches, SourceRange range) {
  mlir::Value data = batches.data ? batches.data->handle
                                  : e.emit.builder.create<mlir::LLVM::ZeroOp>(e.emit.location, e.emit.pointer());
  mlir::Value rows = e.emit.i64(rowsOfBatches(e, batches), e.dims);
  mlir::Value size = e.emit.i64(e.size(batches.batch, range)->dim, e.dims);
  mlir::Value seed = batches.seed      ? e.emit.i64(e.size(batches.seed, range)->dim, e.dims)
                     : batches.shuffle ? e.emit.runtime("mdl_next_seed", e.emit.constantI64(e.randomSites++),
                                                        e.emit.builder.getI64Type())
                                       : e.emit.constantI64(0);
  return e.emit.runtime("mdl_batches_begin",
                        {data, rows, size, e.emit.constantBool(batches.shuffle), e.emit.constantBool(batches.dropLast),
                         seed, e.where(range)},
                        e.emit.pointer());
}

Value mdl::batchValue(Elaborator &e, const BatchesValue &batches, mlir::Value iterator, const Dim &rows) {
  if (batches.data) {
    auto pair = std::make_shared<TupleValue>();
    for (unsigned field : {0u, 1u}) {
      ElementType element = fieldType(*batches.data, field);
      Shape shape = fieldShape(*batches.data, field, rows);
      pair->elements.push_back(
          e.make(e.emit.runtimeFill("mdl_batches_field", {iterator, e.emit.constantI64(field)}, element, shape, e.dims),
                 element, shape));
    }
    return pair;
  }
  std::vector<Elaborator::Tensor> parts;
  e.leaves(batches.source, parts);
  for (auto &part : parts) {
    Shape shape = part->shape;
    shape[0].dim = rows;
    part = e.make(e.emit.runtimeFill("mdl_batches_rows", {iterator, e.ssa(part)}, part->element, shape, e.dims),
                  part->element, shape);
  }
  size_t next = 0;
  return e.rebuild(batches.source, parts, next);
}

static Value rows(Elaborator &e, CallArguments &call) {
  auto bound = e.bindArguments(call, {"data"});
  if (!bound)
    return nullptr;
  if (auto *data = as<DataValue>((*bound)[0]->value))
    return e.knownScalar(data->rows);
  auto found = rowsOf(e, "rows", *(*bound)[0]);
  return found ? e.knownScalar(found->count.dim) : nullptr;
}
void mdl::addDataBuiltins(Elaborator &elaborator) {
  elaborator.addBuiltins({{"batches", batches}, {"rows", rows}});
  addTrainBuiltins(elaborator);
}
