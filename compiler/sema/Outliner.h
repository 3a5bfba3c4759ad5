//===- Outliner.h - Cuts one gradient out of a program -----------------------------------===//
//
// Stage: sema. Private to Outline.cpp, which takes the operations, OutlineAsserts.cpp, which keeps
// what is checked of sizes, and OutlineText.cpp, which writes names, types and parameters. See
// Outline.h.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_OUTLINER_H
#define MDL_SEMA_OUTLINER_H

#include "compiler/print/Print.h"
#include "compiler/sema/Elaborator.h"
#include "compiler/sema/Outline.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SetVector.h"

namespace mdl {

class Outliner {
public:
  Outliner(Elaborator &e, mlir::ModuleOp into, const GradientOutline &outline)
      : e(e), outline(outline), builder(into.getContext()), unknown(builder.getUnknownLoc()) {
    auto at = mlir::OpBuilder::atBlockEnd(into.getBody());
    auto numbered = [&](auto &&isTaken) {
      std::string name = outline.signature.name;
      for (unsigned number = 2; isTaken(name); ++number)
        name = outline.signature.name + "_" + std::to_string(number);
      return name;
    };
    // One function may be differentiated several times, by other types; the program may have a function of that name.
    std::string symbol = numbered([&](const std::string &name) { return into.lookupSymbol(name) != nullptr; });
    std::string title = numbered([&](const std::string &name) {
      const Scope *holder = e.scope.get();
      while (holder && !holder->names.count(name))
        holder = holder->parent.get();
      return holder != nullptr;
    });
    function = at.create<mlir::func::FuncOp>(unknown, symbol, at.getFunctionType({}, {}));
    function->setAttr(titleAttr, at.getStringAttr(title));
    builder.setInsertionPointToStart(function.addEntryBlock());
    for (SymbolId id = 0; id < e.dims.size(); ++id)
      if (void *value = e.dims[id].value)
        symbols[mlir::Value::getFromOpaquePointer(value)] = id;
    noteVisible();
  }

  void run();

private:
  /// A value of the function that comes from outside.
  struct Argument {
    mlir::BlockArgument value;
    std::string name;           ///< In the body.
    std::optional<Shape> shape; ///< Its own: what notes hold moves when there are more.
    ElementType element = ElementType::F32;
    bool isCaptured = false; ///< Has a parameter of its own, after the function's.
    bool isSize = false;     ///< Has one after all others, if the text asks for it.
    std::optional<SymbolId> symbol;
  };

  void noteVisible();
  std::optional<SymbolId> symbolOf(mlir::Value value);
  bool depends(mlir::Value value);
  /// Whether the function that is differentiated computes the value, whatever it computes it from.
  bool isInside(mlir::Value value);
  bool isCut(mlir::Value value);
  mlir::Value take(mlir::Value value);
  mlir::Value addArgument(mlir::Value value);
  std::string dataName(mlir::Value handle);
  mlir::Location locationOf(mlir::Operation *op);
  mlir::Location named(const std::string &name);
  /// Makes the leaves of a structure arguments of the function; what the parameter is called.
  std::string addParameter(const std::string &name, const Value &value);
  std::string signatureText(llvm::ArrayRef<std::pair<std::string, Value>> parameters);
  std::string fresh(const std::string &wish);
  std::string symbolName(SymbolId id);
  std::string dimText(const Dim &dim);
  using LeafText = llvm::function_ref<std::string(const TensorValue &)>;
  /// The text of a structure with that of each of its trained leaves.
  std::string structureText(const Value &value, LeafText leaf);
  std::string typeText(const Value &value);
  /// The form of a result: `{w: $0, b: $1}`.
  std::string formText(const Value &value);
  void bindSizes();
  bool collectSizes(mlir::Value value, llvm::SetVector<mlir::Value> &sizes);
  void keepAsserts();
  void nameSizes();
  std::string parameterText(const Argument &argument);

  Elaborator &e;
  const GradientOutline &outline;
  mlir::OpBuilder builder;
  mlir::Location unknown;
  mlir::func::FuncOp function;
  mlir::IRMapping mapping;
  std::vector<Argument> arguments;
  std::set<SymbolId> bound; ///< Sizes that types tell.
  llvm::DenseMap<mlir::Value, SymbolId> symbols;
  llvm::DenseMap<mlir::Value, std::string> visible;
  llvm::DenseMap<mlir::Value, SymbolId> wholeNumbers; ///< Visible ones that are sizes.
  llvm::DenseMap<mlir::Operation *, bool> dependence;
  llvm::DenseSet<mlir::Value> wrt;
  mlir::Operation *first = nullptr; ///< Makes what the function is differentiated at.
  std::map<SymbolId, std::string> symbolNames;
  std::map<Dim, std::string> otherSizes;
  std::map<std::string, std::string> dataSets;       ///< The parameters that are data sets, by the user's names.
  llvm::DenseMap<mlir::Value, unsigned> unnamedData; ///< Data sets that are opened where they are used.
  std::set<std::string> taken;
  bool hasText = true; ///< Nothing comes from outside that has no type in the language, such as batches.
};

} // namespace mdl

#endif // MDL_SEMA_OUTLINER_H
