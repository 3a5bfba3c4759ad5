//===- Transplant.h - Values from one elaboration to another ------------------===//
//
// Stage: sema, for the REPL. A value of one line refers to operations of that line's
// module; the next line has a module of its own. A Transplant copies a graph of values and
// scopes and lets its user say what becomes of the leaves that hold SSA values. Identity is
// kept: what was one node or one scope is one in the copy.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SEMA_TRANSPLANT_H
#define MDL_SEMA_TRANSPLANT_H

#include "compiler/sema/Value.h"

namespace mdl {

class Transplant {
public:
  virtual ~Transplant() = default;

  Value value(const Value &from);
  ScopePtr scope(const ScopePtr &from);

  /// What has been copied (or is to be taken as the copy) by its original. The originals are kept alive.
  std::unordered_map<Value, Value> values;
  std::unordered_map<ScopePtr, ScopePtr> scopes;

protected:
  virtual Value tensor(const std::shared_ptr<const TensorValue> &from) = 0;
  virtual Value data(const std::shared_ptr<const DataValue> &from) = 0;
  /// A text that only the run knows: a C string in a line, between lines its number (mdl_text_number in mdl/abi.h).
  virtual void text(StringValue::Piece &piece) = 0;

private:
  Value copy(const Value &from);
  std::vector<Value> all(const std::vector<Value> &from);
};

} // namespace mdl

#endif // MDL_SEMA_TRANSPLANT_H
