#include "bert/model/prune.h"

#include <algorithm>

#include "core/ops.h"

namespace bertlet::bert {

namespace {

// Where the heads that stay stand among those that were there.
std::vector<int64_t> places_of(const std::vector<int64_t>& left, const std::vector<int64_t>& before) {
  std::vector<int64_t> places;
  for (std::size_t i = 0; i < before.size(); ++i)
    if (std::ranges::binary_search(left, before[i])) places.push_back(static_cast<int64_t>(i));
  return places;
}

// The parameter seen as blocks of `size` numbers, of which the named ones stay.
void keep_blocks(Tensor& parameter, int64_t size, const std::vector<int64_t>& blocks, const Shape& shape) {
  const Array all = parameter.value().shaped({parameter.value().size() / size, size});
  const bool wants_grad = parameter.wants_grad();
  parameter = Tensor::parameter(gathered("prune_heads", all, blocks).shaped(shape));
  parameter.set_wants_grad(wants_grad);
}

// A head's numbers are rows of query, key and value.
void keep_rows(Linear& dense, int64_t size, const std::vector<int64_t>& heads) {
  const int64_t columns = dense.weight.shape()[1], rows = static_cast<int64_t>(heads.size()) * size;
  keep_blocks(dense.weight, size * columns, heads, {rows, columns});
  keep_blocks(dense.bias, size, heads, {rows});
}

// And they are columns of the output.
void keep_columns(Linear& dense, int64_t size, const std::vector<int64_t>& heads) {
  const int64_t rows = dense.weight.shape()[0], all = dense.weight.shape()[1] / size;
  std::vector<int64_t> blocks;
  for (int64_t row = 0; row < rows; ++row)
    for (const int64_t head : heads) blocks.push_back(row * all + head);
  keep_blocks(dense.weight, size, blocks, {rows, static_cast<int64_t>(heads.size()) * size});
}

void keep_heads(Attention& attention, int64_t size, const std::vector<int64_t>& left) {
  const std::vector<int64_t> places = places_of(left, attention.heads);
  for (Linear* dense : {&attention.attend.query, &attention.attend.key, &attention.attend.value})
    keep_rows(*dense, size, places);
  keep_columns(attention.attend.output, size, places);
  attention.attend.heads = static_cast<int64_t>(left.size());
  attention.heads = left;
}

}  // namespace

void prune_heads(Model& model, const HeadsByLayer& heads) {
  Config config = model.config;
  for (const auto& [layer, gone] : heads) config.pruned_heads[layer].insert(gone.begin(), gone.end());
  check(config, "prune_heads");
  for (const auto& [layer, gone] : heads)
    keep_heads(model.encoder.layer[to_size(layer)].attention, config.head_size(), config.heads_of(layer));
  model.config = std::move(config);
}

}  // namespace bertlet::bert
