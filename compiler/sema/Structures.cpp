//===- Structures.cpp - Records, tuples, lists and models as trees of tensors ------------===//
//
// Stage: sema. Arithmetic, gradients and loop-carried variables go over structures leaf by leaf.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Elaborator.h"
#include "compiler/sema/Literals.h"
#include "compiler/sema/RunLists.h"
#include "compiler/sema/TypeNames.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdl;

bool mdl::isEmptyList(const Value &value) {
  auto *list = as<ListValue>(value);
  return list && list->elements.empty();
}

std::vector<Value> mdl::partsOf(const Value &value) {
  std::vector<Value> values;
  if (auto *tuple = as<TupleValue>(value))
    return tuple->elements;
  if (auto *list = as<ListValue>(value))
    return list->elements;
  if (auto *record = as<RecordValue>(value))
    for (auto &field : record->fields)
      values.push_back(field.second);
  if (auto *model = as<ModelValue>(value))
    for (auto &member : model->members)
      values.push_back(member.value);
  return values;
}

Value mdl::withParts(const Value &value, const std::vector<Value> &parts) {
  if (auto *tuple = as<TupleValue>(value)) {
    auto result = std::make_shared<TupleValue>(*tuple);
    result->elements = parts;
    return result;
  }
  if (auto *list = as<ListValue>(value)) {
    auto result = std::make_shared<ListValue>(*list);
    result->elements = parts;
    return result;
  }
  if (auto *record = as<RecordValue>(value)) {
    auto result = std::make_shared<RecordValue>(*record);
    for (size_t i = 0; i < parts.size(); ++i)
      result->fields[i].second = parts[i];
    return result;
  }
  auto result = std::make_shared<ModelValue>(*as<ModelValue>(value));
  for (size_t i = 0; i < parts.size(); ++i)
    result->members[i].value = parts[i];
  return result;
}

/// Models without parts, such as two values of one `Dropout(0.2)`.
static bool isSameEmptyModel(const ModelValue &first, const ModelValue &second) {
  auto isSame = [](const Value &a, const Value &b) {
    auto *x = as<TensorValue>(a), *y = as<TensorValue>(b);
    return isSameConstant(a, b) || (x && y && x->ssa && x->ssa == y->ssa);
  };
  return first.cls == second.cls && first.members.empty() && second.members.empty() &&
         llvm::all_of(llvm::zip_equal(first.arguments, second.arguments),
                      [&](auto pair) { return isSame(std::get<0>(pair).second, std::get<1>(pair).second); });
}

bool mdl::isSameConstant(const Value &first, const Value &second) {
  if (first == second)
    return true;
  if (!first || !second || first->kind != second->kind)
    return false;
  if (auto *a = as<LiteralValue>(first))
    return a->isInt == as<LiteralValue>(second)->isInt && a->floatValue == as<LiteralValue>(second)->floatValue;
  if (auto *a = as<StringValue>(first)) {
    auto *b = as<StringValue>(second);
    auto isOption = [](const StringValue &string) {
      return llvm::any_of(string.pieces, [](auto &piece) { return piece.pointer; });
    };
    return a->constant && b->constant && *a->constant == *b->constant && !isOption(*a) && !isOption(*b);
  }
  if (auto *a = as<FunctionValue>(first))
    return a->decl == as<FunctionValue>(second)->decl && a->scope == as<FunctionValue>(second)->scope;
  if (auto *a = as<LambdaValue>(first))
    return a->lambda == as<LambdaValue>(second)->lambda && a->scope == as<LambdaValue>(second)->scope;
  if (auto *a = as<BuiltinValue>(first))
    return a->function == as<BuiltinValue>(second)->function && a->name == as<BuiltinValue>(second)->name;
  if (auto *a = as<ElementTypeValue>(first))
    return a->type == as<ElementTypeValue>(second)->type;
  if (auto *a = as<ModelValue>(first))
    return isSameEmptyModel(*a, *as<ModelValue>(second));
  bool isStructure =
      first->kind == ValueKind::Tuple || first->kind == ValueKind::List || first->kind == ValueKind::Record;
  if (isStructure)
    return partsOf(first).empty() && partsOf(second).empty();
  return first->kind == ValueKind::Unit || first->kind == ValueKind::Unset;
}

