#include "bert/inside/structural_probe.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "bert/metrics/correlation.h"
#include "bert/tasks/tables/selection.h"
#include "core/ops.h"
#include "core/product/product.h"
#include "core/random.h"
#include "core/require.h"
#include "nn/init.h"
#include "nn/parameters.h"
#include "optim/adam.h"

namespace bertlet::inside {

namespace {

constexpr int64_t least_length = 5, most_length = 50;  // of sentences whose order of distances counts
constexpr real largest_first_value = real(0.05);       // of B

// Sentences with the states of their words in all layers, one after another.
struct TreeStates {
  std::vector<std::vector<double>> distances = {};
  std::vector<int64_t> begins = {0};  // the words of sentence i are begins[i] … begins[i + 1] − 1
  std::vector<Array> layers = {};

  int64_t size() const { return std::ssize(distances); }
  Array of(std::size_t layer, int64_t sentence) const {
    return layers[layer].rows(begins[to_size(sentence)], begins[to_size(sentence) + 1]);
  }
};

// Sentences of which every word has a state are kept.
TreeStates states_of(const TextEncoder& encoder, std::vector<TreeSentence>& sentences, int64_t& left_out,
                     const TextsDone& done) {
  TreeStates to;
  std::vector<bert::Sequence> sequences;
  std::vector<Stretch> stretches;
  std::vector<TreeSentence> kept;
  for (TreeSentence& sentence : sentences) {
    SentenceRows rows = rows_of_words(encoder, sentence.words, std::ssize(sequences));
    if (std::ranges::any_of(rows.words, &Stretch::is_empty)) {
      ++left_out;
      continue;
    }
    sequences.push_back(std::move(rows.sequence));
    stretches.insert(stretches.end(), rows.words.begin(), rows.words.end());
    to.distances.push_back(tree_distances(sentence));
    to.begins.push_back(std::ssize(stretches));
    kept.push_back(std::move(sentence));
  }
  sentences = std::move(kept);
  to.layers = layer_states(encoder.model, sequences, stretches, done);
  return to;
}

Array mapped(const Array& states, const Array& map) {
  const int64_t words = states.shape()[0], width = states.shape()[1], rank = map.shape()[0];
  Array to({words, rank});
  product({states.data(), words, width, width}, {map.data(), width, rank, width, true}, 0, to.data(), rank);
  return to;
}

// Learns B of a layer.
class MapLearner {
 public:
  MapLearner(const TreeStates& states, std::size_t layer, const StructureOptions& options)
      : states_(states),
        layer_(layer),
        options_(options),
        map_(Tensor::parameter(first_values())),
        parameters_({{"map", map_}}),
        adam_(parameters_, {.lr = options.lr}) {}

  void learn_epoch(int64_t epoch) {
    const std::vector<int64_t> order =
        permutation({.seed = options_.seed, .step = static_cast<std::uint64_t>(epoch), .site = 2}, states_.size());
    for (int64_t begin = 0; begin < states_.size(); begin += options_.batch) {
      const int64_t end = std::min(begin + options_.batch, states_.size());
      std::vector<int64_t> batch(order.begin() + begin, order.begin() + end);
      std::ranges::sort(batch);
      learn(batch);
    }
  }

  const Array& map() const { return map_.value(); }

 private:
  Array first_values() const {
    const int64_t width = states_.layers[layer_].shape()[1];
    return uniform({.seed = options_.seed, .site = 1}, {options_.rank, width}, -largest_first_value,
                   largest_first_value);
  }

  void learn(const std::vector<int64_t>& batch) {
    std::vector<Tensor> parts;
    MappedSentences sentences;
    for (const int64_t i : batch) {
      parts.emplace_back(states_.of(layer_, i));
      sentences.distances.push_back(&states_.distances[to_size(i)]);
    }
    const Tensor p = matmul(concat(parts, 0), map_, {.transpose_b = true});
    sentences.words = p.value();
    Array gradient;
    structure_loss(sentences, gradient);
    backward(p, gradient);
    const int64_t steps = options_.epochs * ((states_.size() + options_.batch - 1) / options_.batch);
    adam_.step({.factor = 1 - static_cast<double>(step_++) / static_cast<double>(steps)});
    parameters_.reset_grad();
  }

