#pragma once
#include "bert/io/formats/stored_tensor.h"

namespace bertlet::io {

// A tensor under the name, and with the axes, that Hugging Face's transformers give it today. It may come with
//   gamma and beta                       bert.embeddings.LayerNorm.gamma
//   Google's names                       bert/encoder/layer_0/attention/self/query/kernel   (a kernel is [in, out])
//   a wrapper's name in front            module.bert.pooler.dense.weight
//   DistilBERT's names                   distilbert.transformer.layer.0.attention.q_lin.weight
StoredTensor with_todays_name(StoredTensor tensor);

// Between DistilBERT's names and those that a BERT's tensors have; any other name stays as it is.
std::string from_distilbert(const std::string& name);
std::string to_distilbert(const std::string& name);

// Whether it belongs to an optimizer or is a table of 0, 1, 2, …: nobody misses it.
bool is_bookkeeping(std::string_view name);

}  // namespace bertlet::io