bool Elaborator::isStructure(const Value &value) const {
  if (!value)
    return false;
  switch (value->kind) {
  case ValueKind::Tuple:
  case ValueKind::Record:
  case ValueKind::Model:
    return true;
  case ValueKind::List:
    return !isTensorLike(value);
  default:
    return false;
  }
}

void Elaborator::leaves(const Value &value, std::vector<Tensor> &out, bool trainableOnly) {
  if (!value)
    return;
  switch (value->kind) {
  case ValueKind::Tensor:
    out.push_back(std::static_pointer_cast<const TensorValue>(value));
    break;
  case ValueKind::Tuple:
    for (auto &element : as<TupleValue>(value)->elements)
      leaves(element, out, trainableOnly);
    break;
  case ValueKind::List:
    for (auto &element : as<ListValue>(value)->elements)
      leaves(element, out, trainableOnly);
    break;
  case ValueKind::Record:
    for (auto &[name, field] : as<RecordValue>(value)->fields)
      leaves(field, out, trainableOnly);
    break;
  case ValueKind::RunList:
    llvm::append_range(out, as<RunListValue>(value)->columns);
    break;
  case ValueKind::Model:
    for (auto &member : as<ModelValue>(value)->members) {
      bool part = member.role == ModelValue::Role::Part;
      if (part && !isStructure(member.value))
        continue; // A compile-time member, such as a size.
      if (!trainableOnly || member.role != ModelValue::Role::State)
        leaves(member.value, out, trainableOnly);
    }
    break;
  default:
    break;
  }
}

void Elaborator::leafNames(const Value &value, const std::string &name, std::vector<std::string> &out,
                           bool trainableOnly) {
  if (!value)
    return;
  switch (value->kind) {
  case ValueKind::Tensor:
    out.push_back(name);
    break;
  case ValueKind::Tuple:
  case ValueKind::List: {
    auto &elements = value->kind == ValueKind::Tuple ? as<TupleValue>(value)->elements : as<ListValue>(value)->elements;
    for (size_t i = 0; i < elements.size(); ++i)
      leafNames(elements[i], name + "." + std::to_string(i), out, trainableOnly);
    break;
  }
  case ValueKind::Record:
    for (auto &[field, part] : as<RecordValue>(value)->fields)
      leafNames(part, name + "." + field, out, trainableOnly);
    break;
  case ValueKind::RunList:
    out.insert(out.end(), as<RunListValue>(value)->columns.size(), name);
    break;
  case ValueKind::Model:
    for (auto &member : as<ModelValue>(value)->members) {
      if (member.role == ModelValue::Role::Part && !isStructure(member.value))
        continue;
      if (!trainableOnly || member.role != ModelValue::Role::State)
        leafNames(member.value, name + "." + member.name, out, trainableOnly);
    }
    break;
  default:
    break;
  }
}

Value Elaborator::rebuild(const Value &value, const std::vector<Tensor> &leaves, size_t &next, bool trainableOnly) {
  if (!value)
    return value;
  switch (value->kind) {
  case ValueKind::Tensor:
    return leaves[next++];
  case ValueKind::Tuple: {
    auto result = std::make_shared<TupleValue>();
    for (auto &element : as<TupleValue>(value)->elements)
      result->elements.push_back(rebuild(element, leaves, next, trainableOnly));
    return result;
  }
  case ValueKind::List: {
    auto result = std::make_shared<ListValue>(*as<ListValue>(value));
    for (auto &element : result->elements)
      element = rebuild(element, leaves, next, trainableOnly);
    return result;
  }
  case ValueKind::Record: {
    auto result = std::make_shared<RecordValue>(*as<RecordValue>(value));
    for (auto &field : result->fields)
      field.second = rebuild(field.second, leaves, next, trainableOnly);
    return result;
  }
  case ValueKind::RunList: {
    auto *list = as<RunListValue>(value);
    auto columns = llvm::ArrayRef(leaves).slice(next, list->columns.size());
    next += columns.size();
    return runList(list->form, columns.vec());
  }
  case ValueKind::Model: {
    auto result = std::make_shared<ModelValue>(*as<ModelValue>(value));
    for (auto &member : result->members) {
      bool part = member.role == ModelValue::Role::Part;
      if (part && !isStructure(member.value))
        continue;
      if (!trainableOnly || member.role != ModelValue::Role::State)
        member.value = rebuild(member.value, leaves, next, trainableOnly);
    }
    return result;
  }
  default:
    return value;
  }
}

