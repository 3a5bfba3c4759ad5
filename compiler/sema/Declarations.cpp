//===- Declarations.cpp - option, import --------------------------------------------------------===//
//
// Stage: sema. An option is a number, bool or string that the executable reads when it starts; an
// import binds the names of a module.
//
//===----------------------------------------------------------------------------------===//

#include "compiler/dialect/Mdl.h"
#include "compiler/sema/Imports.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mdl;

/// Where the program or another of its files has an option of that name.
static SourceRange optionNamed(Elaborator &e, const std::string &name) {
  for (mlir::Operation &op : *e.emit.declare.getInsertionBlock()) {
    auto call = llvm::dyn_cast<RuntimeOp>(op);
    if (!call || !call.getCallee().starts_with("mdl_declare_option"))
      continue;
    if (call.getIns().front().getDefiningOp<StringOp>().getValue() == name)
      return placeOf(e.compilation, call.getLoc());
  }
  return {};
}

/// The option of that name that a scope has for its own.
static const ast::OptionDecl *ownOption(const Scope &scope, const std::string &name) {
  auto bound = scope.names.find(name);
  bool isOwn = bound != scope.names.end() && bound->second.decl && bound->second.module.empty();
  return isOwn ? ast::as<ast::OptionDecl>(bound->second.decl) : nullptr;
}

/// In a session: where a module that an earlier line has imported has an option of that name.
static SourceRange optionOfImported(const Scope &session, const std::string &name) {
  for (auto &[module, binding] : session.names)
    if (auto *imported = as<ModuleValue>(binding.value); imported && binding.isEarlier)
      if (auto *other = ownOption(*imported->scope, name))
        return other->name.range;
  return {};
}

/// Likewise, or where an earlier line has one.
static SourceRange optionOfSession(const Scope &session, const std::string &name) {
  auto *own = ownOption(session, name);
  return own && session.names.at(name).isEarlier ? own->name.range : optionOfImported(session, name);
}

/// The options of a program and its modules are flags of one executable; a session may become a program.
static void reportOptionTwice(Elaborator &e, const ast::Name &option, SourceRange other) {
  auto fileOf = [&](SourceRange range) { return llvm::sys::path::filename(e.sources.path(range.file)).str(); };
  e.diags.report(diag::ImportClash, option.range, {"option " + option.text, fileOf(other), fileOf(option.range)})
      .note(other, "the other option")
      .hint("the options of a program and its modules are flags of one executable: each has a name of its own");
}

void Elaborator::option(const ast::OptionDecl &stmt) {
  if (!entry || depth || emit.builder.getInsertionBlock() != entry) {
    diags.report(diag::OptionPlace, stmt.range);
    // Bound all the same, so that no use of it is another error.
    scope->names[stmt.name.text] = Binding{nullptr, false, stmt.name.range};
    return;
  }
  Value value = expression(stmt.value);
  // Bound all the same, so that no use of it is another error.
  scope->names.try_emplace(stmt.name.text, Binding{nullptr, false, stmt.name.range});
  if (value && stmt.type)
    value = checkDeclared(*stmt.type, value, stmt.value->range, "option `" + stmt.name.text + "`");
  if (!value)
    return;
  SourceRange other = optionNamed(*this, stmt.name.text);
  if (!other.isValid())
    other = optionOfImported(*scope, stmt.name.text);
  if (other.isValid() && other.file != stmt.range.file)
    return reportOptionTwice(*this, stmt.name, other);
  emit.setPlace(stmt.name.range);
  auto declared = [&](const char *symbol, auto &&constant) {
    mlir::OpBuilder::InsertionGuard guard(emit.builder);
    emit.builder = mlir::OpBuilder(emit.declare);
    llvm::SmallVector<mlir::Value> ins{emit.string(stmt.name.text), constant(), emit.string(stmt.doc)};
    emit.runtime(symbol, ins);
  };
  auto read = [&](const char *symbol, mlir::Type type) {
    return emit.runtime(symbol, emit.string(stmt.name.text), type, /*pure=*/true);
  };
  Value result;
  auto text = constantString(value);
  auto truth = constantBool(value);
  auto whole = constantInt(value);
  auto number = constantNumber(value);
  if (text) {
    declared("mdl_declare_option_string", [&] { return emit.string(*text); });
    auto string = std::make_shared<StringValue>();
    string->constant = *text;
    string->pieces.push_back({"", nullptr, "", nullptr, read("mdl_option_string", emit.pointer())});
    result = string;
  } else if (truth) {
    declared("mdl_declare_option_bool", [&] { return emit.constantBool(*truth); });
    result = make(emit.fromScalar(read("mdl_option_bool", emit.builder.getI1Type())), ElementType::Bool, {});
  } else if (whole) {
    declared("mdl_declare_option_i64", [&] { return emit.constantI64(*whole); });
    mlir::Value scalar = read("mdl_option_i64", emit.builder.getI64Type());
    auto known =
        std::make_shared<TensorValue>(*knownScalar(freshNumber(stmt.name.text, stmt.name.range, emit.toIndex(scalar))));
    known->ssa = emit.fromScalar(scalar);
    result = known;
  } else if (number) {
    declared("mdl_declare_option_f64", [&] { return emit.constantF64(*number); });
    mlir::Value wide = read("mdl_option_f64", emit.builder.getF64Type());
    mlir::Value narrow = emit.builder.create<mlir::arith::TruncFOp>(emit.location, emit.builder.getF32Type(), wide);
    result = make(emit.fromScalar(narrow), ElementType::F32, {});
  } else {
    diags.report(diag::BadOption, stmt.value->range, {typeName(value)});
    return;
  }
  ast::Pattern pattern{ast::Pattern::Bind, stmt.name.range, stmt.name, {}, {}};
  bindPattern(pattern, result, stmt.range, *scope, false);
  scope->names[stmt.name.text].decl = &stmt;
}

