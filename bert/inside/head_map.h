#pragma once
#include "bert/inside/attention_maps.h"

namespace bertlet::inside {

// How differently two heads look, [n, n] of all heads of all layers: the Jensen–Shannon divergence of their rows in
// nats, 0 … log 2, averaged over tokens. Of a long text it is that of as many evenly spaced tokens as make `most`
// numbers of each head.
Array head_distances(const AttentionMaps& look, int64_t most = 8192);

// Heads that do alike, near each other.
struct HeadMap {
  std::vector<int64_t> clusters;  // [n], numbered by their first head; average linkage
  Array places;                   // [n, 2], in which the root of the divergence is a distance: classical scaling
};
HeadMap head_map(const Array& distances, int64_t clusters);

}  // namespace bertlet::inside
