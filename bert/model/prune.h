#pragma once
#include "bert/model/model.h"

namespace bertlet::bert {

// Takes heads out of the model's layers: their part of every weight, so that a layer computes what it would with a head
// mask of 0 there, and faster. The model's config remembers them; a model made from that config has the smaller shapes.
// Heads keep the numbers they had when all were there, however often a model is pruned.
//
//   prune_heads(model, {{0, {1, 5}}, {11, {0}}});
//
// Weights become other tensors: lists of parameters made before are those of the model as it was.
void prune_heads(Model& model, const HeadsByLayer& heads);

}  // namespace bertlet::bert
