#include "nn/parameters.h"

#include "core/memory.h"
#include "core/ops.h"
#include "tests/catch.h"

using namespace bertlet;

namespace {

struct Pair {
  Tensor weight = Tensor::parameter(Array::filled({2, 3}, 1));
  Tensor bias = Tensor::parameter(Array::filled({3}, 2));
  void visit(auto&& f) {
    f("weight", weight);
    f("bias", bias);
  }
};

struct Tree {
  Pair embeddings;
  std::vector<Pair> layer = std::vector<Pair>(2);
  std::optional<Pair> pooler;
  Tensor decoder = embeddings.weight;  // tied
  Tensor nothing;
  void visit(auto&& f) {
    f("embeddings", embeddings);
    f("encoder.layer", layer);
    f("pooler", pooler);
    f("decoder", decoder);
    f("nothing", nothing);
  }
};

std::vector<std::string> names(const Parameters& parameters) {
  std::vector<std::string> result;
  for (const Parameter& p : parameters.list()) result.push_back(p.name);
  return result;
}

}  // namespace

TEST_CASE("a tree of modules names its parameters by path; tied ones count once", "[parameters]") {
  Tree tree;
  const Parameters parameters = parameters_of(tree);
  CHECK(names(parameters) == std::vector<std::string>{"embeddings.weight", "embeddings.bias", "encoder.layer.0.weight",
                                                      "encoder.layer.0.bias", "encoder.layer.1.weight",
                                                      "encoder.layer.1.bias"});
  CHECK(parameters.count() == 27);
  CHECK(parameters.find("encoder.layer.1.bias").shape() == Shape{3});
  CHECK_FALSE(parameters.find("encoder.layer.2.bias"));
}

TEST_CASE("a module that is there optionally is visited when it is there", "[parameters]") {
  Tree tree;
  tree.pooler.emplace();
  CHECK(parameters_of(tree).find("pooler.weight"));
}

TEST_CASE("a star in a pattern stands for anything", "[parameters]") {
  CHECK(matches("*", ""));
  CHECK(matches("*.bias", "encoder.layer.0.bias"));
  CHECK(matches("encoder.layer.0.*", "encoder.layer.0.bias"));
  CHECK(matches("*layer*weight", "encoder.layer.0.weight"));
  CHECK_FALSE(matches("*.bias", "bias"));
  CHECK_FALSE(matches("encoder.layer.1.*", "encoder.layer.10.bias"));
  CHECK_FALSE(matches("weight", "weights"));
}

TEST_CASE("frozen parameters get no gradient", "[parameters]") {
  Tree tree;
  Parameters parameters = parameters_of(tree);
  CHECK(parameters.freeze("embeddings.*") == 2);
  CHECK(parameters.trainable() == 18);
  backward(sum(tree.embeddings.weight * tree.layer[0].weight));
  CHECK_FALSE(tree.embeddings.weight.grad());
  CHECK(tree.layer[0].weight.grad());
  CHECK(parameters.unfreeze("*") == 6);
  CHECK(parameters.trainable() == 27);
}

TEST_CASE("without gradients no graph is recorded, and what was frozen stays so", "[parameters]") {
  Tree tree;
  Parameters parameters = parameters_of(tree);
  parameters.freeze("embeddings.*");
  {
    const WithoutGradients without(parameters);
    CHECK(parameters.trainable() == 0);
    CHECK_FALSE(sum(tree.layer[0].weight * tree.layer[1].weight).wants_grad());
  }
  CHECK(parameters.trainable() == 18);
}

TEST_CASE("flat memory holds all values and gradients, each parameter at a cache line", "[parameters]") {
  Tree tree;
  Parameters parameters = parameters_of(tree);
  parameters.flatten();
  const Array first = tree.embeddings.weight.value(), second = tree.embeddings.bias.value();
  CHECK(first.shares_memory(second));
  CHECK((second.data() - first.data()) * static_cast<int64_t>(sizeof(real)) % 64 == 0);
  CHECK(second.values() == std::vector<real>{2, 2, 2});
  backward(sum(tree.embeddings.bias * tree.layer[1].bias));
  CHECK(tree.embeddings.bias.grad().shares_memory(tree.layer[1].bias.grad()));
  CHECK(tree.embeddings.bias.grad().values() == std::vector<real>{2, 2, 2});
  CHECK(tree.decoder.node() == tree.embeddings.weight.node());
}

TEST_CASE("a state goes back by name, and what does not fit is listed", "[parameters]") {
  Tree tree, other;
  Parameters parameters = parameters_of(tree);
  State state = parameters.state();
  state["embeddings.bias"] = Array::of({3}, {7, 8, 9});
  state["encoder.layer.0.weight"] = Array::filled({3, 2}, 0);
  state["stranger"] = Array::filled({1}, 0);
  state.erase("encoder.layer.1.bias");
  const StateReport report = parameters_of(other).load(state);
  CHECK(report.missing == std::vector<std::string>{"encoder.layer.1.bias"});
  CHECK(report.unused == std::vector<std::string>{"stranger"});
  CHECK(report.misshaped == std::vector<std::string>{"encoder.layer.0.weight [3, 2] for [2, 3]"});
  CHECK_FALSE(report.clean());
  CHECK(other.embeddings.bias.value().values() == std::vector<real>{7, 8, 9});
}
