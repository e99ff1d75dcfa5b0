#include "bert/inside/layer_states.h"

#include <algorithm>
#include <numeric>

#include "bert/data/batches.h"
#include "bert/io/models/model_directory.h"
#include "bert/io/models/pretrained.h"
#include "bert/text/tokenizer/tokenizer_files.h"
#include "core/mapped.h"
#include "core/require.h"

namespace bertlet::inside {

namespace {

constexpr int64_t tokens_at_once = 4096;

// Mean of some rows of x[N, H].
void add_mean(const Array& x, int64_t begin, int64_t end, real* to) {
  const int64_t width = x.shape()[1];
  for (int64_t column = 0; column < width; ++column) {
    double sum = 0;
    for (int64_t row = begin; row < end; ++row) sum += static_cast<double>(x[row * width + column]);
    to[column] = static_cast<real>(sum / static_cast<double>(end - begin));
  }
}

std::vector<int64_t> longest_sequences_first(std::span<const bert::Sequence> sequences) {
  std::vector<int64_t> order(sequences.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  std::ranges::stable_sort(order, std::greater(), [&](int64_t i) { return sequences[to_size(i)].ids.size(); });
  return order;
}

std::vector<std::vector<int64_t>> by_sequence(std::span<const Stretch> stretches, std::size_t sequences) {
  std::vector<std::vector<int64_t>> to(sequences);
  for (std::size_t i = 0; i < stretches.size(); ++i)
    to[to_size(stretches[i].sequence)].push_back(static_cast<int64_t>(i));
  return to;
}

// Encodes and takes what is wanted of each batch.
class StateReader {
 public:
  StateReader(const bert::Model& model, std::span<const bert::Sequence> sequences, std::span<const Stretch> stretches)
      : model_(model), sequences_(sequences), stretches_(stretches), wanted_(by_sequence(stretches, sequences.size())) {
    for (int64_t layer = 0; layer <= model.config.num_hidden_layers; ++layer)
      states_.emplace_back(Shape{std::ssize(stretches), model.config.hidden_size});
  }

  void read(std::span<const int64_t> batch) {
    std::vector<const bert::Sequence*> sequences;
    for (const int64_t i : batch) sequences.push_back(&sequences_[to_size(i)]);
    Pass pass;
    const bert::Encoded encoded = model_(bert::Batch::of(sequences), pass, {.hidden_states = true});
    for (std::size_t layer = 0; layer < states_.size(); ++layer) {
      int64_t first_row = 0;
      for (const int64_t i : batch) {
        take(encoded.hidden_states[layer].value(), first_row, i, states_[layer]);
        first_row += std::ssize(sequences_[to_size(i)].ids);
      }
    }
  }

  std::vector<Array> states() && { return std::move(states_); }

 private:
  void take(const Array& x, int64_t first_row, int64_t sequence, Array& to) const {
    for (const int64_t i : wanted_[to_size(sequence)]) {
      const Stretch& stretch = stretches_[to_size(i)];
      add_mean(x, first_row + stretch.begin, first_row + stretch.end, to.data() + i * to.shape()[1]);
    }
  }

  const bert::Model& model_;
  std::span<const bert::Sequence> sequences_;
  std::span<const Stretch> stretches_;
  std::vector<std::vector<int64_t>> wanted_;
  std::vector<Array> states_ = {};
};

}  // namespace

TextEncoder read_text_encoder(const std::filesystem::path& given) {
  const std::filesystem::path directory = io::model_directory(given);
  const bert::Config config = bert::read_config(directory / "config.json");
  TextEncoder to{text::read_tokenizer(directory), bert::Model(config, bert::WithPooler::no)};
  bert::check_vocabulary(to.tokenizer.vocabulary().size(), config, given.string());
  Parameters parameters = parameters_of(to.model);
  bert::load_pretrained(parameters, bert::initial_values(config), directory);
  parameters.freeze("*");
  return to;
}

std::vector<Array> layer_states(const bert::Model& model, std::span<const bert::Sequence> sequences,
                                std::span<const Stretch> stretches, const TextsDone& done) {
  for (const Stretch& stretch : stretches)
    require(stretch.begin < stretch.end, "layer_states: got no rows of sequence {}, want some", stretch.sequence);
  const std::vector<int64_t> order = longest_sequences_first(sequences);
  const std::vector<int64_t> lengths =
      mapped(order, [&](int64_t i) { return static_cast<int64_t>(std::ssize(sequences[to_size(i)].ids)); });
  StateReader reader(model, sequences, stretches);
  for (int64_t begin = 0; const int64_t end : data::cut_batches(lengths, tokens_at_once)) {
    reader.read(std::span(order).subspan(to_size(begin), to_size(end - begin)));
    begin = end;
    if (done) done(end);
  }
  return std::move(reader).states();
}

SentenceRows rows_of_words(const TextEncoder& encoder, std::span<const std::string> words, int64_t sequence) {
  const text::Encoding encoding =
      encoder.tokenizer.encode_words(words, {.max_length = encoder.model.config.max_position_embeddings});
  SentenceRows to{{encoding.ids, encoding.types}, std::vector<Stretch>(words.size(), Stretch{.sequence = sequence})};
  for (int64_t row = 0; row < encoding.size(); ++row) {
    const int64_t word = encoding.words[to_size(row)];
    if (word == text::Encoding::none) continue;
    Stretch& stretch = to.words[to_size(word)];
    if (stretch.is_empty()) stretch.begin = row;
    stretch.end = row + 1;
  }
  return to;
}

}  // namespace bertlet::inside
