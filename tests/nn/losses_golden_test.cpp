// Losses and pooling beside PyTorch's, from tests/golden/nn_losses.json.
#include "nn/losses/losses.h"
#include "nn/sequence/pooling.h"
#include "tests/nn/golden.h"

using namespace bertlet;
using golden::json;

namespace {

Reduction reduction_of(const json& test) {
  const std::string name = test.at("reduction");
  return name == "mean" ? Reduction::mean : name == "sum" ? Reduction::sum : Reduction::none;
}

Array vector_or_nothing(const json& numbers) {
  if (numbers.is_null()) return {};
  const std::vector<real> data = numbers;
  return Array::of({static_cast<int64_t>(data.size())}, data);
}

Spans spans_of(const json& test) { return Spans(test.at("spans").get<std::vector<int64_t>>()); }

Tensor run(const json& test, const golden::Parameters& in) {
  const std::string name = test.at("name");
  if (name == "cross_entropy")
    return cross_entropy(in.at("x"), test.at("labels"),
                         {.ignore = test.at("ignore"),
                          .weights = vector_or_nothing(test.at("weights")),
                          .smoothing = test.at("smoothing"),
                          .reduction = reduction_of(test)});
  if (name == "bce_with_logits")
    return bce_with_logits(
        in.at("x"), golden::array_of(test.at("targets")),
        {.positive_weights = vector_or_nothing(test.at("positive_weights")), .reduction = reduction_of(test)});
  if (name == "mse") return mse(in.at("x"), in.at("y"), reduction_of(test));
  if (name == "cosine_similarity") return cosine_similarity(in.at("x"), in.at("y"), test.at("eps"));
  if (name == "attention_pool") return attention_pool(in.at("x"), in.at("scores"), spans_of(test));
  const std::map<std::string, Pooling> poolings{{"first", Pooling::first},
                                                {"last", Pooling::last},
                                                {"mean", Pooling::mean},
                                                {"max", Pooling::max},
                                                {"mean_sqrt", Pooling::mean_sqrt}};
  return pool(in.at("x"), spans_of(test), poolings.at(test.at("kind")));
}

}  // namespace

TEST_CASE("losses and pooling are PyTorch's, value and gradient", "[golden]") {
  for (const json& test : golden::cases("nn_losses")) {
    INFO(test.at("name") << " " << test.value("reduction", "") << test.value("kind", ""));
    const golden::Parameters in = golden::inputs(test);
    const Tensor y = run(test, in);
    CHECK(golden::error(y.value(), test.at("y")) <= golden::tolerance);
    backward(y, golden::array_of(test.at("dy")));
    golden::check_gradients(test, in);
  }
}
