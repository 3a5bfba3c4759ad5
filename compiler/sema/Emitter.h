//===- Emitter.h - Builds operations for sema -----------------------------------------===//
//
// A thin layer over OpBuilder: the place of the source that is being elaborated, types
// of tensors from sizes, sizes as `index` values, and operations of the mdl dialect by name.
//
//===----------------------------------------------------------------------===//
#ifndef MDL_SEMA_EMITTER_H
#define MDL_SEMA_EMITTER_H

#include "compiler/sema/Elaborate.h"
#include "compiler/sema/Value.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mdl {

class Emitter {
public:
  Emitter(Compilation &compilation, mlir::ModuleOp module);

  mlir::OpBuilder builder;
  mlir::OpBuilder declare; ///< At the end of @mdl_declare.
  /// The place of operations made from now on.
  mlir::Location location;
  void setPlace(SourceRange range);

  mlir::Type elementType(ElementType type);
  mlir::RankedTensorType tensorType(ElementType element, const Shape &shape);
  /// Operation `mdl.<name>` with one result.
  mlir::Value op(const std::string &name, mlir::ValueRange operands, mlir::Type result,
                 llvm::ArrayRef<mlir::NamedAttribute> attributes = {});
  mlir::Operation *ops(const std::string &name, mlir::ValueRange operands, mlir::TypeRange results,
                       llvm::ArrayRef<mlir::NamedAttribute> attributes = {});
  mlir::NamedAttribute attr(const char *name, mlir::Attribute value);
  mlir::NamedAttribute ints(const char *name, llvm::ArrayRef<int64_t> values);
  /// The size as an `index` value.
  mlir::Value index(const Dim &dim, DimTable &dims);
  /// The sizes of `shape` that are no numbers.
  llvm::SmallVector<mlir::Value> dynamicSizes(const Shape &shape, DimTable &dims);
  mlir::Value i64(const Dim &dim, DimTable &dims);
  mlir::Value constantI64(int64_t value);
  mlir::Value constantF64(double value);
  mlir::Value constantBool(bool value);
  mlir::Value string(const std::string &text);
  /// `index` to i64 and back.
  mlir::Value toI64(mlir::Value index);
  mlir::Value toIndex(mlir::Value i64);
  /// A builtin scalar as a rank-0 tensor.
  mlir::Value fromScalar(mlir::Value scalar);
  /// A splat or dense constant.
  mlir::Value constant(ElementType element, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<double> values);
  /// A destination of that shape.
  mlir::Value empty(ElementType element, const Shape &shape, DimTable &dims);
  /// Calls a runtime function; gives the scalar result or null.
  mlir::Value runtime(const char *symbol, mlir::ValueRange ins, mlir::Type result = {}, bool pure = false);
  /// A runtime function that fills a tensor.
  mlir::Value runtimeFill(const char *symbol, mlir::ValueRange ins, ElementType element, const Shape &shape,
                          DimTable &dims, bool pure = false);
  /// A call in @mdl_declare.
  void runtimeDeclare(const char *symbol, mlir::ValueRange ins);
  mlir::Type pointer();

  void enterScratch();
  void leaveScratch();
  bool inScratch() const { return !scratch.empty(); }

private:
  void checkSizes(llvm::ArrayRef<int64_t> sizes);
  mlir::Value computedSize(const DimTable::Symbol &symbol, DimTable &dims);
  mlir::Operation *runtimeOp(mlir::OpBuilder &at, const char *symbol, mlir::ValueRange ins, mlir::ValueRange outs,
                             mlir::TypeRange results, bool pure);
  Compilation &compilation;
  mlir::ModuleOp module;
  struct Scratch {
    mlir::OpBuilder::InsertPoint saved;
    mlir::Operation *function;
  };
  std::vector<Scratch> scratch;
};

} // namespace mdl

#endif // MDL_SEMA_EMITTER_H
