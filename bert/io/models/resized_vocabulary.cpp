#include "bert/io/models/resized_vocabulary.h"

#include <algorithm>
#include <array>

#include "nn/init.h"

namespace bertlet::bert {

namespace {

// Σ rows / their number
Array mean_row(const Array& table) {
  const int64_t rows = table.shape()[0], width = table.size() / rows;
  Array mean({width});
  for (int64_t i = 0; i < width; ++i) {
    double sum = 0;
    for (int64_t row = 0; row < rows; ++row) sum += static_cast<double>(table[row * width + i]);
    mean[i] = static_cast<real>(sum / static_cast<double>(rows));
  }
  return mean;
}

Array repeated(const Array& row, int64_t count) {
  Array to({count, row.size()});
  for (int64_t i = 0; i < count; ++i) std::copy_n(row.data(), row.size(), to.data() + i * row.size());
  return to;
}

// A bias begins with 0.
Array drawn(const std::string& name, const Shape& shape, const Config& config, std::uint64_t seed) {
  Tensor rows = Tensor::parameter(Array::filled(shape, 0));
  if (shape.rank() > 1) normal_init(static_cast<real>(config.initializer_range))(rows, rng_for(seed, name));
  return rows.value();
}

}  // namespace

bool has_rows_for_tokens(std::string_view name) {
  constexpr std::array<std::string_view, 4> endings = {"embeddings.word_embeddings.weight",
                                                       "cls.predictions.decoder.weight", "cls.predictions.decoder.bias",
                                                       "cls.predictions.bias"};
  return std::ranges::any_of(endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

io::OutgoingTensor with_tokens(const io::StoredTensor& tensor, int64_t tokens, NewRows rows, const Config& config,
                               std::uint64_t seed) {
  if (tensor.shape[0] >= tokens) return io::outgoing(tensor, tensor.type);
  const Array before = tensor.array();
  std::vector<int64_t> axes(tensor.shape.begin(), tensor.shape.end());
  const int64_t added = tokens - axes[0];
  axes[0] = added;
  const Array more =
      rows == NewRows::mean ? repeated(mean_row(before), added) : drawn(tensor.name, Shape(axes), config, seed);
  axes[0] = tokens;
  Array all{Shape(axes)};
  std::copy_n(before.data(), before.size(), all.data());
  std::copy_n(more.data(), more.size(), all.data() + before.size());
  return io::outgoing(tensor.name, all, tensor.type);
}

}  // namespace bertlet::bert
