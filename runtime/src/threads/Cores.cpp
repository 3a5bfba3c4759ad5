//===- Cores.cpp - How many cores this process may use -------------------------------===//
//
// Runtime. In: the process's affinity and control group. Out: a number of at least one.
//
//===----------------------------------------------------------------------===//
#include "threads/ThreadPool.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sched.h>
#include <sstream>
#include <string>

namespace mdl::runtime {

/// `cpu.max` holds "quota period" or "max period". 0 if there is no limit.
static int quotaOf(const std::string &folder) {
  std::ifstream file(folder + "/cpu.max");
  std::string quota;
  double period = 0;
  if (!(file >> quota >> period) || quota == "max" || period <= 0)
    return 0;
  return static_cast<int>(std::ceil(atof(quota.c_str()) / period));
}

static int controlGroupCores() {
  const std::string root = "/sys/fs/cgroup";
  std::ifstream file("/proc/self/cgroup");
  std::string line, path;
  while (std::getline(file, line))
    if (line.compare(0, 3, "0::") == 0)
      path = line.substr(3);
  int cores = quotaOf(root);
  // A limit of any group on the way down holds.
  std::istringstream parts(path);
  std::string part, folder = root;
  while (std::getline(parts, part, '/')) {
    if (part.empty())
      continue;
    folder += "/" + part;
    if (int here = quotaOf(folder))
      cores = cores ? std::min(cores, here) : here;
  }
  return cores;
}

int availableCores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  int cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  if (int limit = controlGroupCores())
    cores = std::min(cores, limit);
  return std::max(1, cores);
}

} // namespace mdl::runtime
