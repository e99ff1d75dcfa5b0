#include <fmt/format.h>

#include <algorithm>

#include "bert/tasks/forms/form.h"
#include "bert/text/unicode/utf8.h"
#include "core/names.h"
#include "core/real.h"

namespace bertlet::tasks {

namespace {

constexpr int64_t longest_sentence = 100'000;  // in words
constexpr std::string_view document_start = "-DOCSTART-";

struct WordAndTag {
  std::string_view word, tag;  // no tag: there is one column
};

WordAndTag cut(std::string_view line, const char* separators) {
  line = line.substr(0, line.find_last_not_of(" \t") + 1);
  const std::size_t word_begin = line.find_first_not_of(" \t");
  const std::size_t word_end = line.find_first_of(separators, word_begin);
  const std::string_view word = line.substr(word_begin, word_end - word_begin);
  if (word_end == std::string_view::npos) return {word, {}};
  return {word, line.substr(line.find_last_of(separators) + 1)};
}

// What remains of a word that ends in its character's position: 科0 技1, and p10 in long words. What Weibo's files lost
// of a character is two replacement characters. Nothing: it has no position.
std::string_view before_position(std::string_view word) {
  const text::Decoded first = word.empty() ? text::Decoded{0, 0} : text::decode(word);
  auto size = to_size(first.length);
  if (first.c == text::replacement && word.substr(size).starts_with("\uFFFD")) size *= 2;
  const bool digits = word.find_first_not_of("0123456789", size) == std::string_view::npos;
  return digits && size < word.size() ? word.substr(0, size) : std::string_view();
}

// What holds for all lines of a file.
struct AllLines {
  bool tabs = true, tags = true, positions = true;
};

AllLines look_at_all(std::string_view text) {
  AllLines all;
  int64_t words = 0;
  for (NumberedLines lines(text); const auto line = lines.next();) {
    if (is_blank(line->text) || !what_is_wrong(line->text).empty()) continue;
    if (line->text.starts_with(document_start)) continue;
    const auto [word, tag] = cut(line->text, " \t");
    ++words;
    all.tabs = all.tabs && line->text.find('\t') != std::string_view::npos;
    all.tags = all.tags && !tag.empty();
    all.positions = all.positions && !before_position(word).empty();
  }
  all.positions = all.positions && words > 0;
  return all;
}

class WordColumns : public Form {
 public:
  explicit WordColumns(const Source& source)
      : lines_(source.text), all_(look_at_all(source.text)), needed_(source.options.label == LabelColumn::needed) {
    about_.labelled = needed_ || all_.tags;
    about_.columns = {.text = "words", .label = about_.labelled ? "tags" : ""};
    about_.form = about_.labelled ? "words in columns, tag last" : "a word a line";
    if (all_.positions) about_.form += "; Weibo's positions dropped";
  }

  std::optional<FormRow> next() override {
    sentence_ = {};
    while (const auto line = lines_.next()) {
      if (const std::string why = what_is_wrong(line->text); !why.empty()) {
        return spoiled(line->number, why);
      } else if (is_blank(line->text) || line->text.starts_with(document_start)) {
        if (has_ended()) return take();
      } else if (const auto [word, tag] = cut(line->text, all_.tabs ? "\t" : " \t"); needed_ && tag.empty()) {
        return spoiled(line->number, fmt::format("has the word '{}' alone, want a tag too", word));
      } else if (std::ssize(sentence_.parts) == longest_sentence) {
        return spoiled(line->number,
                       fmt::format("the sentence has more than {} words: are blank lines missing?", longest_sentence));
      } else {
        add(line->number, word, tag);
      }
    }
    return has_ended() ? std::optional(take()) : std::nullopt;
  }

  std::size_t left() const override { return lines_.left(); }

 private:
  bool has_ended() const { return !sentence_.parts.empty(); }

  void add(int64_t line, std::string_view word, std::string_view tag) {
    if (sentence_.parts.empty()) sentence_.line = line;
    if (all_.positions) word = before_position(word);
    sentence_.parts.emplace_back(word);
    if (about_.labelled) sentence_.labels.emplace_back(tag);
    sentence_.places.push_back(line);
  }

  FormRow take() {
    sentence_.text = joined(sentence_.parts, " ");
    return {std::move(sentence_)};
  }

  // A line that is wrong costs its sentence.
  FormRow spoiled(int64_t line, std::string why) {
    for (auto rest = lines_.next(); rest && !is_blank(rest->text);) rest = lines_.next();
    return {{.line = line}, std::move(why)};
  }

  NumberedLines lines_;
  AllLines all_;
  bool needed_;
  Example sentence_;
};

}  // namespace

std::unique_ptr<Form> word_columns(const Source& source) { return std::make_unique<WordColumns>(source); }

}  // namespace bertlet::tasks
