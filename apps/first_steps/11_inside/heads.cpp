// Which heads matter? A small BERT learns five sentences; then each head in turn is switched off.
#include "bert/bertlet.h"

using namespace bertlet;

const std::vector<std::vector<int64_t>> sentences{
    // the 5 cat 6 dog 7 eats 8 chases 9 sleeps 10 swim 11 fish 12 bones 13
    {2, 5, 6, 8, 12, 3},
    {2, 5, 7, 8, 13, 3},
    {2, 5, 7, 9, 5, 6, 3},
    {2, 5, 6, 10, 3},
    {2, 12, 11, 3}};

double loss_without(const bert::MaskedLM& model, const bert::Batch& batch, const bert::Wanted& wanted, int64_t layer,
                    int64_t head) {
  Array mask = Array::filled({2, 2}, 1);  // [L, A]: multiplies what each head hands on
  if (layer >= 0) mask[2 * layer + head] = 0;
  Pass pass;
  return static_cast<double>(model.loss(model.score(batch, pass, {.head_mask = mask}), batch, wanted).item());
}

int main() {
  std::vector<bert::Sequence> texts;
  std::vector<int64_t> labels;
  for (const std::vector<int64_t>& ids : sentences)
    for (std::size_t gap = 1; gap + 1 < ids.size(); ++gap) {
      texts.push_back({ids});
      texts.back().ids[gap] = 4;  // [MASK]
      for (std::size_t t = 0; t < ids.size(); ++t) labels.push_back(t == gap ? ids[t] : no_label);
    }
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
  for (int step = 0; step < 150; ++step) {
    Pass pass;
    model.parameters().reset_grad();
    backward(model.loss(model.score(batch, pass), batch, wanted));
    optimizer.step({.clip = 1});
  }
  fmt::print("all heads            loss {:.1f}\n", loss_without(model, batch, wanted, -1, 0));
  for (int64_t layer = 0; layer < 2; ++layer)
    for (int64_t head = 0; head < 2; ++head)
      fmt::print("without layer {} head {} loss {:.1f}\n", layer, head,
                 loss_without(model, batch, wanted, layer, head));
}
