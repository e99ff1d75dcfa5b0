#include "bert/inside/neighbours.h"

#include <algorithm>
#include <cmath>

#include "bert/tasks/forms/row.h"
#include "bert/text/unicode/character_table.h"
#include "bert/text/unicode/utf8.h"
#include "core/mapped.h"
#include "core/parallel.h"
#include "core/require.h"

namespace bertlet::inside {

namespace {

std::u32string lowered(std::string_view word) {
  std::u32string to;
  while (!word.empty()) {
    const text::Decoded next = text::decode(word);
    to += text::lower(next.c);
    word.remove_prefix(to_size(next.length));
  }
  return to;
}

double cosine_of(const real* a, const real* b, int64_t width) {
  double product = 0, of_a = 0, of_b = 0;
  for (int64_t i = 0; i < width; ++i) {
    const auto x = static_cast<double>(a[i]), y = static_cast<double>(b[i]);
    product += x * y;
    of_a += x * x;
    of_b += y * y;
  }
  return product / std::max(1e-12, std::sqrt(of_a * of_b));
}

// A sentence's words as people wrote them.
std::vector<std::string> stretches_of(std::string_view sentence, const std::vector<text::Span>& spans) {
  return mapped(spans, [&](const text::Span& span) { return std::string(text::stretch(sentence, span)); });
}

}  // namespace

bool is_same_word(std::string_view a, std::string_view b) { return lowered(a) == lowered(b); }

std::vector<NearRow> nearest_rows(const Array& x, std::span<const real> vector, int64_t count,
                                  const std::vector<int64_t>& without) {
  const int64_t rows = x.shape()[0], width = x.shape()[1];
  std::vector<NearRow> all(to_size(rows));
  parallel_for(rows, 1024, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row)
      all[to_size(row)] = {row, cosine_of(x.data() + row * width, vector.data(), width)};
  });
  std::erase_if(all, [&](const NearRow& near) { return std::ranges::count(without, near.row) > 0; });
  const auto end = all.begin() + std::min<std::ptrdiff_t>(count, std::ssize(all));
  std::ranges::partial_sort(all, end, std::greater(),
                            [](const NearRow& near) { return std::pair(near.cosine, -near.row); });
  all.erase(end, all.end());
  return all;
}

TableWord table_neighbours(const TextEncoder& encoder, std::string_view word, int64_t count) {
  const std::vector<int64_t> ids = encoder.tokenizer.encode(word, {.special = false}).ids;
  require(!ids.empty(), "neighbours: got '{}', which the tokenizer drops, want a word", word);
  const Array& table = encoder.model.embeddings.word_embeddings.weight.value();
  const int64_t width = table.shape()[1];
  std::vector<real> mean(to_size(width), 0);
  TableWord to;
  for (const int64_t id : ids) {
    to.pieces.push_back(encoder.tokenizer.vocabulary().token(id));
    for (int64_t i = 0; i < width; ++i) mean[to_size(i)] += table[id * width + i] / static_cast<real>(ids.size());
  }
  const int64_t words = std::min(table.shape()[0], encoder.tokenizer.vocabulary().size());
  to.neighbours = nearest_rows(table.rows(0, words), mean, count, ids);
  return to;
}

std::string_view WordsInContext::word(int64_t i) const {
  const Occurrence& at = occurrences[to_size(i)];
  return text::stretch(sentences[to_size(at.sentence)], at.bytes);
}

std::vector<int64_t> WordsInContext::find(std::string_view wanted) const {
  std::vector<int64_t> to;
  for (int64_t i = 0; i < std::ssize(occurrences); ++i)
    if (is_same_word(word(i), wanted)) to.push_back(i);
  return to;
}

WordsInContext words_in_context(const TextEncoder& encoder, std::vector<std::string> sentences,
                                const std::optional<std::string>& only, const TextsDone& done) {
  WordsInContext to{.sentences = std::move(sentences)};
  std::vector<bert::Sequence> sequences;
  std::vector<Stretch> stretches;
  for (int64_t i = 0; i < std::ssize(to.sentences); ++i) {
    const std::vector<text::Span> spans = tasks::word_spans(to.sentences[to_size(i)]);
    const std::vector<std::string> words = stretches_of(to.sentences[to_size(i)], spans);
    SentenceRows rows = rows_of_words(encoder, words, std::ssize(sequences));
    const std::size_t before = stretches.size();
    for (std::size_t word = 0; word < spans.size(); ++word) {
      if (rows.words[word].is_empty() || (only && !is_same_word(words[word], *only))) continue;
      to.occurrences.push_back({i, spans[word]});
      stretches.push_back(rows.words[word]);
    }
    if (stretches.size() > before) sequences.push_back(std::move(rows.sequence));
  }
  to.layers = layer_states(encoder.model, sequences, stretches, done);
  return to;
}

std::vector<NearRow> nearest(const WordsInContext& words, int64_t layer, int64_t occurrence, int64_t count) {
  const Array& x = words.layers[to_size(layer)];
  const int64_t width = x.shape()[1];
  return nearest_rows(x, {x.data() + occurrence * width, to_size(width)}, count, {occurrence});
}

}  // namespace bertlet::inside
