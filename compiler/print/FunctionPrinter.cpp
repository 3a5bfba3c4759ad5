//===- FunctionPrinter.cpp - One function as text -----------------------------------------===//

#include "compiler/print/FunctionPrinter.h"

#include "compiler/dialect/GradientOps.h"
#include "compiler/dialect/Helpers.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/print/Print.h"
#include "compiler/print/Readable.h"
#include "compiler/print/Subscripts.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mdl;
using namespace mdl::print;

/// Longer operands get a name of their own.
static constexpr size_t longText = 72;

/// Words and functions of the language that texts use, so that no name hides them.
static constexpr StringLiteral reserved[] = {
    "abs",          "all",         "any",     "arange", "argmax",   "argmin",   "argsort",     "bool",    "break",
    "broadcast_to", "ceil",        "concat",  "cos",    "cumsum",   "else",     "erf",         "exp",     "f16",
    "bf16",         "f32",         "f64",     "false",  "flip",     "floor",    "fn",          "for",     "full",
    "i32",          "i64",         "i8",      "if",     "import",   "in",       "isnan",       "let",     "log",
    "max",          "maximum",     "mean",    "min",    "minimum",  "model",    "new",         "not",     "and",
    "or",           "one_hot",     "ones",    "option", "param",    "permute",  "prod",        "randn",   "random_seed",
    "uniform",      "permutation", "reshape", "return", "round",    "rsqrt",    "sign",        "sin",     "sort",
    "sqrt",         "state",       "sum",     "tanh",   "train",    "training", "true",        "u8",      "var",
    "where",        "while",       "zeros",   "assert", "continue", "gather",   "scatter_add", "batches", "len",
    "rows",         "shape",       "inf",     "nan",    "relu",     "sigmoid",  "softmax"};

std::string FunctionPrinter::fresh(StringRef wish) {
  std::string base;
  for (char c : wish)
    base += llvm::isAlnum(c) ? c : '_';
  if (base.empty() || llvm::isDigit(base[0]))
    base = "t" + base;
  if (llvm::is_contained(reserved, base))
    base += "_";
  std::string name = base;
  for (unsigned number = 2; !taken.insert(name).second; ++number)
    name = base + "_" + std::to_string(number);
  return name;
}

std::string FunctionPrinter::freshIndex() {
  static constexpr StringLiteral letters[] = {"i", "j", "k", "l", "m", "n", "p", "q", "r", "u", "v", "a", "b", "c"};
  for (StringRef letter : letters)
    if (taken.insert(letter).second)
      return letter.str();
  return fresh("i");
}

/// `x_0` for `x[0]`, `x_at` for `x[2 - i]`.
static std::string nameOfRead(StringRef text) {
  auto isName = [](StringRef part) {
    return !part.empty() && llvm::all_of(part, [](char c) { return llvm::isAlnum(c) || c == '_'; });
  };
  auto [source, places] = text.split('[');
  if (!isName(source) || !places.consume_back("]"))
    return "picked";
  return source.str() + "_" + (isName(places) ? places.str() : "at");
}

std::string FunctionPrinter::wishFor(Value value) {
  if (auto named = value.getLoc()->findInstanceOf<NameLoc>())
    return named.getName().str();
  Operation *op = value.getDefiningOp();
  // What becomes the variable of a loop is called so from the start.
  if (auto loop = value.hasOneUse() ? dyn_cast<scf::ForOp>(*value.getUsers().begin()) : nullptr)
    if (OpOperand &use = *value.getUses().begin(); use.getOperandNumber() >= loop.getNumControlOperands())
      if (auto named = loop.getTiedLoopRegionIterArg(&use).getLoc()->findInstanceOf<NameLoc>())
        return named.getName().str();
  if (!op || isTrivial(op))
    return "t";
  if (isa<CompareOp, AndOp, OrOp, NotOp>(op))
    return "mask";
  if (isa<AddOp, SubOp, MulOp, DivOp, NegOp, SelectOp>(op))
    return "t";
  if (isa<scf::IfOp>(op))
    return getElementTypeOrSelf(value).isInteger(1) ? "mask" : "chosen";
  if (auto call = dyn_cast<RuntimeOp>(op))
    return call.getReturned() ? "key" : "taken";
  if (isa<EinsumOp>(op))
    return "product";
  if (isa<UpdateSliceOp, ScatterOp, ScatterAddOp, PadOp>(op))
    return wishForSum(value, "updated");
  if (isa<PermutationOp>(op))
    return "order";
  if (isa<NonzeroOp>(op))
    return "places";
  if (isOrderOfBatch(op))
    return "places";
  bool isElement = isa<ReshapeOp>(op) && op->getOperand(0).getDefiningOp<SliceOp>();
  bool isOne = isa<SliceOp>(op) && llvm::all_of(tensorType(value).getShape(), [](int64_t size) { return size == 1; });
  if (auto gather = dyn_cast<AffineGatherOp>(op))
    return tensorType(value).getRank() > tensorType(gather.getSource()).getRank() ? "windows" : "picked";
  if (isElement || isOne || isa<GatherOp>(op))
    return nameOfRead(text(value).text);
  if (auto cast = dyn_cast<CastOp>(op); cast && elementType(cast.getInput()).isInteger(1))
    return "mask";
  if (auto sort = dyn_cast<SortOp>(op))
    return value == sort.getIndices() ? "order" : "sorted";
  // `exp_z` is exp(z) of something called z.
  auto title = op->getAttrOfType<StringAttr>(titleAttr);
  std::string wish = (title ? title.getValue() : op->getName().stripDialect()).str();
  for (Value operand : op->getOperands()) {
    auto known = names.find(operand);
    if (known != names.end() && llvm::all_of(known->second.text, [](char c) { return llvm::isAlnum(c) || c == '_'; }))
      return wish + "_" + known->second.text;
  }
  return wish + "_1";
}

