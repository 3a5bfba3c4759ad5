//===- Value.h - What a name is bound to while sema walks the program -------------===//
//
// Stage: sema. A Value is a tensor (an SSA value, its element type and sizes), a
// compile-time thing (function, model class, string, range, data set, …) or a structure
// of values. Values are immutable and shared; an update of a `var` makes a new one.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SEMA_VALUE_H
#define MDL_SEMA_VALUE_H

#include "compiler/sema/Dim.h"
#include "compiler/syntax/Ast.h"
#include "mdl/data.h"
#include "mlir/IR/Value.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace mdl {

enum class ElementType : uint8_t { F16, BF16, F32, F64, I8, U8, I32, I64, Bool };
const char *elementTypeName(ElementType type);
std::optional<ElementType> elementTypeNamed(std::string_view name);
inline bool isFloat(ElementType type) { return type <= ElementType::F64; }
inline bool isInteger(ElementType type) { return type >= ElementType::I8 && type <= ElementType::I64; }

/// A size and the place in the source that it came from, for messages.
struct Size {
  Dim dim;
  SourceRange origin;
};
using Shape = std::vector<Size>;

struct Scope;
using ScopePtr = std::shared_ptr<Scope>;
class Elaborator;
struct CallArguments;
struct IndexRegion;
struct TensorValue;

struct ValueNode;
/// A handle; null is "error, reported already", which every operation passes on in silence.
using Value = std::shared_ptr<const ValueNode>;

enum class ValueKind : uint8_t {
  Tensor,
  Literal,
  Unit,
  Unset,
  String,
  Tuple,
  Record,
  List,
  RunList,
  Range,
  Zip,
  Ragged,
  Function,
  Lambda,
  Builtin,
  Gradient,
  Choice,
  ModelClass,
  Model,
  ElementType,
  TensorType,
  Data,
  Batches,
  Module,
};

struct ValueNode {
  const ValueKind kind;
  virtual ~ValueNode() = default;

protected:
  explicit ValueNode(ValueKind kind) : kind(kind) {}
};
template <ValueKind K> struct ValueOf : ValueNode {
  static constexpr ValueKind Kind = K;
  ValueOf() : ValueNode(K) {}
};
template <class T> const T *as(const Value &value) {
  return value && value->kind == T::Kind ? static_cast<const T *>(value.get()) : nullptr;
}

/// The subscript of a comprehension's read as a function of its axes: sum of coefficient * axis + offset.
struct AffineIndex {
  std::vector<std::pair<unsigned, int64_t>> terms; ///< (axis of the index space, coefficient), sorted by axis.
  Dim offset;
};

/// Numbers as they are written: see Note [Literals that the run chooses] in Literals.h.
struct WrittenNumbers {
  ElementType element;                      ///< Holds them all: i64, f32 or f64.
  std::shared_ptr<const TensorValue> exact; ///< Of that type.
  int64_t least = 0, most = 0;              ///< Of whole numbers.
};

