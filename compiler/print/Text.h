//===- Text.h - Pieces of expressions ---------------------------------------------------===//
//
// Stage: print. A piece of text knows how tightly it binds, and which axes of its value are
// really there: broadcasting is implicit in the language, so an axis that is only repeated
// stands as size 1 or, in front, not at all.
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_PRINT_TEXT_H
#define MDL_PRINT_TEXT_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

#include <optional>
#include <string>

namespace mdl::print {

/// How tightly an expression binds, the weakest first.
enum class Level : uint8_t { Lowest, Or, And, Not, Compare, Range, Sum, Product, Negative, Power, Postfix, Atom };

/// How an axis of a value stands in its text.
enum class Axis : uint8_t { Missing, One, Whole };

struct Text {
  std::string text;
  Level level = Level::Atom;
  llvm::SmallVector<Axis, 4> axes = {}; ///< One for each axis of the value.
  std::optional<double> number = {};    ///< For a literal.

  /// In parentheses where something that binds as tightly as `outer` stands around it.
  std::string in(Level outer) const { return level >= outer ? text : "(" + text + ")"; }
  bool isWhole() const {
    return llvm::all_of(axes, [](Axis axis) { return axis == Axis::Whole; });
  }
};

/// A text for a value all of whose axes are there.
Text wholeText(std::string text, Level level, mlir::Value value);

/// A number as the shortest literal that reads back as the same element; whole floats get a point if `pointed`.
std::string literal(double value, mlir::Type element, bool pointed = false);

/// A number where something else gives it its type, such as the other operand.
Text openNumber(double value, mlir::Type element, int64_t rank = 0);

/// A number where nothing else does: `2.0`, not `2`, and `2.0.f64()`.
Text typedNumber(double value, mlir::Type element);

/// Among numbers alone the first says what they are.
void typeNumbers(llvm::MutableArrayRef<Text> operands, mlir::Type element);

/// What gives a literal its type: nothing where it is f32 or i64 by itself.
std::string conversionOfLiteral(mlir::Type element);

/// The type of a tensor that is made, behind its shape: nothing for f32.
std::string typeArgument(mlir::Type element);

/// `text` with its axes at `dimensions` of a value of `rank` axes, `new` where one must be made.
Text placeAxes(Text text, int64_t rank, llvm::ArrayRef<int64_t> dimensions);

/// `text` with its missing axes of size 1: `x[new]`.
Text makeOnes(Text text, llvm::ArrayRef<int64_t> shape);

/// `text` without these axes, which have size 1.
Text dropOnes(Text text, llvm::ArrayRef<int64_t> dropped);

/// `x + y` or `x - y`, with the sign of y's product taken out; a zero says nothing.
Text sumOfTexts(Text x, Text y, bool minus, int64_t rank);

/// How axes stand after operands of one shape meet elementwise.
llvm::SmallVector<Axis, 4> meet(llvm::ArrayRef<Text> operands, int64_t rank);

/// Whether a name stands in a text.
bool hasWord(llvm::StringRef text, llvm::StringRef name);

/// The language's name of an element type.
std::string elementName(mlir::Type element);

} // namespace mdl::print

#endif // MDL_PRINT_TEXT_H
