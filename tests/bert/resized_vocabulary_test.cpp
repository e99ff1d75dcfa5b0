#include "bert/io/models/resized_vocabulary.h"

#include "tests/bits.h"
#include "tests/catch.h"
#include "tests/scratch.h"

using namespace bertlet;

namespace {

// Written, resized, written and read again.
std::map<std::string, Array> resized(int64_t tokens, bert::NewRows rows, std::uint64_t seed = 1) {
  const Scratch scratch;
  io::write_safetensors(
      scratch.path() / "before",
      {io::outgoing("bert.embeddings.word_embeddings.weight", Array::of({2, 3}, {1, 2, 3, 5, 0, -3})),
       io::outgoing("cls.predictions.bias", Array::of({2}, {4, 8})), io::outgoing("x", Array::of({2}, {1, 2}))});
  std::vector<io::OutgoingTensor> tensors;
  for (const io::StoredTensor& tensor : io::open_checkpoint(scratch.path() / "before").tensors)
    tensors.push_back(bert::has_rows_for_tokens(tensor.name)
                          ? bert::with_tokens(tensor, tokens, rows, bert::Config(), seed)
                          : io::outgoing(tensor, tensor.type));
  io::write_safetensors(scratch.path() / "after", tensors);
  std::map<std::string, Array> all;
  for (const io::StoredTensor& tensor : io::open_checkpoint(scratch.path() / "after").tensors)
    all.emplace(tensor.name, tensor.array().clone());
  return all;
}

}  // namespace

TEST_CASE("new tokens begin with the mean of all others", "[io]") {
  const auto all = resized(4, bert::NewRows::mean);
  const Array& words = all.at("bert.embeddings.word_embeddings.weight");
  CHECK(same_bits(words, Array::of({4, 3}, {1, 2, 3, 5, 0, -3, 3, 1, 0, 3, 1, 0})));
  CHECK(same_bits(all.at("cls.predictions.bias"), Array::of({4}, {4, 8, 6, 6})));
  CHECK(same_bits(all.at("x"), Array::of({2}, {1, 2})));
}

TEST_CASE("or with numbers drawn as a new model's, and a bias of 0", "[io]") {
  const auto all = resized(200, bert::NewRows::normal), again = resized(200, bert::NewRows::normal);
  const Array& words = all.at("bert.embeddings.word_embeddings.weight");
  CHECK(words.shape() == Shape{200, 3});
  CHECK(same_bits(words, again.at("bert.embeddings.word_embeddings.weight")));
  double square = 0;
  for (int64_t i = 6; i < words.size(); ++i) square += static_cast<double>(words[i]) * static_cast<double>(words[i]);
  CHECK(std::sqrt(square / 594) == Catch::Approx(0.02).epsilon(0.1));
  CHECK(all.at("cls.predictions.bias")[199] == 0);
}

TEST_CASE("a table with rows enough stays", "[io]") {
  CHECK(resized(2, bert::NewRows::mean).at("cls.predictions.bias").shape() == Shape{2});
}
