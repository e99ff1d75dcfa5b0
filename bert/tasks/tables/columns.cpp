#include "bert/tasks/tables/columns.h"

#include <algorithm>

#include "bert/io/file.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

constexpr const char* between_columns = " \t";
constexpr std::int64_t longest_sentence = 100'000;  // in words

struct Line {
  std::string_view word, tag;  // no tag: there is one column
};

Line cut(std::string_view line) {
  line = line.substr(0, line.find_last_not_of(between_columns) + 1);
  const std::size_t word_begin = line.find_first_not_of(between_columns);
  const std::size_t word_end = line.find_first_of(between_columns, word_begin);
  const std::string_view word = line.substr(word_begin, word_end - word_begin);
  if (word_end == std::string_view::npos) return {word, {}};
  return {word, line.substr(line.find_last_of(between_columns) + 1)};
}

class Reader {
 public:
  Reader(TaggedFile& file, const ColumnsOptions& options) : file_(file), options_(options) {}

  void read(std::string_view line) {
    ++line_;
    if (is_blank(line)) return end_sentence();
    if (std::string why = what_is_wrong(line); !why.empty()) return refuse(std::move(why));
    const auto [word, tag] = cut(line);
    if (word == "-DOCSTART-") return end_sentence();
    if (options_.tags == TagColumn::needed && tag.empty())
      return refuse(fmt::format("has the word '{}' alone, want a tag too", word));
    if (std::ssize(sentence_.words) == longest_sentence) return refuse_once();
    if (sentence_.words.empty()) sentence_.line = line_;
    sentence_.words.emplace_back(word);
    sentence_.tags.emplace_back(tag);
    all_tagged_ &= !tag.empty();
  }

  void end_sentence() {
    if (!sentence_.words.empty() && !spoiled_) file_.sentences.push_back(std::move(sentence_));
    sentence_ = {};
    spoiled_ = false;
  }

  void end() {
    end_sentence();
    if (!all_tagged_)
      for (TaggedSentence& sentence : file_.sentences) sentence.tags.clear();
  }

 private:
  void refuse(std::string why) {
    require(options_.bad_rows == BadRows::collected, "{}:{}: {}", file_.file, line_, why);
    file_.bad_rows.push_back({line_, std::move(why)});
    spoiled_ = true;
  }

  void refuse_once() {
    if (!spoiled_)
      refuse(fmt::format("the sentence has more than {} words: are blank lines missing?", longest_sentence));
  }

  TaggedFile& file_;
  const ColumnsOptions& options_;
  TaggedSentence sentence_;
  bool spoiled_ = false, all_tagged_ = true;
  std::int64_t line_ = 0;
};

}  // namespace

// The words of a sentence are on consecutive lines.
std::string TaggedFile::place(const TaggedSentence& sentence, std::size_t word) const {
  return fmt::format("{}:{}", file, sentence.line + static_cast<std::int64_t>(word));
}

TaggedFile read_columns(const std::filesystem::path& file, const ColumnsOptions& options) {
  TaggedFile result{.file = file.string()};
  const std::string bytes = io::read_file(file);
  Reader reader(result, options);
  for (std::string_view rest = plain_text(bytes, result.file); !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    reader.read(without_carriage_return(line));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  }
  reader.end();
  require(!result.sentences.empty() || !result.bad_rows.empty(), "{}: has no sentences", result.file);
  return result;
}

void write_columns(const std::filesystem::path& file, const std::vector<TaggedSentence>& sentences) {
  io::FileWriter writer(file);
  for (const TaggedSentence& sentence : sentences) {
    std::string text;
    for (std::size_t i = 0; i < sentence.words.size(); ++i)
      text += fmt::format("{}\t{}\n", sentence.words[i], sentence.tags[i]);
    writer.write(text + '\n');
  }
  writer.commit();
}

}  // namespace bertlet::tasks
