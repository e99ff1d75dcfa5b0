// What is computed of attention; tests/bert/differential/attention.py compares it with transformers.
#include "bert/inside/attention_maps.h"

#include "bert/inside/attention_flow.h"
#include "bert/inside/head_map.h"
#include "bert/inside/head_statistics.h"
#include "bert/view/attention/attention_page.h"
#include "bert/view/attention/packing.h"
#include "core/ops.h"
#include "nn/parameters.h"
#include "tests/bert/made.h"
#include "tests/catch.h"

using namespace bertlet;
using namespace bertlet::inside;

namespace {

const bert::Sequence sentence{{2, 5, 6, 3, 9}, {}};

bert::Model made_model(Relative positions = Relative::none, bool decoder = false) {
  bert::Config config = small();
  config.position_embedding_type = positions;
  config.is_decoder = decoder;
  bert::Model model(config, bert::WithPooler::no);
  Parameters parameters = parameters_of(model);
  bertlet::initialise(parameters, 3, {{"*", normal_init(real(0.5))}});
  parameters.freeze("*");
  return model;
}

double difference(const Array& a, const Array& b) {
  REQUIRE(a.shape() == b.shape());
  double most = 0;
  for (int64_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(static_cast<double>(a[i] - b[i])));
  return most;
}

const double tolerance = sizeof(real) == 8 ? 1e-12 : 2e-5;

std::vector<Token> tokens(std::initializer_list<const char*> names) {
  std::vector<Token> to;
  for (const std::string name : names)
    to.push_back({name,
                  name == "[CLS]"   ? Role::cls
                  : name == "[SEP]" ? Role::sep
                  : name == "."     ? Role::punctuation
                                    : Role::word,
                  0});
  return to;
}

AttentionMaps look_of(const Array& probabilities) {
  AttentionMaps look;
  const int64_t heads = probabilities.shape()[0], t = probabilities.shape()[1];
  look.layers.push_back({.heads = {},
                         .query = Array::filled({heads, t, 1}, 0),
                         .key = {},
                         .value = {},
                         .scores = {},
                         .probabilities = probabilities,
                         .context = {},
                         .norms = {},
                         .together = {}});
  for (int64_t a = 0; a < heads; ++a) look.layers[0].heads.push_back(a);
  return look;
}

}  // namespace

TEST_CASE("probabilities are the softmax of the scores, whatever the positions", "[inside]") {
  for (const Relative positions : {Relative::none, Relative::key, Relative::key_query})
    for (const bool decoder : {false, true}) {
      const AttentionMaps look = attention_maps(made_model(positions, decoder), sentence);
      for (const LayerMaps& layer : look.layers)
        CHECK(difference(softmax(Tensor(layer.scores)).value(), layer.probabilities) < tolerance);
    }
}

TEST_CASE("the heads' context through the output's weights is what attention adds", "[inside]") {
  const bert::Model model = made_model();
  const AttentionMaps look = attention_maps(model, sentence);
  const LayerMaps& layer = look.layers[1];
  const Array& w = model.encoder.layer[1].attention.attend.output.weight.value();  // [H, A D]
  const int64_t hidden = w.shape()[0], size = layer.value.shape()[2];
  for (int64_t i = 0; i < 5; ++i)
    for (int64_t j = 0; j < 5; ++j) {
      double all = 0;
      std::vector<double> sum(8, 0), norms(2, 0);
      for (int64_t h = 0; h < hidden; ++h)
        for (int64_t a = 0; a < 2; ++a) {
          double f = 0;
          for (int64_t d = 0; d < size; ++d) f += layer.value[(a * 5 + j) * size + d] * w[h * 2 * size + a * size + d];
          sum[to_size(h)] += layer.probabilities[(a * 5 + i) * 5 + j] * f;
          norms[to_size(a)] += f * f;
        }
      for (const double each : sum) all += each * each;
      CHECK(layer.together[i * 5 + j] == Approx(std::sqrt(all)).epsilon(tolerance * 100));
      CHECK(layer.norms[j] == Approx(std::sqrt(norms[0])).epsilon(tolerance * 100));
      CHECK(layer.norms[5 + j] == Approx(std::sqrt(norms[1])).epsilon(tolerance * 100));
    }
}

TEST_CASE("rollout's rows sum to 1, and begin with half of what looks", "[inside]") {
  const AttentionMaps look = attention_maps(made_model(), sentence);
  const std::vector<Array> rolled = rollout(look);
  const Array first = mean_over_heads(look.layers[0].probabilities);
  CHECK(rolled[0][1] == Approx(first[1] / 2));
  CHECK(rolled[0][6] == Approx(first[6] / 2 + 0.5));
  for (int64_t i = 0; i < 5; ++i) {
    double sum = 0;
    for (int64_t j = 0; j < 5; ++j) sum += rolled[1][i * 5 + j];
    CHECK(sum == Approx(1));
  }
}

