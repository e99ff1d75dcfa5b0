#include "bert/view/attention/attention_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "bert/text/unicode/utf8.h"
#include "bert/view/markup.h"
#include "core/real.h"

namespace bertlet::view {

namespace {

constexpr int64_t widest_map = 60, label_width = 14;

const char* shade(real alpha) {
  if (alpha < real(0.02)) return "  ";
  if (alpha < real(0.1)) return "░░";
  if (alpha < real(0.25)) return "▒▒";
  return alpha < real(0.5) ? "▓▓" : "██";
}

// Exactly `label_width` characters.
std::string name_of(const inside::Token& token) {
  std::string name;
  int64_t length = 0;
  std::string_view rest = token.text;
  for (; !rest.empty() && length < label_width; ++length) {
    const text::Decoded next = text::decode(rest);
    text::append(next.c, name);
    rest.remove_prefix(to_size(next.length));
  }
  return printable(name) + std::string(to_size(label_width - length), ' ');
}

std::string strongest(const AttentionExhibit& exhibit, const real* row) {
  const int64_t at = std::max_element(row, row + exhibit.maps.tokens()) - row;
  return fmt::format("{:.2f} {}", row[at], printable(exhibit.tokens[to_size(at)].text));
}

std::string map_text(const AttentionExhibit& exhibit, const Array& alpha) {
  const int64_t tokens = exhibit.maps.tokens();
  const bool is_drawn = tokens <= widest_map;
  std::string text(to_size(label_width + 4), ' ');
  for (int64_t j = 0; j < tokens && is_drawn; ++j) text += fmt::format("{:2}", j);
  text += "  looks most at\n";
  for (int64_t i = 0; i < tokens; ++i) {
    text += fmt::format("{:3} {}", i, name_of(exhibit.tokens[to_size(i)]));
    for (int64_t j = 0; j < tokens && is_drawn; ++j) text += shade(alpha[i * tokens + j]);
    text += fmt::format("  {}\n", strongest(exhibit, alpha.data() + i * tokens));
  }
  return text;
}

std::string layer_text(const AttentionExhibit& exhibit, int64_t number, const std::vector<int64_t>& heads) {
  const inside::LayerMaps& layer = exhibit.maps.layers[to_size(number)];
  if (heads.empty())
    return fmt::format("layer {}, mean of {} heads\n{}", number, layer.heads.size(),
                       map_text(exhibit, inside::mean_over_heads(layer.probabilities)));
  std::string text;
  for (int64_t a = 0; a < std::ssize(layer.heads); ++a)
    if (std::ranges::count(heads, layer.heads[to_size(a)]) > 0)
      text += fmt::format("layer {}, head {}\n{}", number, layer.heads[to_size(a)],
                          map_text(exhibit, layer.probabilities.rows(a, a + 1)));
  return text;
}

char letter(const inside::HeadStatistics& statistics) {
  const std::string_view name = inside::kind(statistics);
  if (name == "mixed") return '-';
  if (name == "punctuation") return '.';
  return name[0] == '[' ? name[1] : name[0];
}

std::string heads_text(const AttentionExhibit& exhibit) {
  std::string text = "n next, p previous, s itself, C [CLS], S [SEP], . punctuation, b broad, - mixed\nhead ";
  const auto statistics = inside::head_statistics(exhibit.maps, exhibit.tokens);
  int64_t heads = 0;
  for (const inside::HeadStatistics& each : statistics) heads = std::max(heads, each.head + 1);
  for (int64_t h = 0; h < heads; ++h) text += fmt::format("{:3}", h);
  for (int64_t l = 0, at = 0; l < std::ssize(exhibit.maps.layers); ++l) {
    text += fmt::format("\n{:4} ", l);
    for (int64_t h = 0; h < heads; ++h) {
      const bool is_here =
          at < std::ssize(statistics) && statistics[to_size(at)].layer == l && statistics[to_size(at)].head == h;
      text += fmt::format("{:>3}", is_here ? letter(statistics[to_size(at++)]) : ' ');
    }
  }
  return text + "\n";
}

}  // namespace

std::string attention_text(const AttentionExhibit& exhibit, const AttentionChoice& choice) {
  check(choice, exhibit.maps);
  std::vector<int64_t> layers = choice.layers;
  if (layers.empty()) layers = {std::ssize(exhibit.maps.layers) - 1};
  std::string text;
  for (const int64_t layer : layers) text += layer_text(exhibit, layer, choice.heads) + "\n";
  return text + heads_text(exhibit);
}

}  // namespace bertlet::view
