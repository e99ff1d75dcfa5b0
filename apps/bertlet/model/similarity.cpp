#include <fmt/format.h>

#include <algorithm>

#include "apps/bertlet/model/encode.h"
#include "bert/io/json/document.h"
#include "core/real.h"
#include "core/require.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
using bertlet::Array;
using bertlet::io::Json;

constexpr std::size_t most_texts = 1000;  // of a table that somebody looks at

// [texts, H], a batch after another
Array vectors_of_all(const bert::SentenceEncoder& encoder, const std::vector<std::string>& texts, std::size_t batch) {
  const std::vector<std::string_view> lines(texts.begin(), texts.end());
  Array all;
  for (std::size_t i = 0; i < lines.size(); i += batch) {
    const auto part = std::span(lines).subspan(i, std::min(batch, lines.size() - i));
    const Array vectors = encoder.vectors(encodings_of(encoder, part, false));
    const int64_t width = vectors.shape()[1];
    if (!all) all = Array({std::ssize(lines), width});
    std::copy_n(vectors.data(), vectors.size(), all.data() + static_cast<int64_t>(i) * width);
  }
  return all;
}

Json json_of_table(const std::vector<std::string>& texts, const Array& table) {
  Json rows = Json::array();
  for (int64_t i = 0; i < std::ssize(texts); ++i)
    rows.push_back(
        std::vector<bertlet::real>(table.data() + i * std::ssize(texts), table.data() + (i + 1) * std::ssize(texts)));
  return {{"texts", texts}, {"similarity", std::move(rows)}};
}

void print_table(const std::vector<std::string>& texts, const Array& table) {
  const int64_t count = std::ssize(texts);
  const auto width = static_cast<int>(std::to_string(count).size());
  fmt::print("{:{}}", "", width);
  for (int64_t j = 0; j < count; ++j) fmt::print("{:>9}", j + 1);
  fmt::print("\n");
  for (int64_t i = 0; i < count; ++i) {
    fmt::print("{:>{}}", i + 1, width);
    for (int64_t j = 0; j < count; ++j) fmt::print("{:9.4f}", table[i * count + j]);
    fmt::print("  {}\n", texts[to_size(i)]);
  }
}

}  // namespace

void show_similarities(const bert::SentenceEncoder& encoder, const std::vector<std::string>& texts,
                       const EncodeOptions& options) {
  bertlet::require(texts.size() >= 2 && texts.size() <= most_texts, "--similar: got {} texts, want 2 … {}",
                   texts.size(), most_texts);
  if (options.pair) throw WrongUsage("got --pair and texts on the command line, want pairs on standard input");
  const Array vectors = vectors_of_all(encoder, texts, to_size(options.batch));
  const Array table = bert::cosine_similarities(vectors, vectors);
  if (options.common.json) return fmt::print("{}\n", json_of_table(texts, table).dump({.mends_strings = true}));
  if (texts.size() == 2) return fmt::print("{:.4f}\n", table[1]);
  print_table(texts, table);
}

std::string pair_similarities(const bert::SentenceEncoder& encoder, std::span<const std::string_view> lines,
                              const EncodeOptions& options) {
  std::vector<std::string_view> first, second;
  for (const std::string_view line : lines) {
    const std::size_t tab = line.find('\t');
    bertlet::require(tab != std::string_view::npos,
                     "--similar --pair: got '{}', want two texts with a tab between them", line);
    first.push_back(line.substr(0, tab));
    second.push_back(line.substr(tab + 1));
  }
  const Array a = encoder.vectors(encodings_of(encoder, first, false));
  const Array b = encoder.vectors(encodings_of(encoder, second, false));
  const Array table = bert::cosine_similarities(a, b);
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bertlet::real similarity = table[static_cast<int64_t>(i * lines.size() + i)];
    if (options.common.json)
      out += Json{{"text", first[i]}, {"text_b", second[i]}, {"similarity", similarity}}.dump({.mends_strings = true}) +
             "\n";
    else
      out += fmt::format("{:.4f}\t{}\t{}\n", similarity, first[i], second[i]);
  }
  return out;
}

}  // namespace apps