/// In a model, beside parts: a function or a text, which arithmetic leaves as it is; null where there is none, or
/// several that differ.
static Value constantAmong(const Elaborator &e, const std::vector<Value> &values) {
  Value constant;
  for (auto &value : values)
    if (!e.isTensorLike(value) && !as<RaggedValue>(value)) {
      if (constant && !isSameConstant(constant, value))
        return nullptr;
      constant = value;
    }
  return constant;
}

static bool hasAxes(const Value &value) {
  auto *tensor = as<TensorValue>(value);
  return tensor && tensor->rank();
}

/// Whether it is a list, or a tensor or rows of one, which is not known to be empty. What has one element, as a maximum
/// that keeps its axis, is repeated as often as the other says.
static bool hasElements(const Value &value) {
  if (!hasAxes(value))
    return as<ListValue>(value) || as<RaggedValue>(value);
  const Shape &shape = as<TensorValue>(value)->shape;
  return llvm::none_of(shape, [](auto &size) { return size.dim.isConstant(0); }) &&
         llvm::any_of(shape, [](auto &size) { return !size.dim.isConstant(1); });
}

/// Beside a tensor empty lists are tensors, of its type.
static std::vector<Value> withEmptyTensors(Elaborator &e, std::vector<Value> values,
                                           const std::vector<SourceRange> &ranges, const TensorValue &beside) {
  for (auto [value, range] : llvm::zip(values, ranges))
    if (isEmptyList(value))
      value = e.tensor(value, range, beside.element);
  return values;
}

