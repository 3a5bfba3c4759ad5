//===- Compile.cpp - All kernels of a module, in parallel and cached --------------------===//
//
// Stage: kernels. See Kernels.h.
//
// Note [One process per kernel]: Objects come out the same from process to process, but
// not when several threads compile in one, because Halide numbers its names. So every
// missing kernel is made by a child forked from this process, which has never used Halide
// itself; the cache stays reproducible and all cores are used.
//
//===----------------------------------------------------------------------===//
#include "compiler/dialect/Mdl.h"
#include "compiler/kernels/Build.h"
#include "compiler/kernels/Cache.h"
#include "compiler/kernels/Kernels.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace mlir;

namespace mdl {

using kernels::Cache;

std::string kernelCacheFolder(const KernelOptions &options) {
  if (!options.cacheFolder.empty())
    return options.cacheFolder;
  auto variable = [](const char *name) {
    const char *value = std::getenv(name);
    return std::string(value ? value : "");
  };
  if (std::string folder = variable("MDL_CACHE"); !folder.empty())
    return folder;
  if (std::string folder = variable("XDG_CACHE_HOME"); !folder.empty())
    return folder + "/mdl";
  std::string home = variable("HOME");
  return (home.empty() ? std::string("/tmp") : home) + "/.cache/mdl";
}

namespace {

struct Job {
  KernelOp op;
  std::string key;
  size_t slot; ///< In KernelResult::kernels.
};

/// Runs jobs in child processes and takes over what they made.
class Workers {
public:
  Workers(Cache &cache, const std::string &target, const KernelOptions &options, KernelResult &result)
      : cache(cache), target(target), options(options), result(result) {
    limit = options.jobs ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
  }

  /// Comes back when the last one has begun.
  void begin(const std::vector<Job> &jobs) {
    for (const Job &job : jobs) {
      while (running.size() >= limit)
        waitForOne();
      if (!result.error.empty())
        break;
      start(job);
    }
  }

  void finish() {
    while (!running.empty())
      waitForOne();
  }

private:
  struct Running {
    const Job *job;
    std::string object, message;
  };

  void start(const Job &job) {
    Running child = {&job, cache.temporary(job.key, ".o"), cache.temporary(job.key, ".txt")};
    pid_t pid = fork();
    if (pid < 0) {
      result.error = std::string("cannot start a process to compile kernels: ") + std::strerror(errno);
      return;
    }
    if (pid == 0)
      work(child); // Does not return.
    running[pid] = child;
  }

  /// The child: exit status 0 with the schedule in the message file, 1 with an error there.
  [[noreturn]] void work(const Running &child) {
    // Halide warns there of things that a user of ours cannot read; errors come as exceptions.
    if (int null = open("/dev/null", O_WRONLY); null >= 0)
      dup2(null, STDERR_FILENO);
    KernelOp op = child.job->op;
    std::string object = options.schedulesOnly ? std::string() : child.object;
    kernels::KernelSource source = {op.getSymName(), op.getBody().front(), op.getInplaceResults(), options.checked};
    kernels::BuildResult built = kernels::buildKernel(source, target, object);
    std::error_code code;
    llvm::raw_fd_ostream stream(child.message, code);
    if (code)
      _exit(2);
    stream << (built.error.empty() ? built.schedule : built.error);
    stream.close();
    if (stream.has_error()) {
      stream.clear_error();
      _exit(2);
    }
    _exit(built.error.empty() ? 0 : 1);
  }

  void waitForOne() {
    int status = 0;
    // Only our own children: the process may have others.
    pid_t pid = -1;
    while (pid < 0) {
      for (auto &[candidate, child] : running)
        if (waitpid(candidate, &status, running.size() == 1 ? 0 : WNOHANG) == candidate) {
          pid = candidate;
          break;
        }
      if (pid < 0)
        usleep(500);
    }
    Running child = running[pid];
    running.erase(pid);
    takeOver(child, status);
    unlink(child.message.c_str());
    unlink(child.object.c_str());
  }

  void takeOver(const Running &child, int status) {
    auto buffer = llvm::MemoryBuffer::getFile(child.message);
    std::string text = buffer ? (*buffer)->getBuffer().str() : "";
    const std::string &name = result.kernels[child.job->slot].name;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
      CompiledKernel &kernel = result.kernels[child.job->slot];
      kernel.schedule = text;
      if (options.schedulesOnly)
        return;
      std::string error = cache.store(child.job->key, child.object, text);
      if (!error.empty())
        result.error = error;
      return;
    }
    if (!result.error.empty())
      return;
    if (WIFSIGNALED(status))
      result.error =
          "kernel `" + name + "`: the compiler's process was ended by signal " + std::to_string(WTERMSIG(status));
    else if (WEXITSTATUS(status) == 1)
      result.error = text;
    else
      result.error = "cannot write `" + child.message + "`";
  }

  Cache &cache;
  const std::string &target;
  const KernelOptions &options;
  KernelResult &result;
  size_t limit;
  std::map<pid_t, Running> running;
};

} // namespace

/// What defines the object of a kernel, as one text.
static std::string keyOf(KernelOp op, const std::string &target, bool checked) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << "schedule " << kernels::scheduleVersion << " halide " << kernels::halideVersion() << " target " << target
         << (checked ? " checked\n" : "\n");
  OpPrintingFlags flags;
  flags.useLocalScope();
  op->print(stream, flags);
  return kernels::hashOf(text);
}

struct KernelJobs::State {
  explicit State(const KernelOptions &options)
      : options(options), target(kernels::targetString(options.target)), cache(kernelCacheFolder(options)),
        workers(cache, target, this->options, result) {}

  KernelOptions options;
  std::string target;
  Cache cache;
  KernelResult result;
  std::vector<Job> jobs;
  Workers workers;
};

KernelJobs::KernelJobs(ModuleOp module, const KernelOptions &options) : state(std::make_unique<State>(options)) {
  auto &[kept, target, cache, result, jobs, workers] = *state;
  if (target[0] == '!') {
    result.error = target.substr(1);
    return;
  }
  if (result.error = cache.prepare(); !result.error.empty())
    return;
  for (KernelOp op : module.getOps<KernelOp>()) {
    CompiledKernel kernel;
    kernel.name = op.getSymName().str();
    std::string key = keyOf(op, target, options.checked);
    kernel.object = cache.objectPath(key);
    if (auto schedule = cache.find(key)) {
      kernel.schedule = *schedule;
      kernel.cacheHit = true;
    } else {
      jobs.push_back({op, key, result.kernels.size()});
    }
    result.kernels.push_back(std::move(kernel));
  }
  workers.begin(jobs);
}

KernelJobs::~KernelJobs() { state->workers.finish(); }

KernelResult KernelJobs::finish() {
  state->workers.finish();
  return std::move(state->result);
}

KernelResult compileKernels(ModuleOp module, const KernelOptions &options) {
  return KernelJobs(module, options).finish();
}

} // namespace mdl
