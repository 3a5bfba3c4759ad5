// The grammar of the language. No actions, and one token of lookahead almost everywhere: compiler/syntax/Layout.cpp has
// dropped the newlines that end nothing, has told records from blocks (RECORD_OPEN, LBRACE), and marks what opens a
// lambda (LAMBDA_OPEN, LAMBDA_NAME) and the names of arguments and fields (LABEL). A list may end in a comma; an element
// left out between two commas is found when the AST is built, and so is a word other than `as` in an import.
parser grammar MdlParser;

options { tokenVocab = MdlLexer; }

module: body EOF;

// The expression in a hole of a string.
hole: expr EOF;

body: statement? (NEWLINE statement?)*;
block: LBRACE body RBRACE;

statement
  : (LET | VAR) bindings (COLON type)? ASSIGN expr                                          # letStatement
  | FN NAME parameters (RESULT type)? functionBody (GRADIENT lambda)?                      # fnStatement
  | MODEL NAME parameters block                                                            # modelStatement
  | (PARAM | STATE) NAME (COLON type)? ASSIGN expr                                         # paramStatement
  | OPTION NAME (COLON type)? ASSIGN expr                                                  # optionStatement
  | IMPORT imported = NAME (word = NAME alias = NAME)?                                     # importStatement
  | TRAIN expr ON expr LBRACE (setting (separator setting?)*)? RBRACE                       # trainStatement
  | FOR bindings IN expr block                                                             # forStatement
  | WHILE expr block                                                                       # whileStatement
  | BREAK                                                                                  # breakStatement
  | CONTINUE                                                                               # continueStatement
  | RETURN expr?                                                                           # returnStatement
  | ASSERT expr (COMMA expr)?                                                              # assertStatement
  | expr (assignment expr)?                                                                # exprStatement
  ;

functionBody: ASSIGN expr | block;
separator: COMMA | NEWLINE;
setting: LABEL COLON expr;
assignment
  : ASSIGN | ADD_ASSIGN | SUB_ASSIGN | MUL_ASSIGN | DIV_ASSIGN | FLOORDIV_ASSIGN | MOD_ASSIGN | POW_ASSIGN | MATMUL_ASSIGN
  ;

parameters: LPAREN (parameter (COMMA parameter?)*)? RPAREN;
parameter: (pattern | LABEL) (COLON type)? (ASSIGN expr)?;

pattern
  : NAME                                                                                   # namePattern
  | patterns                                                                               # tuplePattern
  | RECORD_OPEN (fieldPattern (COMMA fieldPattern?)*)? RBRACE                              # recordPattern
  ;
// `a, b` without parentheses is a tuple, too.
bindings: pattern (COMMA pattern)*;
patterns: LPAREN (pattern (COMMA pattern?)*)? RPAREN;
fieldPattern: (LABEL | NAME) (COLON pattern)?;

type
  : NAME (LBRACKET (dimension (COMMA dimension?)*)? RBRACKET)?                             # namedType
  | FN                                                                                     # functionType
  | LBRACKET type RBRACKET                                                                 # listType
  | LPAREN (type (COMMA type?)*)? RPAREN                                                   # tupleType
  | RECORD_OPEN (fieldType (COMMA fieldType?)*)? RBRACE                                    # recordType
  ;
dimension: ELLIPSIS | expr;
fieldType: LABEL COLON type;

// From the tightest to the weakest.
expr
  : expr arguments                                                                         # callExpr
  | expr LBRACKET subscript (COMMA subscript?)* RBRACKET                                   # indexExpr
  | expr DOT (NAME | INT | FLOAT)                                                          # memberExpr
  | <assoc = right> expr op = POW expr                                                     # binaryExpr
  | op = (PLUS | MINUS) expr                                                               # signExpr
  | expr op = (STAR | SLASH | FLOORDIV | PERCENT | MATMUL) expr                            # binaryExpr
  | expr op = (PLUS | MINUS) expr                                                          # binaryExpr
  | expr op = DOTDOT expr                                                                  # rangeExpr
  | expr op = (EQ | NE | LT | LE | GT | GE) expr                                           # compareExpr
  | expr NOT? IN expr                                                                      # inExpr
  | NOT expr                                                                               # notExpr
  | expr op = AND expr                                                                     # logicExpr
  | expr op = OR expr                                                                      # logicExpr
  | expr PIPE expr                                                                         # pipeExpr
  | lambda                                                                                 # lambdaExpr
  | ifExpression                                                                           # ifExpr
  | block                                                                                  # blockExpr
  | LPAREN (expr (COMMA expr?)*)? RPAREN                                                   # parenExpr
  | LBRACKET (expr (generators | (COMMA expr?)*))? RBRACKET                                # listExpr
  | RECORD_OPEN (field (COMMA field?)*)? RBRACE                                            # recordExpr
  | (INT | FLOAT | TRUE | FALSE | STRING | NAME)                                           # atomExpr
  ;

lambda: (LAMBDA_NAME | lambdaParameters) FAT_ARROW expr;
lambdaParameters: LAMBDA_OPEN (pattern (COMMA pattern?)*)? RPAREN;
ifExpression: IF expr block (ELSE (ifExpression | block))?;
field: (LABEL | NAME) (COLON expr)?;

arguments: LPAREN (argument (COMMA argument?)*)? RPAREN;
argument: LABEL ASSIGN expr | expr generators?;

// The first `for` may stand for several generators, each after a comma: `for i in 0..m, j in 0..n if c`.
generators: FOR generator (COMMA FOR? generator)* (IF expr)*;
generator: pattern (IN expr)?;

subscript: ELLIPSIS | NEW | expr slice? | slice;
slice: COLON expr? (COLON expr?)?;
