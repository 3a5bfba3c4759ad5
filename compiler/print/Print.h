//===- Print.h - The mdl dialect as text of the language ------------------------------===//
//
// Stage: print. Input: functions of the mdl dialect on tensors, after autodiff and
// simplification, with the attributes below. Output: valid, readable `.mdl`.
//
// What sema (Outline.cpp) says on a `func.func`:
//   mdl.signature   what stands between the parentheses: "x: f32[n, 3], w: f32[3]"
//   mdl.result      the form of the result, `$0`, `$1`, … for the function's results: "{w: $0, b: $1}"
//   mdl.captured    what the body may read besides, each as a parameter: ["scale: f32"]; what it does not read is left
//   out mdl.trouble     instead of a body: what the gradient goes through that has no text mdl.title       what it is
//   called where no other text has the name; its symbol is unique
// on the module:
//   mdl.own_names   names of the library that the program has given to something of its own: ["sigmoid"]
// and on each argument:
//   mdl.name        what it is called in the body: "x", "p.w"; a size by its symbol, "n"
//   mdl.sizes       the sizes of its axes as text
//   mdl.size_parameter   it is a size that no other parameter tells: one more parameter, where the text reads it
// The names of other values are the `NameLoc`s of the operations that make them.
//
// For `:grad f`: Elaborator::outlineDerivative(f, range, arguments, module) puts the function into a module of its own;
// then addMdlPasses(manager, Stop::Grad) is run on that module, and printFunctions(module) is the text.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_PRINT_PRINT_H
#define MDL_PRINT_PRINT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace mdl {

inline constexpr llvm::StringLiteral signatureAttr = "mdl.signature", resultAttr = "mdl.result",
                                     capturedAttr = "mdl.captured", troubleAttr = "mdl.trouble",
                                     titleAttr = "mdl.title", nameAttr = "mdl.name", sizesAttr = "mdl.sizes",
                                     sizeParameterAttr = "mdl.size_parameter", ownNamesAttr = "mdl.own_names";

/// The function as `fn title(…) = …`. A function that goes through an operation without a form in the language is a
/// comment that says so.
std::string printFunction(mlir::func::FuncOp function, llvm::StringRef title);

/// All functions of a module, in order, each text once; they are simplified for that (Readable.h).
std::string printFunctions(mlir::ModuleOp module);

} // namespace mdl

#endif // MDL_PRINT_PRINT_H
