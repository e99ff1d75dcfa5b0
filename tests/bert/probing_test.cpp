#include "bert/inside/probing.h"

#include <cmath>

#include "bert/inside/minimum.h"
#include "bert/inside/neighbours.h"
#include "bert/inside/plane.h"
#include "bert/inside/senses.h"
#include "bert/inside/structural_probe.h"
#include "core/random.h"
#include "nn/parameters.h"
#include "tests/bert/finetuning.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet;
using namespace bertlet::inside;
using Catch::Matchers::ContainsSubstring;
using finetuning::small_config;
using finetuning::small_tokenizer;

namespace {

TextEncoder small_encoder() {
  TextEncoder to{text::Tokenizer(small_tokenizer()->vocabulary()), bert::Model(small_config(0), bert::WithPooler::no)};
  Parameters parameters = parameters_of(to.model);
  bert::initialise(parameters, to.model.config, 7);
  parameters.freeze("*");
  return to;
}

// The cat sat on, with the tree cat ← sat → dog → bird and a full stop.
const char* const small_tree =
    "# a comment\n"
    "1-2\tcatsat\t_\t_\t_\t_\t_\t_\t_\t_\n"
    "1\tcat\tcat\tNOUN\t_\t_\t2\tnsubj\t_\t_\n"
    "2\tsat\tsit\tVERB\t_\t_\t0\troot\t_\t_\n"
    "2.1\tsat\tsit\tVERB\t_\t_\t_\t_\t_\t_\n"
    "3\tdog\tdog\tNOUN\t_\t_\t2\tobj\t_\t_\n"
    "4\tbird\tbird\tNOUN\t_\t_\t3\tnmod\t_\t_\n"
    "5\t.\t.\tPUNCT\t_\t_\t2\tpunct\t_\t_\n";

std::vector<TreeSentence> tree_of(const std::string& text) {
  const Scratch scratch;
  return read_treebank(scratch.write("trees.conllu", text));
}

}  // namespace

// --- states ----------------------------------------------------------------------------------------------------------

TEST_CASE("states of layers are what the model gives, whatever the batch", "[probing]") {
  const TextEncoder encoder = small_encoder();
  const std::vector<std::vector<std::string>> texts = {{"cat", "sat"}, {"the", "dog", "ran", "yes"}, {"no"}};
  std::vector<bert::Sequence> sequences;
  std::vector<Stretch> stretches;
  for (const auto& text : texts) {
    const SentenceRows rows = rows_of_words(encoder, text, std::ssize(sequences));
    sequences.push_back(rows.sequence);
    stretches.insert(stretches.end(), rows.words.begin(), rows.words.end());
  }
  const std::vector<Array> states = layer_states(encoder.model, sequences, stretches);
  REQUIRE(std::ssize(states) == encoder.layers());
  Pass pass;
  const bert::Encoded alone = encoder.model(bert::Batch::of({sequences[1]}), pass, {.hidden_states = true});
  for (std::size_t layer = 0; layer < states.size(); ++layer)
    for (int64_t column = 0; column < 16; ++column)  // "ran", the third word, in row 3
      CHECK(states[layer][4 * 16 + column] == Approx(alone.hidden_states[layer].value()[3 * 16 + column]).margin(1e-5));
}

// --- minima ----------------------------------------------------------------------------------------------------------

TEST_CASE("L-BFGS finds the minimum of a narrow valley", "[probing]") {
  std::vector<double> x = {-1.2, 1};
  const Minimum found = minimise(
      [](std::span<const double> at, std::span<double> gradient) {
        const double a = 1 - at[0], b = at[1] - at[0] * at[0];  // Rosenbrock's
        gradient[0] = -2 * a - 400 * at[0] * b;
        gradient[1] = 200 * b;
        return a * a + 100 * b * b;
      },
      x, {.tolerance = 1e-9});
  CHECK(x[0] == Approx(1));
  CHECK(x[1] == Approx(1));
  CHECK(found.gradient <= 1e-9);
}

