//===- Hints.cpp - What a learner may have meant --------------------------------===//
//
// Stage: parser. Input: a syntax error; output: hints for the habits of other languages.
//
//===----------------------------------------------------------------------===//
#include "compiler/syntax/ErrorStrategy.h"

#include "grammar/MdlParser.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <vector>

using namespace antlr4;
using P = mdl::grammar::MdlParser;

namespace mdl::syntax {

/// Words of other languages, at the start of a statement or where the error is.
static const std::map<std::string_view, std::string> &foreignWords() {
  static const std::map<std::string_view, std::string> words = {
      {"def", "a function is written `fn f(x) = …` or `fn f(x) { … }`"},
      {"function", "a function is written `fn f(x) = …` or `fn f(x) { … }`"},
      {"func", "a function is written `fn f(x) = …` or `fn f(x) { … }`"},
      {"class", "a model is written `model Name(sizes) { … }`"},
      {"elif", "write `else if`"},
      {"elseif", "write `else if`"},
      {"lambda", "a lambda is written `x => …` or `(a, b) => …`"},
      {"const", "a constant is bound with `let`"},
      {"from", "write `import nn`; the names of the module are then known"},
      {"is", "write `==`"},
      {"print", "a call has parentheses: `print(x)`"},
      {"del", "a value goes away by itself; there is nothing to delete"},
      {"pass", "an empty block is `{ }`"},
      {"then", "a block is written in braces: `if c { … } else { … }`"},
      {"end", "a block ends with `}`"},
      {"do", "a loop is written `while c { … }` or `for x in xs { … }`"},
      {"with",
       "files are opened by what reads them, and closed: `csv(\"data.csv\")`, `load(net, \"net.safetensors\")`"},
      {"try", "an error ends the program; `if` asks before whether it can go wrong"},
      {"except", "an error ends the program; `if` asks before whether it can go wrong"},
      {"finally", "an error ends the program; `if` asks before whether it can go wrong"},
      {"raise", "`assert condition, \"message\"` ends the program with a message"},
      {"throw", "`assert condition, \"message\"` ends the program with a message"},
      {"global", "a function gives its result back: `x = f(x)`"},
      {"nonlocal", "a function gives its result back: `x = f(x)`"},
      {"yield", "`[f(x) for x in xs]` makes a list or a tensor of what a loop computes"},
      {"match", "write `if … { … } else if … { … }`"},
      {"switch", "write `if … { … } else if … { … }`"},
      {"struct", "a record is written `{name: value}`"},
      {"mut", "`var x = …` makes a name that can be assigned"},
  };
  return words;
}

/// Operators of other languages.
static const std::map<std::string_view, std::string> &foreignOperators() {
  static const std::map<std::string_view, std::string> operators = {
      {"^", "`**` is the power"},
      {"&&", "write `and`"},
      {"||", "write `or`"},
      {"~", "write `not`"},
      {"&", "write `and`"},
      {"|", "write `or`; `|>` passes a value to a function"},
      {"!", "write `not`"},
      {"++", "write `x += 1`"},
      {"?", "a choice is written `if c { a } else { b }`"},
      {"\\", "a line goes on after an operator, inside brackets, or when the next line begins with `|>` or `.`"},
      {"×", "write `*`, or `@` for a matrix product"},
      {"·", "write `*`, or `@` for a matrix product"},
      {"÷", "write `/`"},
      {"−", "write `-`"},
      {"≤", "write `<=`"},
      {"≥", "write `>=`"},
      {"≠", "write `!=`"},
      {"→", "write `->` for the result of a function, `=>` in a lambda"},
      {"“", "a string stands in straight quotes: `\"…\"`"},
      {"”", "a string stands in straight quotes: `\"…\"`"},
      {"‘", "a string stands in straight quotes: `'…'`"},
      {"’", "a string stands in straight quotes: `'…'`"},
  };
  return operators;
}

static bool isAssignment(size_t type) { return type >= P::ASSIGN && type <= P::MATMUL_ASSIGN; }

/// Whether an `=` stands before it in its statement, in no bracket: `a = b = 3`.
static bool isInValue(const ErrorSite &site) {
  int home = site.layout.opener(site.token);
  for (int i = site.previous(); i >= site.statementStart() && i >= 0; i = site.layout.previous(size_t(i)))
    if (site.layout.lexedType(size_t(i)) == P::ASSIGN && site.layout.opener(size_t(i)) == home)
      return true;
  return false;
}

static bool hintForAssignment(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  size_t type = site.type();
  int before = site.previous();
  if (!isAssignment(type) || before < 0 || site.expected.contains(size_t(P::NAME)))
    return false;
  bool isSetting = dynamic_cast<P::SettingContext *>(site.context) != nullptr;
  diagnostic.hint(isSetting           ? "a setting has a colon: `" + std::string(site.text(before)) + ": …`"
                  : type != P::ASSIGN ? "an update such as `x += 1` is a statement of its own"
                  : isInValue(site)   ? "one name gets its value in a statement: `let b = 3`, then `let a = b`"
                                      : "`==` compares; `=` gives a name or an argument its value");
  return true;
}

/// Whether a string ends behind a `{`: it was meant to go on.
static bool endsInHole(std::string_view text) {
  int depth = 0;
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    i += text[i] == '\\';
    depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
  }
  return depth > 0;
}

