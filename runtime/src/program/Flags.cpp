//===- Flags.cpp - The command line of a program -------------------------------------===//
//
// Runtime. In: the declared options and argv. Out: their values, or one message that says
// what was expected; the text of --help.
//
//===----------------------------------------------------------------------===//
#include "program/Program.h"
#include "support/Error.h"
#include "support/Nearest.h"
#include "support/Shown.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace mdl::runtime {

static const char *typeName(Option::Type type) {
  switch (type) {
  case Option::Int:
    return "int";
  case Option::Float:
    return "float";
  case Option::Bool:
    return "bool";
  case Option::String:
    return "text";
  }
  return "";
}

static bool parseInt(const std::string &text, int64_t &value) {
  char *end = nullptr;
  errno = 0;
  value = strtoll(text.c_str(), &end, 10);
  return !text.empty() && *end == 0 && errno == 0 && !isspace(static_cast<unsigned char>(text[0]));
}

static bool parseFloat(const std::string &text, double &value) {
  char *end = nullptr;
  value = strtod(text.c_str(), &end);
  return !text.empty() && *end == 0 && !isspace(static_cast<unsigned char>(text[0]));
}

/// The least and the largest number of a whole type.
static std::pair<int64_t, int64_t> wholeRange(mdl_dtype dtype) {
  switch (dtype) {
  case MDL_I8:
    return {INT8_MIN, INT8_MAX};
  case MDL_U8:
    return {0, UINT8_MAX};
  case MDL_I32:
    return {INT32_MIN, INT32_MAX};
  default:
    return {INT64_MIN, INT64_MAX};
  }
}

/// The largest finite number of a type of floats, and how it is told.
static std::pair<double, const char *> largestFloat(mdl_dtype dtype) {
  switch (dtype) {
  case MDL_F16:
    return {65504, "65504"};
  case MDL_BF16:
    return {0x1.fep127, "3.38e38"};
  case MDL_F64:
    return {std::numeric_limits<double>::max(), "1.79e308"};
  default:
    return {std::numeric_limits<float>::max(), "3.4e38"};
  }
}

/// Digits alone, and not the name of infinity, which is meant.
static bool isWrittenInDigits(const std::string &text) {
  size_t digits = text.find_first_not_of("+-");
  return digits != std::string::npos && (isdigit(static_cast<unsigned char>(text[digits])) || text[digits] == '.');
}

/// Sets a whole number; what is expected if `text` is none of the option's type.
static std::string setWhole(Option &option, const std::string &text) {
  double number = 0;
  auto [least, most] = wholeRange(option.dtype);
  bool isWhole = parseInt(text, option.intValue);
  if (isWhole && option.intValue >= least && option.intValue <= most)
    return "";
  if (option.dtype != MDL_I64)
    return format("a whole number from %lld to %lld", (long long)least, (long long)most);
  bool isTooLarge = parseFloat(text, number) && isWrittenInDigits(text) && std::abs(number) > 9e18;
  return isTooLarge ? "a whole number below 2 ** 63" : "a whole number";
}

/// Likewise for a float.
static std::string setFloat(Option &option, const std::string &text) {
  if (!parseFloat(text, option.floatValue))
    return "a number";
  auto [largest, asText] = largestFloat(option.dtype);
  bool isTooLarge = isWrittenInDigits(text) && std::abs(option.floatValue) > largest;
  return isTooLarge ? format("a number up to %s", asText) : "";
}

/// A message if `text` is no value of the option's type.
static std::string setOption(Option &option, const std::string &flag, const std::string &text) {
  std::string expected;
  switch (option.type) {
  case Option::Int:
    expected = setWhole(option, text);
    break;
  case Option::Float:
    expected = setFloat(option, text);
    break;
  case Option::Bool:
    if (text != "true" && text != "false")
      expected = "`true` or `false`";
    option.boolValue = text == "true";
    break;
  case Option::String:
    option.stringValue = text;
    break;
  }
  if (expected.empty())
    return "";
  return format("%s: expected %s, found `%s`", flag.c_str(), expected.c_str(), shown(text).c_str());
}

static std::string withDashes(std::string name) {
  for (char &c : name)
    if (c == '_')
      c = '-';
  return name;
}

namespace {
/// One flag of the command line with the text that stood after it.
struct Flag {
  Option *option;
  std::string name;
  std::string value;
  CLI::Option *parsed = nullptr;
};
} // namespace

static std::string unknownFlag(const std::string &text, const std::deque<Flag> &flags) {
  if (text.compare(0, 1, "-") != 0 || text == "-")
    return format("unexpected argument `%s`; options start with `--` (see --help)", shown(text).c_str());
  std::vector<std::string> known = {"--help"};
  for (const Flag &flag : flags)
    known.push_back(flag.name);
  std::string name = text.substr(0, text.find('='));
  std::string nearest = nearestName(name, known);
  if (nearest.empty())
    return format("unknown option `%s` (see --help)", shown(name).c_str());
  return format("unknown option `%s`; did you mean `%s`?", shown(name).c_str(), nearest.c_str());
}