TEST_CASE("a linear probe ends where its gradient is zero", "[probing]") {
  const Array states = normal({.seed = 3}, {60, 5});
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < 60; ++i) labels.push_back(states[i * 5] + states[i * 5 + 1] > 0 ? 2 : i % 2);
  const LinearProbe probe = fit_probe(states, labels, 3, 0.5);
  std::vector<double> bias(3, 0);
  for (int64_t i = 0; i < 60; ++i) {  // at the minimum the biases' slopes are 0: shares and labels are equally frequent
    std::vector<double> z(3, 0);
    double sum = 0;
    for (int64_t c = 0; c < 3; ++c) {
      z[to_size(c)] = static_cast<double>(probe.bias[c]);
      for (int64_t h = 0; h < 5; ++h)
        z[to_size(c)] += static_cast<double>(probe.weight[c * 5 + h]) *
                         static_cast<double>((states[i * 5 + h] - probe.mean[h]) / probe.deviation[h]);
      sum += std::exp(z[to_size(c)]);
    }
    for (std::size_t c = 0; c < 3; ++c)
      bias[c] += std::exp(z[c]) / sum - (labels[to_size(i)] == static_cast<int64_t>(c));
  }
  for (const double each : bias) CHECK(each == Approx(0).margin(0.01));
  int64_t right = 0;
  const std::vector<int64_t> said = probe.predictions(states);
  for (std::size_t i = 0; i < labels.size(); ++i) right += said[i] == labels[i];
  CHECK(right >= 40);
}

// --- labels ----------------------------------------------------------------------------------------------------------

TEST_CASE("a probe reads from the embeddings what a word is, and says what random labels give", "[probing]") {
  const TextEncoder encoder = small_encoder();
  const Scratch scratch;
  std::string text;
  const std::vector<std::pair<std::string, std::string>> words = {
      {"cat", "NOUN"}, {"dog", "NOUN"}, {"bird", "NOUN"}, {"sat", "VERB"}, {"ran", "VERB"}};
  for (std::size_t i = 0; i < 40; ++i) {
    const auto& [noun, of_noun] = words[i % 3];
    const auto& [verb, of_verb] = words[3 + i % 2];
    text += noun + " " + of_noun + "\n" + verb + " " + of_verb + "\n\n";
  }
  const ProbeOptions options{.things = ProbedThings::words, .control = true};
  const auto [train, dev] = held_out(read_probed(scratch.write("words.conll", text), options));
  CHECK(dev.rows.size() == 8);
  const ProbeReport report = probe(encoder, train, dev, options);
  CHECK(report.labels.names() == std::vector<std::string>{"NOUN", "VERB"});
  CHECK_FALSE(report.names);
  CHECK(report.train == 64);
  CHECK(report.dev == 16);
  CHECK(report.majority == Approx(0.5));
  REQUIRE(report.layers.size() == 3);
  for (const ProbeLayer& layer : report.layers) {
    CHECK(layer.accuracy == 1);
    CHECK(layer.f1 == 1);
    CHECK(layer.control == Approx(1));  // five words are soon learned by heart
    CHECK(layer.selectivity() == Approx(0));
  }
}

TEST_CASE("a probe takes as many things as it may, evenly spread", "[probing]") {
  const TextEncoder encoder = small_encoder();
  const Scratch scratch;
  std::string text;
  for (int i = 0; i < 100; ++i) text += i % 2 == 0 ? "yes\tcat sat\n" : "no\tdog ran\n";
  const std::filesystem::path file = scratch.write("texts.tsv", "label\ttext\n" + text);
  for (const TextState state : {TextState::cls, TextState::mean}) {
    const ProbeOptions options{.state = state, .most = 50};
    const tasks::Examples all = read_probed(file, options);
    const ProbeReport report = probe(encoder, all, all, options);
    CHECK(report.train == 50);
    CHECK(report.layers.back().accuracy == 1);
  }
  CHECK_THROWS_WITH(probe(encoder, read_probed(file, {}), read_probed(file, {}), {.control = true}),
                    ContainsSubstring("control: got texts, want words with labels"));
}

// --- trees -----------------------------------------------------------------------------------------------------------

TEST_CASE("a treebank has words, heads and distances", "[probing]") {
  const std::vector<TreeSentence> sentences = tree_of(std::string(small_tree) + "\n" + small_tree);
  REQUIRE(sentences.size() == 2);
  const TreeSentence& sentence = sentences[0];
  CHECK(sentence.words == std::vector<std::string>{"cat", "sat", "dog", "bird", "."});
  CHECK(sentence.heads == std::vector<int64_t>{1, TreeSentence::none, 1, 2, 1});
  CHECK(sentence.punctuation == std::vector<bool>{false, false, false, false, true});
  CHECK(tree_distances(sentence) ==
        std::vector<double>{0, 1, 2, 3, 2, 1, 0, 1, 2, 1, 2, 1, 0, 1, 2, 3, 2, 1, 0, 3, 2, 1, 2, 3, 0});
  CHECK(shortest_tree(tree_distances(sentence), sentence.punctuation) == TreeEdges{{0, 1}, {1, 2}, {2, 3}});
}

