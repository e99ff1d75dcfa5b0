#include "bert/data/packing.h"

#include "core/real.h"
#include "core/require.h"

namespace bertlet::data {

namespace {

Sentence concatenated(std::span<const Sentence> sentences) {
  Sentence all;
  for (const Sentence& sentence : sentences) all.insert(all.end(), sentence.begin(), sentence.end());
  return all;
}

// Takes tokens off the longer side, at its front or its back, one at a time.
void truncate(Sentence& first, Sentence& second, int64_t most, Random& random) {
  std::span<int64_t> a(first), b(second);
  while (std::ssize(a) + std::ssize(b) > most) {
    std::span<int64_t>& longer = a.size() > b.size() ? a : b;
    longer = random.chance(0.5) ? longer.subspan(1) : longer.first(longer.size() - 1);
  }
  first = Sentence(a.begin(), a.end());
  second = Sentence(b.begin(), b.end());
}

}  // namespace

Packing::Packing(const Corpus& corpus, const std::vector<int64_t>& order, const Pieces& pieces,
                 const InstanceOptions& options)
    : corpus_(corpus),
      order_(order),
      pieces_(pieces),
      options_(options),
      room_(options.max_length - (options.task == PairTask::none ? 2 : 3)) {
  require(room_ >= 2, "instances: got a length of {} tokens, want at least {}", options.max_length,
          options.max_length - room_ + 2);
  require(0 <= options.short_rate && options.short_rate <= 1, "instances: got a rate of short ones of {}, want 0 to 1",
          options.short_rate);
}

int64_t Packing::draw_target(Random& random) const {
  return random.chance(options_.short_rate) ? random.between(2, room_) : room_;
}

std::vector<Instance> Packing::run(int64_t position, Random& random, const Finish& finish) const {
  const Document document = corpus_.document(order_[to_size(position)]);
  const int64_t target = draw_target(random);
  std::vector<Instance> instances;
  std::size_t begin = 0;
  int64_t tokens = 0;
  for (std::size_t end = 1; end <= document.size(); ++end) {
    tokens += std::ssize(document[end - 1]);
    if (end < document.size() && tokens < target) continue;
    const Chunk chunk = Chunk(document).subspan(begin, end - begin);
    auto made = segments(chunk, position, target, random);
    begin += made ? made->used : chunk.size();
    end = begin;
    tokens = 0;
    if (!made) continue;
    instances.push_back(assembled(std::move(*made), random));
    finish(instances.back(), random);
  }
  return instances;
}

std::optional<Packing::Segments> Packing::segments(Chunk chunk, int64_t position, int64_t target,
                                                   Random& random) const {
  switch (options_.task) {
    case PairTask::next_sentence:
      return next_sentence(chunk, position, target, random);
    case PairTask::sentence_order:
      return sentence_order(chunk, random);
    case PairTask::none:
      break;
  }
  return Segments{concatenated(chunk), {}, Pair::none, chunk.size()};
}

// What the second segment did not need of the document when it came from elsewhere is used by the next instance.
Packing::Segments Packing::next_sentence(Chunk chunk, int64_t position, int64_t target, Random& random) const {
  const std::size_t size = chunk.size();
  const auto cut = size < 2 ? 1 : to_size(random.between(1, static_cast<int64_t>(size) - 1));
  Sentence first = concatenated(chunk.first(cut));
  if (size > 1 && !random.chance(0.5)) return {std::move(first), concatenated(chunk.subspan(cut)), Pair::follows, size};
  Sentence second = from_elsewhere(position, target - std::ssize(first), random);
  return {std::move(first), std::move(second), Pair::other, cut};
}

// A document that is drawn ten times is taken although it is the same: there may be only one. One sentence is enough
// even where there is no room for any.
Sentence Packing::from_elsewhere(int64_t position, int64_t tokens, Random& random) const {
  int64_t other = random.below(std::ssize(order_));
  for (int tries = 1; tries < 10 && other == position; ++tries) other = random.below(std::ssize(order_));
  const int64_t document = order_[to_size(other)];
  const int64_t start = random.below(corpus_.sentences(document));
  return concatenated(corpus_.from(document, start, std::max<int64_t>(1, tokens)));
}

// A sentence that is as long as a chunk is cut in two, so that there is an order to ask for; one token has none.
std::optional<Packing::Segments> Packing::sentence_order(Chunk chunk, Random& random) {
  Segments made{{}, {}, Pair::follows, chunk.size()};
  if (chunk.size() > 1) {
    const auto cut = to_size(random.between(1, std::ssize(chunk) - 1));
    made.first = concatenated(chunk.first(cut));
    made.second = concatenated(chunk.subspan(cut));
  } else {
    const Sentence& sentence = chunk.front();
    if (sentence.size() < 2) return {};
    const int64_t cut = random.between(1, std::ssize(sentence) - 1);
    made.first = Sentence(sentence.begin(), sentence.begin() + cut);
    made.second = Sentence(sentence.begin() + cut, sentence.end());
  }
  if (random.chance(0.5)) return made;
  std::swap(made.first, made.second);
  made.pair = Pair::other;
  return made;
}

Instance Packing::assembled(Segments&& segments, Random& random) const {
  auto& [first, second, pair, used] = segments;
  truncate(first, second, room_, random);
  Instance instance{.ids = {pieces_.cls}, .second = std::ssize(first) + 2, .pair = pair};
  instance.ids.insert(instance.ids.end(), first.begin(), first.end());
  instance.ids.push_back(pieces_.sep);
  if (pair == Pair::none) return instance;
  instance.ids.insert(instance.ids.end(), second.begin(), second.end());
  instance.ids.push_back(pieces_.sep);
  return instance;
}

}  // namespace bertlet::data