/// `import a, b`, `import folder.a`, `import "a.mdl"`.
static bool hintForImport(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  int start = site.statementStart();
  if (start < 0 || site.layout.lexedType(size_t(start)) != P::IMPORT)
    return false;
  if (site.type() == P::COMMA)
    diagnostic.hint("each module has a line of its own: `import a`, then `import b`");
  else if (std::string hint = nameHint(site.text(site.previous()), {}); !hint.empty())
    diagnostic.hint(hint);
  else if (site.type() == P::DOT || site.type() == P::SLASH || site.type() == P::STRING)
    diagnostic.hint("a module is named without its folder and `.mdl`; its file is beside the program");
  else
    return false;
  return true;
}

/// Python's `a if c else b`, `for … for …`, `{"name": value}`, `f"…"`, `"{d["a"]}"`, `[a, b] = …` and `a, b = b, a`.
static bool hintForPython(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  int before = site.previous();
  size_t previous = before >= 0 ? site.layout.lexedType(size_t(before)) : size_t(Token::EOF);
  if (site.type() == P::STRING && previous == P::NAME && site.text(before) == "f")
    diagnostic.hint("every string fills in what stands in braces; it needs no `f`");
  else if (site.type() == P::STRING && previous == P::STRING)
    diagnostic.hint("`+` joins two strings");
  else if (previous == P::STRING && endsInHole(site.text(before)))
    diagnostic.hint("a string inside the braces of a string needs the other quotes");
  else if (site.type() == P::COMMA && site.expected.contains(size_t(P::NEWLINE)))
    diagnostic.hint("a tuple stands in parentheses: `(a, b) = (b, a)`");
  else if (site.type() == P::LBRACKET && (previous == P::LET || previous == P::VAR))
    diagnostic.hint("parts get their names without brackets: `let a, b = …`");
  else if (site.type() == P::COLON && previous == P::STRING)
    diagnostic.hint("the names of a record stand without quotes: `{name: value}`");
  else if (site.type() == P::FOR)
    diagnostic.hint("a further `for` comes after a comma: `[… for row in rows, x in row]`");
  else if (site.type() == P::IF && previous != P::LET && previous != P::VAR)
    diagnostic.hint("a choice is written `if c { a } else { b }`");
  else
    return false;
  return true;
}

/// Whether the token before ends where this one begins.
static bool touchesPrevious(const ErrorSite &site) {
  int before = site.previous();
  const auto &tokens = site.layout.tokens();
  return before >= 0 && tokens[size_t(before)]->getStopIndex() + 1 == tokens[site.token]->getStartIndex();
}

static bool touchesNext(const ErrorSite &site) {
  const auto &tokens = site.layout.tokens();
  size_t next = site.layout.next(site.token);
  return next < tokens.size() && tokens[site.token]->getStopIndex() + 1 == tokens[next]->getStartIndex();
}

/// Whether the brace stands where a value is expected: behind `=`, `(`, `[` or `,`.
static bool isValuePlace(const ErrorSite &site, size_t brace) {
  int before = site.layout.previous(brace);
  size_t type = before >= 0 ? site.layout.lexedType(size_t(before)) : size_t(Token::EOF);
  return type == P::ASSIGN || type == P::LPAREN || type == P::LBRACKET || type == P::COMMA || type == P::IN;
}

/// Whether names are being bound: the parameters of a function, the pattern of a `let`.
static bool isInBinding(const ErrorSite &site) {
  int start = site.statementStart(), opener = site.layout.opener(site.token);
  size_t keyword = start < 0 ? size_t(Token::EOF) : site.layout.lexedType(size_t(start));
  int before = opener < 0 ? -1 : site.layout.previous(size_t(opener));
  bool isPattern = before == start && (keyword == P::LET || keyword == P::VAR);
  return isPattern || (keyword == P::FN && before >= 0 && site.layout.previous(size_t(before)) == start);
}

