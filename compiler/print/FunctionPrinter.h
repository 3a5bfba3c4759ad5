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
  std::string sizeText(mlir::Value value, int64_t axis);
  /// `[n, 3]`.
  std::string shapeText(mlir::Value value);
  bool isNamed(mlir::Value value) const { return names.count(value); }
  /// An operation has no text.
  Text unsupported(mlir::Operation *op);
  /// A new name from a wish.
  std::string fresh(llvm::StringRef wish);
  /// Variables of a loop or comprehension that has ended are free again.
  void release(llvm::ArrayRef<std::string> variables) {
    for (const std::string &variable : variables)
      taken.erase(variable);
  }

private:
  Text expression(mlir::Operation *op);
  std::optional<std::string> sizeOfCarried(mlir::Value value, int64_t axis);
  bool needsName(mlir::Value value);
  bool isWholeResult(mlir::scf::IfOp op);
  void countUses(mlir::Value value, mlir::Block *home, unsigned &uses, bool &elsewhere);
  std::string wishFor(mlir::Value value);
  void line(const std::string &text) { lines.push_back(std::string(indent, ' ') + text); }
  void bind(mlir::Value value, std::string name) { names[value] = wholeText(std::move(name), Level::Atom, value); }
  void operations(mlir::Block &block);
  bool statement(mlir::Operation *op);
  void update(mlir::Value result, mlir::Value start, const std::string &subscripts, const std::string &source);
  std::pair<std::string, llvm::SmallVector<int64_t>> partSource(mlir::Value source, mlir::Value whole,
                                                                llvm::ArrayRef<mlir::OpFoldResult> offsets);
  void addAtPlaces(AffineScatterOp scatter);
  void addAtPlaces(ScatterAddOp scatter);
  void sumLoop(mlir::Value result, const std::string &start, const std::string &updates,
               llvm::ArrayRef<std::string> variables, llvm::ArrayRef<std::string> sizes, const std::string &subscripts);
  std::string named(mlir::Value value);
  std::string named(mlir::Value number, llvm::StringRef wish);
  llvm::SmallVector<std::string> variablesFor(mlir::ValueRange starts, mlir::ValueRange arguments);
  mlir::Value addedTo(const std::string &variable, mlir::Value value);
  void assignAll(llvm::ArrayRef<std::string> variables, mlir::ValueRange values);
  void forLoop(mlir::scf::ForOp loop);
  std::string batchHead(const BatchLoop &batches);
  void whileLoop(mlir::scf::WhileOp loop);
  void branch(mlir::scf::IfOp op);
  std::string resultText(mlir::Operation *terminator);

  mlir::func::FuncOp function;
  llvm::DenseMap<mlir::Value, Text> names;
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

/// Of one of the results of a sort.
std::optional<Text> sortText(FunctionPrinter &printer, mlir::Value result);

/// Whether an operation has no text in the middle of an expression.
bool isStatement(mlir::Operation *op);

/// Whether an operation is so small that its text is repeated rather than named.
bool isTrivial(mlir::Operation *op);

} // namespace mdl::print

#endif // MDL_PRINT_FUNCTIONPRINTER_H
