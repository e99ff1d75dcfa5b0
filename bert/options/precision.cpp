#include "bert/options/precision.h"

#include <algorithm>

namespace bertlet::options {

namespace {

const std::vector<std::string> precisions{"fp32", "bf16", "int8"};

Precision named(const std::string& name) {
  if (name == "auto") return fastest_precision();
  return static_cast<Precision>(std::ranges::find(precisions, name) - precisions.begin());
}

}  // namespace

Option training_precision(Precision* to) {
  return {"precision",
          Word{[to] { return precisions[to_size(*to)]; }, [to](const std::string& name) { *to = named(name); }},
          "What products multiply in; auto: what is faster here",
          {.values = {"fp32", "bf16", "auto"}}};
}

Option inference_precision(std::optional<Precision>* to) {
  return {
      "precision",
      Word{[to] { return *to ? precisions[to_size(**to)] : ""; }, [to](const std::string& name) { *to = named(name); }},
      "What products multiply in; auto: what is faster here and costs no score; if not given, as the model is kept",
      {.values = {"auto", "fp32", "bf16", "int8"}}};
}

}  // namespace bertlet::options
