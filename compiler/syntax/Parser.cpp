//===- Parser.cpp - Text to AST --------------------------------------------------===//
//
// Stage: parser. Input: the text of a file; output: its AST. The text is lexed by bytes,
// laid out (Layout.h), parsed by ANTLR and built (AstBuilder.h).
//
//===----------------------------------------------------------------------===//
#include "compiler/syntax/Parser.h"

#include "compiler/syntax/AstBuilder.h"
#include "compiler/syntax/Layout.h"
#include "compiler/syntax/OpenStrings.h"

#include "grammar/MdlLexer.h"

using namespace antlr4;
using L = mdl::grammar::MdlLexer;
using P = mdl::grammar::MdlParser;

namespace mdl {

using namespace syntax;

namespace {

/// Gives the lexer one symbol a byte: the place of a token is then its place in the file, and no text is invalid.
class ByteStream : public ANTLRInputStream {
public:
  explicit ByteStream(std::string_view text) {
    _data.reserve(text.size());
    for (char c : text)
      _data.push_back(static_cast<unsigned char>(c));
    p = 0;
  }
};

/// The lexer, the tokens and the layout of one text.
class LexedText {
public:
  explicit LexedText(std::string_view text)
      : input(text), lexer(&input), stream(prepare()), layout(commonTokens(stream)) {
    layout.run();
    stream.seek(0);
  }

private:
  ByteStream input;
  L lexer;

public:
  CommonTokenStream stream;
  Layout layout;

private:
  TokenSource *prepare() {
    lexer.removeErrorListeners();
    return &lexer;
  }
  static std::vector<CommonToken *> commonTokens(CommonTokenStream &stream) {
    stream.fill();
    std::vector<CommonToken *> result;
    for (Token *token : stream.getTokens())
      result.push_back(static_cast<CommonToken *>(token));
    return result;
  }
};

/// One run of the parser over a text. The tree lives as long as this.
class Parse {
public:
  Parse(const Fragment &fragment, DiagnosticEngine &diagnostics, atn::PredictionMode mode)
      : fragment(fragment), lexed(fragment.text), parser(&lexed.stream), diagnostics(diagnostics) {
    parser.removeErrorListeners();
    auto handler = std::make_shared<ErrorStrategy>(fragment, lexed.layout, diagnostics);
    strategy = handler.get();
    parser.setErrorHandler(handler);
    parser.getInterpreter<atn::ParserATNSimulator>()->setPredictionMode(mode);
    OpenStrings(fragment, lexed.layout).report(diagnostics);
  }

  /// False (and reported) when the text is nested too deeply to be parsed.
  bool depthOk() {
    int deepest = lexed.layout.tooDeepAt();
    if (deepest >= 0)
      diagnostics.report(diag::NestedTooDeeply, fragment.range(lexed.layout.tokens()[size_t(deepest)]),
                         {std::to_string(Layout::MaxDepth)});
    return deepest < 0;
  }

  const Fragment &fragment;
  LexedText lexed;
  P parser;
  ErrorStrategy *strategy;
  DiagnosticEngine &diagnostics;
};

/// Parses with the fast prediction first; its errors count only if the full one agrees.
template <class Node, class Use>
Node *parse(const Fragment &fragment, DiagnosticEngine &diagnostics, Node *empty, const Use &use) {
  size_t mark = diagnostics.all().size();
  for (atn::PredictionMode mode : {atn::PredictionMode::SLL, atn::PredictionMode::LL}) {
    Parse run(fragment, diagnostics, mode);
    if (!run.depthOk())
      return empty;
    auto *tree = use.tree(run.parser);
    if (mode == atn::PredictionMode::SLL && run.strategy->anyError()) {
      diagnostics.rewind(mark);
      continue;
    }
    AstBuilder builder(use.context, fragment, run.lexed.layout, diagnostics);
    return use.build(builder, tree, run.strategy->anyError());
  }
  return empty;
}

struct ModuleUse {
  AstContext &context;
  P::ModuleContext *tree(P &parser) const { return parser.module(); }
  ast::Module *build(AstBuilder &builder, P::ModuleContext *tree, bool) const { return builder.module(tree); }
};

struct HoleUse {
  AstContext &context;
  ast::Expr *empty;
  P::HoleContext *tree(P &parser) const { return parser.hole(); }
  ast::Expr *build(AstBuilder &builder, P::HoleContext *tree, bool failed) const {
    return failed ? empty : builder.expr(tree->expr());
  }
};

ast::Module *emptyModule(AstContext &context, int file, std::string_view text) {
  auto *module = context.make<ast::Module>();
  module->file = file;
  module->body = context.make<ast::Block>();
  module->body->range = {file, 0, uint32_t(text.size())};
  return module;
}

/// Whether the file is something else than text, which is one mistake and not one a line.
bool reportBinary(const SourceManager &sources, int file, DiagnosticEngine &diagnostics) {
  std::string_view text = sources.text(file);
  if (text.find('\0') == std::string_view::npos)
    return false;
  auto report =
      diagnostics.report(diag::CannotReadFile, {}, {std::string(sources.path(file)), "it has bytes that are no text"});
  std::string_view start = text.substr(0, 2);
  if (text.substr(0, 4) == "\177ELF")
    report.hint("an executable runs by itself; `mdl` takes the program that it was made from");
  else if (start == "\xFF\xFE" || start == "\xFE\xFF")
    report.hint("it looks like UTF-16; a program is UTF-8");
  return true;
}

} // namespace

ast::Expr *syntax::parseHole(AstContext &context, const Fragment &fragment, DiagnosticEngine &diagnostics) {
  SourceRange range{fragment.file, fragment.base, fragment.base + uint32_t(fragment.text.size())};
  ast::Expr *empty = context.make<ast::ErrorExpr>(range);
  return parse(fragment, diagnostics, empty, HoleUse{context, empty});
}

ast::Module *parseModule(AstContext &context, const SourceManager &sources, int file, DiagnosticEngine &diagnostics) {
  Fragment fragment{file, 0, sources.text(file)};
  if (fragment.text.substr(0, 3) == "\xEF\xBB\xBF") { // A byte order mark.
    fragment.base = 3;
    fragment.text.remove_prefix(3);
  }
  ast::Module *empty = emptyModule(context, file, sources.text(file));
  if (reportBinary(sources, file, diagnostics))
    return empty;
  try {
    ast::Module *module = parse(fragment, diagnostics, empty, ModuleUse{context});
    context.noteModule(module);
    return module;
  } catch (const std::exception &error) {
    diagnostics.report(diag::InternalError, {file, 0, 0}, {"the parser", error.what()});
    return empty;
  }
}

bool isIncomplete(const std::string &text) {
  LexedText lexed(text);
  return lexed.layout.endsOpen();
}

} // namespace mdl