TEST_CASE("statistics of a head that looks at the next token", "[inside]") {
  const AttentionMaps look = look_of(Array::of({1, 3, 3}, {0, 1, 0, 0, 0, 1, 0, 0, 1}));
  const HeadStatistics of = head_statistics(look, tokens({"[CLS]", "cat", "[SEP]"}))[0];
  CHECK(of.next == 1);
  CHECK(of.previous == 0);
  CHECK(of.self == Approx(1.0 / 3));
  CHECK(of.sep == Approx(2.0 / 3));
  CHECK(std::isnan(of.punctuation));
  CHECK(std::isnan(of.a_to_b));
  CHECK(of.distance == Approx(2.0 / 3));
  CHECK(of.entropy < 0.01);
  CHECK(kind(of) == std::string("next"));
}

TEST_CASE("a head that looks at all alike is broad", "[inside]") {
  const AttentionMaps look = look_of(Array::filled({1, 4, 4}, real(0.25)));
  const HeadStatistics of = head_statistics(look, tokens({"a", "b", ".", "d"}))[0];
  CHECK(of.entropy == Approx(1));
  CHECK(of.punctuation == Approx(0.25));
  CHECK(kind(of) == std::string("broad"));
}

TEST_CASE("heads that do alike are one cluster and lie together", "[inside]") {
  const Array alpha =
      Array::of({4, 2, 2}, {1, 0, 0, 1, real(.9), real(.1), 0, 1, 0, 1, 1, 0, 0, 1, real(.9), real(.1)});
  const Array distances = head_distances(look_of(alpha));
  CHECK(distances[0] == 0);
  CHECK(distances[2] == Approx(std::log(2.0)));
  CHECK(distances[1] == Approx(distances[4]));
  const HeadMap map = head_map(distances, 2);
  CHECK(map.clusters == std::vector<int64_t>{0, 0, 1, 1});
  const auto apart = [&](int64_t a, int64_t b) {
    return std::hypot(map.places[2 * a] - map.places[2 * b], map.places[2 * a + 1] - map.places[2 * b + 1]);
  };
  CHECK(apart(0, 2) == Approx(std::sqrt(std::log(2.0))).epsilon(0.05));
  CHECK(apart(0, 1) < apart(0, 2) / 3);
}

TEST_CASE("codes keep small numbers finer than large ones", "[inside]") {
  const std::vector<real> x{0, real(0.0005), real(0.1), 1};
  CHECK(view::codes_of(x, 1) == view::Codes{0, 6, 81, 255});
  const std::vector<real> y{-2, 0, real(0.5), 2};
  CHECK(view::signed_codes_of(y, 2) == view::Codes{1, 128, 192, 255});
  CHECK(view::codes_of(std::vector<real>{0, 0}, 0) == view::Codes{0, 0});
}

TEST_CASE("a page has no text that ends its script", "[inside]") {
  view::AttentionPage page(1);
  const bert::Model model = made_model();
  page.add({.model = "</script><b>",
            .text = "<!--<script>",
            .tokens = tokens({"[CLS]", "</script>", "\"'&", "\xff", "[SEP]"}),
            .maps = attention_maps(model, sentence)});
  const std::string html = page.html();
  const std::size_t data = html.find("id=\"data\">"), end = html.find("</script>", data);
  CHECK(html.find('<', data) == end);
  CHECK(html.find("\\u003c/script>", data) < end);
}

TEST_CASE("through one layer the flow is the rollout", "[inside]") {
  const AttentionMaps maps = look_of(Array::of({2, 2, 2}, {real(0.25), real(0.75), 1, 0, real(0.5), real(0.5), 0, 1}));
  CHECK(difference(attention_flow(maps), rollout(maps)[0]) < tolerance);
}

TEST_CASE("ways count beside each other in the flow, as far as they share no bottleneck", "[inside]") {
  AttentionMaps maps = look_of(Array::of({1, 2, 2}, {1, 0, 1, 0}));              // ½ (A + I): 1 0 and ½ ½
  maps.layers.push_back(look_of(Array::of({1, 2, 2}, {0, 1, 0, 1})).layers[0]);  // ½ ½ and 0 1
  const Array flow = attention_flow(maps);
  CHECK(flow[0] == Approx(2.0 / 3));  // ½ by the first token and ½ by the second, against ½
  CHECK(flow[1] == Approx(1.0 / 3));
  CHECK(flow[2] == Approx(0.5));
  CHECK(flow[3] == Approx(0.5));
  CHECK(rollout(maps)[1][0] == Approx(0.75));
}
