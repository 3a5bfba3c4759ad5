//===- Control.cpp - Loops and branches -----------------------------------------------------===//
//
// Stage: print. A loop with the variables it carries; a branch that changes variables, or gives
// values.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/dialect/PathOps.h"
#include "compiler/print/FunctionPrinter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mdl;
using namespace mdl::print;

/// Whether what is carried in this place changes its size.
static bool changesSize(Value start, Value next) {
  return start.getDefiningOp<AnySizeOp>() || next.getDefiningOp<AnySizeOp>();
}

/// What a loop carries, as variables with what they start with.
SmallVector<std::string> FunctionPrinter::variablesFor(LoopLikeOpInterface loop, ValueRange arguments) {
  SmallVector<std::string> carried;
  OperandRange starts = loop.getInits();
  auto nexts = loop.getYieldedValues();
  for (auto [i, start, argument] : llvm::enumerate(starts, arguments)) {
    std::optional<std::string> sum;
    if (auto counted = dyn_cast<scf::ForOp>(*loop))
      sum = sumOfLoop(start, cast<BlockArgument>(argument), counted.getResult(i));
    if (sum)
      addedInside[loop->getResult(i)] = *sum;
    Reads reads;
    findReads(start, loop, reads);
    bool isFreeHere = !sum && reads.direct == 1 && !changesSize(start, nexts[i]) && isFree(start, loop);
    auto ofLoop = loop->getLoc()->findInstanceOf<NameLoc>();
    bool isNameless = !argument.getLoc()->findInstanceOf<NameLoc>();
    bool isOnly = isNameless && ofLoop && arguments.size() == 1;
    // What sema adds to a loop says that it has been left, or its pass.
    bool isFlag = isNameless && getElementTypeOrSelf(start).isInteger(1) && wishFor(start) == "t";
    bool isSum = isNameless && isa<RankedTensorType>(start.getType()) && splatConstant(start) == 0.0;
    std::string wish = isOnly   ? ofLoop.getName().str()
                       : isFlag ? "ended"
                       : isSum  ? wishForSum(loop->getResult(i), "sums")
                                : wishFor(isNameless ? Value(start) : Value(argument));
    std::string name = sum ? *sum : isFreeHere ? names[start].text : fresh(wish);
    if (!sum && !isFreeHere)
      line("var " + name + " = " + alone(start).text);
    carried.push_back(name);
    bindVariable(argument, name, argument.getParentBlock());
  }
  return carried;
}

/// What a value adds to a variable, if it is a sum with it.
std::optional<Text> FunctionPrinter::addedTo(const std::string &variable, Value value) {
  Operation *sum = isNamed(value) ? nullptr : value.getDefiningOp();
  if (!isa_and_nonnull<AddOp, arith::AddIOp>(sum))
    return std::nullopt;
  for (unsigned side : {0u, 1u}) {
    Value own = sum->getOperand(side), other = sum->getOperand(1 - side);
    if (isNamed(own) && text(own).text == variable)
      return text(other);
    if (auto rest = addedTo(variable, own))
      return sumOfTexts(*rest, text(other), /*minus=*/false, rest->axes.size());
  }
  return std::nullopt;
}

/// The end of a pass.
void FunctionPrinter::assignAll(ArrayRef<std::string> targets, ValueRange values) {
  SmallVector<std::string> next;
  for (Value yielded : values)
    next.push_back(alone(yielded).text);
  // A variable whose old value another one still needs waits.
  SmallVector<std::string> last;
  for (auto [i, variable] : llvm::enumerate(targets)) {
    if (next[i] == variable)
      continue;
    auto added = addedTo(variable, values[i]);
    if (added && added->number == 0.0)
      continue; // Each term was added where it is computed.
    bool isRead =
        llvm::any_of(ArrayRef(next).drop_front(i + 1), [&](StringRef value) { return hasWord(value, variable); });
    std::string source = isRead ? fresh("next_" + variable) : next[i];
    if (isRead) {
      line("let " + source + " = " + next[i]);
      last.push_back(variable + " = " + source);
    } else if (added) {
      line(variable + " += " + added->text);
    } else {
      line(variable + " = " + source);
    }
  }
  for (const std::string &assignment : last)
    line(assignment);
}