/// A tensor. Inside comprehensions the first `lift` axes are axes of the index space (each 1 or its full size).
struct TensorValue : ValueOf<ValueKind::Tensor> {
  mutable mlir::Value ssa; ///< Null while only `known` is there.
  ElementType element = ElementType::F32;
  Shape shape;
  unsigned lift = 0;
  std::optional<Dim> known;                  ///< An i64 scalar's size polynomial.
  std::optional<AffineIndex> affine;         ///< An i64 scalar of a comprehension.
  std::shared_ptr<const IndexRegion> region; ///< A condition of a comprehension; see IndexRegion.h.
  std::shared_ptr<const WrittenNumbers>
      written; ///< While its type is open; `element` is what it has without a context.
  unsigned rank() const { return shape.size() - lift; }
};
/// A number whose type its context decides.
struct LiteralValue : ValueOf<ValueKind::Literal> {
  bool isInt = true;
  int64_t intValue = 0;
  double floatValue = 0; ///< Also set for an int.
};
struct UnitValue : ValueOf<ValueKind::Unit> {
  SourceRange lacking = {}; ///< An `if` that has no value; nowhere for other statements and calls.
  bool isBranch = false;    ///< That is a branch of one whose other branch has a value.
};
/// The value of a `return` that has not been met; see Exits.h.
struct UnsetValue : ValueOf<ValueKind::Unset> {};
/// Text with holes, put together when it is printed.
struct StringValue : ValueOf<ValueKind::String> {
  struct Piece {
    std::string text;
    Value hole;
    std::string format;
    Value formatValue;   ///< A string that is put together in the run, in place of `format`.
    mlir::Value pointer; ///< A C string known at run time (a string option).
    /// Of a text for each index of a comprehension: see Note [Lists of the run] in RunLists.h.
    std::shared_ptr<const TensorValue> number = nullptr;
  };
  std::vector<Piece> pieces;
  /// The whole text when no piece is a hole; for a string option its default.
  std::optional<std::string> constant;
};
struct TupleValue : ValueOf<ValueKind::Tuple> {
  std::vector<Value> elements;
};
struct RecordValue : ValueOf<ValueKind::Record> {
  std::vector<std::pair<std::string, Value>> fields;
};
struct ListValue : ValueOf<ValueKind::List> {
  std::vector<Value> elements;
  std::vector<SourceRange> ranges;
  bool fixed = false; ///< Stays a list (`shape(x)`, `split(x, 2)`), though its elements are tensors of one shape.
};
/// A list whose length the run knows, of what no tensor holds: see RunLists.h.
struct RunListValue : ValueOf<ValueKind::RunList> {
  Value form;                                              ///< Of an element, without what it holds.
  std::vector<std::shared_ptr<const TensorValue>> columns; ///< What the elements hold, one behind the other.
};
struct RangeValue : ValueOf<ValueKind::Range> {
  Value begin, end;
};
/// `zip(a, b)` and `enumerate(xs)`: ranges, tensors, lists and further ones, gone over side by side to the end of the
/// shortest. A range without an end goes on.
struct ZipValue : ValueOf<ValueKind::Zip> {
  std::vector<Value> parts;
};
/// Inside comprehensions: a row of another length for each index, `x[:i + 1]`. What computes with it goes over the
/// longest; see Ragged.h.
struct RaggedValue : ValueOf<ValueKind::Ragged> {
  /// An axis that is longer for one index than for another.
  struct Axis {
    unsigned fromEnd;                          ///< 0 is the last.
    std::shared_ptr<const TensorValue> has;    ///< bool[longest]: which places an index has.
    std::shared_ptr<const TensorValue> length; ///< How many these are.
    bool isHead;                               ///< They are the first ones.
  };
  std::shared_ptr<const TensorValue> whole; ///< Of the longest; what stands at places that an index lacks is not used.
  std::vector<Axis> axes;
  SourceRange origin;
};
struct FunctionValue : ValueOf<ValueKind::Function> {
  const ast::FnDecl *decl = nullptr;
  ScopePtr scope;      ///< Where it was declared.
  bool failed = false; ///< The check of its signature reported errors.
};
struct LambdaValue : ValueOf<ValueKind::Lambda> {
  const ast::Lambda *lambda = nullptr;
  ScopePtr scope;
};
using BuiltinFunction = Value (*)(Elaborator &, CallArguments &);
struct BuiltinValue : ValueOf<ValueKind::Builtin> {
  std::string name;
  BuiltinFunction function = nullptr;
};
/// `grad(f)`, `value_and_grad(f)` and `checkpoint(f)`.
struct GradientValue : ValueOf<ValueKind::Gradient> {
  enum class Transform : uint8_t { Gradient, WithValue, Checkpoint };
  Value function;
  Transform what = Transform::Gradient;
};
/// One of several functions; which, the run knows.
struct ChoiceValue : ValueOf<ValueKind::Choice> {
  std::vector<Value> functions; ///< None is a choice itself.
  Value number;                 ///< Counts them: i64.
};
struct ModelClassValue : ValueOf<ValueKind::ModelClass> {
  const ast::ModelDecl *decl = nullptr;
  ScopePtr scope;
};
/// A model: its class, the constructor's arguments, and its members by name.
struct ModelValue : ValueOf<ValueKind::Model> {
  enum class Role : uint8_t { Param, State, Part };
  struct Member {
    std::string name;
    Role role;
    Value value;
  };
  std::shared_ptr<const ModelClassValue> cls;
  std::vector<std::pair<std::string, Value>> arguments;
  std::vector<Member> members;
};
/// `f32` as a value: a conversion, or the element type in `f32[8, 8]`.
struct ElementTypeValue : ValueOf<ValueKind::ElementType> {
  ElementType type;
};
/// `f32[8, 8]` as a value.
struct TensorTypeValue : ValueOf<ValueKind::TensorType> {
  ElementType type;
  Shape shape;
};
/// A data set or a part of one.
struct DataValue : ValueOf<ValueKind::Data> {
  data::Schema schema;
  mlir::Value handle;     ///< `!llvm.ptr`.
  bool hasParts = false;  ///< `train` and `valid` are there.
  bool hasImages = false; ///< Fields are `images` and `labels`.
  Dim rows;
  SourceRange origin;
  mutable std::vector<Value> fields; ///< Read already: inputs, targets.
  mutable std::vector<Value> parts;  ///< Opened already: train, valid.
};
/// What `for … in batches(…)` goes over.
struct BatchesValue : ValueOf<ValueKind::Batches> {
  std::shared_ptr<const DataValue> data; ///< Or null, and:
  Value source;                          ///< A tensor or a structure of tensors of one length.
  Value batch, seed;
  bool shuffle = false, dropLast = false;
};
/// What a call assigned to the state of a model.
struct StateNow {
  std::string name;
  size_t order = 0;                          ///< That they were met in.
  std::shared_ptr<const TensorValue> own;    ///< What the model has.
  std::shared_ptr<const TensorValue> latest; ///< Null where nothing did.
  /// Of a model that the run chooses in a list, `layers[k]`: the states there, and the place.
  std::vector<std::shared_ptr<const TensorValue>> among;
  Value place;
};
struct ModuleValue : ValueOf<ValueKind::Module> {
  std::string name;
  ScopePtr scope;
};

