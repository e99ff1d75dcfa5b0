// Solutions of chapter 6.
#include <cmath>

#include "bert/model/model.h"
#include "core/ops.h"

using namespace bertlet;

bert::Config small() {
  return {.vocab_size = 10,
          .hidden_size = 4,
          .num_hidden_layers = 1,
          .num_attention_heads = 1,
          .intermediate_size = 4,
          .max_position_embeddings = 8};
}

// Exercise 1: numbers in BERT-base's tables, and its norm.
void count() {
  const int64_t V = 30522, P = 512, S = 2, H = 768;
  fmt::print("1  {} + {} + {} + {} = {}\n", V * H, P * H, S * H, 2 * H, (V + P + S + 2) * H);
}

// Exercise 2: a text that is longer than the table of positions.
void too_long() {
  const bert::Model model(small());
  Pass pass;
  try {
    model(bert::Batch::of({{.ids = std::vector<int64_t>(9, 1)}}), pass);
  } catch (const std::exception& error) {
    fmt::print("2  {}\n", error.what());
  }
}

// Exercise 3: without positions the same words in another order get the same numbers.
void without_positions() {
  bert::Model model(small());
  Parameters parameters = parameters_of(model);
  bert::initialise(parameters, model.config, 1);
  const auto apart = [&] {  // of the word 7, second in one text and third in the other
    Pass pass;
    const Array one = model(bert::Batch::of({{.ids = {2, 7, 8, 3}}}), pass).last_hidden_state.value();
    const Array other = model(bert::Batch::of({{.ids = {2, 8, 7, 3}}}), pass).last_hidden_state.value();
    real largest = 0;
    for (int64_t h = 0; h < 4; ++h) largest = std::max(largest, std::abs(one[4 + h] - other[8 + h]));
    return largest > real(1e-5);
  };
  fmt::print("3  with positions {}", apart() ? "different" : "the same");
  Array table = model.embeddings.position_embeddings.weight.edit();
  std::fill_n(table.data(), table.size(), real(0));
  fmt::print(", without {}\n", apart() ? "different" : "the same");
}

// Exercise 4: Vaswani's positions, sin and cos of p / 10000^(2i / H): a shift turns each pair by a fixed angle.
void sines() {
  const auto dot = [](int p, int q) {
    double sum = 0;
    for (int i = 0; i < 32; ++i) sum += std::cos((p - q) / std::pow(10000, 2.0 * i / 64));  // sin sin + cos cos
    return sum;
  };
  fmt::print("4  products of positions 0 and 5: {:.2f}, 10 and 15: {:.2f}, 0 and 0: {:.0f}\n", dot(0, 5), dot(10, 15),
             dot(0, 0));
}

int main() {
  count();
  too_long();
  without_positions();
  sines();
}
