// Why bertlet is fast, in numbers that are the same on every machine: rows without pads, equal bits, halves of floats.
#include <cmath>
#include <cstring>

#include "bert/bertlet.h"
#include "core/product/product.h"

using namespace bertlet;

bool same_bits(const Array& a, const Array& b) {
  return a.shape() == b.shape() && std::memcmp(a.data(), b.data(), to_size(a.size()) * sizeof(real)) == 0;
}

bert::Sequence sequence(int64_t length) { return {.ids = integers({.seed = to_size(length)}, length, 100)}; }

Array states(const bert::Model& model, const std::vector<bert::Sequence>& texts) {
  Pass pass;
  return model(bert::Batch::of(texts), pass).last_hidden_state.value();
}

void rows() {
  const std::vector<int64_t> lengths{12, 40, 7, 128, 23, 18, 31, 9};
  int64_t all = 0, longest = 0;
  for (const int64_t length : lengths) all += length, longest = std::max(longest, length);
  const int64_t padded = longest * std::ssize(lengths);
  fmt::print("{} texts: {} rows, padded {}; {:.0f} % of a rectangle would be pads\n\n", lengths.size(), all, padded,
             100 - 100 * static_cast<double>(all) / static_cast<double>(padded));
}

void bits(const bert::Model& model) {
  const Array alone = states(model, {sequence(20)}), together = states(model, {sequence(20), sequence(90)}).rows(0, 20);
  fmt::print("alone and beside a longer text: {}\n", same_bits(alone, together) ? "the same bits" : "other bits");
  set_threads(1);
  const Array one = states(model, {sequence(90)});
  set_threads(3);
  fmt::print("one thread and three:           {}\n\n",
             same_bits(one, states(model, {sequence(90)})) ? "the same bits" : "other bits");
}

// y = x Wᵀ with x and W in 32, 16 and 8 bits; sums stay floats.
void precision() {
  const int64_t N = 8, H = 256;
  const Array x = normal({.seed = 1}, {N, H}), w = normal({.seed = 2}, {H, H}, 0, 1 / std::sqrt(real(H)));
  Array exact;
  for (const Precision each : {Precision::fp32, Precision::bf16, Precision::int8}) {
    Array y({N, H});
    product({x.data(), N, H, H}, PackedMatrix({w.data(), H, H, H, true}, each), 0, y.data(), H);
    if (!exact) exact = y;
    double error = 0, size = 0;
    for (int64_t i = 0; i < y.size(); ++i) {
      error += std::pow(static_cast<double>(y[i] - exact[i]), 2);
      size += std::pow(static_cast<double>(exact[i]), 2);
    }
    const int bytes = each == Precision::fp32 ? 4 : each == Precision::bf16 ? 2 : 1;
    fmt::print("numbers of {} bytes: error {:.1f} % of the result\n", bytes, 100 * std::sqrt(error / size));
  }
}

int main() {
  bert::Model model({.vocab_size = 100,
                     .hidden_size = 64,
                     .num_hidden_layers = 2,
                     .num_attention_heads = 4,
                     .intermediate_size = 128,
                     .max_position_embeddings = 128});
  Parameters parameters = parameters_of(model);
  bert::initialise(parameters, model.config, 1);
  rows();
  bits(model);
  precision();
}
