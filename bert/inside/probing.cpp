#include "bert/inside/probing.h"

#include <algorithm>
#include <map>

#include "bert/metrics/classification.h"
#include "bert/metrics/entities.h"
#include "bert/tasks/tables/selection.h"
#include "bert/tasks/tagging_data.h"
#include "core/random.h"
#include "core/require.h"
#include "nn/losses/losses.h"

namespace bertlet::inside {

namespace {

// What is probed: where each thing stands, its label, its word, and the example that it is of.
struct Things {
  std::vector<bert::Sequence> sequences = {};
  std::vector<Stretch> stretches = {};
  std::vector<int64_t> labels = {}, examples = {};
  std::vector<std::string> words = {};

  int64_t size() const { return std::ssize(stretches); }
};

int64_t things_in(const tasks::Example& row) { return std::max<int64_t>(1, std::ssize(row.parts)); }

std::vector<int64_t> classes_in(const tasks::Examples& examples) {
  return tasks::classes_of(examples, [](const tasks::Example& row) {
    return row.parts.empty() ? std::vector<std::string>{row.label} : row.labels;
  });
}

tasks::Examples with_rows(const tasks::Examples& from, const tasks::RowNumbers& rows) {
  tasks::Examples to = from;
  to.rows.clear();
  for (const int64_t row : rows) to.rows.push_back(from.rows[to_size(row)]);
  return to;
}

// Some of the examples, with about as many things as may be.
tasks::Examples thinned_out(const tasks::Examples& from, const ProbeOptions& options) {
  int64_t all = 0;
  for (const tasks::Example& row : from.rows) all += things_in(row);
  if (all <= options.most) return from;
  const double share = static_cast<double>(options.most) / static_cast<double>(all);
  return with_rows(from, tasks::subsample(classes_in(from), share, options.seed));
}

tasks::Labels labels_in(const tasks::Examples& examples) {
  std::vector<std::string> seen;
  for (const tasks::Example& row : examples.rows) {
    if (row.parts.empty()) seen.push_back(row.label);
    seen.insert(seen.end(), row.labels.begin(), row.labels.end());
  }
  return tasks::Labels::of(seen);
}

Things words_of(const TextEncoder& encoder, const tasks::Examples& examples, const tasks::Labels& labels,
                const ProbeOptions& options) {
  const tasks::TaggingData data(examples, encoder.tokenizer, options.max_length, labels);
  Things to;
  for (const tasks::Item& item : data.items) {
    std::size_t row = 0, word = 0;
    for (const bert::Sequence& sequence : item.sequences) {
      for (int64_t token = 0; token < std::ssize(sequence.ids); ++token, ++row) {
        if (item.labels[row] == no_label) continue;
        to.stretches.push_back({std::ssize(to.sequences), token, token + 1});
        to.labels.push_back(item.labels[row]);
        to.examples.push_back(item.example);
        to.words.push_back(data.row(item.example).parts[to_size(item.places[word++])]);
      }
      to.sequences.push_back(sequence);
    }
  }
  return to;
}

Things texts_of(const TextEncoder& encoder, const tasks::Examples& examples, const tasks::Labels& labels,
                const ProbeOptions& options) {
  Things to;
  for (const tasks::Example& row : examples.rows) {
    const text::EncodeOptions how{.max_length = options.max_length, .keep = text::Keep::ids};
    text::Encoding encoding = options.things == ProbedThings::pairs
                                  ? encoder.tokenizer.encode(row.text, row.text_b, how)
                                  : encoder.tokenizer.encode(row.text, how);
    to.stretches.push_back(
        {std::ssize(to.sequences), 0, options.state == TextState::cls ? 1 : std::ssize(encoding.ids)});
    to.sequences.push_back({std::move(encoding.ids), std::move(encoding.types)});
    to.labels.push_back(labels.id(row.label, examples.place(row)));
    to.examples.push_back(std::ssize(to.examples));
  }
  return to;
}

Things things_of(const TextEncoder& encoder, const tasks::Examples& examples, const tasks::Labels& labels,
                 const ProbeOptions& options) {
  const tasks::Examples some = thinned_out(examples, options);
  return options.things == ProbedThings::words ? words_of(encoder, some, labels, options)
                                               : texts_of(encoder, some, labels, options);
}

// Each word that there is gets a label once and for all, drawn as often as the real ones are: to know it, a probe must
// have learned the word by heart.
class ControlTask {
 public:
  ControlTask(const std::vector<int64_t>& labels, std::uint64_t seed) : labels_(labels), seed_(seed) {}

  std::vector<int64_t> labels_of(const std::vector<std::string>& words) {
    std::vector<int64_t> to;
    for (const std::string& word : words) {
      const auto [place, is_new] = known_.try_emplace(word, 0);
      if (is_new) place->second = labels_[to_size(draw())];
      to.push_back(place->second);
    }
    return to;
  }

 private:
  int64_t draw() const { return integers({.seed = seed_, .step = known_.size()}, 1, std::ssize(labels_))[0]; }

