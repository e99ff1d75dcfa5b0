#include "apps/bertlet/finetuning/inspect.h"

#include <fmt/format.h>

#include "core/names.h"
#include "core/nth.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace tasks = bertlet::tasks;
namespace text = bertlet::text;

std::string label_text(const tasks::Task& task, const text::Vocabulary& vocabulary, std::int64_t label) {
  if (task.labels && label < task.labels->size()) return task.labels->name(label);
  return task.content() == tasks::Content::plain ? vocabulary.token(label) : std::to_string(label);
}

// Labels of the item as a whole; of one whose tokens have labels none.
std::string labels_text(const tasks::FineTuned& model, const tasks::Item& item) {
  std::vector<std::string> texts;
  if (std::ssize(item.labels) < item.tokens())
    for (const std::int64_t label : item.labels)
      texts.push_back(label_text(*model.task, model.tokenizer->vocabulary(), label));
  for (const bertlet::real value : item.values) texts.push_back(fmt::format("{}", value));
  return bertlet::joined(texts, ", ");
}

std::string table_of(const tasks::FineTuned& model, const tasks::Item& item) {
  const text::Vocabulary& vocabulary = model.tokenizer->vocabulary();
  const bool by_token = std::ssize(item.labels) == item.tokens();
  std::string to;
  for (std::size_t token = 0; const bert::Sequence& sequence : item.sequences) {
    if (token > 0) to += "  --\n";
    for (std::size_t i = 0; i < sequence.ids.size(); ++i, ++token)
      to += fmt::format("  {:>4}  {:<18} {:>6}  {}{}\n", i, vocabulary.token(sequence.ids[i]), sequence.ids[i],
                        sequence.types.empty() ? 0 : sequence.types[i],
                        by_token && item.labels[token] != bertlet::no_label
                            ? "  " + label_text(*model.task, vocabulary, item.labels[token])
                            : "");
  }
  return to;
}

}  // namespace

std::string inspected(const tasks::FineTuned& model, const tasks::Data& data, std::int64_t items) {
  std::string to;
  for (std::int64_t i = 0; i < std::min(items, std::ssize(data.items)); ++i) {
    const tasks::Item& item = data.items[bertlet::nth(i)];
    const std::string labels = labels_text(model, item);
    to += fmt::format("{}{}{}\n{}\n", place_of(data, item.example), labels.empty() ? "" : "  label: ", labels,
                      table_of(model, item));
  }
  return to;
}

}  // namespace apps
