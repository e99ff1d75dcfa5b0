#include "bert/tasks/tables/selection.h"

#include "core/require.h"

namespace bertlet::tasks {

namespace {

template <class T>
std::vector<T> those(const std::vector<T>& all, const RowNumbers& numbers) {
  std::vector<T> to;
  for (const std::int64_t number : numbers) to.push_back(all[static_cast<std::size_t>(number)]);
  return to;
}

}  // namespace

Selection select_rows(const Examples& examples, const LabelsOf& labels_of, const SelectionOptions& options) {
  Selection to{.cleaning = clean(examples, options.cleaning)};
  RowNumbers rows = to.cleaning.kept;
  require(!rows.empty(), "{}: got no rows to learn from: {}", examples.file, text_of(to.cleaning));
  std::vector<std::int64_t> classes = those(classes_of(examples, labels_of), rows);
  if (options.fraction < 1) {
    const RowNumbers chosen = subsample(classes, options.fraction, options.seed);
    rows = those(rows, chosen);
    classes = those(classes, chosen);
  }
  if (options.folds == 0 && options.held_out == 0) {
    to.rows.train = std::move(rows);
    return to;
  }
  const Split split = options.folds == 0
                          ? split_off(classes, options.held_out, options.seed)
                          : folds(classes, options.folds, options.seed).at(static_cast<std::size_t>(options.fold));
  to.rows = {.train = those(rows, split.train), .dev = those(rows, split.dev)};
  return to;
}

}  // namespace bertlet::tasks