/// What other languages write with the same signs: `===`, `<>`, `0...3`, `"""…"""`, `|x| …`, `@jit`, `{1, 2}`.
static bool hintForSigns(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  int before = site.previous();
  size_t type = site.type(), previous = before >= 0 ? site.layout.lexedType(size_t(before)) : size_t(Token::EOF);
  size_t next = site.layout.next(site.token);
  bool touches = touchesPrevious(site),
       beginsValue = previous == P::ASSIGN || previous == P::LPAREN || previous == P::COMMA;
  int bracket = site.layout.opener(site.token);
  if (touches && type == P::ASSIGN && (previous == P::EQ || previous == P::NE))
    diagnostic.hint("write `" + std::string(site.text(before)) + "`");
  else if (touches && type == P::GT && previous == P::LT)
    diagnostic.hint("write `!=`");
  else if (touches && type == P::ELLIPSIS)
    diagnostic.hint("a range is written `0..3`: from 0, without 3");
  else if (touches && previous == P::STRING && (type == P::STRING || type == P::OPEN_STRING))
    diagnostic.hint("a string stands in one pair of quotes, in one line; `##` begins a text on what follows");
  else if (site.text(int(site.token)) == "|" && beginsValue && site.layout.lexedType(next) == P::NAME)
    diagnostic.hint("a lambda is written `x => …` or `(a, b) => …`");
  else if (type == P::PERCENT && site.layout.isFirstOnLine(site.token) && touchesNext(site))
    diagnostic.hint("commands of the REPL begin with a colon: `:time x`, `:help`");
  else if (type == P::MATMUL && site.layout.isFirstOnLine(site.token) && touchesNext(site))
    diagnostic.hint("there are no decorators: every function is compiled, and `grad(f)` is a function of a function");
  else if (type == P::COMMA && bracket >= 0 && site.layout.lexedType(size_t(bracket)) == P::LBRACE &&
           isValuePlace(site, size_t(bracket)))
    diagnostic.hint("a list is written `[a, b]`, a record `{name: a}`; there are no sets");
  else if ((type == P::STAR || type == P::POW) && beginsValue && isInBinding(site))
    diagnostic.hint(
        "each name stands for one value: several are given as a list, `fn f(xs)`, and `xs[1:]` is the rest");
  else if ((type == P::STAR || type == P::POW) && beginsValue && touchesNext(site))
    diagnostic.hint("arguments are given one by one: `f(pair[0], pair[1])`");
  else if (site.isInRecordOn())
    diagnostic.hint("a record in front of a block stands in parentheses: `train net on ({train: …, valid: …}) { … }`");
  else if (type == P::LABEL && bracket >= 0 && site.layout.tokens()[size_t(bracket)]->getType() == P::LAMBDA_OPEN)
    diagnostic.hint("only a function has defaults: `fn f(x, y=2) = …`");
  else
    return false;
  return true;
}

/// A word of the language where a name is made: `let for = 3`.
static bool hintForKeyword(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  int before = site.previous();
  size_t type = site.layout.lexedType(site.token), previous = before >= 0 ? site.layout.lexedType(size_t(before)) : 0;
  bool makesName = previous == P::LET || previous == P::VAR || previous == P::FN || previous == P::MODEL ||
                   previous == P::PARAM || previous == P::STATE || previous == P::OPTION;
  if (!makesName || type < P::LET || type > P::FALSE)
    return false;
  diagnostic.hint("`" + std::string(site.text(int(site.token))) + "` is a word of the language: take another name");
  return true;
}

/// `optoin rate = 0.1`: two names in a row at the start of a statement.
static bool hintForMisspelt(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  static const std::vector<std::string> words = {"let",   "var",    "fn",     "model", "param",
                                                 "state", "option", "import", "for",   "while",
                                                 "train", "assert", "if",     "else",  "return"};
  int before = site.previous();
  bool begins = before >= 0 && before == site.statementStart() && site.layout.lexedType(size_t(before)) == P::NAME &&
                site.layout.lexedType(site.token) == P::NAME;
  std::string meant = begins ? nearestName(site.text(before), words) : "";
  if (meant.empty())
    return false;
  diagnostic.hint("did you mean `" + meant + "`?");
  return true;
}

