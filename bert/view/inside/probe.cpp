#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "bert/metrics/classification.h"
#include "bert/view/inside/inside_page.h"
#include "bert/view/inside/layer_table.h"
#include "bert/view/inside/study.h"
#include "bert/view/markup.h"

namespace bertlet::view {

extern const char* const study_style;  // study.css

namespace {

using inside::ProbeLayer;
using inside::ProbeReport;

constexpr std::size_t most_labels_shown = 40;

std::vector<LayerColumn> probe_columns(const ProbeReport& report) {
  std::vector<LayerColumn> to = {{"accuracy", {}}, {report.names ? "F1 of names" : "macro F1", {}}};
  const bool control = report.layers[0].control.has_value();
  if (control) to.insert(to.end(), {{"random labels", {}, true, false}, {"selectivity", {}}});
  to.push_back({"in training", {}, false});
  for (const ProbeLayer& layer : report.layers) {
    std::vector<double> numbers = {layer.accuracy, layer.f1};
    if (control) numbers.insert(numbers.end(), {*layer.control, layer.selectivity()});
    numbers.push_back(layer.train_accuracy);
    for (std::size_t i = 0; i < numbers.size(); ++i) to[i].numbers.push_back(numbers[i]);
  }
  return to;
}

std::string counts_of(const ProbeReport& report) {
  return fmt::format("{} labels; learned from {}, measured on {}; always the most frequent label: {:.4f}",
                     report.labels.size(), report.train, report.dev, report.majority);
}

// Labels by how often they are in dev, the most frequent first.
std::vector<std::size_t> frequent_labels(const ProbeReport& report) {
  std::vector<int64_t> counts(to_size(report.labels.size()));
  for (const int64_t label : report.gold) ++counts[to_size(label)];
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t label) { return counts[label]; });
  std::erase_if(order, [&](std::size_t label) { return counts[label] == 0; });
  order.resize(std::min(order.size(), most_labels_shown));
  return order;
}

// F1 of each label in each layer: which come early, which late.
std::string labels_table(const ProbeReport& report) {
  std::string to = "<table>\n<thead><tr><th scope=\"col\">label</th><th scope=\"col\">how often</th>";
  std::vector<std::vector<metrics::Counts>> counts;
  for (std::size_t layer = 0; layer < report.layers.size(); ++layer) {
    to += fmt::format("<th scope=\"col\">{}</th>", layer_name(layer));
    counts.push_back(
        metrics::label_counts(metrics::Confusion(report.gold, report.layers[layer].predictions, report.labels.size())));
  }
  to += "</tr></thead>\n<tbody>\n";
  for (const std::size_t label : frequent_labels(report)) {
    to += fmt::format("<tr><th scope=\"row\" dir=\"auto\">{}</th><td>{}</td>",
                      escaped(report.labels.name(static_cast<int64_t>(label))), counts[0][label].gold);
    for (const std::vector<metrics::Counts>& layer : counts) {
      const double f1 = metrics::scores(layer[label]).f1;
      to += fmt::format("<td class=\"shade\" style=\"--s:{:.3f}\">{:.3f}</td>", f1, f1);
    }
    to += "</tr>\n";
  }
  return scrolled(to + "</tbody>\n</table>", "F1 of each label in each layer");
}

}  // namespace

std::string probe_text(const ProbeReport& report, Colours colours) {
  return counts_of(report) + "\n" + layer_text(probe_columns(report), colours);
}

io::Json probe_json(const ProbeReport& report) {
  io::Json layers = io::Json::array();
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    const ProbeLayer& layer = report.layers[i];
    io::Json& to = layers.push_back({{"layer", i},
                                     {"accuracy", layer.accuracy},
                                     {"f1", layer.f1},
                                     {"train_accuracy", layer.train_accuracy},
                                     {"loss", layer.loss}});
    if (layer.control) {
      to["control_accuracy"] = *layer.control;
      to["selectivity"] = layer.selectivity();
    }
  }
  return {{"labels", report.labels.names()},
          {"train", report.train},
          {"dev", report.dev},
          {"majority", report.majority},
          {"f1_is", report.names ? "names" : "macro"},
          {"layers", std::move(layers)}};
}

std::string probe_page(const ProbeReport& report, const std::string& title) {
  const std::vector<LayerColumn> columns = probe_columns(report);
  std::string body = fmt::format(
      "<h1 dir=\"auto\">{}</h1>\n<p>{}. A linear classifier for each layer; the encoder stays as "
      "it is. That a label can be read from a layer does not say that the model uses it.</p>\n",
      escaped(title), escaped(counts_of(report)));
  body += layer_chart(columns, "By layer", "most frequent label", report.majority);
  body += layer_table(columns);
  body += "<h2>Labels</h2>\n<p>F1 of each, the most frequent first.</p>\n" + labels_table(report);
  return inside_page({.title = title, .body = body, .style = study_style});
}

}  // namespace bertlet::view
