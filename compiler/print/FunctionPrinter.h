//===- FunctionPrinter.h - One function as text -------------------------------------------===//
//
// Stage: print. Values that are used once stand where they are used, the others get a name
// by `let`; loops and branches are statements. The texts of operations stand in
// <Family>Text.cpp.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_PRINT_FUNCTIONPRINTER_H
#define MDL_PRINT_FUNCTIONPRINTER_H

#include "compiler/dialect/Mdl.h"
#include "compiler/print/BatchesText.h"
#include "compiler/print/Text.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/OpDefinition.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringSet.h"

namespace mdl::print {

struct LinearSize;

class FunctionPrinter {
public:
  explicit FunctionPrinter(mlir::func::FuncOp function) : function(function) {}
  /// The whole function under a name.
  std::string print(llvm::StringRef name);

  /// The expression of a value, or its name; axes that are only repeated may be missing.
  Text text(mlir::Value value);
  /// With all axes there.
  Text whole(mlir::Value value);
  /// And with its type: where nothing around gives a number one.
  Text alone(mlir::Value value);
  /// As a whole number in place of a size or a subscript.
  std::string index(mlir::OpFoldResult number);
  LinearSize size(mlir::Value value, int64_t axis);
  std::string sizeText(mlir::Value value, int64_t axis);
  /// `[n, 3]`.
  std::string shapeText(mlir::Value value);
  bool isNamed(mlir::Value value) const { return names.count(value); }
  /// An operation has no text.
  Text unsupported(mlir::Operation *op);
  /// A new name from a wish.
  std::string fresh(llvm::StringRef wish);
  /// A new name for the variable of a loop or comprehension: `i`, `j`, …
  std::string freshIndex();
  /// Variables of a loop or comprehension that has ended are free again.
  void release(llvm::ArrayRef<std::string> variables) {
    for (const std::string &variable : variables)
      taken.erase(variable);
  }

private:
  Text expression(mlir::Operation *op);
  std::optional<LinearSize> sizeOfCarried(mlir::Value value, int64_t axis);
  bool needsName(mlir::Value value);
  bool isWholeResult(mlir::scf::IfOp op);
  void countUses(mlir::Value value, mlir::Block *home, unsigned &uses, bool &elsewhere);
  std::string wishFor(mlir::Value value);
  /// What stands in braces. A name that a value from outside gets there ends with them.
  class Braces {
  public:
    explicit Braces(FunctionPrinter &printer) : printer(printer), count(printer.namedLate.size()) {
      printer.indent += 2;
    }
    ~Braces() {
      printer.indent -= 2;
      for (; printer.namedLate.size() > count; printer.namedLate.pop_back())
        printer.names.erase(printer.namedLate.back());
    }
    Braces(const Braces &) = delete;

  private:
    FunctionPrinter &printer;
    size_t count;
  };
  void line(const std::string &text) { lines.push_back(std::string(indent, ' ') + text); }
  void bind(mlir::Value value, std::string name) { names[value] = wholeText(std::move(name), Level::Atom, value); }
  void operations(mlir::Block &block);
  bool statement(mlir::Operation *op);
  void update(mlir::Value result, mlir::Value start, const std::string &subscripts, const std::string &source);
  std::pair<std::string, llvm::SmallVector<int64_t>> partSource(mlir::Value source, mlir::Value whole,
                                                                llvm::ArrayRef<mlir::OpFoldResult> offsets);
  void border(PadOp pad);
  void addAtPlaces(AffineScatterOp scatter);
  void addAtPlaces(ScatterAddOp scatter);
  template <typename Scatter> bool putAtPlaces(Scatter scatter);
  void sumLoop(mlir::Value result, const std::string &start, bool fromZero, const std::string &updates,
               llvm::ArrayRef<std::string> variables, llvm::ArrayRef<std::string> sizes, const std::string &subscripts);
  void giveName(mlir::Value value);
  std::string named(mlir::Value value);
  std::string named(mlir::Value number, llvm::StringRef wish);
  llvm::SmallVector<std::string> variablesFor(mlir::LoopLikeOpInterface loop, mlir::ValueRange arguments);
  std::optional<Text> addedTo(const std::string &variable, mlir::Value value);
  void assignAll(llvm::ArrayRef<std::string> targets, mlir::ValueRange values);
  void keepFirst(mlir::scf::ForOp loop);
  void forLoop(mlir::scf::ForOp loop);
  std::string batchHead(const BatchLoop &batches);
  void whileLoop(mlir::scf::WhileOp loop);
  void branch(mlir::scf::IfOp op);
  /// What a branch gives, and the variable that holds it from then on.
  struct Choice {
    mlir::Value result, yes, no;
    std::string target = {};
    mlir::Value variable = {}; ///< What the target held before.
    bool isAdded = false;      ///< Both arms add to the target.