static Option option(const char *name, Option::Type type, const char *text, const char *defaultValue) {
  Option option;
  option.name = name;
  option.type = type;
  option.text = text;
  option.defaultValue = defaultValue;
  return option;
}

/// The two options that every program has, unless it declares its own of that name.
static std::deque<Option> commonOptions() {
  return {option("threads", Option::Int, "number of threads; results do not depend on it", "all cores"),
          option("seed", Option::Int, "of the random numbers that have no seed of their own", "0")};
}

static const Option *declared(const Program &program, const std::string &name) {
  for (const Option &option : program.options)
    if (option.name == name)
      return &option;
  return nullptr;
}

/// Sets what one of them stands for.
static std::string setCommon(Program &program, const Option &option) {
  if (option.name == "seed") {
    program.seed = option.intValue;
    return "";
  }
  if (option.intValue < 1 || option.intValue > 1024)
    return format("--threads: expected a number from 1 to 1024, found `%lld`", (long long)option.intValue);
  program.threads = static_cast<int>(option.intValue);
  return "";
}

static void addFlag(CLI::App &app, Flag &flag) {
  std::string names = flag.name;
  if (withDashes(flag.option->name) != flag.option->name)
    names += ",--" + withDashes(flag.option->name);
  flag.parsed = app.add_option(names, flag.value)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  if (flag.option->type == Option::Bool)
    flag.parsed->expected(0, 1);
}

/// The words after the program's name; `--name=` is followed by an empty one.
static std::vector<std::string> wordsOf(int argc, const char *const *argv) {
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    bool isEmptyValue = word.size() > 3 && word.compare(0, 2, "--") == 0 && word.find('=') == word.size() - 1;
    words.push_back(isEmptyValue ? word.substr(0, word.size() - 1) : word);
    if (isEmptyValue)
      words.emplace_back();
  }
  return words;
}

std::string readFlags(Program &program, int argc, const char *const *argv, bool &help) {
  std::deque<Option> common = commonOptions();
  std::deque<Flag> flags;
  for (Option &option : program.options)
    flags.push_back({&option, "--" + option.name, ""});
  for (Option &option : common)
    if (!declared(program, option.name))
      flags.push_back({&option, "--" + option.name, ""});

  try {
    CLI::App app;
    app.set_help_flag();
    app.allow_extras();
    CLI::Option *helpFlag = app.add_flag("-h,--help");
    for (Flag &flag : flags)
      addFlag(app, flag);
    std::vector<std::string> words = wordsOf(argc, argv);
    std::reverse(words.begin(), words.end()); // CLI11 takes them from the end.
    app.parse(std::move(words));
    help = helpFlag->count() != 0;
    if (help)
      return "";
    for (const std::string &extra : app.remaining())
      return unknownFlag(extra, flags);
    for (Flag &flag : flags) {
      if (!flag.parsed->count())
        continue;
      if (flag.option->type == Option::Bool && flag.value.empty())
        flag.value = "true";
      std::string error = setOption(*flag.option, flag.name, flag.value);
      if (error.empty() && !declared(program, flag.option->name))
        error = setCommon(program, *flag.option);
      if (!error.empty())
        return error;
    }
  } catch (const CLI::ParseError &error) {
    // The only parse error left: an option at the end of the line without its value.
    const std::string message = error.what(), name = message.substr(0, message.find(':'));
    return name.compare(0, 2, "--") == 0 ? format("%s: expected a value after it", name.c_str()) : message;
  }

  if (const Option *seed = declared(program, "seed"); seed && seed->type == Option::Int)
    program.seed = seed->intValue;
  return "";
}

static void helpLine(std::string &out, const Option &option, size_t nameWidth, size_t defaultWidth) {
  std::string line = format("  --%-*s  %-5s  %-*s  ", (int)nameWidth, option.name.c_str(), typeName(option.type),
                            (int)defaultWidth, option.defaultValue.c_str());
  std::string below = "\n" + std::string(line.size(), ' '); // A text of several lines stands in its column.
  for (char c : option.text)
    line += c == '\n' ? below : std::string(1, c);
  line.erase(line.find_last_not_of(' ') + 1);
  out += line + "\n";
}

std::string helpText(const Program &program) {
  std::deque<Option> all = program.options;
  for (const Option &option : commonOptions())
    if (!declared(program, option.name))
      all.push_back(option);
  all.push_back(option("help", Option::Bool, "this text", "false"));
  size_t nameWidth = 4, defaultWidth = 7;
  for (const Option &option : all) {
    nameWidth = std::max(nameWidth, option.name.size());
    defaultWidth = std::max(defaultWidth, option.defaultValue.size());
  }
  std::string out = format("usage: %s [options]\n", program.name.c_str());
  if (!program.doc.empty())
    out += "\n" + program.doc + "\n";
  out += format("\n  %-*s  %-5s  %-*s  %s\n", (int)nameWidth + 2, "option", "type", (int)defaultWidth, "default", "");
  out.erase(out.find_last_not_of(" \n") + 1);
  out += "\n";
  for (const Option &option : all)
    helpLine(out, option, nameWidth, defaultWidth);
  return out;
}

} // namespace mdl::runtime