Value Elaborator::mapStructures(const std::vector<Value> &values, const std::vector<SourceRange> &ranges,
                                SourceRange range, const std::function<Value(const std::vector<Value> &)> &apply,
                                bool withState) {
  // The first structure gives the form; what is no structure goes to every leaf.
  size_t form = 0;
  while (form < values.size() && !isStructure(values[form]))
    ++form;
  if (form == values.size())
    return apply(values);
  auto mismatch = [&](size_t other) -> Value {
    auto [own, another] = typeNamesApart(*this, values[form], values[other]);
    auto report = diags.report(diag::StructuresDiffer, range, {own, another});
    if (isEmptyList(values[form]) || isEmptyList(values[other]))
      report.hint("arithmetic goes element by element; `concat([xs, [x]])` has one element more than `xs`");
    else if (as<ListValue>(values[form]) && as<ListValue>(values[other]))
      report.hint("`concat([a, b])` joins lists");
    return nullptr;
  };
  // Nothing is added to no element: by broadcasting, `xs + [x]` would go on being empty.
  for (size_t i = 0; isEmptyList(values[form]) && i < values.size(); ++i)
    if (!isEmptyList(values[i]) && hasElements(values[i]))
      return mismatch(i);
  for (size_t i = 0; i < values.size(); ++i)
    if (isStructure(values[i]) && values[i]->kind != values[form]->kind)
      return mismatch(i);
  auto beside = isEmptyList(values[form]) ? llvm::find_if(values, hasAxes) : values.end();
  if (beside != values.end())
    return apply(withEmptyTensors(*this, values, ranges, *as<TensorValue>(*beside)));
  // Applies to the parts at one position.
  auto at = [&](auto &&partOf) {
    std::vector<Value> parts;
    for (auto &value : values)
      parts.push_back(isStructure(value) ? partOf(value) : value);
    return mapStructures(parts, ranges, range, apply, withState);
  };
  if (auto *tuple = as<TupleValue>(values[form])) {
    auto result = std::make_shared<TupleValue>();
    for (size_t i = 0; i < values.size(); ++i)
      if (auto *other = as<TupleValue>(values[i]); other && other->elements.size() != tuple->elements.size())
        return mismatch(i);
    for (size_t i = 0; i < tuple->elements.size(); ++i) {
      result->elements.push_back(at([&](const Value &v) { return as<TupleValue>(v)->elements[i]; }));
      if (!result->elements.back())
        return nullptr;
    }
    return result;
  }
  if (auto *list = as<ListValue>(values[form])) {
    auto result = std::make_shared<ListValue>(*list);
    for (size_t i = 0; i < values.size(); ++i)
      if (auto *other = as<ListValue>(values[i]);
          other && isStructure(values[i]) && other->elements.size() != list->elements.size())
        return mismatch(i);
    for (size_t i = 0; i < list->elements.size(); ++i) {
      result->elements[i] = at([&](const Value &v) { return as<ListValue>(v)->elements[i]; });
      if (!result->elements[i])
        return nullptr;
    }
    return result;
  }
  if (auto *record = as<RecordValue>(values[form])) {
    auto result = std::make_shared<RecordValue>();
    auto find = [](const Value &v, const std::string &name) -> Value {
      for (auto &[other, value] : as<RecordValue>(v)->fields)
        if (other == name)
          return value;
      return nullptr;
    };
    for (size_t i = 0; i < values.size(); ++i)
      if (auto *other = as<RecordValue>(values[i])) {
        bool same = other->fields.size() == record->fields.size();
        for (auto &field : record->fields)
          same = same && find(values[i], field.first);
        if (!same)
          return mismatch(i);
      }
    for (auto &[name, field] : record->fields) {
      Value part = at([&, &name = name](const Value &v) { return find(v, name); });
      if (!part)
        return nullptr;
      result->fields.push_back({name, part});
    }
    return result;
  }
  auto *model = as<ModelValue>(values[form]);
  auto result = std::make_shared<ModelValue>(*model);
  for (size_t i = 0; i < values.size(); ++i)
    if (auto *other = as<ModelValue>(values[i]);
        other && (other->cls->decl != model->cls->decl || other->members.size() != model->members.size()))
      return mismatch(i);
  auto applyToNumbers = [&](const std::vector<Value> &parts) {
    Value constant = constantAmong(*this, parts);
    return constant ? constant : apply(parts);
  };
  for (size_t m = 0; m < model->members.size(); ++m) {
    auto &member = result->members[m];
    if (member.role == ModelValue::Role::State && !withState)
      continue;
    if (member.role == ModelValue::Role::Part && !isStructure(member.value))
      continue;
    std::vector<Value> parts;
    for (auto &value : values)
      parts.push_back(isStructure(value) ? as<ModelValue>(value)->members[m].value : value);
    member.value = mapStructures(parts, ranges, range, applyToNumbers, withState);
    if (!member.value)
      return nullptr;
  }
  return result;
}

Value Elaborator::settle(const Value &value, SourceRange range) {
  if (!value)
    return nullptr;
  if (isTensorLike(value)) {
    Tensor result = tensor(value, range);
    if (result && !result->ssa && !result->known)
      return nullptr;
    if (result && result->written)
      return withOwnType(*result);
    // A variable that begins with a value from outside of `in_f64` goes on in f64, too.
    return result && inF64 && isFloat(result->element) ? cast(result, ElementType::F64) : result;
  }
  switch (value->kind) {
  case ValueKind::Tuple: {
    auto result = std::make_shared<TupleValue>(*as<TupleValue>(value));
    for (auto &element : result->elements) {
      element = settle(element, range);
      if (!element)
        return nullptr;
    }
    return result;
  }
  case ValueKind::Record: {
    auto result = std::make_shared<RecordValue>(*as<RecordValue>(value));
    for (auto &field : result->fields) {
      field.second = settle(field.second, range);
      if (!field.second)
        return nullptr;
    }
    return result;
  }
  case ValueKind::List: {
    auto result = std::make_shared<ListValue>(*as<ListValue>(value));
    for (auto &element : result->elements) {
      element = settle(element, range);
      if (!element)
        return nullptr;
    }
    return result;
  }
  default:
    return value;
  }
}
