//===- Main.cpp - mdl-kernel-check: kernels against the reference ---------------------------===//
//
// For tests: compiles the kernels of a file, links them into a shared library, runs each
// on made-up numbers and compares with the reference. Every `?` and every `index`
// argument is the same size N, for each N of --sizes. Prints one line a kernel.
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/Kernels.h"
#include "compiler/kernels/check/Reference.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/AsmState.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <HalideRuntime.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <dlfcn.h>
#include <unistd.h>

using namespace mlir;
using namespace mdl::check;

namespace cl = llvm::cl;
static cl::opt<std::string> inputFile(cl::Positional, cl::Required, cl::desc("<file.mlir>"));
static cl::list<int64_t> sizes("sizes", cl::CommaSeparated, cl::desc("what each ? is, in turn"));
static cl::opt<std::string> targetName("target", cl::desc("as in KernelOptions"));
static cl::opt<bool> showSchedules("schedules", cl::desc("print the schedules too"));
static cl::opt<bool> onlyCompile("only-compile", cl::desc("run nothing"));
static cl::opt<double> tolerance("tolerance", cl::init(1e-4), cl::desc("relative to the largest number"));

/// Deterministic numbers in [-1, 1), or small integers.
static uint64_t state;
static uint64_t nextBits() {
  state = state * 6364136223846793005ull + 1442695040888963407ull;
  return state >> 33;
}

/// A tensor in memory as kernels take it.
struct Memory {
  std::vector<char> bytes;
  std::vector<halide_dimension_t> dims;
  halide_buffer_t buffer = {};
};

static halide_type_t bufferType(Type type) {
  if (type.isBF16())
    return halide_type_t(halide_type_bfloat, 16);
  if (isa<FloatType>(type))
    return halide_type_t(halide_type_float, type.getIntOrFloatBitWidth());
  return halide_type_t(type.isInteger(1) ? halide_type_uint : halide_type_int, type.getIntOrFloatBitWidth());
}

static void storeNumber(char *place, Type type, const Number &number) {
  if (type.isF32()) {
    float value = number.f;
    std::memcpy(place, &value, 4);
  } else if (type.isF64()) {
    std::memcpy(place, &number.f, 8);
  } else {
    std::memcpy(place, &number.i, std::max(1u, type.getIntOrFloatBitWidth() / 8));
  }
}

static Number loadNumber(const char *place, Type type) {
  Number number;
  if (type.isF32()) {
    float value;
    std::memcpy(&value, place, 4);
    number.f = value;
  } else if (type.isF64()) {
    std::memcpy(&number.f, place, 8);
  } else {
    unsigned bits = type.getIntOrFloatBitWidth();
    std::memcpy(&number.i, place, std::max(1u, bits / 8));
    if (bits > 1 && bits < 64)
      number.i = int64_t(uint64_t(number.i) << (64 - bits)) >> (64 - bits);
  }
  return number;
}

static void makeMemory(const Array &array, Memory &memory) {
  unsigned bytes = std::max(1u, array.element.getIntOrFloatBitWidth() / 8);
  memory.bytes.resize(array.count() * bytes + 64);
  for (auto [index, number] : llvm::enumerate(array.data))
    storeNumber(memory.bytes.data() + index * bytes, array.element, number);
  int32_t stride = 1;
  for (auto size = array.shape.rbegin(); size != array.shape.rend(); ++size) {
    memory.dims.push_back(halide_dimension_t(0, *size, stride));
    stride *= *size;
  }
  memory.buffer.host = reinterpret_cast<uint8_t *>(memory.bytes.data());
  memory.buffer.type = bufferType(array.element);
  memory.buffer.dimensions = memory.dims.size();
  memory.buffer.dim = memory.dims.data();
}

static Array randomArray(RankedTensorType type, int64_t n) {
  Array array;
  array.element = type.getElementType();
  for (int64_t size : type.getShape())
    array.shape.push_back(ShapedType::isDynamic(size) ? n : size);
  array.data.resize(array.count());
  for (Number &number : array.data) {
    number.f = static_cast<float>(static_cast<double>(nextBits() % 2000) / 1000 - 1);
    number.i = nextBits() % (array.element.isInteger(1) ? 2 : 4);
  }
  return array;
}

static std::string compare(const Array &expected, const Memory &memory) {
  unsigned bytes = std::max(1u, expected.element.getIntOrFloatBitWidth() / 8);
  bool isFloat = isa<FloatType>(expected.element);
  double largest = 1;
  for (const Number &number : expected.data)
    if (isFloat && std::isfinite(number.f))
      largest = std::max(largest, std::fabs(number.f));
  for (auto [index, number] : llvm::enumerate(expected.data)) {
    Number got = loadNumber(memory.bytes.data() + index * bytes, expected.element);
    bool same = isFloat ? (std::isnan(number.f) && std::isnan(got.f)) || number.f == got.f ||
                              std::fabs(number.f - got.f) <= tolerance * largest
                        : number.i == got.i;
    if (!same)
      return "element " + std::to_string(index) + ": expected " +
             (isFloat ? std::to_string(number.f) + ", got " + std::to_string(got.f)
                      : std::to_string(number.i) + ", got " + std::to_string(got.i));
  }
  return "";
}

