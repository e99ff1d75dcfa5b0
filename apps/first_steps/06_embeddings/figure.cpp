// Three look-ups, added up.
#include "apps/first_steps/drawing.h"
#include "bert/model/model.h"
#include "core/ops.h"

using namespace bertlet;

int main() {
  bert::Model model({.vocab_size = 10,
                     .hidden_size = 3,
                     .num_hidden_layers = 1,
                     .num_attention_heads = 1,
                     .intermediate_size = 4,
                     .max_position_embeddings = 8,
                     .initializer_range = 1,
                     .pad_token_id = {}});
  Parameters parameters = parameters_of(model);
  bert::initialise(parameters, model.config, 1);
  const bert::Embeddings& e = model.embeddings;
  const bert::Batch batch = bert::Batch::of({{.ids = {2, 7, 3, 7, 3}, .types = {0, 0, 0, 1, 1}}});
  const Tensor words = e.word_embeddings(batch.ids), positions = e.position_embeddings(batch.positions),
               segments = (*e.token_type_embeddings)(batch.token_types);

  book::Drawing drawing(730, 180, "Word, position and segment embeddings are added");
  const std::vector<std::string> tokens{"[CLS]", "cat", "[SEP]", "cat", "[SEP]"};
  for (std::size_t i = 0; i < tokens.size(); ++i) drawing.text(10, 54 + 24 * static_cast<double>(i), tokens[i]);
  double left = 62;
  const auto table = [&](const char* name, const Tensor& x, const char* sign) {
    drawing.strong(left, 24, name);
    const std::vector<real> values = x.value().values();
    drawing.matrix(left, 38, 3, {values.begin(), values.end()}, 1, 3);
    drawing.text(left + 146, 102, sign);
    left += 168;
  };
  table("word", words, "+");
  table("position", positions, "+");
  table("segment", segments, "=");
  table("sum", words + positions + segments, "");
  fmt::print("{}", drawing.svg());
}
