#pragma once
#include <optional>

#include "bert/inside/layer_states.h"
#include "bert/inside/linear_probe.h"
#include "bert/tasks/forms/examples.h"
#include "bert/tasks/tables/labels.h"

// Linear probes: how well can a linear classifier tell from a layer's states what people labelled? The encoder stays
// as it is; each layer gets a classifier of its own.
//
//   const TextEncoder encoder = read_text_encoder("bert-base-uncased");
//   const ProbeOptions options{.things = ProbedThings::words};
//   const tasks::Examples train = read_probed("train.conll", options), dev = read_probed("dev.conll", options);
//   const ProbeReport report = probe(encoder, train, dev, options);
//   report.layers[3].accuracy;
namespace bertlet::inside {

enum class ProbedThings { texts, pairs, words };
enum class TextState { cls, mean };  // what stands for a text; a word has its first piece

struct ProbeOptions {
  ProbedThings things = ProbedThings::texts;
  tasks::ColumnChoice columns = {};
  TextState state = TextState::cls;
  int64_t max_length = 128;
  double l2 = 1;         // λ of linear_probe.h
  int64_t most = 10000;  // things that are learned from, and measured on; of more about as many, drawn by seed
  bool control = false;  // words: learn random labels, too (Hewitt & Liang 2019)
  std::uint64_t seed = 1;
  TextsDone read = {};
  std::function<void(int64_t layers)> learned = {};
};

tasks::Examples read_probed(const std::filesystem::path& file, const ProbeOptions& options);

// Where there is no other file to measure on: a part of each label goes to the second one.
inline constexpr double held_out_share = 0.2;
std::pair<tasks::Examples, tasks::Examples> held_out(const tasks::Examples& examples, std::uint64_t seed = 1);

struct ProbeLayer {
  double loss = 0;                          // of training, what is minimised (linear_probe.h)
  double train_accuracy = 0, accuracy = 0;  // accuracy: of the other examples
  double f1 = 0;                            // of the same
  std::optional<double> control = {};       // accuracy with random labels
  std::vector<int64_t> predictions = {};    // of dev, by thing

  double selectivity() const { return accuracy - control.value_or(0); }
};

struct ProbeReport {
  tasks::Labels labels;
  bool names = false;                   // F1 is that of names, as conlleval counts them; otherwise the mean over labels
  int64_t train = 0, dev = 0;           // things
  double majority = 0;                  // accuracy of the label that is most frequent in training
  std::vector<int64_t> gold = {};       // labels of dev
  std::vector<ProbeLayer> layers = {};  // 0: the embeddings
};

ProbeReport probe(const TextEncoder& encoder, const tasks::Examples& train, const tasks::Examples& dev,
                  const ProbeOptions& options = {});

}  // namespace bertlet::inside
