//===- Diagnostics.cpp - The registry of messages and the engine --------------===//
//
// Stage: all. Input: kinds with arguments; output: a list of diagnostics (Render.cpp prints it).
//
//===----------------------------------------------------------------------===//
#include "compiler/support/Diagnostics.h"

#include <algorithm>
#include <cassert>
#include <cctype>

namespace mdl {

const std::vector<DiagInfo> &allDiagInfos() {
  static const std::vector<DiagInfo> infos = {
#define MDL_DIAG(Name, Class, Code, Text) {#Name, DiagClass::Class, Code, Text},
#include "compiler/support/Diagnostics.def"
  };
  return infos;
}

const DiagInfo &diagInfo(diag kind) { return allDiagInfos()[size_t(kind)]; }

bool isError(diag kind) { return diagInfo(kind).cls != DiagClass::Warning; }

/// Puts the arguments in the place of `{0}`, `{1}`….
static std::string substitute(std::string_view text, const std::vector<std::string> &arguments) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    bool hole = i + 2 < text.size() && text[i] == '{' && std::isdigit(static_cast<unsigned char>(text[i + 1])) &&
                text[i + 2] == '}';
    if (!hole) {
      result += text[i];
      continue;
    }
    size_t number = size_t(text[i + 1] - '0');
    assert(number < arguments.size() && "a message lacks an argument");
    if (number < arguments.size())
      result += arguments[number];
    i += 2;
  }
  return result;
}

DiagnosticEngine::Builder &DiagnosticEngine::Builder::note(SourceRange range, std::string text) {
  // The notes of the message itself stand before the calls that led to it.
  Diagnostic &diagnostic = engine.diagnostics[index];
  diagnostic.notes.insert(diagnostic.notes.end() - long(diagnostic.contextNotes), {range, std::move(text)});
  return *this;
}

DiagnosticEngine::Builder &DiagnosticEngine::Builder::hint(std::string text) {
  engine.diagnostics[index].hints.push_back(std::move(text));
  return *this;
}

DiagnosticEngine::Builder &DiagnosticEngine::Builder::replaceContext(const std::vector<DiagNote> &frames) {
  Diagnostic &diagnostic = engine.diagnostics[index];
  diagnostic.notes.resize(diagnostic.notes.size() - diagnostic.contextNotes);
  diagnostic.notes.insert(diagnostic.notes.end(), frames.rbegin(), frames.rend());
  diagnostic.contextNotes = frames.size();
  return *this;
}

DiagnosticEngine::Builder DiagnosticEngine::report(diag kind, SourceRange range, std::vector<std::string> arguments) {
  Diagnostic diagnostic{kind, range, substitute(diagInfo(kind).text, arguments), {}, {}};
  diagnostic.notes.assign(context.rbegin(), context.rend());
  auto call = std::find_if(diagnostic.notes.begin(), diagnostic.notes.end(),
                           [&](const DiagNote &frame) { return !sources.isLibrary(frame.range); });
  if (sources.isLibrary(range) && call != diagnostic.notes.end()) {
    diagnostic.fromLibrary = true;
    diagnostic.range = call->range;
    diagnostic.notes.erase(call);
    diagnostic.notes.insert(diagnostic.notes.begin(), {range, "found here, in the standard library"});
  }
  diagnostic.contextNotes = diagnostic.notes.size();
  diagnostics.push_back(std::move(diagnostic));
  errors += isError(kind);
  return Builder(*this, diagnostics.size() - 1);
}

void DiagnosticEngine::rewind(size_t mark) {
  for (; diagnostics.size() > mark; diagnostics.pop_back())
    errors -= isError(diagnostics.back().kind);
}

void DiagnosticEngine::pushContext(SourceRange range, std::string text) {
  context.push_back({range, std::move(text)});
  frames.push_back({context.back(), contextNumber()});
  innermost.push_back(int(frames.size()) - 1);
}

void DiagnosticEngine::popContext() {
  context.pop_back();
  innermost.pop_back();
}

void DiagnosticEngine::enterContext(int number) {
  context.clear();
  innermost.clear();
  for (; number >= 0; number = frames[number].second) {
    context.insert(context.begin(), frames[number].first);
    innermost.insert(innermost.begin(), number);
  }
}

} // namespace mdl