/// What the user calls an operation that has no text.
static std::string describe(Operation *op) {
  if (isa<RuntimeOp>(op))
    return "batches of data";
  if (isa<scf::IfOp>(op))
    return "a branch in the middle of a condition";
  if (isa<scf::SCFDialect>(op->getDialect()))
    return "a loop in the middle of a condition";
  return isa<MdlDialect>(op->getDialect()) ? "`" + op->getName().stripDialect().str() + "`" : "arithmetic on sizes";
}

Text FunctionPrinter::unsupported(Operation *op) {
  if (trouble.empty())
    trouble = describe(op);
  SmallVector<Axis, 4> axes;
  if (op->getNumResults())
    return wholeText("?", Level::Atom, op->getResult(0));
  return {"?"};
}

Text FunctionPrinter::expression(Operation *op) {
  for (auto family : {elementwiseText, reduceText, contractText, print::shapeText, indexText, randomText, batchesText,
                      scalarText, libraryText})
    if (auto text = family(*this, op))
      return *text;
  return unsupported(op);
}

Text FunctionPrinter::text(Value value) {
  if (auto known = names.find(value); known != names.end())
    return known->second;
  Operation *op = value.getDefiningOp();
  if (op)
    return expression(op);
  trouble = "a value of a loop";
  return wholeText("?", Level::Atom, value);
}

Text FunctionPrinter::whole(Value value) {
  if (auto slice = value.getDefiningOp<SliceOp>(); slice && !isNamed(value))
    if (auto part = rangeText(*this, slice))
      return *part;
  Text result = text(value);
  auto type = tensorType(value);
  for (auto [axis, size] : llvm::zip(result.axes, type.getShape()))
    if (size == 1 && axis == Axis::One)
      axis = Axis::Whole;
  if (result.isWhole())
    return result;
  if (Text made = makeOnes(result, type.getShape()); !result.number && made.isWhole())
    return made;
  std::string shape = shapeText(value);
  Type element = type.getElementType();
  if (result.number && (*result.number == 0 || *result.number == 1))
    return wholeText((*result.number == 0 ? "zeros(" : "ones(") + shape + typeArgument(element) + ")", Level::Postfix,
                     value);
  if (result.number)
    return wholeText("full(" + shape + ", " + typedNumber(*result.number, element).text + ")", Level::Postfix, value);
  return wholeText("broadcast_to(" + result.text + ", " + shape + ")", Level::Postfix, value);
}

Text FunctionPrinter::alone(Value value) {
  Text result = isa<RankedTensorType>(value.getType()) ? whole(value) : text(value);
  return result.number ? typedNumber(*result.number, getElementTypeOrSelf(value)) : result;
}

void FunctionPrinter::countUses(Value value, Block *home, unsigned &uses, bool &elsewhere) {
  for (OpOperand &use : value.getUses()) {
    Operation *user = use.getOwner();
    bool isSquare = isa<MulOp>(user) && user->getOperand(0) == user->getOperand(1);
    if (isa<tensor::DimOp>(user) || (isSquare && use.getOperandNumber() == 1))
      continue; // Sizes have texts of their own, and `(1 + x) ** 2` says it once.
    if (isTrivial(user)) {
      for (Value result : user->getResults())
        countUses(result, home, uses, elsewhere);
      continue;
    }
    ++uses;
    elsewhere |= user->getBlock() != home;
  }
}

