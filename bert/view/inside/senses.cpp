#include <fmt/format.h>

#include <algorithm>

#include "bert/inside/plane.h"
#include "bert/view/inside/inside_page.h"
#include "bert/view/inside/layer_table.h"
#include "bert/view/inside/scatter.h"
#include "bert/view/inside/study.h"
#include "bert/view/markup.h"

namespace bertlet::view {

extern const char *const study_style, *const scatter_script;  // study.css and scatter.js

namespace {

std::vector<LayerColumn> sense_columns(const SenseStudy& study) {
  std::vector<LayerColumn> to;
  if (!study.names.empty())
    to = {{"silhouette", {}}, {"within a sense", {}, true, false}, {"between senses", {}, true, false}};
  to.push_back({"all pairs", {}, study.names.empty(), false});
  for (const inside::SenseLayer& layer : study.layers) {
    std::vector<double> numbers;
    if (!study.names.empty()) numbers = {layer.silhouette, layer.within, layer.between};
    numbers.push_back(layer.all);
    for (std::size_t i = 0; i < numbers.size(); ++i) to[i].numbers.push_back(numbers[i]);
  }
  return to;
}

std::string sense_summary(const SenseStudy& study) {
  std::string to = fmt::format("{} times", study.words.occurrences.size());
  for (std::size_t sense = 0; sense < study.names.size(); ++sense)
    to += fmt::format("{} {} {}", sense == 0 ? ":" : ",", std::ranges::count(study.senses, static_cast<int64_t>(sense)),
                      printable(study.names[sense]));
  return to;
}

Scatter scatter_of_layer(const SenseStudy& study, std::size_t layer) {
  const inside::PrincipalPlane plane = inside::principal_plane(study.words.layers[layer]);
  Scatter to{.title = "Layer " + layer_name(layer), .labels = study.names};
  to.note = fmt::format("{:.0f} % and {:.0f} % of the variance", 100 * plane.shares[0], 100 * plane.shares[1]);
  for (std::size_t i = 0; i < study.words.occurrences.size(); ++i) {
    const auto at = static_cast<int64_t>(i) * 2;
    to.points.push_back({.x = static_cast<double>(plane.places[at]),
                         .y = static_cast<double>(plane.places[at + 1]),
                         .text = study.words.sentences[to_size(study.words.occurrences[i].sentence)],
                         .label = study.names.empty() ? 0 : study.senses[i]});
  }
  return to;
}

std::string sentences_table(const SenseStudy& study) {
  std::string to = "<table>\n<thead><tr><th scope=\"col\" class=\"text\">sentence</th>";
  if (!study.names.empty()) to += "<th scope=\"col\" class=\"text\">sense</th>";
  to += "</tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < study.words.occurrences.size(); ++i) {
    to += fmt::format("<tr><td class=\"text\" dir=\"auto\">{}</td>",
                      escaped(study.words.sentences[to_size(study.words.occurrences[i].sentence)]));
    if (!study.names.empty())
      to += fmt::format("<td class=\"text\" dir=\"auto\">{}</td>", escaped(study.names[to_size(study.senses[i])]));
    to += "</tr>\n";
  }
  return "<details><summary>The sentences</summary>\n" + scrolled(to + "</tbody>\n</table>", "sentences") +
         "</details>\n";
}

}  // namespace

std::string senses_text(const SenseStudy& study, Colours colours) {
  return sense_summary(study) + "\n" + layer_text(sense_columns(study), colours);
}

io::Json senses_json(const SenseStudy& study) {
  io::Json layers = io::Json::array();
  for (std::size_t i = 0; i < study.layers.size(); ++i) {
    io::Json& to = layers.push_back({{"layer", i}, {"all", study.layers[i].all}});
    if (study.names.empty()) continue;
    to["within"] = study.layers[i].within;
    to["between"] = study.layers[i].between;
    to["silhouette"] = study.layers[i].silhouette;
  }
  return {{"occurrences", study.words.occurrences.size()}, {"senses", study.names}, {"layers", std::move(layers)}};
}

std::string senses_page(const SenseStudy& study, const std::string& title) {
  const std::vector<LayerColumn> columns = sense_columns(study);
  std::string body = fmt::format(
      "<h1 dir=\"auto\">{}</h1>\n<p>{}. Means of the cosine between the word's states in different places; silhouette: "
      "1 where "
      "senses lie apart, 0 where they are mixed.</p>\n",
      escaped(title), escaped(sense_summary(study)));
  body += layer_chart(columns, "By layer") + layer_table(columns);
  body +=
      "<h2>Where they lie</h2>\n<p>Each layer's principal plane: point at an occurrence for its sentence. The "
      "distances are "
      "those of two directions out of many.</p>\n";
  body += scatter_legend(study.names) + "<div class=\"charts\">\n";
  for (std::size_t layer = 0; layer < study.layers.size(); ++layer)
    body += scatter_figure(scatter_of_layer(study, layer), fmt::format("points{}", layer));
  body += "</div>\n" + sentences_table(study);
  return inside_page({.title = title, .body = body, .style = study_style, .script = scatter_script});
}

}  // namespace bertlet::view
