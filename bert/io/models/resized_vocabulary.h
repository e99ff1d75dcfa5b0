#pragma once
#include "bert/io/formats/safetensors.h"
#include "bert/io/models/checkpoint.h"
#include "bert/model/config.h"

namespace bertlet::bert {

// What new tokens' rows begin with: the mean of those that are there, so that no new token is likelier than the others
// (as transformers do from 4.46 on), or numbers drawn as all of them were at first.
enum class NewRows { mean, normal };

// Whether a tensor has a row or a number for each token: embeddings, and the decoder of a language model with its bias.
bool has_rows_for_tokens(std::string_view name);

// The tensor with rows for `tokens` tokens; one that has as many stays.
io::OutgoingTensor with_tokens(const io::StoredTensor& tensor, int64_t tokens, NewRows rows, const Config& config,
                               std::uint64_t seed);

}  // namespace bertlet::bert