/// No program can write this name.
static constexpr const char *MissingNames = "$missing";

void mdl::noteMissingNames(Scope &scope) { scope.names.try_emplace(MissingNames); }

bool mdl::hasMissingNames(Scope &scope) { return scope.find(MissingNames) != nullptr; }

std::string mdl::moduleHint(const Compilation &compilation, const std::string &name, std::vector<std::string> library) {
  std::error_code error;
  std::string program = llvm::sys::path::filename(compilation.programPath).str();
  for (llvm::sys::fs::directory_iterator it(compilation.programFolder, error), end; !error && it != end;
       it.increment(error)) {
    llvm::StringRef file = llvm::sys::path::filename(it->path());
    if (file != program && file.consume_back(".mdl"))
      library.push_back(file.str());
  }
  std::string near = nameHint(name, library);
  return !near.empty() ? near
                       : "a module is a file beside the program (`" + name + ".mdl`) or one of the standard library's";
}

void Elaborator::import(const ast::Import &stmt) {
  ScopePtr loaded = module(stmt.module.text, stmt.module.range);
  if (!loaded) {
    if (!stmt.alias)
      noteMissingNames(*scope);
    // Bound all the same, so that no use of it is another error.
    const ast::Name &name = stmt.alias ? *stmt.alias : stmt.module;
    scope->names.try_emplace(name.text, Binding{nullptr, false, name.range});
    return;
  }
  for (auto &[name, binding] : loaded->names)
    if (auto *own = ownOption(*loaded, name))
      if (SourceRange other = optionOfSession(*scope, name);
          other.isValid() && sources.path(other.file) != sources.path(own->name.range.file))
        return reportOptionTwice(*this, own->name, other);
  auto value = std::make_shared<ModuleValue>();
  value->name = stmt.module.text;
  value->scope = loaded;
  if (stmt.alias) {
    scope->names[stmt.alias->text] = Binding{value, false, stmt.alias->range};
    return;
  }
  // Its names are there bare and behind the module's name; the modules that it imports itself are its own.
  for (auto &[name, binding] : loaded->names) {
    if (as<ModuleValue>(binding.value))
      continue;
    auto [it, isNew] = scope->names.try_emplace(name, binding);
    bool isAgain = !isNew && it->second.module == stmt.module.text; // In a session, after another line.
    if (isNew || isAgain) {
      it->second = binding;
      it->second.range = {};
      it->second.module = stmt.module.text;
    } else if (!it->second.module.empty() && it->second.value != binding.value) {
      diags.report(diag::ImportClash, stmt.module.range, {name, it->second.module, stmt.module.text})
          .hint("`import " + stmt.module.text + " as m` keeps the names behind `m.`");
      break;
    }
  }
  scope->names[stmt.module.text] = Binding{value, false, {}};
}
