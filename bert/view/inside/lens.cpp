#include "bert/view/inside/lens.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bert/io/json/document.h"
#include "bert/view/inside/inside_page.h"
#include "bert/view/inside/layer_table.h"
#include "bert/view/markup.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::view {

using inside::LanguageModel;
using inside::Lens;
using inside::WordReading;

namespace {

constexpr int64_t token_width = 14, word_width = 9, rank_width = 5, cell_width = word_width + rank_width + 2;
constexpr double darkest_rank = 4;  // log₁₀: words from rank 10 000 on have no colour

std::string name_of(const LanguageModel& model, const text::Encoding& encoding, int64_t row) {
  return printable(model.token(encoding.ids[to_size(row)]));
}

// Those that were asked for or, of all, as many as there is room for: the first, the last, and some between.
std::vector<std::size_t> layers_of(const Lens& lens, const LensForm& form, int64_t most) {
  const int64_t last = std::ssize(lens.layers) - 1;
  std::vector<std::size_t> to;
  for (const int64_t layer : form.layers) {
    require(layer >= 0 && layer <= last, "--layers: got {}, want at most {}", layer, last);
    to.push_back(to_size(layer));
  }
  if (!to.empty()) return to;
  const int64_t steps = std::min(last, std::max<int64_t>(1, most - 1));
  for (int64_t step = 0; step <= steps; ++step) to.push_back(to_size((step * last + steps / 2) / steps));
  return to;
}

double share_of(int64_t rank) { return std::max(0.0, 1 - std::log10(static_cast<double>(rank)) / darkest_rank); }

}  // namespace

// --- text ------------------------------------------------------------------------------------------------------------

std::string lens_text(const LanguageModel& model, const text::Encoding& encoding, const Lens& lens,
                      const LensForm& form) {
  const std::vector<std::size_t> layers = layers_of(lens, form, (form.columns - token_width) / cell_width);
  std::string to = fitted("layer", token_width);
  for (const std::size_t layer : layers) to += " " + fitted(layer_name(layer), cell_width - 1);
  for (std::size_t i = 0; i < lens.rows.size(); ++i) {
    to += "\n" + fitted(name_of(model, encoding, lens.rows[i]), token_width);
    for (const std::size_t layer : layers) {
      const WordReading& reading = lens.layers[layer][i];
      const std::string word = fitted(printable(model.token(reading.likeliest[0].id)), word_width);
      to +=
          " " + shaded(fmt::format("{}{:>{}} ", word, reading.rank, rank_width), share_of(reading.rank), form.colours);
    }
  }
  if (layers.size() < lens.layers.size() && form.layers.empty())
    to += fmt::format("\n{} of {} layers: there is no room for more; --layers chooses", layers.size(),
                      lens.layers.size());
  return to + "\n";
}

std::string lens_text_of(int64_t token, const LanguageModel& model, const text::Encoding& encoding, const Lens& lens,
                         const LensForm& form) {
  const auto found = std::ranges::find(lens.rows, token);
  require(found != lens.rows.end(), "--token: got {}, want a token of the text, from {} to {}", token,
          lens.rows.front(), lens.rows.back());
  const auto i = to_size(found - lens.rows.begin());
  std::string to = fmt::format("token {}: {}\n{:<6} {:<24} likeliest\n", token, name_of(model, encoding, token),
                               "layer", "asked about");
  for (const std::size_t layer : layers_of(lens, form, std::ssize(lens.layers))) {
    const WordReading& reading = lens.layers[layer][i];
    const std::string about =
        fmt::format("{} {:.4f} #{}", model.token(reading.id), std::exp(reading.log_probability), reading.rank);
    to += fmt::format("{:<6} {}", layer, fitted(printable(about), 24));
    for (const WordReading::Guess& guess : reading.likeliest)
      to += fmt::format(" {} {:.4f} ", printable(model.token(guess.id)), guess.probability);
    to.back() = '\n';
  }
  return to;
}

