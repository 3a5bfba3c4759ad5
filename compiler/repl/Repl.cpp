//===- Repl.cpp - The session behind `mdl repl` -------------------------------===//

#include "compiler/repl/Repl.h"

#include "compiler/driver/Lowering.h"
#include "compiler/driver/Session.h"
#include "compiler/repl/Interrupts.h"
#include "compiler/repl/Stopwatch.h"
#include "compiler/support/RunTimePlace.h"
#include "compiler/syntax/Parser.h"
#include "mlir/IR/Diagnostics.h"

#include "HalideRuntime.h"

#include <unistd.h>

using namespace mdl;
using namespace mdl::repl;

Repl::Repl(std::unique_ptr<Runtime> runtime, std::unique_ptr<Jit> jit, bool terminal)
    : context(mlir::MLIRContext::Threading::DISABLED), runtime(std::move(runtime)), jit(std::move(jit)),
      compiler(compilation, *this->jit), terminal(terminal) {
  compilation.programPath = "<stdin>";
  compilation.programFolder = ".";
  compilation.embedFolder = true;
  compilation.libraryFolders = {installation().libraryFolder};
  mlir::DialectRegistry registry;
  registerMdlDialects(registry);
  context.appendDialectRegistry(registry);
  context.printOpOnDiagnostic(false);
  reset();
}

std::unique_ptr<Repl> Repl::create(bool terminal, std::string &error) {
  auto runtime = Runtime::load(installation().sessionLibrary, error);
  if (!runtime)
    return nullptr;
  auto jit = Jit::create(*runtime, error);
  if (!jit)
    return nullptr;
  runtime->start();
  return std::unique_ptr<Repl>(new Repl(std::move(runtime), std::move(jit), terminal));
}

Repl::Outcome Repl::reset() {
  session = std::make_unique<SessionScope>(compilation, context);
  accepted.clear();
  return Outcome::Done;
}

std::string Repl::takeMessages() {
  DiagnosticEngine &diagnostics = compilation.diagnostics;
  std::string text = diagnostics.render(terminal && isatty(STDERR_FILENO)) + explainHint(diagnostics);
  diagnostics.rewind(0);
  compilation.places.clear();
  return text;
}

bool Repl::report() {
  bool ok = !compilation.diagnostics.hasErrors();
  std::string text = takeMessages();
  fflush(stdout);
  fputs(text.c_str(), stderr);
  return ok;
}

const ast::Module *Repl::read(const std::string &text, unsigned line, unsigned column) {
  // Messages tell the line of the whole input.
  int file = compilation.sources.addFile("<stdin>", std::string(column, ' ') + text, SourceOwner::Program, line);
  return parseModule(compilation.ast, compilation.sources, file, compilation.diagnostics);
}

const ast::Module *Repl::parse(const std::string &text, unsigned line, unsigned column) {
  const ast::Module *parsed = read(text, line, column);
  if (!compilation.diagnostics.hasErrors())
    return parsed;
  report();
  return nullptr;
}

SourceRange mdl::repl::rangeOf(const ast::Module &input) {
  const ast::Block &body = *input.body;
  SourceRange range;
  for (const ast::Stmt *stmt : body.statements)
    range = SourceRange::join(range, stmt->range);
  return body.result ? SourceRange::join(range, body.result->range) : range;
}

Repl::Outcome Repl::run(const std::string &text, unsigned line) {
  size_t start = text.find_first_not_of(" \t");
  if (start != std::string::npos && text[start] == ':') {
    size_t end = text.find_first_of(" \t\n", start);
    std::string name = text.substr(start + 1, end == std::string::npos ? end : end - start - 1);
    size_t rest = end == std::string::npos ? end : text.find_first_not_of(" \t", end);
    return command(name, rest == std::string::npos ? "" : text.substr(rest), line,
                   rest == std::string::npos ? 0 : static_cast<unsigned>(rest));
  }
  if (auto outcome = plainWord(text))
    return *outcome;
  return execute(parse(text, line, 0), text);
}