TEST_CASE("what is no treebank is an error with its line", "[probing]") {
  const auto row = [](const std::string& id, const std::string& head) {
    return id + "\tcat\t_\t_\t_\t_\t" + head + "\t_\t_\t_\n";
  };
  CHECK_THROWS_WITH(tree_of("cat sat\n"), ContainsSubstring("trees.conllu:1: got 1 columns, want the 10 of CoNLL-U"));
  CHECK_THROWS_WITH(tree_of(row("2", "0")), ContainsSubstring(":1: got the ID '2', want 1"));
  CHECK_THROWS_WITH(tree_of(row("1", "_")), ContainsSubstring(":1: got the HEAD '_', want the ID of a word"));
  CHECK_THROWS_WITH(tree_of(row("1", "1")), ContainsSubstring(":1: got 0 roots (HEAD 0) in the sentence, want one"));
  CHECK_THROWS_WITH(tree_of(row("1", "0") + row("2", "3") + row("3", "2")),
                    ContainsSubstring(":1: the heads above word 2 do not lead to the root"));
  CHECK_THROWS_WITH(tree_of(row("1", "0") + row("2", "7")), ContainsSubstring("do not lead to the root"));
  CHECK_THROWS_WITH(tree_of("# nothing\n"), ContainsSubstring("got no sentences"));
  std::string endless;
  for (int word = 1; word <= 4097; ++word) endless += row(std::to_string(word), std::to_string(word - 1));
  CHECK_THROWS_WITH(tree_of(endless), ContainsSubstring(":4097: the sentence has more than 4096 words"));
  CHECK(tree_of("1\t--\t_\t_\t_\t_\t0\t_\t_\t_\n")[0].punctuation[0]);  // without UPOS by its characters
}

TEST_CASE("the structural loss is that of the paper, and its gradient is its slope", "[probing]") {
  const std::vector<double> first = {0, 1, 1, 0}, second = {0, 1, 2, 1, 0, 1, 2, 1, 0};
  const Array p = Array::of({5, 2}, {0, 0, 1, 1, 0, 0, real(0.5), 0, 0, 2});
  Array gradient;
  // ‖·‖²: 2 for 1; then 0.25 for 1, 4 for 2 and 4.25 for 1
  CHECK(structure_loss({p, {&first, &second}}, gradient) == Approx((2 * 1.0 / 4 + 2 * (0.75 + 2 + 3.25) / 9) / 2));
  const double step = sizeof(real) == 8 ? 1e-6 : 1e-2;  // the loss is piecewise quadratic: floats' steps may be wide
  for (int64_t i = 0; i < p.size(); ++i) {
    Array up = p.clone(), down = p.clone(), unused;
    up[i] += static_cast<real>(step);
    down[i] -= static_cast<real>(step);
    const double slope =
        (structure_loss({up, {&first, &second}}, unused) - structure_loss({down, {&first, &second}}, unused)) /
        (2 * step);
    CHECK(static_cast<double>(gradient[i]) == Approx(slope).margin(1e-4));
  }
}

TEST_CASE("the structural probe learns a tree that states know", "[probing]") {
  const TextEncoder encoder = small_encoder();
  const std::vector<TreeSentence> sentences = tree_of(small_tree);
  const StructureReport untrained = structural_probe(encoder, sentences, sentences, {.rank = 8, .epochs = 0});
  const StructureReport report =
      structural_probe(encoder, sentences, sentences, {.rank = 8, .epochs = 300, .lr = 0.02});
  REQUIRE(report.layers.size() == 3);
  CHECK(report.chain == 1);  // here each word hangs on its neighbour
  for (std::size_t layer = 0; layer < 3; ++layer) {
    CHECK(report.layers[layer].loss < untrained.layers[layer].loss / 3);
    CHECK(report.layers[layer].uuas == 1);
    CHECK(report.layers[layer].spearman > 0.9);
  }
  TreeSentence longer = sentences[0];
  for (int i = 0; i < 30; ++i)
    longer.words.push_back("cat"), longer.heads.push_back(0), longer.punctuation.push_back(false);
  CHECK(structural_probe(encoder, {sentences[0], longer}, sentences, {.rank = 8, .epochs = 1}).left_out == 1);
}

// --- neighbours ------------------------------------------------------------------------------------------------------