// --- JSON ------------------------------------------------------------------------------------------------------------

namespace {

io::Json json_of(const WordReading& reading, const LanguageModel& model) {
  io::Json words = io::Json::array();
  for (const WordReading::Guess& guess : reading.likeliest)
    words.push_back({{"token", model.token(guess.id)}, {"id", guess.id}, {"probability", guess.probability}});
  return {{"word", model.token(reading.id)},
          {"id", reading.id},
          {"rank", reading.rank},
          {"log_probability", reading.log_probability},
          {"entropy", reading.entropy},
          {"likeliest", std::move(words)}};
}

}  // namespace

io::Json lens_json(const LanguageModel& model, const text::Encoding& encoding, const Lens& lens, const LensForm& form) {
  io::Json json{{"tokens", io::Json::array()}, {"layers", io::Json::array()}};
  for (const int64_t row : lens.rows)
    json["tokens"].push_back({{"position", row},
                              {"token", model.token(encoding.ids[to_size(row)])},
                              {"start", encoding.characters[to_size(row)].begin},
                              {"end", encoding.characters[to_size(row)].end}});
  for (const std::size_t layer : layers_of(lens, form, std::ssize(lens.layers))) {
    io::Json readings = io::Json::array();
    for (const WordReading& reading : lens.layers[layer]) readings.push_back(json_of(reading, model));
    json["layers"].push_back({{"layer", layer}, {"readings", std::move(readings)}});
  }
  return json;
}

// --- page ------------------------------------------------------------------------------------------------------------

extern const char *const lens_style, *const lens_script;  // lens.css and lens.js

namespace {

constexpr const char* colour_choices =
    R"(<input class="by" type="radio" name="by" id="rank" checked><label for="rank">rank of the text's word</label>
<input class="by" type="radio" name="by" id="share"><label for="share">its probability</label>
<input class="by" type="radio" name="by" id="sure"><label for="sure">how sure the layer is</label>
)";

std::string cell(const WordReading& reading, const LanguageModel& model, bool first) {
  return fmt::format("<td tabindex=\"{}\" style=\"--rank:{:.3f};--share:{:.3f};--sure:{:.3f}\">{} <span>{}</span></td>",
                     first ? 0 : -1, share_of(reading.rank), std::exp(reading.log_probability),
                     reading.likeliest[0].probability, escaped(model.token(reading.likeliest[0].id)), reading.rank);
}

}  // namespace

std::string lens_page(const LanguageModel& model, const text::Encoding& encoding, const Lens& lens,
                      const LensForm& form, const std::string& title) {
  const std::vector<std::size_t> layers = layers_of(lens, form, std::ssize(lens.layers));
  std::string body = fmt::format("<h1 dir=\"auto\">{}</h1>\n", escaped(title));
  body +=
      "<p>The head for masked words on every layer's states: the likeliest word, and the rank of the word that "
      "stands in the text; at [MASK], of the word that the last layer says. More where you point.</p>\n";
  body += colour_choices;
  body += "<div class=\"table\"><table class=\"grid\">\n<thead><tr><th scope=\"col\">layer</th>";
  for (const std::size_t layer : layers) body += fmt::format("<th scope=\"col\">{}</th>", layer_name(layer));
  body += "</tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < lens.rows.size(); ++i) {
    body += fmt::format("<tr><th scope=\"row\">{}</th>", escaped(name_of(model, encoding, lens.rows[i])));
    for (const std::size_t layer : layers) body += cell(lens.layers[layer][i], model, i == 0 && layer == layers[0]);
    body += "</tr>\n";
  }
  body += "</tbody>\n</table></div>\n" + page_data("lens", lens_json(model, encoding, lens, form));
  return inside_page({.title = title, .body = body, .style = lens_style, .script = lens_script});
}

}  // namespace bertlet::view