Repl::Outcome Repl::execute(const ast::Module *input, const std::string &text, bool showTimes) {
  if (!input)
    return Outcome::Failed;
  std::optional<CatchInterrupts> interrupts;
  if (terminal)
    interrupts.emplace(runtime->interrupt);
  LineTimes times;
  Stopwatch watch;
  LineScope line(*session, *input);
  times.check = watch.lap();
  if (compilation.diagnostics.hasErrors()) {
    report();
    return Outcome::Failed;
  }
  if (line.hasCode) {
    auto code = compiler.compile(*line.module, rangeOf(*input), times);
    if (interrupts && interrupts->pressed()) {
      compilation.diagnostics.rewind(0); // A compiling process that was interrupted is no bug.
      return Outcome::Interrupted;
    }
    if (!report() || !code)
      return Outcome::Failed;
    if (Outcome outcome = runCode(line, *code, rangeOf(*input), times); outcome != Outcome::Done)
      return outcome;
  } else {
    report();
  }
  if (!line.isOnlyShown())
    accepted.push_back(text);
  line.commit();
  show(line);
  if (showTimes)
    printf("%.1f ms: check %.1f, passes %.1f, kernels %.1f (%u new), host code %.1f, load %.1f, run %.2f%s\n",
           times.total(), times.check, times.passes, times.kernels, times.newKernels, times.host, times.load, times.run,
           times.wasKnown ? "; its code was there already" : "");
  return Outcome::Done;
}

/// What the front end reckons with: sizes, and the value of a whole number.
static void readSlot(Slot &slot, const Runtime &runtime) {
  slot.clear = runtime.clear;
  const halide_buffer_t *buffer = slot.value.tensor;
  if (!buffer)
    return;
  for (int axis = buffer->dimensions - 1; axis >= 0; --axis)
    slot.sizes.push_back(buffer->dim[axis].extent);
  if (buffer->dimensions == 0 && buffer->type == halide_type_t(halide_type_int, 64))
    slot.number = *reinterpret_cast<const int64_t *>(buffer->host);
}

Repl::Outcome Repl::runCode(LineScope &line, const LineCode &code, SourceRange range, LineTimes &times) {
  Stopwatch watch;
  std::vector<mdl_slot *> inputs, outputs;
  for (auto &slot : line.inputs)
    inputs.push_back(&slot->value);
  for (auto &slot : line.outputs)
    outputs.push_back(&slot->value);
  std::vector<const char *> places;
  for (auto &place : line.places)
    places.push_back(place.c_str());
  fflush(stdout);
  std::string whole = runTimePlace(compilation.sources, compilation.diagnostics, range);
  mdl_line task = {code.declare, code.run, inputs.data(), outputs.data(), places.data(), whole.c_str()};
  mdl_line_end end = runtime->run(&task);
  for (auto &slot : line.outputs)
    readSlot(*slot, *runtime);
  times.run = watch.lap();
  return end == MDL_LINE_DONE ? Outcome::Done : end == MDL_LINE_INTERRUPTED ? Outcome::Interrupted : Outcome::Failed;
}

void Repl::show(const LineScope &line) {
  const char *dim = terminal ? "\033[2m" : "", *plain = terminal ? "\033[0m" : "";
  for (const LineBinding &binding : line.bindings())
    printf("%s%s : %s%s\n", dim, binding.name.c_str(), binding.type.c_str(), plain);
  if (line.hasResult) {
    std::string text;
    if (line.textOutput >= 0)
      text = static_cast<const char *>(line.outputs[static_cast<size_t>(line.textOutput)]->value.pointer);
    // A value of several lines has its type below, another beside it.
    const char *gap = text.empty() ? "" : text.find('\n') == std::string::npos ? " " : "\n";
    printf("%s%s%s: %s%s\n", text.c_str(), gap, dim, line.resultType().c_str(), plain);
  }
  fflush(stdout);
}
