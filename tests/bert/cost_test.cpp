#include "bert/model/config.h"
#include "bert/model/model.h"
#include "core/memory.h"
#include "core/ops.h"
#include "tests/catch.h"

using namespace bertlet;

namespace {

constexpr int64_t length = 64;

// The most numbers that lived at once besides the parameters and their gradients.
double numbers(const bert::Config& config, bool training, int64_t sequences) {
  bert::Model model(config);
  Parameters parameters = parameters_of(model);
  initialise(parameters, config, 1);
  training ? parameters.flatten() : static_cast<void>(parameters.freeze("*"));
  const bert::Sequence sequence{std::vector<int64_t>(length, 5)};
  const bert::Batch batch = bert::Batch::of(std::vector(to_size(sequences), sequence));
  const MemoryMark before;
  reset_peak();
  const int64_t start = memory_use().live;
  Pass pass{.training = training};
  const bert::Encoded encoded = model(batch, pass);
  if (training) backward(sum(encoded.pooler_output));
  return static_cast<double>(memory_use().peak - start) / sizeof(real);
}

// What another token takes: products have room for what they pack, which does not grow with the tokens.
double numbers_per_token(const bert::Config& config, bool training) {
  constexpr int64_t few = 16, many = 32;
  return (numbers(config, training, many) - numbers(config, training, few)) / ((many - few) * length);
}

}  // namespace

TEST_CASE("what a token takes in memory is as predicted, to a tenth", "[io]") {
  for (const char* name : {"tiny", "mini"})
    for (const int64_t wider : {1, 4}) {
      bert::Config config = bert::named_config(name);
      config.intermediate_size = wider * config.hidden_size;
      const bert::TokenCost cost = bert::token_cost(config, 64);
      CHECK(numbers_per_token(config, false) == Approx(static_cast<double>(cost.inference_numbers)).epsilon(0.1));
      CHECK(numbers_per_token(config, true) == Approx(static_cast<double>(cost.training_numbers)).epsilon(0.1));
    }
}

TEST_CASE("BERT-base takes 85 million multiply-adds for a token, and more to look at others", "[io]") {
  CHECK(bert::token_cost(bert::Config(), 0).multiply_adds == 84934656);
  CHECK(bert::token_cost(bert::Config(), 128).multiply_adds == 84934656 + 12 * 2 * 128 * 768);
}
