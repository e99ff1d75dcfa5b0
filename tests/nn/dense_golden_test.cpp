// Linear layers, embeddings and layer norm beside PyTorch's, from tests/golden/nn_dense.json.
#include "nn/dense/embedding.h"
#include "nn/dense/feed_forward.h"
#include "nn/norm/layer_norm.h"
#include "nn/parameters.h"
#include "tests/nn/golden.h"

using namespace bertlet;
using golden::json;

namespace {

Activation activation_of(const json& test) {
  const std::map<std::string, Activation> activations{
      {"none", Activation::none}, {"gelu", Activation::gelu}, {"gelu_tanh", Activation::gelu_tanh},
      {"relu", Activation::relu}, {"tanh", Activation::tanh}, {"sigmoid", Activation::sigmoid},
      {"silu", Activation::silu}};
  return activations.at(test.at("activation"));
}

Tensor run_embedding(const json& test, const Tensor& table) {
  EmbeddingOptions options;
  if (!test.at("padding").is_null()) options.padding = test.at("padding").get<int64_t>();
  return embedding(table, test.at("ids"), options);
}

Tensor run_feed_forward(const golden::Parameters& in) {
  FeedForward layer(4, 9);
  visit_member("", layer, [&](const std::string& name, Tensor& parameter) { parameter = in.at(name); });
  return layer(in.at("x"));
}

Tensor run(const json& test, const golden::Parameters& in) {
  const std::string name = test.at("name");
  if (name == "linear") return linear(in.at("x"), in.at("weight"), in.at("bias"), activation_of(test));
  if (name == "embedding") return run_embedding(test, in.at("table"));
  if (name == "tied")
    return linear(linear(embedding(in.at("table"), test.at("ids")), in.at("weight"), {}, Activation::tanh),
                  in.at("table"), {});
  if (name == "layer_norm") return layer_norm(in.at("x"), in.at("weight"), in.at("bias"), test.at("eps"));
  if (name == "dropout_add_norm")
    return dropout_add_norm(in.at("x"), in.at("residual"), in.at("weight"), in.at("bias"), test.at("eps"), 0, {});
  return run_feed_forward(in);
}

}  // namespace

TEST_CASE("linear layers, embeddings and layer norm are PyTorch's, value and gradient", "[golden]") {
  for (const json& test : golden::cases("nn_dense")) {
    INFO(test.at("name") << " " << test.value("activation", ""));
    const golden::Parameters in = golden::inputs(test);
    const Tensor y = run(test, in);
    CHECK(golden::error(y.value(), test.at("y")) <= golden::tolerance);
    backward(y, golden::array_of(test.at("dy")));
    golden::check_gradients(test, in);
  }
}
