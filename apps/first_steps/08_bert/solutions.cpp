// Solutions of chapter 8.
#include "bert/heads/word_head.h"
#include "core/ops.h"

using namespace bertlet;

// Exercise 1: numbers in a layer of BERT-base.
void count() {
  const int64_t H = 768, F = 3072;
  const int64_t attention = 4 * (H * H + H) + 2 * H, feed_forward = H * F + F + F * H + H + 2 * H;
  const bert::ParameterCount counts = bert::count_parameters({});
  fmt::print("1  {} + {} = {}, bertlet says {}\n", attention, feed_forward, attention + feed_forward, counts.layer);
}

bert::Config small() {
  return {.vocab_size = 40,
          .hidden_size = 32,
          .num_hidden_layers = 3,
          .num_attention_heads = 4,
          .intermediate_size = 64,
          .max_position_embeddings = 16,
          .initializer_range = 0.2};
}

Array states(const bert::Config& config) {
  bert::Model model(config);
  Parameters parameters = parameters_of(model);
  bert::initialise(parameters, config, 1);
  Pass pass;
  return model(bert::Batch::of({{.ids = {2, 17, 23, 3}}}), pass).last_hidden_state.value();
}

// Exercise 2: the other GELU; and another number of heads on the same weights.
void changed() {
  const auto apart = [](const bert::Config& config) {
    const Array one = states(small()), other = states(config);
    real largest = 0;
    for (int64_t i = 0; i < one.size(); ++i) largest = std::max(largest, std::abs(one[i] - other[i]));
    return largest;
  };
  bert::Config tanh_gelu = small(), two_heads = small();
  tanh_gelu.hidden_act = "gelu_new";
  two_heads.num_attention_heads = 2;
  fmt::print("2  GELU by tanh: {}\n", apart(tanh_gelu) < real(0.01) ? "differs by less than 0.01" : "differs by more");
  fmt::print("   two heads:    {}\n",
             apart(two_heads) < real(0.1) ? "differs by less than 0.1" : "differs by more than 0.1");
}

// Exercise 3: a state of the last layer depends on every token.
void who_counts() {
  bert::Model model(small());
  Parameters parameters = parameters_of(model);
  bert::initialise(parameters, model.config, 1);
  const Tensor rows =
      Tensor::parameter(gather_rows(model.embeddings.word_embeddings.weight, {2, 17, 23, 3}).value().clone());
  bert::Batch batch = bert::Batch::of({{.ids = {2, 17, 23, 3}}});
  batch.embeddings = rows;
  Pass pass;
  const Tensor states = model(batch, pass).last_hidden_state;
  backward(sum(slice(states, 0, 1, 2) * Tensor(normal({.seed = 1}, {1, 32}))));
  int64_t reached = 0;
  for (int64_t token = 0; token < 4; ++token) {
    real largest = 0;
    for (int64_t h = 0; h < 32; ++h) largest = std::max(largest, std::abs(rows.grad()[token * 32 + h]));
    reached += largest > real(1e-3);
  }
  fmt::print("3  the state of token 1 depends on {} of 4 tokens\n", reached);
}

int main() {
  count();
  changed();
  who_counts();
}
