#include "bert/io/models/int8.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "core/parallel.h"
#include "core/require.h"

namespace bertlet::io {

namespace {

constexpr std::string_view suffix = "_scale";

// A row as products in int8 round it (core/product/kernels.cpp).
struct Row {
  std::span<const real> numbers;
  real most = 0;

  explicit Row(std::span<const real> row) : numbers(row) {
    for (const real x : row) most = std::max(most, std::abs(x));
  }
  real scale() const { return most / 127; }
  std::int8_t rounded(real x) const {
    const real whole = most > 0 ? x * (127 / most) : 0;
    return static_cast<std::int8_t>(whole + (whole < 0 ? real(-0.5) : real(0.5)));
  }
};

// f(row, its index), on all threads.
template <class F>
void for_rows(const Array& weight, const F& f) {
  const int64_t width = weight.shape()[1];
  parallel_for(weight.shape()[0], 16, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) f(Row({weight.data() + i * width, to_size(width)}), i);
  });
}

void write_numbers(const StoredTensor& tensor, FileWriter& file) {
  const Array weight = tensor.array();
  std::string bytes(to_size(weight.size()), '\0');
  for_rows(weight, [&](const Row& row, int64_t i) {
    char* to = bytes.data() + i * weight.shape()[1];
    for (const real x : row.numbers) *to++ = static_cast<char>(row.rounded(x));
  });
  file.write(bytes);
}

void write_scales(const StoredTensor& tensor, FileWriter& file) {
  const Array weight = tensor.array();
  std::vector<float> scales(to_size(weight.shape()[0]));
  for_rows(weight, [&](const Row& row, int64_t i) { scales[to_size(i)] = static_cast<float>(row.scale()); });
  file.write({reinterpret_cast<const char*>(scales.data()), scales.size() * sizeof(float)});
}

}  // namespace

bool is_dense_weight(const StoredTensor& tensor) {
  return tensor.shape.rank() == 2 && !is_whole(tensor.type) && tensor.name.ends_with("weight") &&
         tensor.name.find("embedding") == std::string::npos &&
         tensor.name.find("predictions.decoder") == std::string::npos;  // one that shares its weight with embeddings
}

void add_int8(std::vector<OutgoingTensor>& to, const std::string& name, const StoredTensor& tensor) {
  to.push_back({name, NumberType::i8, tensor.shape, [=](FileWriter& file) { write_numbers(tensor, file); }});
  to.push_back({name + std::string(suffix), NumberType::f32, Shape{tensor.shape[0], 1},
                [=](FileWriter& file) { write_scales(tensor, file); }});
}

void add_copy(std::vector<OutgoingTensor>& to, const std::string& name, const StoredTensor& tensor, NumberType type) {
  to.push_back(outgoing(tensor, type));
  to.back().name = name;
  if (!tensor.scales || type != tensor.type) return;
  to.push_back(outgoing(*tensor.scales, tensor.scales->type));
  to.back().name = name + std::string(suffix);
}

double rounding_error(const StoredTensor& tensor) {
  const Array weight = tensor.array();
  std::vector<double> lost(to_size(weight.shape()[0])), all = lost;  // of each row
  for_rows(weight, [&](const Row& row, int64_t i) {
    for (const real x : row.numbers) {
      const auto number = static_cast<double>(x), left = static_cast<double>(row.rounded(x) * row.scale());
      lost[to_size(i)] += (number - left) * (number - left);
      all[to_size(i)] += number * number;
    }
  });
  const double size = std::accumulate(all.begin(), all.end(), 0.0);
  return size > 0 ? std::sqrt(std::accumulate(lost.begin(), lost.end(), 0.0) / size) : 0;
}

void join_scales(std::vector<StoredTensor>& tensors) {
  std::map<std::string, std::shared_ptr<const StoredTensor>> scales;
  for (const StoredTensor& tensor : tensors)
    if (tensor.name.ends_with(suffix)) scales.emplace(tensor.name, std::make_shared<const StoredTensor>(tensor));
  if (scales.empty()) return;
  for (StoredTensor& tensor : tensors) {
    const auto found = scales.find(tensor.name + std::string(suffix));
    if (tensor.type != NumberType::i8 || found == scales.end()) continue;
    const StoredTensor& of_rows = *found->second;
    require(tensor.shape.rank() == 2 && of_rows.shape == Shape({tensor.shape[0], 1}) && !is_whole(of_rows.type),
            "{}: {}: got {} for a weight {}, want one number for each row", of_rows.file->name(), of_rows.name,
            of_rows.shape, tensor.shape);
    tensor.scales = found->second;
  }
  std::erase_if(tensors, [](const StoredTensor& tensor) { return tensor.name.ends_with(suffix); });
}

}  // namespace bertlet::io