TEST_CASE("the nearest rows come by the cosine, equals by their number", "[probing]") {
  const Array x = Array::of({4, 2}, {1, 0, 0, 3, 2, 0, -1, real(0.1)});
  const std::vector<real> at = {5, 0};
  const std::vector<NearRow> near = nearest_rows(x, at, 3);
  REQUIRE(near.size() == 3);
  CHECK(near[0].row == 0);
  CHECK(near[1].row == 2);
  CHECK(near[1].cosine == Approx(1));
  CHECK(near[2].row == 1);
  CHECK(nearest_rows(x, at, 1, {0})[0].row == 2);
}

TEST_CASE("words are found where they stand, each nearest to itself in the same sentence", "[probing]") {
  const TextEncoder encoder = small_encoder();
  const WordsInContext words = words_in_context(encoder, {"the cat sat.", "Cat ran", "no dog", "the cat sat."});
  REQUIRE(words.occurrences.size() == 12);
  CHECK(words.find("CAT") == std::vector<int64_t>{1, 4, 9});
  CHECK(words.word(4) == "Cat");
  const std::vector<NearRow> near = nearest(words, 2, 1, 2);
  CHECK(near[0].row == 9);
  CHECK(near[0].cosine == Approx(1));
  const WordsInContext cats = words_in_context(encoder, {"the cat sat.", "no dog", "Cat ran"}, "cat");
  REQUIRE(cats.occurrences.size() == 2);
  CHECK(cats.occurrences[1].sentence == 2);
  CHECK(table_neighbours(encoder, "cat", 3).neighbours.size() == 3);
}

TEST_CASE("senses that lie apart have a high silhouette", "[probing]") {
  const Array x = Array::of({4, 2}, {1, 0, 2, 0, 0, 1, 0, 3});
  const SenseLayer apart = sense_layer(x, {0, 0, 1, 1});
  CHECK(apart.within == Approx(1));
  CHECK(apart.between == Approx(0).margin(1e-6));
  CHECK(apart.silhouette == Approx(1));
  CHECK(apart.all == Approx(2.0 / 6));
  CHECK(sense_layer(x, {0, 1, 0, 1}).silhouette == Approx(-0.5).margin(0.01));
  CHECK(sense_layer(x, {0, 1, 2, 3}).silhouette == 0);  // each alone
  CHECK(sense_layer(x, {}).all == Approx(2.0 / 6));
}

// --- planes ----------------------------------------------------------------------------------------------------------

TEST_CASE("the principal plane has the axes of a box", "[probing]") {
  const Array x = Array::of({4, 3}, {9, 1, 5, -9, 1, 5, 0, 5, 5, 0, -3, 5});
  const PrincipalPlane plane = principal_plane(x);
  CHECK(plane.shares[0] == Approx(162.0 / 194));
  CHECK(plane.shares[1] == Approx(32.0 / 194));
  CHECK(plane.axes[0] == Approx(1));
  CHECK(plane.axes[4] == Approx(1));
  CHECK(plane.places[0] == Approx(9));
  CHECK(plane.places[5] == Approx(4));
  const PrincipalPlane alone = principal_plane(Array::of({2, 2}, {1, 1, 1, 1}));  // nothing spreads
  CHECK(alone.places[0] == 0);
  CHECK(alone.shares[0] == 0);
}

TEST_CASE("t-SNE keeps groups together, and gives the same picture again", "[probing]") {
  const Array noise = normal({.seed = 5}, {60, 6});
  Array x = noise.clone();
  for (int64_t i = 0; i < 60; ++i) x[i * 6] += static_cast<real>(20 * (i % 3));
  const NeighbourPlane plane = neighbour_plane(x, {.perplexity = 10});
  CHECK(plane.perplexity == 10);
  for (int64_t i = 0; i < 60; ++i) {  // the nearest point is of the same group
    double least = 1e30;
    int64_t nearest = -1;
    for (int64_t j = 0; j < 60; ++j) {
      const double a = static_cast<double>(plane.places[2 * i] - plane.places[2 * j]),
                   b = static_cast<double>(plane.places[2 * i + 1] - plane.places[2 * j + 1]);
      if (j != i && a * a + b * b < least) least = a * a + b * b, nearest = j;
    }
    CHECK(nearest % 3 == i % 3);
  }
  CHECK(neighbour_plane(x, {.perplexity = 10}).places.values() == plane.places.values());
  CHECK(neighbour_plane(x, {.perplexity = 50, .steps = 1}).perplexity == Approx(59.0 / 3));
  CHECK_THROWS_WITH(neighbour_plane(Array::filled({3, 2}, 0)), ContainsSubstring("t-sne: got 3 points, want 4 … 2000"));
}