bool FunctionPrinter::needsName(Value value) {
  unsigned uses = 0;
  bool elsewhere = false;
  countUses(value, value.getParentBlock(), uses, elsewhere);
  return uses > 1 || (uses == 1 && elsewhere);
}

/// Whether all that a function gives back is the one result of this branch.
bool FunctionPrinter::isWholeResult(scf::IfOp op) {
  return op->getNumResults() == 1 && op->hasOneUse() && isa<func::ReturnOp>(*op->getUsers().begin()) &&
         function->getAttrOfType<StringAttr>(resultAttr) == "$0";
}

/// Whether a part of a tensor is only `x[i]`, which has a text of its own.
static bool isReadByIndex(Operation &op) {
  return isa<SliceOp>(op) && llvm::all_of(op.getUsers(), [](Operation *user) {
           auto reshape = dyn_cast<ReshapeOp>(user);
           auto change = reshape ? onesChange(reshape) : std::nullopt;
           return change && !change->grows;
         });
}

void FunctionPrinter::operations(Block &block) {
  for (Operation &op : block.without_terminator()) {
    if (auto check = dyn_cast<RuntimeOp>(op); check && check.getCallee() == "mdl_assert") {
      line("assert " + text(check.getOperand(0)).text);
      continue;
    }
    // What a loop over batches reads has its names already.
    bool isBound = op.getNumResults() == 1 && isNamed(op.getResult(0));
    if (op.use_empty() || isBound)
      continue;
    auto choice = dyn_cast<arith::SelectOp>(op);
    if ((choice && branchOnVariables(choice, choice.getCondition())) || isTrivial(&op) || statement(&op))
      continue;
    if (op.getNumResults() != 1) {
      for (Value result : op.getResults())
        if (!result.use_empty()) {
          auto text = sortText(*this, result);
          bind(result, fresh(wishFor(result)));
          line("let " + names[result].text + " = " + (text ? *text : unsupported(&op)).text);
        }
      continue;
    }
    Value value = op.getResult(0);
    bool named = needsName(value);
    Operation *user = *value.getUsers().begin();
    bool isAdded = isPartOfSum(value) || (isa<AddOp>(user) && isPartOfSum(user->getResult(0)));
    if (!named && (isa<func::ReturnOp>(user) || isAdded))
      continue;
    Text expression = text(value);
    // A reshape of what has a name may say no more than that.
    bool isAlias = op.getNumOperands() == 1 && isNamed(op.getOperand(0)) && !variables.count(op.getOperand(0)) &&
                   names[op.getOperand(0)].text == expression.text;
    if (isAlias) {
      lets.erase(op.getOperand(0));
      names[value] = expression;
      continue;
    }
    if (!named && (expression.text.size() < longText || isReadByIndex(op)))
      continue;
    giveName(value);
  }
}

void FunctionPrinter::giveName(Value value) {
  Text expression = text(value);
  std::string name = fresh(wishFor(value));
  line("let " + name + " = " + expression.text);
  names[value] = {name, Level::Atom, expression.axes};
  if (expression.isWhole())
    lets[value] = value.getParentBlock();
}

/// A record or a tuple that is too long stands on several lines, a part on each.
static std::string onLines(const std::string &text, ArrayRef<size_t> ends) {
  std::string lines = text.substr(0, 1) + "\n";
  size_t from = 1;
  for (size_t end : ends) {
    lines += "    " + text.substr(from, end - from) + ",\n";
    from = end + 2;
  }
  return lines + "    " + text.substr(from, text.size() - from - 1) + "\n  " + text.back();
}

std::string FunctionPrinter::resultText(Operation *terminator) {
  if (auto branching = terminator->getOperand(0).getDefiningOp<scf::IfOp>(); branching && isWholeResult(branching))
    return ""; // Its statement is the result.
  std::string form = function->getAttrOfType<StringAttr>(resultAttr).str(), result;
  SmallVector<size_t> ends;
  unsigned depth = 0;
  for (size_t i = 0; i < form.size(); ++i) {
    depth += form[i] == '{' || form[i] == '(';
    depth -= form[i] == '}' || form[i] == ')';
    if (form[i] == ',' && depth == 1)
      ends.push_back(result.size());
    if (form[i] != '$') {
      result += form[i];
      continue;
    }
    size_t end = i + 1;
    while (end < form.size() && llvm::isDigit(form[end]))
      ++end;
    Value value = terminator->getOperand(std::stoul(form.substr(i + 1, end - i - 1)));
    Text part = alone(value);
    // A line that begins with a minus looks like the rest of the line above.
    bool alone = form.size() == end - i;
    result += alone && part.text.front() == '-' && !lines.empty() ? "(" + part.text + ")" : part.text;
    i = end - 1;
  }
  return result.size() > 100 && !ends.empty() ? onLines(result, ends) : result;
}