  const TreeStates& states_;
  std::size_t layer_;
  const StructureOptions& options_;
  Tensor map_;
  Parameters parameters_;
  optim::Adam adam_;
  int64_t step_ = 0;
};

double loss_of(const TreeStates& states, std::size_t layer, const Array& map) {
  MappedSentences sentences{.words = mapped(states.layers[layer], map)};
  for (const std::vector<double>& each : states.distances) sentences.distances.push_back(&each);
  Array gradient;
  return structure_loss(sentences, gradient);
}

// For each length of sentences the mean over their words; then the mean over lengths.
double mean_spearman(const std::vector<std::vector<double>>& gold, const std::vector<std::vector<double>>& found) {
  std::map<int64_t, std::pair<double, int64_t>> by_length;
  for (std::size_t i = 0; i < gold.size(); ++i) {
    const int64_t n = std::lround(std::sqrt(static_cast<double>(gold[i].size())));
    if (n < least_length || n > most_length) continue;
    auto& [sum, count] = by_length[n];
    for (int64_t word = 0; word < n; ++word, ++count)
      sum += metrics::spearman(std::span(gold[i]).subspan(to_size(word * n), to_size(n)),
                               std::span(found[i]).subspan(to_size(word * n), to_size(n)));
  }
  double all = 0;
  for (const auto& [n, each] : by_length) all += each.first / static_cast<double>(each.second);
  return by_length.empty() ? 0 : all / static_cast<double>(by_length.size());
}

std::vector<TreeEdges> trees_of(const std::vector<TreeSentence>& sentences,
                                const std::vector<std::vector<double>>& distances) {
  std::vector<TreeEdges> to;
  for (std::size_t i = 0; i < sentences.size(); ++i)
    to.push_back(shortest_tree(distances[i], sentences[i].punctuation));
  return to;
}

// A word and the next one that counts.
std::vector<TreeEdges> chains(const std::vector<TreeSentence>& sentences) {
  std::vector<TreeEdges> to;
  for (const TreeSentence& sentence : sentences) {
    TreeEdges& edges = to.emplace_back();
    int64_t last = TreeSentence::none;
    for (int64_t word = 0; word < sentence.size(); ++word) {
      if (sentence.punctuation[to_size(word)]) continue;
      if (last != TreeSentence::none) edges.emplace_back(last, word);
      last = word;
    }
  }
  return to;
}

void measure(StructureLayer& to, const TreeStates& states, std::size_t layer,
             const std::vector<TreeSentence>& sentences) {
  std::vector<std::vector<double>> found;
  for (int64_t i = 0; i < states.size(); ++i) found.push_back(squared_distances(mapped(states.of(layer, i), to.map)));
  to.loss = loss_of(states, layer, to.map);
  to.trees = trees_of(sentences, found);
  to.uuas = edges_found(trees_of(sentences, states.distances), to.trees);
  to.spearman = mean_spearman(states.distances, found);
}

}  // namespace

std::size_t StructureReport::best() const {
  return to_size(std::ranges::max_element(layers, {}, &StructureLayer::uuas) - layers.begin());
}

std::pair<std::vector<TreeSentence>, std::vector<TreeSentence>> held_out(std::vector<TreeSentence> sentences,
                                                                         std::uint64_t seed) {
  const std::vector<int64_t> alike(sentences.size(), 0);
  const tasks::Split split = tasks::split_off(alike, 0.2, seed);
  std::vector<TreeSentence> train, dev;
  for (const int64_t i : split.train) train.push_back(std::move(sentences[to_size(i)]));
  for (const int64_t i : split.dev) dev.push_back(std::move(sentences[to_size(i)]));
  return {std::move(train), std::move(dev)};
}

StructureReport structural_probe(const TextEncoder& encoder, std::vector<TreeSentence> train,
                                 std::vector<TreeSentence> dev, const StructureOptions& options) {
  const int64_t width = encoder.model.config.hidden_size;
  require(options.rank >= 1 && options.rank <= width, "structural_probe: got rank {}, want 1 … {}", options.rank,
          width);
  StructureReport report{.train = std::move(train), .dev = std::move(dev)};
  const TreeStates from = states_of(encoder, report.train, report.left_out, options.read);
  const TreeStates on = states_of(encoder, report.dev, report.left_out, [&](int64_t texts) {
    if (options.read) options.read(from.size() + texts);
  });
  require(from.size() > 0 && on.size() > 0,
          "structural_probe: got {} sentences to learn from and {} to measure on, want some", from.size(), on.size());
  report.chain = edges_found(trees_of(report.dev, on.distances), chains(report.dev));
  for (std::size_t layer = 0; layer < from.layers.size(); ++layer) {
    MapLearner learner(from, layer, options);
    for (int64_t epoch = 0; epoch < options.epochs; ++epoch) {
      learner.learn_epoch(epoch);
      if (options.learned) options.learned(static_cast<int64_t>(layer) * options.epochs + epoch + 1);
    }
    StructureLayer& to = report.layers.emplace_back(StructureLayer{.map = learner.map()});
    to.train_loss = loss_of(from, layer, to.map);
    measure(to, on, layer, report.dev);
  }
  return report;
}

}  // namespace bertlet::inside
