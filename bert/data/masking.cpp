#include "bert/data/masking.h"

#include <algorithm>
#include <cmath>

#include "core/require.h"

namespace bertlet::data {

namespace {

// Rounded to even as Python does, so that counts agree with those of the published scripts.
int64_t wanted(const Masking& masking, int64_t tokens) {
  const auto share = static_cast<int64_t>(std::nearbyint(static_cast<double>(tokens) * masking.rate));
  return std::min(masking.most, std::max<int64_t>(1, share));
}

std::vector<int64_t> candidates(const text::Encoding& encoding, const Rng& rng) {
  std::vector<int64_t> places;
  for (int64_t i = 0; i < encoding.size(); ++i)
    if (!encoding.special[static_cast<std::size_t>(i)]) places.push_back(i);
  std::vector<int64_t> shuffled;
  for (const int64_t i : permutation(rng, std::ssize(places))) shuffled.push_back(places[static_cast<std::size_t>(i)]);
  return shuffled;
}

}  // namespace

std::vector<Gap> mask_words(text::Encoding& encoding, const Masking& masking, const Rng& rng) {
  require(masking.vocab_size > 0, "masking: got a vocabulary of {} tokens, want some", masking.vocab_size);
  std::vector<int64_t> places = candidates(encoding, rng);
  places.resize(std::min(places.size(), static_cast<std::size_t>(wanted(masking, encoding.size()))));
  std::ranges::sort(places);
  const Array fates = uniform({rng.seed, rng.step, rng.site + 1}, {std::ssize(places)});
  const std::vector<int64_t> words =
      integers({rng.seed, rng.step, rng.site + 2}, std::ssize(places), masking.vocab_size);
  std::vector<Gap> gaps;
  for (std::size_t i = 0; i < places.size(); ++i) {
    int64_t& id = encoding.ids[static_cast<std::size_t>(places[i])];
    gaps.push_back({places[i], id});
    const double fate = static_cast<double>(fates[static_cast<int64_t>(i)]);
    if (fate < masking.masked)
      id = masking.mask_id;
    else if (fate < masking.masked + masking.random)
      id = words[i];
  }
  return gaps;
}

}  // namespace bertlet::data
