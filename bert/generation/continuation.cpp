#include "bert/generation/continuation.h"

#include <algorithm>
#include <utility>

#include "core/ops.h"

namespace bertlet::bert {

Continuation::Continuation(const CausalLM& model, std::vector<Text> texts, const GenerationOptions& options,
                           const EncoderStates* memory)
    : model_(model), texts_(std::move(texts)), cached_words_(texts_.size(), 0) {
  if (memory) memory_ = *memory;
  if (options.cache) cache_.emplace();
}

// The words that are not in the cache.
Batch Continuation::new_rows() const {
  std::vector<Sequence> words;
  for (std::size_t i = 0; i < texts_.size(); ++i)
    words.push_back({{texts_[i].begin() + cached_words_[i], texts_[i].end()}});
  return Batch::of(words);
}

void Continuation::compute_scores() {
  if (scores_) return;
  const Batch batch = new_rows();
  Pass pass;
  std::vector<int64_t> last;
  for (int64_t i = 0; i < batch.sequences(); ++i) last.push_back(batch.spans.end(i) - 1);
  const EncoderOptions options{.encoder_states = memory_ ? &*memory_ : nullptr, .cache = cache_ ? &*cache_ : nullptr};
  scores_ = model_.score(batch, pass, options, std::move(last)).scores.value();
  if (cache_) {
    for (std::size_t i = 0; i < texts_.size(); ++i) cached_words_[i] = std::ssize(texts_[i]);
    memory_.reset();  // which is in the cache from now on
  }
}

Array Continuation::take_scores() {
  compute_scores();
  return std::exchange(scores_, {});
}

void Continuation::append(const std::vector<int64_t>& words) {
  for (std::size_t i = 0; i < texts_.size(); ++i) texts_[i].push_back(words[i]);
  scores_ = {};
}

void Continuation::select(const std::vector<int64_t>& which) {
  std::vector<Text> texts;
  std::vector<int64_t> cached;
  for (const int64_t i : which) {
    texts.push_back(texts_[to_size(i)]);
    cached.push_back(cached_words_[to_size(i)]);
  }
  texts_ = std::move(texts);
  cached_words_ = std::move(cached);
  if (memory_) memory_ = bertlet::bert::select(*memory_, which);
  if (cache_ && cache_->sequences() > 0) cache_->select(which);
  if (scores_) scores_ = gathered("scores", scores_, which);
}

}  // namespace bertlet::bert