/// `x10` behind a `0`, `b11`, `o17`: the number that is meant, as it is written here; else "".
static std::string decimalOf(std::string digits) {
  static const std::map<char, int> bases = {{'x', 16}, {'X', 16}, {'b', 2}, {'B', 2}, {'o', 8}, {'O', 8}};
  auto base = bases.find(digits[0]);
  if (base == bases.end())
    return "";
  digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
  int64_t value = 0;
  auto [end, error] = std::from_chars(digits.data() + 1, digits.data() + digits.size(), value, base->second);
  return error == std::errc() && end == digits.data() + digits.size() ? std::to_string(value) : "";
}

static bool hintForNumber(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  int before = site.previous();
  if (before < 0)
    return false;
  const auto &tokens = site.layout.tokens();
  size_t previous = tokens[size_t(before)]->getType(), type = site.type();
  bool touches = touchesPrevious(site);
  bool number = previous == P::INT || previous == P::FLOAT;
  std::string left(site.text(before)), right(site.text(int(site.token)));
  if (std::string decimal = number && touches && left == "0" ? decimalOf(right) : ""; !decimal.empty()) {
    diagnostic.hint("numbers are decimal: write `" + decimal + "`");
    return true;
  }
  if (number && touches && (type == P::NAME || type == P::LABEL)) {
    diagnostic.hint("a product is written `" + left + " * " + right + "`");
    return true;
  }
  if (previous == P::DOT && site.layout.lexedType(size_t(site.layout.previous(size_t(before)))) == P::INT) {
    diagnostic.hint("write `" + std::string(site.text(site.layout.previous(size_t(before)))) + ".0`");
    return true;
  }
  if (type == P::DOT && (site.layout.lexedType(site.layout.next(site.token)) == P::INT)) {
    diagnostic.hint("write `0." + std::string(site.text(int(site.layout.next(site.token)))) + "`");
    return true;
  }
  return false;
}

/// Whether one of the words stands behind it on its line.
static bool isOnLine(const ErrorSite &site, std::initializer_list<std::string_view> words) {
  for (size_t i = site.token; i < site.layout.size() && site.layout.lexedType(i) != P::NEWLINE; ++i)
    if (std::find(words.begin(), words.end(), site.text(int(i))) != words.end())
      return true;
  return false;
}

/// `train net with data { … }`; `let trained = train net on data { … }`: `train` is a word only where a statement
/// begins.
static bool hintForTrain(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  int before = site.previous();
  if (site.expected.contains(size_t(P::ON)) && site.type() == P::NAME) {
    diagnostic.hint("a model is trained on data: `train net on data { … }`");
    return true;
  }
  if (before < 0 || before == site.statementStart() || site.layout.lexedType(size_t(before)) != P::TRAIN ||
      site.type() != P::NAME)
    return false;
  std::string name(site.text(int(site.token)));
  diagnostic.hint("`train " + name + " on … { … }` is a statement that changes `var " + name + "`; `fit(" + name +
                  ", …)` gives a trained one");
  return true;
}

/// `x is None`, `x is not None`, `with torch.no_grad():`, `i--`, `a and= b`, `(a := 3)`.
static bool hintForPhrase(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  int before = site.previous();
  size_t next = site.layout.next(site.token);
  std::string_view word = site.text(int(site.token)), behind = site.text(int(next));
  if (word == "where" && site.layout.isGrouping(site.layout.opener(site.token)))
    diagnostic.hint("a condition is written with `if`: `[x for x in xs if x > 0]`");
  else if (word == "is" && (behind == "None" || (behind == "not" && site.text(int(site.layout.next(next))) == "None")))
    diagnostic.hint("every name has a value here: there is no `None` to ask for");
  else if (before >= 0 && site.text(before) == "with" && isOnLine(site, {"no_grad", "inference_mode"}))
    diagnostic.hint("nothing is recorded for gradients: what stands in the block needs none");
  else if (before > 0 && site.layout.lexedType(size_t(before)) == P::MINUS &&
           site.layout.lexedType(size_t(before - 1)) == P::MINUS && site.layout.lexedType(site.token) != P::MINUS)
    diagnostic.hint("write `x -= 1`");
  else if (site.type() == P::ASSIGN && (site.text(before) == "and" || site.text(before) == "or"))
    diagnostic.hint("write `a = a " + std::string(site.text(before)) + " b`");
  else if (site.type() == P::COLON && behind == "=" && touchesNext(site))
    diagnostic.hint("a name gets its value in a statement of its own: `let name = …`");
  else
    return false;
  return true;
}

