//===- Variables.cpp - What is written to ---------------------------------------------------===//
//
// Stage: print. Values have one name each in the dialect; a reader wants few variables that are
// changed. A variable is written to where nothing asks for its value any more, and what is only
// added to a sum is added where it is computed:
//
//   %u = update_slice %zeros[2], %a      sum[2] += a
//   %n = add %sum, %u
//
//===----------------------------------------------------------------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/dialect/PathOps.h"
#include "compiler/print/FunctionPrinter.h"
#include "compiler/print/Print.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mdl;
using namespace mdl::print;

void FunctionPrinter::bindVariable(Value value, const std::string &name, Block *block) {
  bind(value, name);
  variables[value] = block;
}

/// Its share of the sum is a zero from here on, which no text mentions.
void FunctionPrinter::bindAdded(Value value) {
  auto type = tensorType(value);
  names[value] = openNumber(0, type.getElementType(), type.getRank());
}

void FunctionPrinter::findReads(Value value, Operation *at, Reads &reads, ArrayRef<Operation *> together) {
  for (Operation *user : value.getUsers()) {
    Operation *own = at->getBlock()->findAncestorOpInBlock(*user);
    bool isPrinted = user->getNumResults() == 1 && isNamed(user->getResult(0));
    if (isa<tensor::DimOp>(user) || (isPrinted && user != at))
      continue; // A size stays.
    if (!own) {
      // In a block around: what has no name is read where its text stands, and a choice at the end of an arm.
      reads.isAfter |= llvm::is_contained(openChoices, user);
      if (isTrivial(user) && !llvm::is_contained(openChoices, user))
        for (Value result : user->getResults())
          findReads(result, at, reads, together);
      continue;
    }
    if (user == at || llvm::is_contained(together, user)) {
      ++reads.direct;
      continue;
    }
    bool isBefore = own->isBeforeInBlock(at);
    if (own == user && (isBefore || isTrivial(user) || isa<ReshapeOp>(user))) {
      // It is read where its text stands.
      Reads ofText;
      for (Value result : user->getResults())
        findReads(result, at, ofText, together);
      reads.direct += ofText.direct;
      reads.isInside |= ofText.isInside;
      bool canHaveName = isBefore && ofText.pending.empty() && user->getNumResults() == 1 && !isTrivial(user);
      if (ofText.isAfter && canHaveName)
        reads.pending.push_back(user->getResult(0));
      else
        reads.isAfter |= ofText.isAfter;
      llvm::append_range(reads.pending, ofText.pending);
    } else if (own == at) {
      reads.isInside = true;
    } else if (!isBefore) {
      reads.isAfter = true;
    }
  }
}

/// A `let` that is written to after all becomes a `var`.
void FunctionPrinter::makeVariable(Value value, Block *block) {
  if (!lets.erase(value))
    return;
  const std::string head = "let " + names[value].text + " = ";
  for (std::string &text : llvm::reverse(lines))
    if (StringRef(text).ltrim().starts_with(head)) {
      text.replace(text.find("let "), 3, "var");
      break;
    }
  variables[value] = block;
}

bool FunctionPrinter::isFree(Value value, Operation *at, bool mayName) {
  Reads reads;
  if (variables.lookup(value) != at->getBlock() && lets.lookup(value) != at->getBlock())
    return false;
  findReads(value, at, reads);
  if (reads.isAfter || reads.isInside || (!mayName && !reads.pending.empty()))
    return false;
  for (Value pending : reads.pending)
    giveName(pending);
  makeVariable(value, at->getBlock());
  return true;
}

/// The sum that a value is a term of, as far as its other terms have no other use.
static Value wholeSum(Value term) {
  while (term.hasOneUse() && isa<AddOp>(*term.getUsers().begin()) &&
         term.getUsers().begin()->getBlock() == term.getParentBlock())
    term = term.getUsers().begin()->getResult(0);
  return term;
}

/// What a pass makes of a carried value that it only adds to.
static Value sumInPass(BlockArgument carried) {
  auto loop = dyn_cast<scf::ForOp>(carried.getOwner()->getParentOp());
  if (!loop || carried == loop.getInductionVar() || !carried.hasOneUse())
    return nullptr;
  Value next = loop.getTiedLoopYieldedValue(carried)->get();
  return next != carried && next.hasOneUse() && wholeSum(carried) == next ? next : Value();
}

std::optional<std::string> FunctionPrinter::variableOf(Value sum) {
  if (!sum.hasOneUse() || !isa<scf::YieldOp>(*sum.getUsers().begin()))
    return std::nullopt;
  OpOperand &use = *sum.getUses().begin();
  Operation *around = use.getOwner()->getParentOp();
  if (auto loop = dyn_cast<scf::ForOp>(around)) {
    BlockArgument carried = loop.getRegionIterArg(use.getOperandNumber());
    return sumInPass(carried) == sum && isNamed(carried) ? std::optional(names[carried].text) : std::nullopt;
  }
  auto known = isa<scf::IfOp>(around) ? addedInside.find(around->getResult(use.getOperandNumber())) : addedInside.end();
  return known == addedInside.end() ? std::nullopt : std::optional(known->second);
}

/// A term of a sum that stands in a variable of its own, which may as well become the sum: nothing else reads it, nor a
/// part of the sum that it is in.
Value FunctionPrinter::variableAmong(Value sum, Block *block) {
  auto added = isNamed(sum) || sum.getParentBlock() != block ? nullptr : sum.getDefiningOp<AddOp>();
  if (!added)
    return variables.lookup(sum) == block && !names[sum].number ? sum : Value();
  for (Value term : {added.getLhs(), added.getRhs()})
    if (Value found = term.hasOneUse() ? variableAmong(term, block) : nullptr)
      return found;
  return nullptr;
}

std::optional<std::string> FunctionPrinter::sumOf(Value term) {
  Value sum = wholeSum(term);
  if (auto variable = variableOf(sum))
    return variable;
  Value other = sum != term ? variableAmong(sum, term.getParentBlock()) : Value();
  return other ? std::optional(names[other].text) : std::nullopt;
}

std::string FunctionPrinter::wishForSum(Value term, StringRef otherwise) {
  Value sum = wholeSum(term);
  bool isResult = sum.hasOneUse() && isa<func::ReturnOp>(*sum.getUsers().begin()) &&
                  function->getAttrOfType<StringAttr>(resultAttr) == "$0";
  auto title = function->getAttrOfType<StringAttr>(titleAttr);
  if (!isResult || !title || !title.getValue().starts_with("grad_"))
    return otherwise.str();
  return "grad_" + function.getArgAttrOfType<StringAttr>(0, nameAttr).str();
}

bool FunctionPrinter::isPartOfSum(Value value) {
  return isa_and_nonnull<AddOp>(value.getDefiningOp()) && variableOf(wholeSum(value)).has_value();
}

std::optional<std::string> FunctionPrinter::sumOfLoop(Value start, BlockArgument carried, Value result) {
  bool onlyAdds = splatConstant(start) == 0.0 && sumInPass(carried);
  return onlyAdds ? sumOf(result) : std::nullopt;
}