    /// The variable starts with what the second arm gives.
    bool hasStart() const { return !variable && !isAdded; }
  };
  void findVariable(Choice &choice, mlir::Operation *branch, llvm::ArrayRef<mlir::Operation *> together);
  bool findTargets(mlir::Operation *branch, llvm::SmallVector<Choice> &choices);
  bool branchOnVariables(mlir::Operation *branch, mlir::Value condition);
  void branchArms(mlir::Operation *branch, mlir::Value condition, llvm::ArrayRef<Choice> choices);

  // Variables.cpp
  /// How a value is read by an operation and what follows it in the block.
  struct Reads {
    unsigned direct = 0;
    bool isInside = false, isAfter = false;
    llvm::SmallVector<mlir::Value> pending = {}; ///< Computed before from it, but without a name yet.
  };
  /// `together` are printed at once with the operation.
  void findReads(mlir::Value value, mlir::Operation *at, Reads &reads, llvm::ArrayRef<mlir::Operation *> together = {});
  /// Whether a value stands by itself in a name of this block that nothing behind the operation asks for. With
  /// `mayName`, what was computed from it gets names to be so.
  bool isFree(mlir::Value value, mlir::Operation *at, bool mayName = false);
  void makeVariable(mlir::Value value, mlir::Block *block);
  void bindVariable(mlir::Value value, const std::string &name, mlir::Block *block);
  void bindAdded(mlir::Value value);
  /// The variable that a sum is the next value of, if a pass only adds to it.
  std::optional<std::string> variableOf(mlir::Value sum);
  /// The variable that a value is only added to, so that it is added where it is computed.
  std::optional<std::string> sumOf(mlir::Value term);
  mlir::Value variableAmong(mlir::Value sum, mlir::Block *block);
  bool isPartOfSum(mlir::Value value);
  /// The name of what the function gives back, for a term that becomes it.
  std::string wishForSum(mlir::Value term, llvm::StringRef otherwise);
  /// The same for what a loop carries: it starts with zero and only adds, and its result is only added.
  std::optional<std::string> sumOfLoop(mlir::Value start, mlir::BlockArgument carried, mlir::Value result);
  std::string resultText(mlir::Operation *terminator);

  mlir::func::FuncOp function;
  llvm::DenseMap<mlir::Value, Text> names;
  llvm::DenseMap<mlir::Value, mlir::Block *> variables; ///< What stands in a `var`, and the block of that.
  llvm::DenseMap<mlir::Value, mlir::Block *> lets;      ///< What stands in a `let` of its own.
  llvm::SmallVector<mlir::Operation *> openChoices;     ///< Printed at the ends of the arms that are being printed.
  llvm::DenseMap<mlir::Value, std::string> addedInside; ///< Results that are added to a variable inside.
  llvm::DenseMap<mlir::Value, std::string> homes;       ///< Updates that begin with what the variable holds.
  llvm::SmallVector<mlir::Value> namedLate;             ///< Named where they are read, not where they are computed.
  llvm::StringSet<> taken;
  llvm::SmallVector<std::string> lines;
  unsigned indent = 2;
  std::string trouble; ///< Why there is no text.
};

/// The texts of a family of operations; nothing if the operation is of another family.
std::optional<Text> elementwiseText(FunctionPrinter &printer, mlir::Operation *op);
std::optional<Text> reduceText(FunctionPrinter &printer, mlir::Operation *op);
std::optional<Text> contractText(FunctionPrinter &printer, mlir::Operation *op);
std::optional<Text> shapeText(FunctionPrinter &printer, mlir::Operation *op);
std::optional<Text> indexText(FunctionPrinter &printer, mlir::Operation *op);
std::optional<Text> randomText(FunctionPrinter &printer, mlir::Operation *op);
std::optional<Text> batchesText(FunctionPrinter &printer, mlir::Operation *op);
std::optional<Text> scalarText(FunctionPrinter &printer, mlir::Operation *op);
std::optional<Text> libraryText(FunctionPrinter &printer, mlir::Operation *op);

/// Of one of the results of a sort.
std::optional<Text> sortText(FunctionPrinter &printer, mlir::Value result);

/// Whether a name of the library means something else in the program that the text is for.
bool isOwnName(mlir::ModuleOp module, llvm::StringRef name);

/// Whether an operation has no text in the middle of an expression.
bool isStatement(mlir::Operation *op);
bool hasStatement(mlir::Block &block);

/// Whether an operation is so small that its text is repeated rather than named.
bool isTrivial(mlir::Operation *op);

} // namespace mdl::print

#endif // MDL_PRINT_FUNCTIONPRINTER_H
