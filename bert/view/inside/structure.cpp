#include <fmt/format.h>

#include <algorithm>

#include "bert/view/inside/inside_page.h"
#include "bert/view/inside/layer_table.h"
#include "bert/view/inside/study.h"
#include "bert/view/markup.h"

namespace bertlet::view {

extern const char* const study_style;  // study.css

namespace {

using inside::StructureLayer;
using inside::StructureReport;
using inside::TreeEdges;
using inside::TreeSentence;

constexpr std::size_t sentences_drawn = 8;
constexpr double word_gap = 16, letter_width = 7.6, arc_rise = 13, arc_most = 9;

std::vector<LayerColumn> structure_columns(const StructureReport& report) {
  std::vector<LayerColumn> to = {{"UUAS", {}}, {"Spearman", {}}, {"loss", {}, false}, {"loss in training", {}, false}};
  for (const StructureLayer& layer : report.layers) {
    const double numbers[] = {layer.uuas, layer.spearman, layer.loss, layer.train_loss};
    for (std::size_t i = 0; i < to.size(); ++i) to[i].numbers.push_back(numbers[i]);
  }
  return to;
}

std::string structure_summary(const StructureReport& report) {
  std::string to =
      fmt::format("rank {}; learned from {} sentences, measured on {}; each word to its neighbour: UUAS {:.4f}",
                  report.layers[0].map.shape()[0], report.train.size(), report.dev.size(), report.chain);
  if (report.left_out > 0) to += fmt::format("; {} left out, which the model does not take whole", report.left_out);
  return to;
}

// --- trees -----------------------------------------------------------------------------------------------------------

// Where words stand, and arcs between their middles.
class TreeDrawing {
 public:
  explicit TreeDrawing(const TreeSentence& sentence) : sentence_(sentence) {
    for (const std::string& word : sentence.words) {
      const double width = letter_width * static_cast<double>(std::max<int64_t>(1, columns_of(printable(word))));
      middles_.push_back(width_ + width / 2 + word_gap / 2);
      width_ += width + word_gap;
    }
  }

  // In the tree above the words, as found below them.
  std::string svg(const TreeEdges& gold, const TreeEdges& found) const {
    const double top = 8 + height(gold), bottom = top + 26, whole = bottom + height(found) + 8;
    std::string to = fmt::format(
        "<svg viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\" role=\"img\" "
        "aria-label=\"{2}\">\n",
        width_, whole, escaped(said(gold, found)));
    for (const auto& edge : gold) to += arc(edge, "gold", top, -1);
    for (const auto& edge : found) to += arc(edge, std::ranges::count(gold, edge) > 0 ? "right" : "wrong", bottom, 1);
    for (std::size_t i = 0; i < middles_.size(); ++i)
      to += fmt::format("<text class=\"middle{}\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
                        sentence_.punctuation[i] ? " left" : "", middles_[i], top + 18, escaped(sentence_.words[i]));
    return to + "</svg>";
  }

 private:
  static double rise(const std::pair<int64_t, int64_t>& edge) {
    return 8 + arc_rise * std::min(arc_most, static_cast<double>(edge.second - edge.first));
  }

  static double height(const TreeEdges& edges) {
    double most = 0;
    for (const auto& edge : edges) most = std::max(most, rise(edge));
    return most;
  }

  std::string arc(const std::pair<int64_t, int64_t>& edge, const char* kind, double y, int way) const {
    const double from = middles_[to_size(edge.first)] + 3, to = middles_[to_size(edge.second)] - 3;
    const double peak = y + way * rise(edge) * 4 / 3;  // a cubic's control points: it goes three quarters as far
    return fmt::format("<path class=\"edge {}\" d=\"M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}\"/>\n",
                       kind, from, y, from, peak, to, peak, to, y);
  }

