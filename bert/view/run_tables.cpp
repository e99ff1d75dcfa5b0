#include "bert/view/run_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "bert/view/markup.h"
#include "bert/view/measure.h"
#include "bert/view/numbers.h"

namespace bertlet::view {

namespace {

using Runs = std::vector<RunHistory>;

struct Total {
  const char* name;
  std::string text;
};

std::vector<Total> totals_of(const RunHistory& run) {
  return {{"Steps", count_text(static_cast<double>(run.steps()))},
          {"Tokens", count_text(run.tokens)},
          {"Time", duration_text(run.seconds)},
          {"Tokens per second", run.seconds > 0 ? count_text(run.tokens / run.seconds) : "–"}};
}

std::string heads_of(const Runs& runs, const std::string& attributes) {
  const std::vector<std::string> names = short_names(runs);
  std::string row;
  for (std::size_t i = 0; i < runs.size(); ++i)
    row += fmt::format("<th class=\"run first of{}\" {}>{}</th>", i, attributes, escaped(names[i]));
  return row;
}

// --- totals ----------------------------------------------------------------------------------------------------------

std::string facts(const RunHistory& run) {
  std::string html = "<dl class=\"facts\">\n";
  for (const Total& total : totals_of(run))
    html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", total.name, total.text);
  return html + "</dl>\n";
}

// --- measures --------------------------------------------------------------------------------------------------------

// The best value of all runs; nothing to compare if there is one run.
std::optional<double> winner(const Runs& runs, Split split, const std::string& measure) {
  Series bests;
  for (std::size_t i = 0; i < runs.size(); ++i)
    if (const Series* series = runs[i].find(split, measure))
      if (const auto at = best(measure, *series)) bests[static_cast<int64_t>(i)] = at->value;
  const auto of_all = best(measure, bests);
  return bests.size() > 1 && of_all ? std::optional(of_all->value) : std::nullopt;
}

std::string cells_of(const Series* series, const std::string& measure, std::optional<double> winner, std::size_t run) {
  const std::optional<Best> at = series ? best(measure, *series) : std::nullopt;
  const bool wins = at && winner && at->value == *winner;
  return fmt::format(
      "<td class=\"first of{0}\">{1}</td><td class=\"of{0}{2}\">{3}</td><td class=\"of{0}\"><small>{4}</small></td>",
      run, series ? number_text(series->rbegin()->second) : "", wins ? " winner" : "", at ? number_text(at->value) : "",
      at ? count_text(static_cast<double>(at->step)) : "");
}

std::string row_of(const Runs& runs, Split split, const std::string& measure) {
  std::string row = fmt::format("<tr><th>{} <small>{}</small></th>", escaped(title(measure)), split_name(split));
  const std::optional<double> best_of_all = winner(runs, split, measure);
  for (std::size_t i = 0; i < runs.size(); ++i) row += cells_of(runs[i].find(split, measure), measure, best_of_all, i);
  return row + "</tr>\n";
}

// --- options ---------------------------------------------------------------------------------------------------------

const std::string* find(const RunHistory& run, const std::string& option) {
  const auto found = run.options.find(option);
  return found == run.options.end() ? nullptr : &found->second;
}

bool is_the_same(const Runs& runs, const std::string& option) {
  const std::string* first = find(runs[0], option);
  return std::ranges::all_of(runs, [&](const RunHistory& run) {
    const std::string* value = find(run, option);
    return first && value && *first == *value;
  });
}

std::set<std::string> options_of(const Runs& runs) {
  std::set<std::string> options;
  for (const RunHistory& run : runs)
    for (const auto& [option, value] : run.options) options.insert(option);
  return options;
}

std::string differing(const Runs& runs) {
  std::string rows;
  for (const std::string& option : options_of(runs)) {
    if (is_the_same(runs, option)) continue;
    rows += fmt::format("<tr><th class=\"code\">{}</th>", escaped(option));
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const std::string* value = find(runs[i], option);
      rows += fmt::format("<td class=\"text first of{}\">{}</td>", i, value ? escaped(*value) : "–");
    }
    rows += "</tr>\n";
  }
  if (rows.empty()) return "<p>All options are the same.</p>\n";
  return boxed_table("Options that differ", "<thead><tr><th>Option</th>" + heads_of(runs, "") +
                                                "</tr></thead>\n<tbody>\n" + rows + "</tbody>\n");
}

std::string shared(const Runs& runs) {
  std::string html;
  for (const auto& [option, value] : runs[0].options)
    if (is_the_same(runs, option))
      html += fmt::format("<div><dt class=\"code\">{}</dt><dd>{}</dd></div>\n", escaped(option), escaped(value));
  return html.empty() ? html : "<dl class=\"options\">\n" + html + "</dl>\n";
}

}  // namespace

std::string totals_table(const Runs& runs) {
  if (runs.size() == 1) return facts(runs[0]);
  const std::vector<std::string> names = short_names(runs);
  std::string rows = "<thead><tr><th>Run</th>";
  for (const Total& total : totals_of(runs[0])) rows += fmt::format("<th>{}</th>", total.name);
  rows += "</tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < runs.size(); ++i) {
    rows += fmt::format("<tr class=\"of{}\"><th>{}</th>", i, escaped(names[i]));
    for (const Total& total : totals_of(runs[i])) rows += fmt::format("<td>{}</td>", total.text);
    rows += "</tr>\n";
  }
  return boxed_table("Totals", rows + "</tbody>\n");
}

std::string measures_table(const Runs& runs) {
  const bool several = runs.size() > 1;
  std::string rows = "<thead>";
  if (several) rows += "<tr><td></td>" + heads_of(runs, "colspan=\"3\"") + "</tr>\n";
  rows += "<tr><th>Measure</th>";
  for (std::size_t i = 0; i < runs.size(); ++i)
    rows += fmt::format(
        "<th class=\"first of{0}\">last</th><th class=\"of{0}\">best</th><th class=\"of{0}\">at step</th>", i);
  rows += "</tr></thead>\n<tbody>\n";
  for (const std::string& measure : measures_of(runs))
    for (const Split split : both_splits)
      if (std::ranges::any_of(runs, [&](const RunHistory& run) { return run.find(split, measure); }))
        rows += row_of(runs, split, measure);
  return boxed_table("Last and best", rows + "</tbody>\n");
}

std::string heat_tables(const Runs& runs) {
  const std::vector<std::string> names = short_names(runs);
  std::string html;
  for (std::size_t i = 0; i < runs.size(); ++i)
    for (HeatTable table : runs[i].tables) {
      const std::string title = table.caption;
      if (runs.size() > 1) table.caption += " in " + names[i];
      html += fmt::format("<figure class=\"of{}\">\n<figcaption>{} <small>{}</small></figcaption>\n{}</figure>\n", i,
                          escaped(title), runs.size() > 1 ? escaped(names[i]) : "", html_of(table));
    }
  return html;
}

std::string options_table(const Runs& runs) {
  if (runs.size() == 1) return shared(runs);
  return differing(runs) + "<h2>The same in all runs</h2>\n" + shared(runs);
}

}  // namespace bertlet::view