/// Whether a value is there when a pass begins, but for what its text says itself.
static bool isThereFirst(Value value, Block *body) {
  Operation *op = value.getDefiningOp();
  if (!op || op->getBlock() != body)
    return true;
  bool isText = isTrivial(op) || isa<ReshapeOp>(op);
  return isText && llvm::all_of(op->getOperands(), [&](Value operand) { return isThereFirst(operand, body); });
}

/// What a pass writes down before it changes anything, such as what it starts with, stands at its beginning.
void FunctionPrinter::keepFirst(scf::ForOp loop) {
  for (Value next : loop.getYieldedValues()) {
    auto kept = next.getDefiningOp<UpdateSliceOp>();
    bool isFirst =
        kept && kept->getBlock() == loop.getBody() && isa<BlockArgument>(kept.getDest()) &&
        llvm::all_of(kept->getOperands(), [&](Value operand) { return isThereFirst(operand, loop.getBody()); });
    if (isFirst && isFree(kept.getDest(), kept) && !isNamed(next))
      statement(kept);
  }
}

void FunctionPrinter::forLoop(scf::ForOp loop) {
  SmallVector<std::string> carried = variablesFor(loop, loop.getRegionIterArgs());
  std::string counter;
  if (auto batches = batchLoop(loop)) {
    line(batchHead(*batches));
  } else {
    counter = fresh("i");
    std::string low = index(loop.getLowerBound()), high = named(loop.getUpperBound(), "passes");
    if (getConstantIntValue(loop.getStep()) != 1)
      unsupported(loop);
    bind(loop.getInductionVar(), counter);
    line("for " + counter + " in " + low + ".." + high + " {");
  }
  {
    Braces braces(*this);
    keepFirst(loop);
    operations(*loop.getBody());
    assignAll(carried, loop.getYieldedValues());
  }
  line("}");
  release(counter);
  for (auto [result, name] : llvm::zip(loop.getResults(), carried))
    if (addedInside.count(result))
      bindAdded(result);
    else
      bindVariable(result, name, loop->getBlock());
}

/// The condition stands in the head of the loop where it is one expression, elsewhere the loop is left by it. What it
/// passes on is computed where it is read: in the body, and behind the loop.
void FunctionPrinter::whileLoop(scf::WhileOp loop) {
  SmallVector<std::string> carried = variablesFor(loop, loop.getBeforeArguments());
  ValueRange passed = loop.getConditionOp().getArgs();
  auto hand = [&](ValueRange values, Block *block) {
    for (auto [from, to] : llvm::zip(passed, values)) {
      if (to.use_empty())
        continue;
      names[to] = isNamed(from) ? text(from) : wholeText(named(from), Level::Atom, to);
      if (isa<BlockArgument>(from) && llvm::count(passed, from) == 1)
        variables[to] = block;
    }
  };
  Block &head = *loop.getBeforeBody();
  Value condition = loop.getConditionOp().getCondition();
  bool isExpression = !hasStatement(head);
  line("while " + (isExpression ? text(condition).text : "true") + " {");
  {
    Braces braces(*this);
    if (!isExpression) {
      operations(head);
      line("if not " + text(condition).in(Level::Not) + " { break }");
    }
    hand(loop.getAfterArguments(), loop.getAfterBody());
    operations(*loop.getAfterBody());
    assignAll(carried, loop.getYieldOp().getOperands());
  }
  line("}");
  for (Value value : passed)
    if (!isa<BlockArgument>(value))
      names.erase(value); // Named in the body.
  hand(loop.getResults(), loop->getBlock());
}

/// Whether a value is there before the branch, or says so little that it may as well be.
static bool isThereBefore(Value value, Operation *branch) {
  Operation *own = value.getParentBlock()->findAncestorOpInBlock(*branch);
  return splatConstant(value) || (own && (isa<BlockArgument>(value) || value.getDefiningOp()->isBeforeInBlock(own)));
}

/// Truth values are chosen by `and` and `or`.
static bool isChoiceOfNumbers(arith::SelectOp choice) {
  return isa<RankedTensorType>(choice.getType()) && !getElementTypeOrSelf(choice.getType()).isInteger(1);
}

/// Whether all that reads a choice stands behind the branch.
static bool isReadBehind(arith::SelectOp choice, Operation *branch) {
  return llvm::all_of(choice->getUsers(), [&](Operation *user) {
    Operation *own = branch->getBlock()->findAncestorOpInBlock(*user);
    return own && branch->isBeforeInBlock(own);
  });
}

