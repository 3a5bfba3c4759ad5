//===- Elaborate.cpp - The program, modules and the standard library -----------------------------===//
//
// Stage: sema. Sets up the names (builtins, standard library, program) and the two functions
// of the module: @mdl_declare (name and options) and @mdl_main.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/sema/Elaborate.h"
#include "compiler/dialect/Mdl.h"
#include "compiler/sema/BuiltinsDraw.h"
#include "compiler/sema/CustomGradients.h"
#include "compiler/sema/Guards.h"
#include "compiler/sema/Imports.h"
#include "compiler/sema/OwnNames.h"
#include "compiler/syntax/Parser.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/Support/Path.h"

#include <fstream>
#include <sstream>

using namespace mdl;

/// The files of stdlib/, in the order in which they are read.
static const char *const libraryModules[] = {"tensors",    "nn",        "losses", "metrics",
                                             "optimizers", "schedules", "train",  "gradients"};

Elaborator::~Elaborator() = default;

Elaborator::Elaborator(Compilation &compilation, mlir::ModuleOp module)
    : compilation(compilation), sources(compilation.sources), diags(compilation.diagnostics), emit(compilation, module),
      exits(compilation.ast, compilation.diagnostics) {
  globals = std::make_shared<Scope>(nullptr);
  scope = globals;
  addCreationBuiltins(*this);
  addRandomBuiltins(*this);
  addShapeBuiltins(*this);
  addArrangeBuiltins(*this);
  addContractBuiltins(*this);
  addReductionBuiltins(*this);
  addElementwiseBuiltins(*this);
  addIndexBuiltins(*this);
  addGradientBuiltins(*this);
  addDirectionBuiltins(*this);
  addModelBuiltins(*this);
  addDataBuiltins(*this);
  addDataFileBuiltins(*this);
  addTextBuiltins(*this);
  addSequenceBuiltins(*this);
  addDrawBuiltins(*this);
  auto makeFunction = [&](const char *name) {
    auto at = mlir::OpBuilder::atBlockEnd(module.getBody());
    auto function = at.create<mlir::func::FuncOp>(emit.location, name, at.getFunctionType({}, {}));
    auto *block = function.addEntryBlock();
    auto end = mlir::OpBuilder::atBlockEnd(block).create<mlir::func::ReturnOp>(emit.location);
    return std::pair(block, end);
  };
  auto [declareBlock, declareEnd] = makeFunction("mdl_declare");
  emit.declare.setInsertionPoint(declareEnd);
  (void)declareBlock;
  auto [mainBlock, mainEnd] = makeFunction("mdl_main");
  emit.builder.setInsertionPoint(mainEnd);
  entry = mainBlock;
  dims.checkedSizes = [this] {
    std::vector<Dim> checked;
    for (Scope *outer = scope.get(); outer; outer = outer->parent.get())
      checked.insert(checked.end(), outer->checkedSizes.begin(), outer->checkedSizes.end());
    return checked;
  };
}

void Elaborator::addBuiltins(const std::vector<std::pair<const char *, BuiltinFunction>> &table) {
  for (auto &[name, function] : table) {
    auto value = std::make_shared<BuiltinValue>();
    value->name = name;
    value->function = function;
    globals->names.insert({name, Binding{value, false, {}}});
  }
}

static std::optional<std::string> readFile(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return std::nullopt;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

ScopePtr Elaborator::module(const std::string &name, SourceRange range) {
  std::vector<std::string> folders = compilation.libraryFolders;
  if (range.isValid() && !readingLibrary)
    folders.insert(folders.begin(), compilation.programFolder);
  for (auto &folder : folders) {
    std::string path = folder + "/" + name + ".mdl";
    if (auto it = modules.find(path); it != modules.end())
      return it->second;
    if (auto first = llvm::find(loading, path); first != loading.end()) {
      std::string way;
      for (auto &next : llvm::make_range(first, loading.end()))
        way += "`" + llvm::sys::path::stem(next).str() + "` imports ";
      diags.report(diag::ModuleCycle, range, {name})
          .hint(way + "`" + name + "`: what both need stands in a module of its own");
      return nullptr;
    }
    auto text = readFile(path);
    if (!text)
      continue;
    bool isLibrary = llvm::is_contained(compilation.libraryFolders, folder);
    int file = compilation.sources.addFile(path, *text, isLibrary ? SourceOwner::Library : SourceOwner::Program);
    size_t mark = diags.all().size();
    auto *parsed = parseModule(compilation.ast, sources, file, diags);
    auto inner = std::make_shared<Scope>(globals);
    loading.push_back(path);
    if (llvm::any_of(llvm::ArrayRef(diags.all()).drop_front(mark), [](auto &d) { return isError(d.kind); })) {
      noteMissingNames(*inner);
    } else {
      Restore<ScopePtr> restore(scope, inner);
      statements(parsed->body->statements);
    }
    loading.pop_back();
    modules[path] = inner;
    return inner;
  }
  diags.report(diag::UnknownModule, range, {name})
      .hint(moduleHint(compilation, name, {std::begin(libraryModules), std::end(libraryModules)}));
  return nullptr;
}

void Elaborator::loadStandardLibrary() {
  readingLibrary = true;
  for (auto *name : libraryModules)
    if (ScopePtr loaded = module(name, {}))
      for (auto &[function, binding] : loaded->names) {
        Binding copy = binding;
        copy.range = {};
        if (!as<ModuleValue>(binding.value))
          globals->names.insert({function, copy});
      }
  readingLibrary = false;
}

void Elaborator::elaborateProgram(const ast::Module &program) {
  loadStandardLibrary();
  std::string path = compilation.programPath;
  std::string name = path.substr(path.find_last_of('/') + 1);
  if (size_t dot = name.find_last_of('.'); dot != std::string::npos)
    name.resize(dot);
  {
    mlir::OpBuilder::InsertionGuard guard(emit.builder);
    emit.builder = mlir::OpBuilder(emit.declare);
    emit.runtime("mdl_declare_program", {emit.string(name), emit.string(program.doc),
                                         emit.string(compilation.embedFolder ? compilation.programFolder : "")});
  }
  scope = std::make_shared<Scope>(globals);
  scope->block = entry;
  statements(program.body->statements);
}

void mdl::loadSemaDialects(mlir::MLIRContext &context) {
  context.loadDialect<MdlDialect, mlir::func::FuncDialect, mlir::scf::SCFDialect, mlir::arith::ArithDialect,
                      mlir::tensor::TensorDialect, mlir::LLVM::LLVMDialect>();
}

mlir::OwningOpRef<mlir::ModuleOp> mdl::elaborate(Compilation &compilation, const ast::Module &program,
                                                 mlir::MLIRContext &context) {
  loadSemaDialects(context);
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
  Elaborator elaborator(compilation, *module);
  if (compilation.outlineGradients)
    elaborator.outlines = *module;
  elaborator.elaborateProgram(program);
  if (compilation.outlineGradients)
    noteOwnNames(elaborator, elaborator.scope.get(), *module);
  return module;
}
