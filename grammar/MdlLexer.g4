// The words of the language. Newlines are tokens; which of them end a statement, and which words are
// keywords where they stand, is decided by compiler/syntax/Layout.cpp, so that the parser needs one token of lookahead.
// Input is bytes, so that the place of a token is its place in the file.
lexer grammar MdlLexer;

tokens { RECORD_OPEN, LAMBDA_OPEN, LAMBDA_NAME, LABEL }

// Keywords everywhere (but a member or a field may have such a name).
LET: 'let';
VAR: 'var';
FN: 'fn';
RETURN: 'return';
IF: 'if';
ELSE: 'else';
FOR: 'for';
IN: 'in';
WHILE: 'while';
BREAK: 'break';
CONTINUE: 'continue';
ASSERT: 'assert';
IMPORT: 'import';
AND: 'and';
OR: 'or';
NOT: 'not';
TRUE: 'true';
FALSE: 'false';

// Keywords only where a construct of theirs can begin; elsewhere Layout makes them names.
MODEL: 'model';
PARAM: 'param';
STATE: 'state';
OPTION: 'option';
TRAIN: 'train';
ON: 'on';
NEW: 'new';
GRADIENT: 'gradient';

NAME: [a-zA-Z_] [a-zA-Z_0-9]*;
FLOAT: DIGITS '.' DIGITS EXPONENT? | DIGITS EXPONENT;
INT: DIGITS;
fragment DIGITS: [0-9] ('_'? [0-9])*;
fragment EXPONENT: [eE] [+-]? [0-9]+;

// What stands between the quotes is read by compiler/syntax/BuildString.cpp.
STRING: '"' ('\\' ~[\r\n] | ~["\\\r\n])* '"' | '\'' ('\\' ~[\r\n] | ~['\\\r\n])* '\'';
OPEN_STRING: '"' ('\\' ~[\r\n] | ~["\\\r\n])* '\\'? | '\'' ('\\' ~[\r\n] | ~['\\\r\n])* '\\'?;

LPAREN: '(';
RPAREN: ')';
LBRACKET: '[';
RBRACKET: ']';
LBRACE: '{';
RBRACE: '}';
COMMA: ',';
COLON: ':';
SEMICOLON: ';';
ELLIPSIS: '...';
DOTDOT: '..';
DOT: '.';
RESULT: '->';
FAT_ARROW: '=>';
PIPE: '|>';
EQ: '==';
NE: '!=';
LE: '<=';
GE: '>=';
LT: '<';
GT: '>';
ASSIGN: '=';
ADD_ASSIGN: '+=';
SUB_ASSIGN: '-=';
MUL_ASSIGN: '*=';
DIV_ASSIGN: '/=';
FLOORDIV_ASSIGN: '//=';
MOD_ASSIGN: '%=';
POW_ASSIGN: '**=';
MATMUL_ASSIGN: '@=';
PLUS: '+';
MINUS: '-';
POW: '**';
STAR: '*';
FLOORDIV: '//';
SLASH: '/';
PERCENT: '%';
MATMUL: '@';

NEWLINE: '\r'? '\n' | '\r';
WS: [ \t\f]+ -> skip;
COMMENT: ('#' (~[#\r\n] ~[\r\n]*)? | '###' ~[\r\n]*) -> skip;
DOC: '##' ~[\r\n]* -> channel(2);

// No part of the language: kept as tokens, so that the parser can say what it found. A character of UTF-8 is one token.
FOREIGN: '&&' | '||' | '++' | [\u0080-\u00ff]+ | .;