/// Calls with up to 24 arguments in general registers and on the stack; floats by value travel apart.
static int32_t callKernel(void *function, const std::vector<uint64_t> &words, const std::vector<float> &floats) {
  std::vector<uint64_t> w = words;
  std::vector<float> f = floats;
  w.resize(24);
  f.resize(4);
  using Call = int32_t (*)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, float, float, float, float,
                           uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                           uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);
  return reinterpret_cast<Call>(function)(w[0], w[1], w[2], w[3], w[4], w[5], f[0], f[1], f[2], f[3], w[6], w[7], w[8],
                                          w[9], w[10], w[11], w[12], w[13], w[14], w[15], w[16], w[17], w[18], w[19],
                                          w[20], w[21], w[22], w[23]);
}

/// Where the runtime of the kernels puts its message instead of ending the process.
static std::string kernelMessage;
static void takeError(void *, const char *message) { kernelMessage = message; }

static std::string runOne(mdl::KernelOp kernel, void *function, int64_t n) {
  Reference reference;
  state = 1;
  std::vector<Array> arrays, expected;
  std::vector<uint64_t> words;
  std::vector<float> floats;
  std::deque<Memory> memories;
  std::vector<Memory *> ofArgument; // Null for a scalar.
  for (BlockArgument argument : kernel.getBody().getArguments()) {
    ofArgument.push_back(nullptr);
    if (auto type = dyn_cast<RankedTensorType>(argument.getType())) {
      Array array = randomArray(type, n);
      reference.setTensor(argument, array);
      memories.emplace_back();
      makeMemory(array, memories.back());
      ofArgument.back() = &memories.back();
      words.push_back(reinterpret_cast<uint64_t>(&memories.back().buffer));
    } else if (isa<FloatType>(argument.getType())) {
      floats.push_back(0.375f);
      reference.setScalar(argument, {0.375, 0});
    } else {
      int64_t value = argument.getType().isInteger(1) ? 1 : n;
      words.push_back(value);
      reference.setScalar(argument, {0, value});
    }
  }
  if (!reference.run(kernel, expected))
    return reference.error();
  std::vector<Memory *> outs;
  for (auto [index, array] : llvm::enumerate(expected)) {
    Array blank = array;
    for (Number &number : blank.data)
      number = {7.5, 1};
    memories.emplace_back();
    makeMemory(blank, memories.back());
    if (BlockArgument inplace = kernel.getInplaceArgument(index)) // The output lies over its input.
      memories.back().buffer.host = ofArgument[inplace.getArgNumber()]->buffer.host;
    outs.push_back(&memories.back());
    words.push_back(reinterpret_cast<uint64_t>(&memories.back().buffer));
  }
  if (int32_t code = callKernel(function, words, floats))
    return "code " + std::to_string(code) + ": " + kernelMessage;
  for (auto [array, memory] : llvm::zip(expected, outs)) {
    std::memcpy(memory->bytes.data(), memory->buffer.host, memory->bytes.size() - 64);
    if (std::string why = compare(array, *memory); !why.empty())
      return why;
  }
  return "";
}

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv, "kernels against the reference\n");
  DialectRegistry registry;
  registry.insert<mdl::MdlDialect, func::FuncDialect, scf::SCFDialect, LLVM::LLVMDialect, linalg::LinalgDialect,
                  arith::ArithDialect, math::MathDialect, tensor::TensorDialect>();
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(inputFile, &context);
  if (!module)
    return 1;
  mdl::KernelOptions options;
  options.target = targetName;
  options.checked = true;
  mdl::KernelResult result = mdl::compileKernels(*module, options);
  if (!result) {
    llvm::errs() << "error: " << result.error << "\n";
    return 1;
  }
  if (onlyCompile) {
    for (const mdl::CompiledKernel &kernel : result.kernels)
      llvm::outs() << (showSchedules ? kernel.schedule : kernel.object + "\n");
    return 0;
  }
  std::string library = mdl::kernelCacheFolder(options) + "/check." + std::to_string(getpid()) + ".so";
  std::string command = "cc -shared -o " + library;
  for (const mdl::CompiledKernel &kernel : result.kernels)
    command += " " + kernel.object;
  command += " " MDL_HALIDE_RUNTIME " -lpthread -ldl";
  if (std::system(command.c_str()) != 0)
    return 1;
  void *handle = dlopen(library.c_str(), RTLD_NOW);
  unlink(library.c_str());
  if (!handle) {
    llvm::errs() << "error: " << dlerror() << "\n";
    return 1;
  }
  using Handler = void (*)(void *, const char *);
  reinterpret_cast<Handler (*)(Handler)>(dlsym(handle, "halide_set_error_handler"))(takeError);
  if (sizes.empty())
    for (int64_t n : {1, 7, 64, 100})
      sizes.push_back(n);
  int failures = 0;
  for (auto [kernel, compiled] : llvm::zip(module->getOps<mdl::KernelOp>(), result.kernels)) {
    if (showSchedules)
      llvm::outs() << compiled.schedule;
    std::string why;
    for (int64_t n : sizes) {
      why = runOne(kernel, dlsym(handle, compiled.name.c_str()), n);
      if (!why.empty()) {
        why = "for N = " + std::to_string(n) + ": " + why;
        break;
      }
    }
    failures += !why.empty();
    llvm::outs() << "@" << compiled.name << ": " << (why.empty() ? "ok" : why) << "\n";
  }
  return failures != 0;
}