  const std::vector<int64_t>& labels_;
  std::uint64_t seed_;
  std::map<std::string, int64_t> known_ = {};
};

double share_of_equal(const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
  int64_t equal = 0;
  for (std::size_t i = 0; i < a.size(); ++i) equal += a[i] == b[i];
  return a.empty() ? 0 : static_cast<double>(equal) / static_cast<double>(a.size());
}

std::vector<metrics::Tags> tags_by_example(const Things& things, const std::vector<int64_t>& labels,
                                           const tasks::Labels& names) {
  std::vector<metrics::Tags> to;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (i == 0 || things.examples[i] != things.examples[i - 1]) to.emplace_back();
    to.back().push_back(names.name(labels[i]));
  }
  return to;
}

double f1_of(const ProbeReport& report, const Things& dev, const std::vector<int64_t>& said) {
  if (report.names)
    return metrics::averages(metrics::counts(metrics::entity_report(tags_by_example(dev, dev.labels, report.labels),
                                                                    tags_by_example(dev, said, report.labels))))
        .micro.f1;
  const metrics::Confusion confusion(dev.labels, said, report.labels.size());
  return metrics::averages(metrics::label_counts(confusion)).macro.f1;
}

int64_t most_frequent(const std::vector<int64_t>& labels, int64_t classes) {
  std::vector<int64_t> counts(to_size(classes));
  for (const int64_t label : labels) ++counts[to_size(label)];
  return std::ranges::max_element(counts) - counts.begin();
}

// Things with their states in each layer and, for the control task, their random labels.
struct ProbedSet {
  Things things;
  std::vector<Array> layers = {};
  std::vector<int64_t> random = {};

  int64_t size() const { return things.size(); }
  void read_states(const TextEncoder& encoder, int64_t texts_before, const TextsDone& done) {
    layers = layer_states(encoder.model, things.sequences, things.stretches, [&](int64_t texts) {
      if (done) done(texts_before + texts);
    });
  }
};

ProbeReport report_without_layers(const tasks::Labels& labels, const Things& from, const Things& on,
                                  ProbedThings kind) {
  ProbeReport to{.labels = labels, .train = from.size(), .dev = on.size(), .gold = on.labels};
  to.names = kind == ProbedThings::words &&
             std::ranges::all_of(labels.names(), [](const std::string& name) { return metrics::is_tag(name); });
  const int64_t usual = most_frequent(from.labels, labels.size());
  to.majority = share_of_equal(on.labels, std::vector<int64_t>(on.labels.size(), usual));
  return to;
}

ProbeLayer probed_layer(std::size_t layer, const ProbedSet& from, const ProbedSet& on, const ProbeReport& report,
                        double l2) {
  const Array& states = from.layers[layer];
  const LinearProbe fitted = fit_probe(states, from.things.labels, report.labels.size(), l2);
  ProbeLayer to{.loss = fitted.loss, .predictions = fitted.predictions(on.layers[layer])};
  to.train_accuracy = share_of_equal(from.things.labels, fitted.predictions(states));
  to.accuracy = share_of_equal(on.things.labels, to.predictions);
  to.f1 = f1_of(report, on.things, to.predictions);
  if (from.random.empty()) return to;
  const LinearProbe by_heart = fit_probe(states, from.random, report.labels.size(), l2);
  to.control = share_of_equal(on.random, by_heart.predictions(on.layers[layer]));
  return to;
}

}  // namespace

tasks::Examples read_probed(const std::filesystem::path& file, const ProbeOptions& options) {
  const tasks::Content content = options.things == ProbedThings::words   ? tasks::Content::words
                                 : options.things == ProbedThings::pairs ? tasks::Content::pair
                                                                         : tasks::Content::text;
  return tasks::read_examples(file, {.content = content, .columns = options.columns});
}

std::pair<tasks::Examples, tasks::Examples> held_out(const tasks::Examples& examples, std::uint64_t seed) {
  const tasks::Split split = tasks::split_off(classes_in(examples), held_out_share, seed);
  return {with_rows(examples, split.train), with_rows(examples, split.dev)};
}

ProbeReport probe(const TextEncoder& encoder, const tasks::Examples& train, const tasks::Examples& dev,
                  const ProbeOptions& options) {
  require(!options.control || options.things == ProbedThings::words,
          "control: got texts, want words with labels: random labels are given to words, which come again");
  const tasks::Labels labels = labels_in(train);
  require(labels.size() > 1, "{}: got {} labels, want two or more", train.file, labels.size());
  ProbedSet from{things_of(encoder, train, labels, options)}, on{things_of(encoder, dev, labels, options)};
  require(from.size() > 0 && on.size() > 0, "probe: got {} things to learn from and {} to measure on, want some",
          from.size(), on.size());
  from.read_states(encoder, 0, options.read);
  on.read_states(encoder, std::ssize(from.things.sequences), options.read);
  if (options.control) {
    ControlTask control(from.things.labels, options.seed);
    from.random = control.labels_of(from.things.words);
    on.random = control.labels_of(on.things.words);
  }
  ProbeReport report = report_without_layers(labels, from.things, on.things, options.things);
  for (int64_t layer = 0; layer < encoder.layers(); ++layer) {
    report.layers.push_back(probed_layer(to_size(layer), from, on, report, options.l2));
    if (options.learned) options.learned(layer + 1);
  }
  return report;
}

}  // namespace bertlet::inside