  static std::string said(const TreeEdges& gold, const TreeEdges& found) {
    const auto right =
        std::ranges::count_if(found, [&](const auto& edge) { return std::ranges::count(gold, edge) > 0; });
    return fmt::format("{} of {} edges are found", right, gold.size());
  }

  const TreeSentence& sentence_;
  std::vector<double> middles_ = {};
  double width_ = 0;
};

std::string trees_of_layer(const StructureReport& report, std::size_t layer) {
  std::string to = fmt::format("<div class=\"trees\" id=\"trees{}\">\n", layer);
  for (std::size_t i = 0; i < std::min(sentences_drawn, report.dev.size()); ++i) {
    const TreeSentence& sentence = report.dev[i];
    const TreeEdges gold = inside::shortest_tree(inside::tree_distances(sentence), sentence.punctuation);
    to += fmt::format("<figure><div tabindex=\"0\" role=\"region\" aria-label=\"sentence {}\">{}</div></figure>\n",
                      i + 1, TreeDrawing(sentence).svg(gold, report.layers[layer].trees[i]));
  }
  return to + "</div>\n";
}

constexpr const char* tree_keys =
    R"(<div class="key-lines">
<span><svg viewBox="0 0 30 12" aria-hidden="true"><path class="edge gold" d="M1 6h28"/></svg>in the treebank</span>
<span><svg viewBox="0 0 30 12" aria-hidden="true"><path class="edge right" d="M1 6h28"/></svg>found, and there</span>
<span><svg viewBox="0 0 30 12" aria-hidden="true"><path class="edge wrong" d="M1 6h28"/></svg>found, and not there</span>
</div>
)";

// A button for each layer, and what it shows.
std::string trees_by_layer(const StructureReport& report) {
  std::string buttons, rules, trees;
  for (std::size_t layer = 0; layer < report.layers.size(); ++layer) {
    buttons += fmt::format(
        "<input class=\"by\" type=\"radio\" name=\"layer\" id=\"layer{0}\"{1}><label for=\"layer{0}\">{2}</label>\n",
        layer, layer == report.best() ? " checked" : "", layer_name(layer));
    rules += fmt::format("#layer{0}:checked~#trees{0}{{display:block}}", layer);
    trees += trees_of_layer(report, layer);
  }
  return "<style>" + rules + "</style>\n" + buttons + tree_keys + trees;
}

}  // namespace

std::string structure_text(const StructureReport& report, Colours colours) {
  return structure_summary(report) + "\n" + layer_text(structure_columns(report), colours);
}

io::Json structure_json(const StructureReport& report) {
  io::Json layers = io::Json::array();
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    const StructureLayer& layer = report.layers[i];
    layers.push_back({{"layer", i},
                      {"uuas", layer.uuas},
                      {"spearman", layer.spearman},
                      {"loss", layer.loss},
                      {"train_loss", layer.train_loss}});
  }
  return {{"rank", report.layers[0].map.shape()[0]},
          {"train", report.train.size()},
          {"dev", report.dev.size()},
          {"left_out", report.left_out},
          {"chain_uuas", report.chain},
          {"layers", std::move(layers)}};
}

std::string structure_page(const StructureReport& report, const std::string& title) {
  const std::vector<LayerColumn> columns = structure_columns(report);
  std::string body = fmt::format(
      "<h1 dir=\"auto\">{}</h1>\n<p>{}. UUAS: the share of the treebank's edges that are in the shortest tree by ‖B (h "
      "− "
      "h′)‖², without punctuation. Spearman: how far the order of distances is that in the tree.</p>\n",
      escaped(title), escaped(structure_summary(report)));
  body += layer_chart(columns, "By layer", "each word to its neighbour", report.chain);
  body += layer_table(columns);
  body +=
      "<h2>Trees</h2>\n<p>The first sentences that were measured on, by layer: the treebank's edges above the words, "
      "those "
      "that are found below.</p>\n";
  body += trees_by_layer(report);
  return inside_page({.title = title, .body = body, .style = study_style});
}

}  // namespace bertlet::view
