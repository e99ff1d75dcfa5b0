#include "bert/data/examples.h"

#include <algorithm>

namespace bertlet::data {

namespace {

constexpr int64_t none = -100;

int64_t longest(std::span<const Example> examples) {
  int64_t length = 0;
  for (const Example& example : examples) length = std::max(length, example.encoding.size());
  return length;
}

}  // namespace

Examples assemble(std::span<const Example> examples) {
  bert::Padded padded{.sequences = std::ssize(examples), .length = longest(examples)};
  const int64_t places = padded.sequences * padded.length;
  padded.ids.resize(static_cast<std::size_t>(places));
  padded.token_types.resize(static_cast<std::size_t>(places));
  padded.mask = Array::filled({padded.sequences, padded.length}, 0);
  bert::PreTraining::Labels labels{.words = std::vector<int64_t>(static_cast<std::size_t>(places), none), .next = {}};
  for (int64_t at = 0; const Example& example : examples) {
    std::ranges::copy(example.encoding.ids, padded.ids.begin() + at);
    std::ranges::copy(example.encoding.types, padded.token_types.begin() + at);
    std::fill_n(padded.mask.data() + at, example.encoding.size(), real{1});
    for (const Gap& gap : example.gaps) labels.words[static_cast<std::size_t>(at + gap.position)] = gap.word;
    labels.next.push_back(example.follows ? 0 : 1);
    at += padded.length;
  }
  return {bert::pack(padded), std::move(labels)};
}

}  // namespace bertlet::data