/// Where there is no text a comment stands.
static std::string excuse(StringRef name, StringRef trouble) {
  return "# `" + name.str() + "` has no text in the language: it goes through " + trouble.str() + "\n";
}

/// Whether a parameter says what a size is that is read and that no parameter before tells.
static bool givesSize(StringRef parameter, StringRef signature, function_ref<bool(StringRef)> isRead) {
  StringRef type = parameter.split(':').second;
  while (!type.empty()) {
    type = type.drop_until([](char c) { return llvm::isAlpha(c); });
    StringRef word = type.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
    type = type.drop_front(word.size());
    if (!word.empty() && isRead(word) && !hasWord(signature, word))
      return true;
  }
  return false;
}

bool mdl::print::isOwnName(ModuleOp module, StringRef name) {
  auto names = module->getAttrOfType<ArrayAttr>(ownNamesAttr);
  return names && llvm::any_of(names.getAsRange<StringAttr>(), [&](StringAttr own) { return own.getValue() == name; });
}

/// A comment on what the text calls that means something else in the program: there is no other name for it.
static std::string noteOfOwnNames(func::FuncOp function, StringRef text) {
  std::string names;
  for (StringRef name : reserved)
    if (isOwnName(function->getParentOfType<ModuleOp>(), name) && hasWord(text, name))
      names += (names.empty() ? "`" : ", `") + name.str() + "`";
  return names.empty() ? "" : "# Of the library, not of this program: " + names + "\n";
}

std::string FunctionPrinter::print(StringRef name) {
  if (auto known = function->getAttrOfType<StringAttr>(troubleAttr))
    return excuse(name, known);
  for (BlockArgument argument : function.getArguments()) {
    auto own = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), nameAttr);
    bind(argument, own.str());
    taken.insert(own.getValue().split('.').first);
  }
  operations(function.getBody().front());
  std::string result = resultText(function.getBody().front().getTerminator());
  if (!trouble.empty())
    return excuse(name, trouble);
  std::string body;
  for (auto &text : lines)
    body += text + "\n";
  std::string signature = function->getAttrOfType<StringAttr>(signatureAttr).str();
  auto isRead = [&](StringRef parameter) { return hasWord(body, parameter) || hasWord(result, parameter); };
  if (auto captured = function->getAttrOfType<ArrayAttr>(capturedAttr))
    for (StringAttr parameter : captured.getAsRange<StringAttr>())
      if (isRead(parameter.getValue().split(':').first) || givesSize(parameter, signature, isRead))
        signature += ", " + parameter.str();
  for (BlockArgument argument : function.getArguments())
    if (std::string size = names[argument].text; function.getArgAttr(argument.getArgNumber(), sizeParameterAttr))
      if (isRead(size) || hasWord(signature, size))
        signature += ", " + size + ": i64";
  std::string head = noteOfOwnNames(function, body + result) + "fn " + name.str() + "(" + signature + ")";
  if (lines.empty())
    return head + (head.size() + result.size() < 110 ? " = " : " =\n  ") + result + "\n";
  if (!result.empty())
    body += "  " + result + "\n";
  return head + " {\n" + body + "}\n";
}

std::string mdl::printFunction(func::FuncOp function, StringRef title) {
  return FunctionPrinter(function).print(title);
}

std::string mdl::printFunctions(ModuleOp module) {
  std::string text;
  llvm::StringSet<> seen, titles;
  auto hasTitle = [](func::FuncOp function) { return function->hasAttr(titleAttr); };
  SmallVector<func::FuncOp> functions(llvm::make_filter_range(module.getOps<func::FuncOp>(), hasTitle));
  makeReadable(functions);
  for (func::FuncOp function : functions) {
    auto title = function->getAttrOfType<StringAttr>(titleAttr);
    std::string one = printFunction(function, title);
    if (!seen.insert(one).second)
      continue;
    std::string name = title.str();
    for (unsigned number = 2; !titles.insert(name).second; ++number)
      name = title.str() + "_" + std::to_string(number);
    if (name != title.getValue())
      one = printFunction(function, name);
    text += (text.empty() ? "" : "\n") + one;
  }
  return text;
}
