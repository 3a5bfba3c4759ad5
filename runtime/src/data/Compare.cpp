//===- Compare.cpp - Has the data still the schema it was compiled with? ---------------===//
//
// Runtime. In: the schema that the compiler saw and the one there is. Out: what differs.
//
//===----------------------------------------------------------------------===//
#include "data/Table.h"
#include "support/Shown.h"

#include <algorithm>

namespace mdl::data {

static bool contains(const std::vector<std::string> &items, const std::string &item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

/// The first name that one list has and the other has not.
static std::string firstMissing(const std::vector<std::string> &from, const std::vector<std::string> &in) {
  for (const std::string &item : from)
    if (!contains(in, item))
      return item;
  return "";
}

static std::string compareNames(const char *what, const std::vector<std::string> &compiled,
                                const std::vector<std::string> &now) {
  if (compiled == now)
    return "";
  if (std::string gone = firstMissing(compiled, now); !gone.empty())
    return std::string("the ") + what + " `" + runtime::shown(gone) + "` is gone";
  if (std::string added = firstMissing(now, compiled); !added.empty())
    return std::string("there is a new ") + what + " `" + runtime::shown(added) + "`";
  return std::string("each ") + what + " is there, but in another order or number";
}

static std::string shapeText(const std::vector<int64_t> &dims) {
  std::string out = "[";
  for (size_t i = 0; i < dims.size(); ++i)
    out += (i ? ", " : "") + std::to_string(dims[i]);
  return out + "]";
}

static int64_t product(const std::vector<int64_t> &dims) {
  int64_t count = 1;
  for (int64_t dim : dims)
    count *= dim;
  return count;
}

std::string compareSchemas(const Schema &compiled, const Schema &now) {
  if (std::string difference = compareNames("column", compiled.columns, now.columns); !difference.empty())
    return difference;
  if (std::string difference = compareNames("column of numbers", compiled.features, now.features); !difference.empty())
    return difference;
  if (std::string difference = compareNames("class", compiled.classes, now.classes); !difference.empty())
    return difference;
  // The program may see a row of a CSV in another shape than a vector, but of the same size.
  bool reshaped = !compiled.columns.empty();
  if (reshaped ? product(compiled.featureDims) != product(now.featureDims) : compiled.featureDims != now.featureDims)
    return "a row's input was " + shapeText(compiled.featureDims) + ", now it is " + shapeText(now.featureDims);
  if (!reshaped && compiled.featureType != now.featureType)
    return "inputs were " + compiled.featureType + ", now they are " + now.featureType;
  if (compiled.hasValid && !now.hasValid)
    return "the validation part is gone";
  return "";
}

} // namespace mdl::data
