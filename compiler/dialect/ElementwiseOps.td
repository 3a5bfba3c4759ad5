// The mdl dialect: operations on elements at the same place. No operand is broadcast.
#ifndef MDL_ELEMENTWISE_OPS_TD
#define MDL_ELEMENTWISE_OPS_TD

include "compiler/dialect/MdlDialect.td"

// The result has the operands' merged shape and the last operand's element type.
def ElementwiseTypes : NativeOpTrait<"ElementwiseTypes"> { let cppNamespace = "::mdl"; }
// The result has the operands' merged shape and element type i1.
def PredicateTypes : NativeOpTrait<"PredicateTypes"> { let cppNamespace = "::mdl"; }

class Mdl_ElementwiseOp<string mnemonic, list<Trait> traits = []>
    : Mdl_ValueOp<mnemonic, !listconcat([DeclareOpInterfaceMethods<ElementwiseOpInterface>], traits)>;

class Mdl_UnaryOp<string mnemonic, Type operand, string text, list<Trait> traits = []>
    : Mdl_ElementwiseOp<mnemonic, !listconcat([ElementwiseTypes, InferTypeOpInterface], traits)> {
  let summary = text;
  let arguments = (ins operand:$input);
  let results = (outs operand:$result);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}

class Mdl_BinaryOp<string mnemonic, Type operand, string text, list<Trait> traits = []>
    : Mdl_ElementwiseOp<mnemonic, !listconcat([ElementwiseTypes, InferTypeOpInterface], traits)> {
  let summary = text;
  let arguments = (ins operand:$lhs, operand:$rhs);
  let results = (outs operand:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` custom<OperandTypes>(type($lhs), type($rhs))";
}

def Mdl_NegOp : Mdl_UnaryOp<"neg", Mdl_NumberTensor, "-x">;
def Mdl_AbsOp : Mdl_UnaryOp<"abs", Mdl_NumberTensor, "|x|">;
def Mdl_SignOp : Mdl_UnaryOp<"sign", Mdl_NumberTensor, "-1, 0 or 1; NaN stays NaN">;
def Mdl_ExpOp : Mdl_UnaryOp<"exp", Mdl_FloatTensor, "e to the x">;
def Mdl_LogOp : Mdl_UnaryOp<"log", Mdl_FloatTensor, "natural logarithm">;
def Mdl_SqrtOp : Mdl_UnaryOp<"sqrt", Mdl_FloatTensor, "square root">;
def Mdl_RsqrtOp : Mdl_UnaryOp<"rsqrt", Mdl_FloatTensor, "1 / sqrt(x)">;
def Mdl_SinOp : Mdl_UnaryOp<"sin", Mdl_FloatTensor, "sine">;
def Mdl_CosOp : Mdl_UnaryOp<"cos", Mdl_FloatTensor, "cosine">;
def Mdl_TanhOp : Mdl_UnaryOp<"tanh", Mdl_FloatTensor, "hyperbolic tangent">;
def Mdl_ErfOp : Mdl_UnaryOp<"erf", Mdl_FloatTensor, "error function">;
def Mdl_FloorOp : Mdl_UnaryOp<"floor", Mdl_FloatTensor, "largest whole number not above x">;
def Mdl_CeilOp : Mdl_UnaryOp<"ceil", Mdl_FloatTensor, "smallest whole number not below x">;
def Mdl_RoundOp : Mdl_UnaryOp<"round", Mdl_FloatTensor, "nearest whole number, halves to the even one">;
def Mdl_NotOp : Mdl_UnaryOp<"not", Mdl_BoolTensor, "logical not">;

def Mdl_IsNanOp : Mdl_ElementwiseOp<"isnan", [PredicateTypes, InferTypeOpInterface]> {
  let summary = "whether x is not a number";
  let arguments = (ins Mdl_FloatTensor:$input);
  let results = (outs Mdl_BoolTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}

def Mdl_AddOp : Mdl_BinaryOp<"add", Mdl_NumberTensor, "x + y", [Commutative]>;
def Mdl_SubOp : Mdl_BinaryOp<"sub", Mdl_NumberTensor, "x - y">;
def Mdl_MulOp : Mdl_BinaryOp<"mul", Mdl_NumberTensor, "x * y", [Commutative]>;
def Mdl_DivOp : Mdl_BinaryOp<"div", Mdl_FloatTensor, "x / y">;
def Mdl_FloorDivOp : Mdl_BinaryOp<"floordiv", Mdl_NumberTensor, "floor(x / y); 0 for integers where y is 0">;
def Mdl_ModOp : Mdl_BinaryOp<"mod", Mdl_NumberTensor, "x - y * floor(x / y), which has the sign of y; 0 for integers where y is 0">;
def Mdl_PowOp : Mdl_BinaryOp<"pow", Mdl_NumberTensor, "x to the y">;
def Mdl_MinimumOp : Mdl_BinaryOp<"minimum", Mdl_NumberTensor, "the smaller; NaN if either is", [Commutative]>;
def Mdl_MaximumOp : Mdl_BinaryOp<"maximum", Mdl_NumberTensor, "the larger; NaN if either is", [Commutative]>;
def Mdl_AndOp : Mdl_BinaryOp<"and", Mdl_BoolTensor, "logical and", [Commutative]>;
def Mdl_OrOp : Mdl_BinaryOp<"or", Mdl_BoolTensor, "logical or", [Commutative]>;

def Mdl_ComparePredicate : I32EnumAttr<"ComparePredicate", "kind of comparison", [
  I32EnumAttrCase<"eq", 0>, I32EnumAttrCase<"ne", 1>, I32EnumAttrCase<"lt", 2>,
  I32EnumAttrCase<"le", 3>, I32EnumAttrCase<"gt", 4>, I32EnumAttrCase<"ge", 5>]> {
  let cppNamespace = "::mdl";
}

def Mdl_CompareOp : Mdl_ElementwiseOp<"compare", [PredicateTypes, InferTypeOpInterface]> {
  let summary = "compares; with NaN only `ne` is true";
  let arguments = (ins Mdl_ComparePredicate:$predicate, Mdl_Tensor:$lhs, Mdl_Tensor:$rhs);
  let results = (outs Mdl_BoolTensor:$result);
  let assemblyFormat = "$predicate $lhs `,` $rhs attr-dict `:` custom<OperandTypes>(type($lhs), type($rhs))";
}

def Mdl_SelectOp : Mdl_ElementwiseOp<"select", [ElementwiseTypes, InferTypeOpInterface]> {
  let summary = "x where the condition holds, y elsewhere";
  let arguments = (ins Mdl_BoolTensor:$condition, Mdl_Tensor:$lhs, Mdl_Tensor:$rhs);
  let results = (outs Mdl_Tensor:$result);
  let assemblyFormat =
    "$condition `,` $lhs `,` $rhs attr-dict `:` type($condition) `,` custom<OperandTypes>(type($lhs), type($rhs))";
}

def Mdl_CastOp : Mdl_ElementwiseOp<"cast"> {
  let summary = "converts elements";
  let description = [{
    From float to integer towards zero; to bool is `!= 0`; from bool 0 or 1; to a smaller integer modulo its size.
  }];
  let arguments = (ins Mdl_Tensor:$input);
  let results = (outs Mdl_Tensor:$result);
  let builders = [OpBuilder<(ins "::mlir::Value":$input, "::mlir::Type":$elementType)>];
  let assemblyFormat = "$input attr-dict `:` type($input) `to` type($result)";
  let hasVerifier = 1;
}

#endif
