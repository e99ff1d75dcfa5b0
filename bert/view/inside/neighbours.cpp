#include <fmt/format.h>

#include <algorithm>

#include "bert/view/inside/inside_page.h"
#include "bert/view/inside/layer_table.h"
#include "bert/view/inside/study.h"
#include "bert/view/markup.h"
#include "core/names.h"

namespace bertlet::view {

extern const char* const study_style;  // study.css

namespace {

using inside::NearRow;
using inside::WordsInContext;

constexpr std::size_t bytes_around = 40;  // of a word that is shown where it stands

std::string pieces_of(const AskedWord& asked) {
  return asked.found.pieces.size() == 1 ? "" : fmt::format(" ({})", joined(asked.found.pieces, " "));
}

// Up to where a character begins.
std::size_t character_begin(std::string_view text, std::size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return at;
}

// A word with what stands around it.
struct Surrounded {
  std::string before, word, after;
};

Surrounded surrounded(const WordsInContext& words, int64_t i) {
  const auto& [sentence, bytes] = words.occurrences[to_size(i)];
  const std::string_view text = words.sentences[to_size(sentence)];
  const std::size_t begin = to_size(bytes.begin), end = to_size(bytes.end);
  const std::size_t from = begin > bytes_around ? character_begin(text, begin - bytes_around) : 0;
  const std::size_t to = std::min(text.size(), character_begin(text, std::min(text.size(), end + bytes_around)));
  return {(from > 0 ? "…" : "") + std::string(text.substr(from, begin - from)),
          std::string(text.substr(begin, end - begin)),
          std::string(text.substr(end, std::max(to, end) - end)) + (to < text.size() ? "…" : "")};
}

std::string with_mark(const Surrounded& at) { return fmt::format("{}[{}]{}", at.before, at.word, at.after); }

std::string as_markup(const Surrounded& at) {
  return fmt::format("<bdi>{}<b>{}</b>{}</bdi>", escaped(at.before), escaped(at.word), escaped(at.after));
}

}  // namespace

// --- in the table of embeddings --------------------------------------------------------------------------------------

std::string neighbours_text(const std::vector<AskedWord>& words, const text::Vocabulary& vocabulary) {
  std::string to;
  for (const AskedWord& asked : words) {
    to += fmt::format("{}{}{}\n", to.empty() ? "" : "\n", printable(asked.word), printable(pieces_of(asked)));
    for (const NearRow& near : asked.found.neighbours)
      to += fmt::format("  {:.4f}  {}\n", near.cosine, printable(vocabulary.token(near.row)));
  }
  return to;
}

io::Json neighbours_json(const std::vector<AskedWord>& words, const text::Vocabulary& vocabulary) {
  io::Json to = io::Json::array();
  for (const AskedWord& asked : words) {
    io::Json near = io::Json::array();
    for (const NearRow& each : asked.found.neighbours)
      near.push_back({{"token", vocabulary.token(each.row)}, {"id", each.row}, {"cosine", each.cosine}});
    to.push_back({{"word", asked.word}, {"pieces", asked.found.pieces}, {"neighbours", std::move(near)}});
  }
  return to;
}

std::string neighbours_page(const std::vector<AskedWord>& words, const text::Vocabulary& vocabulary,
                            const std::string& title) {
  std::string body = fmt::format(
      "<h1 dir=\"auto\">{}</h1>\n<p>The nearest words in the table of embeddings, by the cosine. "
      "These are the vectors before any context.</p>\n",
      escaped(title));
  std::string table =
      "<table class=\"near\">\n<thead><tr><th scope=\"col\">word</th><th scope=\"col\" class=\"text\">nearest</th>"
      "</tr></thead>\n<tbody>\n";
  for (const AskedWord& asked : words) {
    table += fmt::format("<tr><th scope=\"row\"><bdi>{}</bdi><small>{}</small></th><td class=\"text\">",
                         escaped(asked.word), escaped(pieces_of(asked)));
    for (const NearRow& near : asked.found.neighbours)
      table +=
          fmt::format("<bdi>{}</bdi> <small>{:.3f}</small> &ensp;", escaped(vocabulary.token(near.row)), near.cosine);
    table += "</td></tr>\n";
  }
  return inside_page(
      {.title = title, .body = body + scrolled(table + "</tbody>\n</table>", "nearest words"), .style = study_style});
}

// --- in sentences ----------------------------------------------------------------------------------------------------

std::string occurrences_text(const WordsInContext& words, const std::vector<AskedOccurrence>& asked, int64_t columns) {
  std::string to;
  for (const AskedOccurrence& each : asked) {
    to += fmt::format("{}{}\n", to.empty() ? "" : "\n", printable(with_mark(surrounded(words, each.occurrence))));
    for (const auto& [layer, near] : each.layers) {
      to += fmt::format("  layer {}\n", layer_name(to_size(layer)));
      for (const NearRow& row : near) {
        const std::string shown = fitted(printable(with_mark(surrounded(words, row.row))), columns - 14);
        to += fmt::format("    {:.4f}  {}\n", row.cosine, shown.substr(0, shown.find_last_not_of(' ') + 1));
      }
    }
  }
  return to;
}

io::Json occurrences_json(const WordsInContext& words, const std::vector<AskedOccurrence>& asked) {
  const auto place = [&](int64_t i) {
    const auto& [sentence, bytes] = words.occurrences[to_size(i)];
    return io::Json{{"word", words.word(i)}, {"sentence", sentence}, {"start", bytes.begin}, {"end", bytes.end}};
  };
  io::Json to = io::Json::array();
  for (const AskedOccurrence& each : asked) {
    io::Json layers = io::Json::array();
    for (const auto& [layer, near] : each.layers) {
      io::Json rows = io::Json::array();
      for (const NearRow& row : near) rows.push_back(place(row.row))["cosine"] = row.cosine;
      layers.push_back({{"layer", layer}, {"neighbours", std::move(rows)}});
    }
    to.push_back(place(each.occurrence))["layers"] = std::move(layers);
  }
  return to;
}

std::string occurrences_page(const WordsInContext& words, const std::vector<AskedOccurrence>& asked,
                             const std::string& title) {
  std::string body = fmt::format(
      "<h1 dir=\"auto\">{}</h1>\n<p>The words of {} sentences whose states are nearest, by layer and by "
      "the cosine.</p>\n",
      escaped(title), words.sentences.size());
  for (const AskedOccurrence& each : asked) {
    body += fmt::format("<h2>{}</h2>\n", as_markup(surrounded(words, each.occurrence)));
    std::string table =
        "<table class=\"near\">\n<thead><tr><th scope=\"col\">layer</th><th scope=\"col\" class=\"text\">nearest</th>"
        "</tr></thead>\n<tbody>\n";
    for (const auto& [layer, near] : each.layers) {
      table += fmt::format("<tr><th scope=\"row\">{}</th><td class=\"text\">", layer_name(to_size(layer)));
      for (const NearRow& row : near)
        table += fmt::format("<div>{:.3f} {}</div>", row.cosine, as_markup(surrounded(words, row.row)));
      table += "</td></tr>\n";
    }
    body += scrolled(table + "</tbody>\n</table>", "nearest words by layer");
  }
  return inside_page({.title = title, .body = body, .style = study_style});
}

}  // namespace bertlet::view
