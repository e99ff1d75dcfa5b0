#include "bert/heads/sentence_encoder.h"

#include <algorithm>

#include "bert/io/models/model_directory.h"
#include "bert/io/models/pretrained.h"
#include "bert/text/tokenizer/tokenizer_files.h"
#include "core/finite.h"
#include "core/ops.h"

namespace bertlet::bert {

namespace {

namespace fs = std::filesystem;

SentenceModules modules_for(const fs::path& directory, const SentenceOptions& options) {
  SentenceModules modules = read_sentence_modules(directory).value_or(SentenceModules{});
  if (options.pool || options.layer) {
    modules.pools = {options.pool.value_or(SentencePool::mean)};
    modules.steps.clear();
  }
  if (options.normalize) modules.steps.emplace_back(SentenceNormalize{});
  return modules;
}

WithPooler pooler_for(const SentenceModules& modules) {
  return std::ranges::count(modules.pools, SentencePool::pooler) > 0 ? WithPooler::yes : WithPooler::no;
}

text::Tokenizer tokenizer_in(const fs::path& directory, bool lower_case) {
  text::Tokenizer tokenizer = text::read_tokenizer(directory);
  if (!lower_case || tokenizer.options().text.lower_case) return tokenizer;
  text::TokenizerOptions options = tokenizer.options();
  text::add_lower_case(options.text);
  return text::Tokenizer(tokenizer.vocabulary(), std::move(options));
}

Batch batch_of(std::span<const text::Encoding> texts) {
  std::vector<Sequence> sequences;
  for (const text::Encoding& text : texts) sequences.push_back({text.ids, text.types});
  return Batch::of(sequences);
}

Tensor stepped(Tensor x, const SentenceStep& step) {
  if (const auto* dense = std::get_if<SentenceDense>(&step)) return dense->linear(x, dense->activation);
  return Tensor(normalized(x.value()));
}

}  // namespace

SentenceEncoder::SentenceEncoder(const fs::path& directory, const SentenceOptions& options)
    : options_(options),
      modules_(modules_for(directory, options)),
      model_(read_config(io::model_directory(directory) / "config.json"), pooler_for(modules_)),
      tokenizer_(tokenizer_in(io::model_directory(directory), modules_.lower_case)) {
  const fs::path model = io::model_directory(directory);
  Parameters parameters = parameters_of(model_);
  parameters.freeze_for_inference(options.precision);
  remarks_ = load_pretrained(parameters, initial_values(model_.config), model, options.seed);
  for (std::string& remark : check_vocabulary(tokenizer_.vocabulary().size(), model_.config, model.string()))
    remarks_.push_back(std::move(remark));
}

text::Encoding SentenceEncoder::encode(std::string_view text, std::optional<std::string_view> pair) const {
  const int64_t most = model_.config.max_position_embeddings;
  const int64_t wanted = options_.max_length.value_or(modules_.max_length.value_or(tokenizer_.options().max_length));
  const text::EncodeOptions how{.max_length = std::min(wanted, most), .keep = text::Keep::ids};
  const std::string prompted = modules_.prompt + std::string(text);
  return pair ? tokenizer_.encode(prompted, *pair, how) : tokenizer_.encode(prompted, how);
}

Encoded SentenceEncoder::encoded(const Batch& batch, const std::vector<int64_t>& rows) const {
  Pass pass;
  const bool states = options_.layer || std::ranges::count(modules_.pools, SentencePool::first_last) > 0;
  return model_(batch, pass, {.hidden_states = states, .rows = rows});
}

// The rows of the last layer that all pools together look at; none: all.
std::vector<int64_t> SentenceEncoder::rows_read(const Batch& batch) const {
  std::vector<int64_t> rows;
  for (const SentencePool pool : modules_.pools) {
    rows = bert::rows_read(pool, batch);
    if (rows.empty()) break;
  }
  return rows;
}

Array SentenceEncoder::vectors(std::span<const text::Encoding> texts) const {
  const Batch batch = batch_of(texts);
  const Encoded states = encoded(batch, rows_read(batch));
  std::vector<Tensor> parts;
  for (const SentencePool pool : modules_.pools) parts.push_back(sentence_vectors(batch, states, pool, options_.layer));
  Tensor x = parts.size() == 1 ? parts[0] : concat(parts, 1);
  for (const SentenceStep& step : modules_.steps) x = stepped(x, step);
  require_finite(x.value(), "the texts' vectors");
  return x.value();
}

std::vector<Array> SentenceEncoder::token_vectors(std::span<const text::Encoding> texts) const {
  const Batch batch = batch_of(texts);
  const Encoded states = encoded(batch);
  const Array rows = states_after(states, options_.layer).value();
  require_finite(rows, "the tokens' vectors");
  std::vector<Array> vectors;
  for (int64_t b = 0; b < batch.sequences(); ++b)
    vectors.push_back(rows.rows(batch.spans.begin(b), batch.spans.begin(b) + batch.spans.length(b)));
  return vectors;
}

Array cosine_similarities(const Array& a, const Array& b) {
  const Array left = normalized(a), right = normalized(b);
  const int64_t rows = a.shape()[0], columns = b.shape()[0], width = a.shape()[1];
  Array to({rows, columns});
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j) {
      double sum = 0;
      for (int64_t k = 0; k < width; ++k)
        sum += static_cast<double>(left[i * width + k]) * static_cast<double>(right[j * width + k]);
      to[i * columns + j] = static_cast<real>(sum);
    }
  return to;
}

}  // namespace bertlet::bert