/// The choices by the same condition that stand beside a branch because they were simple.
static SmallVector<arith::SelectOp> choicesBeside(Operation *branch, Value condition) {
  SmallVector<arith::SelectOp> beside;
  for (Operation *user : condition.getUsers())
    if (auto choice = dyn_cast<arith::SelectOp>(user); choice && choice->getBlock() == branch->getBlock())
      if (choice != branch && isChoiceOfNumbers(choice) && isThereBefore(choice.getTrueValue(), branch) &&
          isThereBefore(choice.getFalseValue(), branch) && isReadBehind(choice, branch))
        beside.push_back(choice);
  return beside;
}

/// Whether a branch by the same condition follows, which a choice is then part of.
static bool isBranchBehind(arith::SelectOp choice) {
  return llvm::any_of(choice.getCondition().getUsers(), [&](Operation *user) {
    return isa<scf::IfOp>(user) && user->getBlock() == choice->getBlock() && choice->isBeforeInBlock(user) &&
           isReadBehind(choice, user);
  });
}

/// The variable that a result can stay in: what one of the arms gives back as it is, or what the result is the next
/// value of.
void FunctionPrinter::findVariable(Choice &choice, Operation *branch, ArrayRef<Operation *> together) {
  SmallVector<Value> candidates{choice.yes, choice.no};
  if (auto loop = dyn_cast<scf::ForOp>(branch->getParentOp()); loop && choice.result.hasOneUse())
    if (OpOperand &use = *choice.result.getUses().begin(); use.getOwner() == loop.getBody()->getTerminator())
      candidates.push_back(loop.getRegionIterArg(use.getOperandNumber()));
  for (Value candidate : candidates) {
    if (variables.lookup(candidate) != branch->getBlock() || candidate.getType() != choice.result.getType())
      continue;
    Reads reads;
    findReads(candidate, branch, reads, together);
    if (reads.isAfter || !reads.pending.empty())
      continue;
    choice.variable = candidate;
    choice.target = names[candidate].text;
    return;
  }
}

static std::optional<double> startOfUpdate(Value value) {
  auto updated = value.getDefiningOp<UpdateSliceOp>();
  return updated && updated->hasOneUse() ? splatConstant(updated.getDest()) : std::nullopt;
}

/// Finds a variable for each result; whether that is worth it. Choices beside the branch that have none are left out.
bool FunctionPrinter::findTargets(Operation *branch, SmallVector<Choice> &choices) {
  SmallVector<Operation *> together;
  for (Choice &choice : choices)
    if (choice.result.getDefiningOp() != branch)
      together.push_back(choice.result.getDefiningOp());
  bool isWorth = false;
  SmallVector<Value> taken;
  for (Choice &choice : choices) {
    if (auto sum = sumOf(choice.result)) {
      choice.target = *sum;
      choice.isAdded = true;
    } else {
      findVariable(choice, branch, together);
    }
    bool isTaken = choice.variable && llvm::is_contained(taken, choice.variable);
    bool isBeside = choice.result.getDefiningOp() != branch;
    if (isBeside && (isTaken || choice.hasStart())) {
      Value left = choice.result;
      llvm::erase_if(choices, [&](const Choice &other) { return other.result == left; });
      for (Choice &other : choices)
        other = {other.result, other.yes, other.no};
      return findTargets(branch, choices);
    }
    if (isTaken || (choice.hasStart() && !isThereBefore(choice.no, branch)))
      return false;
    taken.push_back(choice.variable);
    isWorth |= !choice.hasStart() || (startOfUpdate(choice.yes) && splatConstant(choice.no));
  }
  return isWorth;
}

