//===- InferRange.cpp - The range of `for i`, told from its use ----------------------------===//
//
// Stage: sema. See InferRange.h.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/InferRange.h"
#include "compiler/syntax/AstWalk.h"

using namespace mdl;

std::optional<Size> mdl::inferRange(Elaborator &e, const ast::Expr *expr, const std::string &name, bool &isReported) {
  if (auto *index = ast::as<ast::Index>(expr))
    for (size_t i = 0; i < index->subscripts.size(); ++i) {
      auto *at = ast::as<ast::NameRef>(index->subscripts[i].at);
      if (!at || at->name != name || index->subscripts[i].kind != ast::Subscript::At)
        continue;
      size_t mark = e.diags.all().size();
      Value base = e.expression(index->base);
      isReported |= !base && e.diags.all().size() == mark;
      e.diags.rewind(mark);
      if (auto *tensor = as<TensorValue>(base); tensor && i < tensor->rank())
        return tensor->shape[tensor->lift + i];
    }
  std::optional<Size> found;
  auto search = [&](const ast::Expr *part) {
    if (!found)
      found = inferRange(e, part, name, isReported);
  };
  ast::forEachPart(*expr, search, [](const ast::Block *) {});
  return found;
}
