#include "bert/view/inside/head_study.h"

#include <fmt/format.h>

#include <algorithm>

#include "bert/io/json/document.h"

namespace bertlet::view {

using inside::Head;
using io::Json;

namespace {

Json names_of(const std::vector<Head>& heads) {
  Json names = Json::array();
  for (const Head& head : heads) names.push_back(head_name(head));
  return names;
}

std::size_t width_of(const metrics::Measure& measure) { return std::max<std::size_t>(10, measure.name.size()); }

}  // namespace

std::string head_name(const Head& head) { return fmt::format("{}.{}", head.layer, head.head); }

// --- text ------------------------------------------------------------------------------------------------------------

std::string importance_text(const HeadStudy& study, Colours colours) {
  const inside::HeadTable& table = *study.importance;
  const double most = std::max(1e-300, *std::ranges::max_element(table.numbers));
  std::string text = "layer ";
  for (int64_t head = 0; head < table.heads; ++head) text += fmt::format(" {:>7}", fmt::format("h{}", head));
  for (int64_t layer = 0; layer < table.layers; ++layer) {
    text += fmt::format("\n{:<6}", layer);
    for (int64_t head = 0; head < table.heads; ++head) {
      const double number = table.at({layer, head});
      const bool is_there = std::ranges::binary_search(study.heads[to_size(layer)], head);
      text += " " +
              (is_there ? shaded(fmt::format("{:>7.4f}", number), number / most, colours) : fmt::format("{:>7}", "–"));
    }
  }
  return text + "\n";
}

std::string measured_text(const HeadStudy& study) {
  std::string text = fmt::format("{} heads:", study.gone.size());
  for (const Head& head : study.gone) text += " " + head_name(head);
  const auto line = [&](const std::string& name, const auto& cell) {
    text += fmt::format("\n{:<22}", name);
    for (const HeadStudy::Measured& each : study.measured) text += " " + cell(each);
  };
  line("", [](const HeadStudy::Measured& each) { return fmt::format("{:>10}", each.name); });
  for (std::size_t i = 0; i < study.measured[0].measures.size(); ++i)
    line(study.measured[0].measures[i].name,
         [i](const HeadStudy::Measured& each) { return fmt::format("{:>10.4f}", each.measures[i].value); });
  line("seconds", [](const HeadStudy::Measured& each) { return fmt::format("{:>10.2f}", each.seconds); });
  return text + "\n";
}

std::string curve_text(const HeadStudy& study) {
  std::string text = fmt::format("{:>5}", "gone");
  for (const metrics::Measure& measure : study.curve[0].measures)
    text += fmt::format(" {:>{}}", measure.name, width_of(measure));
  for (const inside::CurvePoint& point : study.curve) {
    text += fmt::format("\n{:>5}", point.gone);
    for (const metrics::Measure& measure : point.measures)
      text += fmt::format(" {:>{}.4f}", measure.value, width_of(measure));
  }
  return text + "\n";
}

// --- JSON ------------------------------------------------------------------------------------------------------------

Json importance_json(const HeadStudy& study) {
  const inside::HeadTable& table = *study.importance;
  Json rows = Json::array();
  for (auto row = table.numbers.begin(); row != table.numbers.end(); row += table.heads)
    rows.push_back(std::vector<double>(row, row + table.heads));
  return {{"examples", study.examples},
          {"normalized", study.normalised},
          {"importance", std::move(rows)},
          {"least_important", names_of(study.order)}};
}

Json measured_json(const HeadStudy& study) {
  Json json{{"heads", names_of(study.gone)}};
  for (const HeadStudy::Measured& each : study.measured) {
    for (const metrics::Measure& measure : each.measures) json[each.name][measure.name] = measure.value;
    json[each.name]["seconds"] = each.seconds;
  }
  return json;
}

Json curve_json(const HeadStudy& study) {
  Json json{{"order", names_of(study.order)}, {"points", Json::array()}};
  for (const inside::CurvePoint& point : study.curve) {
    Json& line = json["points"].push_back({{"gone", point.gone}});
    for (const metrics::Measure& measure : point.measures) line[measure.name] = measure.value;
  }
  return json;
}

}  // namespace bertlet::view
