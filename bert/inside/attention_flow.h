#pragma once
#include <functional>

#include "bert/inside/attention_maps.h"

namespace bertlet::inside {

// Attention flow (Abnar and Zuidema 2020, arXiv 2005.00928), [T, T]: how much can run from a token of the last layer
// down to each input, if half of a state passes a layer as it is, the rest goes where the heads' mean says, and no edge
// carries more than its weight. Row i has the maximum flows of token i, made to sum to 1. Unlike in the rollout,
// several ways count beside each other as far as they share no bottleneck. It takes T² maximum flows: `done` hears of
// rows.
Array attention_flow(const AttentionMaps& maps, const std::function<void(int64_t)>& done = {});

}  // namespace bertlet::inside