/// One name.
struct Binding {
  Value value;
  bool isVar = false;
  SourceRange range;
  const ast::Stmt *decl = nullptr; ///< For `mdl doc`.
  bool isState = false;            ///< A model's `state`, which its own functions may assign.
  std::string module = {};         ///< That an import brought it from.
  SourceRange given = {};          ///< A parameter: the argument that it stands for; `$result`: what is returned.
  bool isEarlier = false;          ///< Of an earlier line of a session: it may be bound anew.
  /// The number that a `var` begins with, until it is assigned: see Note [Variables that begin with a number].
  Value number = {};
};

/// Names of a block, a call, a module; lookups go to the parents.
struct Scope {
  explicit Scope(ScopePtr parent, bool isFunction = false) : parent(std::move(parent)), isFunction(isFunction) {}
  ScopePtr parent;
  bool isFunction; ///< An assignment does not reach through it.
  std::unordered_map<std::string, Binding> names;
  mlir::Block *block = nullptr;                     ///< Of a function or a block: where its body is elaborated.
  std::vector<std::pair<SymbolId, Dim>> equalities; ///< Of sizes, by `assert`; see Equalities.cpp.
  std::vector<Dim> checkedSizes;                    ///< That are not negative from here on.

  Binding *find(const std::string &name) {
    for (Scope *scope = this; scope; scope = scope->parent.get())
      if (auto it = scope->names.find(name); it != scope->names.end())
        return &it->second;
    return nullptr;
  }
};

} // namespace mdl

#endif // MDL_SEMA_VALUE_H