/// `f x`, `[1 2]`, `print(1) break`: two in a row of what a comma, parentheses or a new line parts.
static bool hintForNeighbours(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  auto isNumber = [](size_t type) { return type == P::INT || type == P::FLOAT; };
  int before = site.previous(), opener = site.layout.opener(site.token);
  size_t previous = before >= 0 ? site.layout.lexedType(size_t(before)) : size_t(Token::EOF);
  size_t type = site.layout.lexedType(site.token);
  bool isWord = type == P::NAME || (type >= P::LET && type <= P::IMPORT),
       isValue = type == P::NAME || type == P::STRING || isNumber(type);
  bool endsValue = previous == P::NAME || previous == P::RPAREN || previous == P::RBRACKET || isNumber(previous);
  std::string left(site.text(before)), right(site.text(int(site.token)));
  if (site.layout.isFirstOnLine(site.token) || !endsValue || site.expected.contains(size_t(P::LBRACE)))
    return false;
  bool inGroup = site.layout.isGrouping(opener), isCall = previous == P::NAME && isValue;
  if (!inGroup && isCall && before == site.statementStart() &&
      site.layout.lexedType(site.layout.next(site.token)) == P::ASSIGN) {
    diagnostic.hint("a name gets its value by `let " + right + " = …`, or `var " + right + " = …` if it changes");
    return true;
  }
  std::string call = "a call has parentheses: `" + left + "(" + right + ")`";
  if (inGroup && isValue && site.expected.contains(size_t(P::COMMA)))
    diagnostic.hint(isCall ? call + "; two values have a comma: `" + left + ", " + right + "`"
                           : "two values have a comma between them");
  else if (!inGroup && isCall)
    diagnostic.hint(call);
  else if (!inGroup && isWord)
    diagnostic.hint("a statement ends with the line, or with `;`");
  else
    return false;
  return true;
}

void addLearnerHints(const ErrorSite &site, DiagnosticEngine::Builder &diagnostic) {
  std::string_view found = site.text(int(site.token));
  if (hintForImport(site, diagnostic) || hintForKeyword(site, diagnostic) || hintForSigns(site, diagnostic))
    return;
  if (hintForTrain(site, diagnostic) || hintForPhrase(site, diagnostic))
    return;
  if (site.fragment.isHole && found == "!")
    return void(diagnostic.hint("a format stands behind a colon: `{x:.2f}`; a value by itself is `{x}`"));
  auto byOperator = foreignOperators().find(found);
  if (byOperator != foreignOperators().end())
    return void(diagnostic.hint(byOperator->second));
  for (int place : {int(site.token), site.previous()}) {
    bool word = place >= 0 && site.layout.lexedType(size_t(place)) == P::NAME;
    bool call = word && site.text(place) == "print" && place == int(site.token); // As such it is no mistake.
    auto known = word && !call ? foreignWords().find(site.text(place)) : foreignWords().end();
    if (known != foreignWords().end())
      return void(diagnostic.hint(known->second));
  }
  if (hintForMisspelt(site, diagnostic) || hintForHead(site, diagnostic) || hintForForm(site, diagnostic) ||
      hintForAssignment(site, diagnostic) || hintForNumber(site, diagnostic) || hintForPython(site, diagnostic))
    return;
  if (site.type() == P::RESULT)
    diagnostic.hint("a lambda is written with `=>`: `x => x + 1`");
  else if (site.type() == P::FN && site.expected.contains(size_t(P::INT)))
    diagnostic.hint("a function without a name is a lambda: `x => …`, `(a, b) => …`");
  else if (site.type() == P::PLUS && site.text(site.previous()) == "+")
    diagnostic.hint("write `x += 1`");
  else if (site.type() == P::FLOORDIV || (site.type() == P::SLASH && site.layout.isFirstOnLine(site.token)))
    diagnostic.hint("a comment begins with `#`");
  else if (site.layout.isFirstOnLine(site.token) && site.type() >= P::EQ && site.type() <= P::MATMUL)
    diagnostic.hint("a new line begins a new statement; put the operator at the end of the line before");
  else if (site.type() == P::FOREIGN && static_cast<unsigned char>(found[0]) >= 0x80)
    diagnostic.hint("names are made of the letters a to z, digits and `_`");
  else if (site.type() == P::ELSE)
    diagnostic.hint(site.layout.isGrouping(site.layout.opener(site.token))
                        ? "a choice stands in front: `[if c { a } else { b } for x in xs]`"
                        : "`else` follows the `}` of an `if`");
  else if (site.type() == P::LBRACE && site.layout.isFirstOnLine(site.token))
    diagnostic.hint("put `{` at the end of the line before");
  else if (!hintForNeighbours(site, diagnostic))
    hintForBlock(site, diagnostic);
}

} // namespace mdl::syntax
