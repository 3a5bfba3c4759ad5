//===- ClusterRules.h - Which operations share a kernel -------------------------------===//
#ifndef MDL_FUSE_CLUSTERRULES_H
#define MDL_FUSE_CLUSTERRULES_H

#include "compiler/fuse/ClusterGraph.h"

namespace mdl {

/// Merges units into clusters by the rules that the head of OutlineKernels.cpp explains.
void formClusters(ClusterGraph &graph);

} // namespace mdl

#endif // MDL_FUSE_CLUSTERRULES_H
