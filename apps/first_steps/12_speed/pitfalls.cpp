// What goes wrong without an error message.
#include <cmath>

#include "bert/bertlet.h"
#include "core/warning.h"

using namespace bertlet;

// A model that cannot look: its best answer is how often each label comes, and its loss stops at their entropy.
void plateau() {
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < 100; ++i) labels.push_back(i < 70 ? 0 : i < 90 ? 1 : 2);
  const Tensor scores = Tensor::parameter(Array::filled({1, 3}, 0));
  Parameters parameters({{"scores", scores}});
  optim::Adam optimizer(parameters, {.lr = 0.1});
  Tensor loss;
  for (int step = 0; step < 300; ++step) {
    parameters.reset_grad();
    loss = cross_entropy(expand(scores, {100, 3}), labels);
    backward(loss);
    optimizer.step();
  }
  const double entropy = -(0.7 * std::log(0.7) + 0.2 * std::log(0.2) + 0.1 * std::log(0.1));
  fmt::print("plateau         loss {:.2f}, entropy of the labels {:.2f}\n", loss.item(), entropy);
}

// A class whose label is the number that means "ignore" is never learned.
void dead_class() {
  const Tensor x = Tensor::parameter(Array::of({3, 2}, {0, 0, 0, 0, 0, 0}));
  backward(cross_entropy(x, {0, 1, 0}, {.ignore = 0}));
  fmt::print("dead class      gradients {:.2f}\n", fmt::join(x.grad().values(), " "));
}

void no_labels() {
  const WarningHandler before =
      on_warning([](const std::string& text) { fmt::print("no label        warning: {}\n", text); });
  const Tensor x = Array::filled({2, 3}, 1);
  fmt::print("                loss {}\n", cross_entropy(x, {no_label, no_label}).item());
  on_warning(before);
}

bert::Model small_model(const char* activation) {
  bert::Config config{.vocab_size = 50,
                      .hidden_size = 32,
                      .num_hidden_layers = 2,
                      .num_attention_heads = 2,
                      .intermediate_size = 64,
                      .max_position_embeddings = 32,
                      .initializer_range = 0.2};
  config.hidden_act = activation;
  bert::Model model(config);
  Parameters parameters = parameters_of(model);
  bert::initialise(parameters, model.config, 1);
  return model;
}

double apart(const Array& a, const Array& b) {
  double largest = 0;
  for (int64_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(static_cast<double>(a[i] - b[i])));
  return largest;
}

// The pads of a rectangle are tokens like others unless a mask says that they are not.
void forgotten_mask() {
  const bert::Model model = small_model("gelu");
  Pass pass;
  const Array right = model(bert::Batch::of({{.ids = {2, 7, 9, 3}}}), pass).pooler_output.value();
  const Array wrong = model(bert::Batch::of({{.ids = {2, 7, 9, 3, 0, 0, 0, 0}}}), pass).pooler_output.value();
  fmt::print("forgotten mask  [CLS] is {} by {:.1f}\n", apart(right, wrong) > 0.05 ? "wrong" : "right",
             apart(right, wrong));
}

void two_gelus() {
  Pass pass;
  const bert::Batch batch = bert::Batch::of({{.ids = {2, 7, 9, 3}}});
  const double difference = apart(small_model("gelu")(batch, pass).last_hidden_state.value(),
                                  small_model("gelu_new")(batch, pass).last_hidden_state.value());
  fmt::print("two GELUs       states differ by {:.0e}\n", difference);
}

// The first step of Adam on a gradient of 1, with and without bias correction: in units of the rate.
void bias_correction() {
  for (const bool corrected : {true, false}) {
    const Tensor p = Tensor::parameter(Array::number(0));
    Parameters parameters({{"p", p}});
    optim::AdamW optimizer(parameters, {.lr = 1, .weight_decay = 0, .bias_correction = corrected, .groups = {}});
    backward(sum(1 * p));
    optimizer.step();
    fmt::print("first step      {} bias correction {:.2f}\n", corrected ? "with   " : "without", -p.value()[0]);
  }
}

int main() {
  plateau();
  dead_class();
  no_labels();
  forgotten_mask();
  two_gelus();
  bias_correction();
}