/// Where every result of a branch is a variable that it changes, the branch is a statement without a value.
bool FunctionPrinter::branchOnVariables(Operation *branch, Value condition) {
  SmallVector<Choice> choices;
  if (auto control = dyn_cast<scf::IfOp>(branch))
    for (auto [result, yes, no] :
         llvm::zip(branch->getResults(), control.thenYield().getOperands(), control.elseYield().getOperands()))
      choices.push_back({result, yes, no});
  else if (auto choice = cast<arith::SelectOp>(branch); isChoiceOfNumbers(choice) && !isBranchBehind(choice))
    choices.push_back({choice.getResult(), choice.getTrueValue(), choice.getFalseValue()});
  else
    return false;
  for (arith::SelectOp beside : choicesBeside(branch, condition))
    if (!isNamed(beside.getResult()))
      choices.push_back({beside.getResult(), beside.getTrueValue(), beside.getFalseValue()});
  llvm::erase_if(choices, [](const Choice &choice) { return choice.result.use_empty(); });
  if (!findTargets(branch, choices))
    return false;
  for (Choice &choice : choices) {
    if (choice.result.getDefiningOp() != branch)
      openChoices.push_back(choice.result.getDefiningOp());
    if (choice.isAdded)
      addedInside[choice.result] = choice.target;
    if (!choice.hasStart())
      continue;
    choice.target = fresh(wishFor(choice.result));
    line("var " + choice.target + " = " + alone(choice.no).text);
    if (auto start = startOfUpdate(choice.yes); start && start == splatConstant(choice.no))
      homes[choice.yes] = choice.target;
  }
  branchArms(branch, condition, choices);
  for (Choice &choice : choices)
    if (choice.isAdded)
      bindAdded(choice.result);
    else
      bindVariable(choice.result, choice.target, branch->getBlock());
  return true;
}

/// The arms of a branch that changes variables. One that changes none is left out.
void FunctionPrinter::branchArms(Operation *branch, Value condition, ArrayRef<Choice> choices) {
  Text taken = text(condition);
  auto arm = [&](bool isFirst) {
    auto control = dyn_cast<scf::IfOp>(branch);
    Block *block = !control ? nullptr : isFirst ? control.thenBlock() : control.elseBlock();
    size_t before = lines.size();
    Braces braces(*this);
    for (const Choice &choice : choices)
      if (choice.variable && block)
        variables[choice.variable] = block;
    if (block)
      operations(*block);
    SmallVector<std::string> targets;
    SmallVector<Value> values;
    for (const Choice &choice : choices) {
      Value value = isFirst ? choice.yes : choice.no;
      if (choice.isAdded) {
        if (Text share = text(value); share.number != 0.0)
          line(choice.target + " += " + share.text);
      } else if (isFirst || !choice.hasStart()) {
        targets.push_back(choice.target);
        values.push_back(value);
      }
    }
    assignAll(targets, values);
    SmallVector<std::string> written(lines.begin() + before, lines.end());
    lines.truncate(before);
    return written;
  };
  auto yes = arm(true), no = arm(false);
  for (const Choice &choice : choices)
    if (choice.variable)
      variables[choice.variable] = branch->getBlock();
  if (yes.empty() && no.empty())
    return;
  line("if " + (yes.empty() ? "not " + taken.in(Level::Not) : taken.text) + " {");
  llvm::append_range(lines, yes.empty() ? no : yes);
  if (!yes.empty() && !no.empty()) {
    line("} else {");
    llvm::append_range(lines, no);
  }
  line("}");
}

void FunctionPrinter::branch(scf::IfOp op) {
  if (op.elseBlock() && !isWholeResult(op) && branchOnVariables(op, op.getCondition()))
    return;
  SmallVector<std::string> results;
  for (Value result : op.getResults())
    results.push_back(fresh(wishFor(result)));
  std::string bound = results.size() == 1 ? results.front() : "(" + llvm::join(results, ", ") + ")";
  line((isWholeResult(op) ? "" : "let " + bound + " = ") + "if " + text(op.getCondition()).text + " {");
  auto arm = [&](Block *block) {
    Braces braces(*this);
    size_t before = lines.size();
    operations(*block);
    SmallVector<std::string> values;
    for (Value yielded : block->getTerminator()->getOperands())
      values.push_back(alone(yielded).text);
    std::string joined = llvm::join(values, ", ");
    // A line that begins with a minus looks like the rest of the line above.
    bool isClear = joined.front() != '-' || lines.size() == before;
    line(values.size() == 1 && isClear ? joined : "(" + joined + ")");
  };
  arm(op.thenBlock());
  line("} else {");
  if (op.elseBlock())
    arm(op.elseBlock());
  line("}");
  for (auto [result, name] : llvm::zip(op.getResults(), results))
    bind(result, name);
}
