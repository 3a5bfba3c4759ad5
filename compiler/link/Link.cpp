//===- Link.cpp - From objects to an executable -------------------------------===//

#include "compiler/link/Link.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <memory>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace mdl {
namespace {

/// Writes what a file holds to a pipe or a device. The errno of what went wrong, or 0.
int copyInto(const std::string &from, const std::string &to) {
  std::ifstream in(from, std::ios::binary);
  errno = 0;
  std::ofstream out(to, std::ios::binary | std::ios::app);
  if (in.peek() != std::ifstream::traits_type::eof())
    out << in.rdbuf();
  out.close();
  return out ? 0 : errno ? errno : EIO;
}

/// A new file beside the one that is wanted; it goes unless it was given that name. A pipe or a device is never
/// replaced: it gets what the file holds.
class TemporaryFile {
public:
  explicit TemporaryFile(const std::string &name) : wanted(name) {
    struct stat info;
    bool exists = stat(wanted.c_str(), &info) == 0;
    if (exists && S_ISDIR(info.st_mode)) {
      problem = EISDIR;
      return;
    }
    isDevice = exists && (!S_ISREG(info.st_mode) || wanted.rfind("/dev/", 0) == 0); // `/dev/stdout` may be a file.
    std::unique_ptr<char, decltype(&free)> real(realpath(name.c_str(), nullptr), &free);
    if (real && !isDevice)
      wanted = real.get(); // Behind links.
    path = (isDevice ? std::filesystem::temp_directory_path().string() + "/mdl" : wanted) + ".XXXXXX";
    descriptor = mkstemp(path.data());
    if (descriptor < 0)
      problem = errno;
  }
  TemporaryFile(const TemporaryFile &) = delete;
  TemporaryFile &operator=(const TemporaryFile &) = delete;
  ~TemporaryFile() {
    if (descriptor < 0)
      return;
    close(descriptor);
    if (!kept)
      unlink(path.c_str());
  }

  /// Gives the file its name, and the permissions that a file made plainly would have.
  bool keep(mode_t mode, std::string &error) {
    if (isDevice) {
      problem = problem ? problem : copyInto(path, wanted);
      return problem == 0 || fail(error);
    }
    mode_t mask = umask(0);
    umask(mask);
    // By name: the linker may have put another file in its place.
    if (problem == 0 && chmod(path.c_str(), mode & ~mask) == 0 && rename(path.c_str(), wanted.c_str()) == 0)
      kept = true;
    else if (problem == 0)
      problem = errno;
    return kept || fail(error);
  }
  bool fail(std::string &error, int code = 0) {
    if (code != 0)
      problem = code;
    error = std::strerror(problem);
    return false;
  }

  bool failed() const { return problem != 0; }
  int fd() const { return descriptor; }
  const std::string &name() const { return path; }

private:
  std::string wanted, path;
  int descriptor = -1, problem = 0;
  bool kept = false, isDevice = false;
};

/// Runs a program found on PATH without a shell. Returns its exit status, or -1 if it cannot be started; `output` gets
/// what it wrote to standard output and error.
int runProgram(const std::vector<std::string> &command, std::string &output) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return -1;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  std::vector<char *> arguments;
  for (const std::string &word : command)
    arguments.push_back(const_cast<char *>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t child;
  int failure = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  char bytes[4096];
  for (ssize_t count; failure == 0 && (count = read(ends[0], bytes, sizeof bytes)) != 0;)
    if (count > 0)
      output.append(bytes, count);
    else if (errno != EINTR)
      break;
  close(ends[0]);
  int status = -1;
  while (failure == 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
    ;
  return failure == 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::vector<std::string> linkCommand(const std::vector<std::string> &objects, const std::vector<std::string> &archives,
                                     const std::string &output) {
  std::vector<std::string> command = {"c++", "-o", output};
  command.insert(command.end(), objects.begin(), objects.end());
  command.push_back("-Wl,--start-group");
  command.insert(command.end(), archives.begin(), archives.end());
  for (const char *word : {"-Wl,--end-group", "-Wl,--gc-sections", "-Wl,--as-needed", "-pthread", "-lm"})
    command.push_back(word);
  return command;
}

} // namespace

LinkResult linkExecutable(const std::vector<std::string> &objects, const std::vector<std::string> &archives,
                          const std::string &output, std::string &error) {
  TemporaryFile file(output);
  if (file.failed()) {
    file.fail(error);
    return LinkResult::CannotWrite;
  }
  std::string messages;
  int status = runProgram(linkCommand(objects, archives, file.name()), messages);
  if (status == 0)
    return file.keep(0777, error) ? LinkResult::Done : LinkResult::CannotWrite;
  error =
      status < 0 ? "cannot run `c++`, which links the program" : "`c++` ended with status " + std::to_string(status);
  if (!messages.empty())
    error += "\n" + messages;
  return LinkResult::Failed;
}

bool writeFile(const std::string &path, const std::string &bytes, std::string &error) {
  TemporaryFile file(path);
  if (file.failed())
    return file.fail(error);
  for (size_t done = 0; done < bytes.size();) {
    ssize_t count = write(file.fd(), bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno != EINTR)
      return file.fail(error, errno);
    done += count > 0 ? count : 0;
  }
  return file.keep(0666, error);
}

} // namespace mdl
