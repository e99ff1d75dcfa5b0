#pragma once
#include <optional>
#include <string>
#include <vector>

#include "apps/bertlet/model/model_copy.h"
#include "bert/io/json/document.h"

// What it costs a model to have the weights of its dense layers in 8 bits.
namespace apps {

// A layer of the encoder, or all dense layers outside of it. Costs are lengths of differences over lengths.
struct Int8Layer {
  std::string name;  // "layer 3"
  int64_t weights = 0;
  double rounding = 0;                // of its weights
  std::optional<double> states = {};  // the last layer's states, if this layer alone is rounded
  bool kept = false;                  // as it is
};

struct Int8Report {
  std::vector<Int8Layer> layers;
  std::optional<double> states = {};  // if all are rounded that are not kept
  std::optional<double> cosine = {};  // then the least between a text's first state and what it was
  int64_t texts = 0;

  bool rounds(const bertlet::io::StoredTensor& tensor) const;
  std::string text() const;
  bertlet::io::Json json() const;
};

// `data` names a file of texts; empty: nothing is run. The `keep` layers that cost most are kept.
Int8Report int8_report(const ModelSource& source, const std::string& data, int64_t keep, const CommonOptions& common);

}  // namespace apps
