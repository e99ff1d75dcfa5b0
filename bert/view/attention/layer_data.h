#pragma once
#include <vector>

#include "bert/inside/attention_maps.h"
#include "bert/io/json/value.h"
#include "bert/view/attention/packing.h"

namespace bertlet::view {

// The pieces of a layer's data, each made when it is asked for.
class LayerData {
 public:
  // `kept`: which of the layer's heads are in the page in full, as places in its list.
  LayerData(const inside::LayerMaps& layer, std::vector<int64_t> kept)
      : layer_(&layer), kept_(std::move(kept)), tokens_(layer.together.shape()[0]) {}

  io::Json outline() const;  // what every page has of a layer
  void add_weights(io::Json& to) const;
  io::Json values() const;     // q, k and v of each kept head, each [T, D], and the largest number of each
  io::Json distances() const;  // what relative positions add to its scores, [T, T], and the largest number

 private:
  bool is_whole() const { return kept_.size() == layer_->heads.size(); }
  int64_t heads_in_one() const;

  io::Json weights() const;
  io::Json thumbnails() const;
  Array distance_part(int64_t a) const;
  template <class Add>
  io::Json streams(const Add& add, int64_t columns) const;

  const inside::LayerMaps* layer_;
  std::vector<int64_t> kept_;
  int64_t tokens_;
};

}  // namespace bertlet::view
