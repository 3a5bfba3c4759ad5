//===- ContractOps.cpp - The type of a contraction ----------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"

using namespace mlir;
using namespace mdl;

std::optional<EinsumLetters> EinsumLetters::parse(StringRef equation) {
  auto [operands, result] = equation.split("->");
  auto [lhs, rhs] = operands.split(',');
  auto plain = [](StringRef letters) {
    for (size_t i = 0; i < letters.size(); ++i)
      if (!llvm::isAlpha(letters[i]) || letters.find(letters[i], i + 1) != StringRef::npos)
        return false;
    return true;
  };
  bool arrow = equation.contains("->") && operands.contains(',');
  if (!arrow || !plain(lhs) || !plain(rhs) || !plain(result))
    return std::nullopt;
  return EinsumLetters{lhs, rhs, result};
}

LogicalResult EinsumOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor adaptor,
                                         SmallVectorImpl<Type> &results) {
  auto letters = EinsumLetters::parse(adaptor.getEquation());
  if (!letters)
    return emitOptionalError(loc, "equation \"", adaptor.getEquation(),
                             "\" is not of the form \"ij,jk->ik\" with every letter once in an operand");
  auto lhs = tensorType(adaptor.getLhs()), rhs = tensorType(adaptor.getRhs());
  if (lhs.getElementType() != rhs.getElementType())
    return emitOptionalError(loc, "operands differ in element type: ", lhs.getElementType(), " and ",
                             rhs.getElementType());

  llvm::SmallDenseMap<char, int64_t> sizes;
  auto note = [&](StringRef names, RankedTensorType type) -> LogicalResult {
    if (int64_t(names.size()) != type.getRank())
      return emitOptionalError(loc, "letters `", names, "` do not name the axes of ", Type(type));
    for (auto [letter, size] : llvm::zip(names, type.getShape())) {
      auto [at, fresh] = sizes.try_emplace(letter, size);
      if (!fresh && !ShapedType::isDynamic(at->second) && !ShapedType::isDynamic(size) && at->second != size)
        return emitOptionalError(loc, "axis `", letter, "` has size ", at->second, " and ", size);
      if (ShapedType::isDynamic(at->second))
        at->second = size;
    }
    return success();
  };
  if (failed(note(letters->lhs, lhs)) || failed(note(letters->rhs, rhs)))
    return failure();

  SmallVector<int64_t> shape;
  for (char letter : letters->result) {
    auto at = sizes.find(letter);
    if (at == sizes.end())
      return emitOptionalError(loc, "axis `", letter, "` of the result is in no operand");
    shape.push_back(at->second);
  }
  results.push_back(RankedTensorType::get(shape, lhs.getElementType()));
  return success();
}
