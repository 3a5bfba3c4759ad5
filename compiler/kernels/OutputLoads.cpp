//===- OutputLoads.cpp - Loads of a kernel's own results -----------------------------===//
//
// Stage: kernels. See OutputLoads.h.
//
//===----------------------------------------------------------------------===//
#include "compiler/kernels/OutputLoads.h"

#include <map>

using namespace Halide::Internal;
using Halide::Expr;

namespace mdl::kernels {

namespace {

class OutputLoads : public IRMutator {
public:
  explicit OutputLoads(const Halide::Pipeline &pipeline) {
    for (const Halide::Func &func : pipeline.outputs())
      for (const Halide::OutputImageParam &buffer : func.output_buffers())
        parameters[buffer.name()] = buffer.parameter();
  }

private:
  using IRMutator::visit;

  Expr visit(const Load *op) override {
    auto output = parameters.find(op->name);
    if (output == parameters.end())
      return IRMutator::visit(op);
    return Load::make(op->type, op->name, mutate(op->index), op->image, output->second, mutate(op->predicate),
                      op->alignment);
  }

  std::map<std::string, Halide::Parameter> parameters;
};

} // namespace

std::unique_ptr<IRMutator> nameLoadedOutputs(const Halide::Pipeline &pipeline) {
  return std::make_unique<OutputLoads>(pipeline);
}

} // namespace mdl::kernels
