#include "bert/inside/text_words.h"

#include <algorithm>

#include "core/real.h"
#include "core/require.h"

namespace bertlet::inside {

namespace {

// How much of a text a model reads at once, and why not more.
struct Limit {
  int64_t tokens;
  const char* why;
};

Limit limit_of(const tasks::FineTuned& model) {
  if (model.task->max_length) return {*model.task->max_length, "the --max-length that it was fine-tuned with"};
  return {model.network->config().max_position_embeddings, "its number of positions"};
}

// A sequence that a task may have made of an example: of one of its texts, or of two.
struct Source {
  std::vector<int64_t> texts;  // numbers of them
  text::Encoding encoding;
};

// A text; or two, a question and its passage.
std::vector<std::string> texts_of(const tasks::Example& row) {
  std::vector<std::string> to{row.text};
  if (!row.text_b.empty()) to.push_back(row.text_b);
  return to;
}

class Finder {
 public:
  Finder(const text::Tokenizer& tokenizer, const std::vector<std::string>& texts) : texts_(texts) {
    const auto count = std::ssize(texts);
    for (int64_t a = 0; a < count; ++a) sources_.push_back({{a}, tokenizer.encode(texts[to_size(a)])});
    for (int64_t b = 1; b < count; ++b) sources_.push_back({{0, b}, tokenizer.encode(texts[0], texts[to_size(b)])});
  }

  // That of a sequence; null if it is only a part of one.
  const Source* source_of(const bert::Sequence& sequence) const {
    const auto found = std::ranges::find(sources_, sequence.ids, [](const Source& each) { return each.encoding.ids; });
    return found == sources_.end() ? nullptr : &*found;
  }

  int64_t longest() const {
    int64_t most = 0;
    for (const Source& source : sources_) most = std::max(most, source.encoding.size());
    return most;
  }

  const std::string& text(int64_t number) const { return texts_[to_size(number)]; }

 private:
  const std::vector<std::string>& texts_;
  std::vector<Source> sources_;
};

// Adds the words of a sequence whose rows begin at `first`.
void add_words(const Source& source, const Finder& finder, int64_t sequence, int64_t first, ShownText& to) {
  const text::Encoding& encoding = source.encoding;
  int64_t last_word = text::Encoding::none, last_text = text::Encoding::none;
  for (int64_t i = 0; i < encoding.size(); ++i) {
    const int64_t word = encoding.words[to_size(i)], text = encoding.sequences[to_size(i)];
    const int64_t row = first + i;
    if (word == text::Encoding::none) {
      to.words.push_back({.text = to.tokens[to_size(row)], .rows = {row}, .sequence = sequence});
    } else if (word == last_word && text == last_text) {
      to.words.back().rows.push_back(row);
      to.words.back().end = encoding.bytes[to_size(i)].end;
    } else {
      const text::Span& bytes = encoding.bytes[to_size(i)];
      to.words.push_back({"", {row}, sequence, source.texts[to_size(text)], bytes.begin, bytes.end});
    }
    last_word = word;
    last_text = text;
  }
  for (TextWord& word : to.words)
    if (!word.is_special())
      word.text = finder.text(word.source).substr(to_size(word.begin), to_size(word.end - word.begin));
}

}  // namespace

ShownText shown_text(const tasks::FineTuned& model, const std::vector<std::string>& texts, const std::string& context) {
  const text::Tokenizer& tokenizer = *model.tokenizer;
  tasks::Examples examples = model.task->asked(texts, context, tokenizer);
  const bool endings = model.task->content() == tasks::Content::choice;
  const std::unique_ptr<tasks::Data> data = model.task->data(std::move(examples), tokenizer, tasks::Use::predicting);
  require(data->size() == 1, "text: got {} examples, want one", data->size());
  require(!data->items.empty(), "text: got nothing to predict: want a text with {} in it",
          tokenizer.options().special.mask);
  ShownText to{.sources = endings ? texts : texts_of(data->row(0)), .item = data->items[0], .words = {}, .tokens = {}};
  const Finder finder(tokenizer, to.sources);
  const bool is_whole =
      data->items.size() == 1 && std::ranges::all_of(to.item.sequences, [&](const bert::Sequence& each) {
        return finder.source_of(each) != nullptr;
      });
  const Limit limit = limit_of(model);
  require(is_whole, "text: got {} tokens, want at most {}: {}", finder.longest(), limit.tokens, limit.why);
  for (int64_t sequence = 0, first = 0; sequence < std::ssize(to.item.sequences); ++sequence) {
    const bert::Sequence& shown = to.item.sequences[to_size(sequence)];
    for (const int64_t id : shown.ids) to.tokens.push_back(tokenizer.vocabulary().token(id));
    add_words(*finder.source_of(shown), finder, sequence, first, to);
    first += std::ssize(shown.ids);
  }
  return to;
}

}  // namespace bertlet::inside
