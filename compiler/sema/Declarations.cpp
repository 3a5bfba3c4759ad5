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

/// Declares an option whose default is `value` (`given` before it became of the declared type), and reads it when the
/// program begins; null if that is no number, bool or string.
static Value optionRead(Elaborator &e, const ast::OptionDecl &stmt, const Value &value, const Value &given) {
  Emitter &emit = e.emit;
  auto declare = [&](const char *symbol, auto &&constants) {
    mlir::OpBuilder::InsertionGuard guard(emit.builder);
    emit.builder = mlir::OpBuilder(emit.declare);
    llvm::SmallVector<mlir::Value> ins{emit.string(stmt.name.text)};
    constants(ins);
    ins.push_back(emit.string(stmt.doc));
    emit.runtime(symbol, ins);
  };
  auto read = [&](const char *symbol, mlir::Type type) {
    return emit.runtime(symbol, emit.string(stmt.name.text), type, /*pure=*/true);
  };
  if (auto text = e.constantString(value)) {
    declare("mdl_declare_option_string", [&](auto &ins) { ins.push_back(emit.string(*text)); });
    auto string = std::make_shared<StringValue>();
    string->constant = *text;
    string->pieces.push_back({"", nullptr, "", nullptr, read("mdl_option_string", emit.pointer())});
    return string;
  }
  if (auto truth = e.constantBool(value)) {
    declare("mdl_declare_option_bool", [&](auto &ins) { ins.push_back(emit.constantBool(*truth)); });
    return e.make(emit.fromScalar(read("mdl_option_bool", emit.builder.getI1Type())), ElementType::Bool, {});
  }
  auto number = e.constantNumber(value);
  if (!number)
    return nullptr;
  auto *tensor = as<TensorValue>(value);
  auto whole = e.constantInt(value);
  ElementType element = tensor ? tensor->element : whole ? ElementType::I64 : ElementType::F32;
  if (!isFloat(element)) {
    declare("mdl_declare_option_i64", [&](auto &ins) {
      ins.push_back(emit.constantI64(whole ? *whole : static_cast<int64_t>(*number)));
      ins.push_back(emit.constantI64(static_cast<int64_t>(element)));
    });
    mlir::Value scalar = read("mdl_option_i64", emit.builder.getI64Type());
    Dim size = e.freshNumber(stmt.name.text, stmt.name.range, emit.toIndex(scalar));
    auto known = std::make_shared<TensorValue>(*e.knownScalar(size));
    known->ssa = emit.fromScalar(scalar);
    return e.cast(known, element);
  }
  declare("mdl_declare_option_f64", [&](auto &ins) {
    ins.push_back(
        emit.constantF64(e.constantNumber(given).value_or(*number))); // `0.1` in its own digits, whatever the type.
    ins.push_back(emit.constantI64(static_cast<int64_t>(element)));
  });
  mlir::Value scalar = read("mdl_option_f64", emit.builder.getF64Type());
  return e.cast(e.make(emit.fromScalar(scalar), ElementType::F64, {}), element);
}

void Elaborator::option(const ast::OptionDecl &stmt) {
  if (!entry || depth || emit.builder.getInsertionBlock() != entry) {
    diags.report(diag::OptionPlace, stmt.range);
    // Bound all the same, so that no use of it is another error.
    scope->names[stmt.name.text] = Binding{nullptr, false, stmt.name.range};
    return;
  }
  const Value given = expression(stmt.value);
  // Bound all the same, so that no use of it is another error.
  scope->names.try_emplace(stmt.name.text, Binding{nullptr, false, stmt.name.range});
  Value value = given;
  if (value && stmt.type)
    value = checkDeclared(*stmt.type, value, stmt.value->range, "option `" + stmt.name.text + "`");
  if (!value || (as<LiteralValue>(value) && !tensor(value, stmt.value->range)))
    return;
  if (stmt.name.text == "help") {
    diags.report(diag::OptionName, stmt.name.range, {stmt.name.text})
        .hint("`--help` of every executable lists its options");
    return;
  }
  SourceRange other = optionNamed(*this, stmt.name.text);
  if (!other.isValid())
    other = optionOfImported(*scope, stmt.name.text);
  if (other.isValid() && other.file != stmt.range.file)
    return reportOptionTwice(*this, stmt.name, other);
  emit.setPlace(stmt.name.range);
  Value result = optionRead(*this, stmt, value, given);
  if (!result) {
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
