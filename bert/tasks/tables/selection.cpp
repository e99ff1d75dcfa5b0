#include "bert/tasks/tables/selection.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "bert/tasks/tables/labels.h"
#include "core/random.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

// The rows of each class, shuffled.
std::map<int64_t, RowNumbers> shuffled_by_class(Classes classes, std::uint64_t seed) {
  std::map<int64_t, RowNumbers> rows;
  for (const int64_t row : permutation({.seed = seed}, std::ssize(classes))) rows[classes[to_size(row)]].push_back(row);
  return rows;
}

// All rows in an order of which every beginning has as much of each class as the whole: a row's place is how far down
// its class it stands, compared as fractions of whole numbers.
RowNumbers evenly_mixed(Classes classes, std::uint64_t seed) {
  struct Place {
    int64_t rank, of, row;
  };
  std::vector<Place> places;
  for (const auto& [label, rows] : shuffled_by_class(classes, seed))
    for (int64_t rank = 0; rank < std::ssize(rows); ++rank)
      places.push_back({2 * rank + 1, std::ssize(rows), rows[to_size(rank)]});
  std::ranges::stable_sort(places, [](const Place& a, const Place& b) { return a.rank * b.of < b.rank * a.of; });
  RowNumbers rows;
  for (const Place& place : places) rows.push_back(place.row);
  return rows;
}

RowNumbers sorted(RowNumbers rows) {
  std::ranges::sort(rows);
  return rows;
}

int64_t share(std::size_t rows, double fraction) {
  return static_cast<int64_t>(std::llround(static_cast<double>(rows) * fraction));
}

Split split_at(const RowNumbers& rows, int64_t dev) {
  return {.train = sorted({rows.begin() + dev, rows.end()}), .dev = sorted({rows.begin(), rows.begin() + dev})};
}

std::vector<int64_t> tenths(const Examples& examples) {
  std::vector<double> values;
  for (const Example& row : examples.rows) values.push_back(number_of(row.label, examples.place(row)));
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t row) { return values[row]; });
  std::vector<int64_t> to(values.size());
  for (std::size_t rank = 0; rank < order.size(); ++rank)
    to[order[rank]] = static_cast<int64_t>(10 * rank / order.size());
  return to;
}

}  // namespace

std::vector<std::string> one_label(const Example& row) {
  return row.label.empty() ? std::vector<std::string>() : std::vector{row.label};
}

std::vector<std::string> label_list(const Example& row) { return values_of(row.label); }

std::vector<int64_t> classes_of(const Examples& examples, const LabelsOf& labels_of) {
  if (!examples.labelled) return std::vector<int64_t>(examples.rows.size());
  if (!labels_of) return tenths(examples);
  struct Class {
    int64_t id = 0, rows = 0;
  };
  std::map<std::string, Class> known;
  for (const Example& row : examples.rows)
    for (const std::string& label : labels_of(row)) {
      const auto next = std::ssize(known) + 1;  // 0: rows without a label
      ++known.emplace(label, Class{next}).first->second.rows;
    }
  std::vector<int64_t> to;
  for (const Example& row : examples.rows) {
    Class rarest;
    for (const std::string& label : labels_of(row))
      if (const Class& each = known.at(label); rarest.id == 0 || each.rows < rarest.rows) rarest = each;
    to.push_back(rarest.id);
  }
  return to;
}

RowNumbers subsample(Classes classes, double fraction, std::uint64_t seed) {
  require(fraction > 0 && fraction <= 1, "subsample: got the fraction {}, want over 0 and at most 1", fraction);
  require(!classes.empty(), "subsample: got no rows");
  return split_at(evenly_mixed(classes, seed), std::max<int64_t>(1, share(classes.size(), fraction))).dev;
}

Split split_off(Classes classes, double dev_fraction, std::uint64_t seed) {
  require(dev_fraction > 0 && dev_fraction < 1, "split: got the fraction {}, want between 0 and 1", dev_fraction);
  require(classes.size() >= 2, "split: got {} rows, want at least 2", classes.size());
  const int64_t most = std::ssize(classes) - 1;
  return split_at(evenly_mixed(classes, seed), std::clamp<int64_t>(share(classes.size(), dev_fraction), 1, most));
}

// Class after class is dealt to the folds like cards, so that counts of a class differ by one at most.
std::vector<Split> folds(Classes classes, int64_t count, std::uint64_t seed) {
  require(2 <= count && count <= std::ssize(classes), "folds: got {} folds of {} rows, want 2 to as many as rows",
          count, classes.size());
  std::vector<Split> all(to_size(count));
  int64_t dealt = 0;
  for (const auto& [label, rows] : shuffled_by_class(classes, seed))
    for (const int64_t row : rows) {
      const int64_t mine = dealt++ % count;
      for (int64_t fold = 0; fold < count; ++fold)
        (fold == mine ? all[to_size(fold)].dev : all[to_size(fold)].train).push_back(row);
    }
  for (Split& split : all) split = {sorted(std::move(split.train)), sorted(std::move(split.dev))};
  return all;
}

// An ending may hold all that follows a text.
bool is_empty(const Example& row, const Examples& of) {
  return is_blank(row.text) || (!of.columns.text_b.empty() && row.parts.empty() && is_blank(row.text_b));
}

Cleaning clean(const Examples& examples, const CleaningOptions& options) {
  Cleaning cleaning{.rows = std::ssize(examples.rows)};
  std::set<const Example*, ByTexts> seen;
  for (int64_t i = 0; i < cleaning.rows; ++i) {
    const Example& row = examples.rows[to_size(i)];
    if (options.empty && is_empty(row, examples))
      ++cleaning.empty;
    else if (options.duplicates && !seen.insert(&row).second)
      ++cleaning.duplicates;
    else if (options.length && options.length(row) > options.max_length)
      ++cleaning.too_long;
    else
      cleaning.kept.push_back(i);
  }
  return cleaning;
}

std::string text_of(const Cleaning& cleaning) {
  return fmt::format("{} of {} rows: {} empty, {} duplicates, {} too long left out", cleaning.kept.size(),
                     cleaning.rows, cleaning.empty, cleaning.duplicates, cleaning.too_long);
}

Selection select_rows(const Examples& examples, const LabelsOf& labels_of, const SelectionOptions& options) {
  Selection to{.cleaning = clean(examples, options.cleaning)};
  RowNumbers rows = to.cleaning.kept;
  require(!rows.empty(), "{}: got no rows to learn from: {}", examples.file, text_of(to.cleaning));
  std::vector<int64_t> classes = those(classes_of(examples, labels_of), rows);
  if (options.fraction < 1) {
    const RowNumbers chosen = subsample(classes, options.fraction, options.seed);
    rows = those(rows, chosen);
    classes = those(classes, chosen);
  }
  if (options.folds == 0 && options.held_out == 0) {
    to.rows.train = std::move(rows);
    return to;
  }
  const Split split = options.folds == 0 ? split_off(classes, options.held_out, options.seed)
                                         : folds(classes, options.folds, options.seed).at(to_size(options.fold));
  to.rows = {.train = those(rows, split.train), .dev = those(rows, split.dev)};
  return to;
}

}  // namespace bertlet::tasks
