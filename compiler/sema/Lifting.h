//===- Lifting.h - A comprehension while it is lifted ---------------------------------------===//
//
// Stage: sema. From generator to generator (Generators.cpp) to the body, and back with what becomes of its values
// (Comprehension.cpp).
//
//===------------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_LIFTING_H
#define MDL_SEMA_LIFTING_H

#include "compiler/sema/Builtins.h"
#include "compiler/sema/Guards.h"
#include "compiler/sema/Ragged.h"

#include <deque>

namespace mdl {

/// One comprehension.
class Lifting {
public:
  /// `mayBeList`: a few elements that no tensor holds may be a list of the run, even if they are counted now.
  Lifting(Elaborator &e, const ast::Comprehension &expr, const std::string &reduction, SourceRange range,
          bool mayBeList)
      : e(e), expr(expr), reduction(reduction), range(range), mayBeList(mayBeList), outer(e.axes.size()) {}
  ~Lifting() { e.axes.resize(outer); }
  Lifting(const Lifting &) = delete;

  /// `source`: what the first generator goes over; null where its range is told from its use.
  Value run(const Value &source);

private:
  /// The values, with all axes of this comprehension, or what they are reduced to.
  struct Lifted {
    Value value;
    Value mask = nullptr; ///< What the conditions let through; null for everything. Not of what is reduced.
    SourceRange maskRange = {};
    Value count = nullptr; ///< Of a mean: how many there are.
  };
  std::optional<Lifted> from(size_t next, const Value &source);
  std::optional<Lifted> overList(size_t at, const Value &source);
  bool generate(const ast::Comprehension::Generator &generator, const Value &source);
  bool generateRows(const ast::Comprehension::Generator &generator, const RaggedValue &rows);
  bool generateBeside(const ast::Comprehension::Generator &generator, const Value &zip);
  bool restrictTo(const Value &condition, SourceRange place);
  std::optional<Lifted> body();
  std::optional<Lifted> reduced(const Value &value);
  Value columnsOf(const Value &value);
  Value listOf(const Value &columns);
  Value stacked(const std::vector<Value> &parts, unsigned axis);
  std::optional<Lifted> folded(const std::vector<Value> &values, const std::vector<Value> &counts);
  Value selected(const Value &values, const builtin::Tensor &all, SourceRange named);
  builtin::Tensor spread(const builtin::Tensor &value);
  /// Applies `apply` to each tensor of the value.
  template <class F> Value eachTensor(const std::vector<Value> &values, F &&apply) {
    std::vector<SourceRange> ranges(values.size(), expr.body->range);
    return e.mapStructures(values, ranges, range, apply);
  }

  Elaborator &e;
  const ast::Comprehension &expr;
  const std::string &reduction;
  ElementType meanType = ElementType::F32; ///< What a mean is rounded to.
  const SourceRange range;
  const bool mayBeList;
  bool isOverList = false;     ///< The first generator goes over a list of the run.
  Value form;                  ///< Of the elements, where they make such a list.
  const unsigned outer;        ///< How many axes are those of comprehensions around.
  std::vector<unsigned> lists; ///< Axes of lists that are being gone over: values have size 1 along them.
  struct Absent {
    unsigned axis;
    Size length;
  };
  std::vector<Absent> absent; ///< Axes of lists that are longer than what stands beside them.
  Value mask;                 ///< So far.
  SourceRange maskRange;
  std::deque<GuardScope> conditions;
};

} // namespace mdl

#endif // MDL_SEMA_LIFTING_H
