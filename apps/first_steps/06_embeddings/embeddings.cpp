// What BERT's first box makes of a pair of texts: word + position + segment, then a norm. Plain look-ups beside
// bertlet's.
#include <cmath>

#include "bert/model/model.h"
#include "core/ops.h"

using namespace bertlet;

// Row ids[i] of the table [V, H] becomes row i: [N, H].
Tensor rows_of(const Tensor& table, const std::vector<int64_t>& ids) {
  const int64_t H = table.shape()[1];
  Array y({std::ssize(ids), H});
  for (int64_t i = 0; i < std::ssize(ids); ++i)
    for (int64_t h = 0; h < H; ++h) y[i * H + h] = table.value()[ids[to_size(i)] * H + h];
  return record<"rows_of">(y, {table}, [=, V = table.shape()[0]](Array dy, Into dtable) {
    Array g = Array::zeros({V, H});
    for (int64_t i = 0; i < std::ssize(ids); ++i)
      for (int64_t h = 0; h < H; ++h)
        g[ids[to_size(i)] * H + h] += dy[i * H + h];  // a word that is there twice gets both
    dtable += std::move(g);
  });
}

real largest_difference(const Array& a, const Array& b) {
  real largest = 0;
  for (int64_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

int main() {
  bert::Model model({.vocab_size = 10,
                     .hidden_size = 4,
                     .num_hidden_layers = 1,
                     .num_attention_heads = 1,
                     .intermediate_size = 4,
                     .max_position_embeddings = 8,
                     .pad_token_id = {}});
  Parameters parameters = parameters_of(model);
  bert::initialise(parameters, model.config, 1);
  const bert::Embeddings& e = model.embeddings;

  const bert::Batch batch =
      bert::Batch::of({{.ids = {2, 7, 3, 7, 3}, .types = {0, 0, 0, 1, 1}}});  // [CLS] a [SEP] a [SEP]
  const Tensor words = rows_of(e.word_embeddings.weight, batch.ids);          // [5, 4]
  const Tensor sum = words + rows_of(e.position_embeddings.weight, batch.positions) +
                     rows_of(e.token_type_embeddings->weight, batch.token_types);
  const Tensor plain = e.norm(sum);

  Pass pass;
  const Tensor ours = e(batch, pass);
  fmt::print("ids        {}\npositions  {}\nsegments   {}\n", fmt::join(batch.ids, " "),
             fmt::join(batch.positions, " "), fmt::join(batch.token_types, " "));
  fmt::print("rows 1 and 3, the same word: words differ by {}, sums by {:.2f}\n",
             largest_difference(words.value().rows(1, 2), words.value().rows(3, 4)),
             largest_difference(sum.value().rows(1, 2), sum.value().rows(3, 4)));
  fmt::print("equal to bertlet's to 1e-6: {}\n", largest_difference(plain.value(), ours.value()) < 1e-6 ? "yes" : "no");

  backward(bertlet::sum(words));
  const Array g = e.word_embeddings.weight.grad();
  fmt::print("gradient of the word table, a column: ");
  for (int64_t row = 0; row < 10; ++row) fmt::print("{}{}", g[row * 4], row == 9 ? "\n" : " ");
}
