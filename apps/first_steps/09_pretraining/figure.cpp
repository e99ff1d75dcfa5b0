// The loss of a small BERT that learns five sentences, beside what could be had without looking.
#include "apps/first_steps/drawing.h"
#include "bert/bertlet.h"

using namespace bertlet;

const std::vector<std::vector<int64_t>> sentences{
    // the 5 cat 6 dog 7 eats 8 chases 9 sleeps 10 swim 11 fish 12 bones 13
    {2, 5, 6, 8, 12, 3},
    {2, 5, 7, 8, 13, 3},
    {2, 5, 7, 9, 5, 6, 3},
    {2, 5, 6, 10, 3},
    {2, 12, 11, 3}};

int main() {
  std::vector<bert::Sequence> texts;
  std::vector<int64_t> labels;
  std::map<int64_t, double> counts;
  for (const std::vector<int64_t>& ids : sentences)
    for (std::size_t gap = 1; gap + 1 < ids.size(); ++gap) {
      texts.push_back({ids});
      texts.back().ids[gap] = 4;
      ++counts[ids[gap]];
      for (std::size_t t = 0; t < ids.size(); ++t) labels.push_back(t == gap ? ids[t] : no_label);
    }
  double entropy = 0;
  const double asked = static_cast<double>(texts.size());
  for (const auto& [word, count] : counts) entropy -= count / asked * std::log(count / asked);

  bert::MaskedLM model({.vocab_size = 14,
                        .hidden_size = 32,
                        .num_hidden_layers = 2,
                        .num_attention_heads = 2,
                        .intermediate_size = 64,
                        .max_position_embeddings = 16});
  bert::initialise(model, 1);
  const bert::Batch batch = bert::Batch::of(texts);
  const bert::Wanted wanted{.labels = labels};
  optim::AdamW optimizer(model.parameters(), {.lr = 3e-3});
  view::Line line{.name = "loss", .points = {}};
  for (std::uint64_t step = 0; step <= 100; ++step) {
    Pass pass;
    model.parameters().reset_grad();
    const Tensor loss = model.loss(model.score(batch, pass), batch, wanted);
    if (step % 5 == 0) line.points.push_back({static_cast<double>(step), std::round(20 * loss.item()) / 20});
    backward(loss);
    optimizer.step({.clip = 1});
  }
  view::LineChart chart{.title = "The loss of a small BERT, and what could be had without looking", .lines = {line}};
  chart.references = {{"guessing among 14 words", std::round(100 * std::log(14)) / 100},
                      {"knowing how often each is asked for", std::round(100 * entropy) / 100}};
  fmt::print("{}", book::svg_file(chart));
}
