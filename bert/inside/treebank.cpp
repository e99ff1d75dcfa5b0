#include "bert/inside/treebank.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>

#include "bert/io/files/file.h"
#include "bert/tasks/forms/row.h"
#include "bert/text/unicode/character.h"
#include "bert/text/unicode/utf8.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::inside {

namespace {

constexpr int64_t longest_sentence = 4096;  // in words: distances are as many numbers squared
constexpr std::size_t conllu_columns = 10, form_column = 1, upos_column = 3, head_column = 6;

std::vector<std::string_view> between_tabs(std::string_view line) {
  std::vector<std::string_view> to;
  for (std::size_t end = line.find('\t'); end != std::string_view::npos; end = line.find('\t')) {
    to.push_back(line.substr(0, end));
    line.remove_prefix(end + 1);
  }
  to.push_back(line);
  return to;
}

std::optional<int64_t> whole_number(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

bool is_all_punctuation(std::string_view word) {
  while (!word.empty()) {
    const text::Decoded next = text::decode(word);
    if (!text::is_punctuation(next.c, text::Rules::huggingface)) return false;
    word.remove_prefix(to_size(next.length));
  }
  return true;
}

// Lines one after another become sentences.
class TreebankReader {
 public:
  explicit TreebankReader(std::string file) : file_(std::move(file)) {}

  void add(std::string_view line, int64_t number) {
    if (tasks::is_blank(line)) return end();
    if (line.starts_with('#')) return;
    const std::vector<std::string_view> cells = between_tabs(line);
    require(cells.size() == conllu_columns, "{}:{}: got {} columns, want the {} of CoNLL-U, with tabs between them",
            file_, number, cells.size(), conllu_columns);
    if (cells[0].find_first_of("-.") != std::string_view::npos) return;
    if (sentence_.words.empty()) sentence_.line = number;
    require(sentence_.size() < longest_sentence, "{}:{}: the sentence has more than {} words: are blank lines missing?",
            file_, number, longest_sentence);
    const std::optional<int64_t> id = whole_number(cells[0]), head = whole_number(cells[head_column]);
    require(id == sentence_.size() + 1, "{}:{}: got the ID '{}', want {}", file_, number, cells[0],
            sentence_.size() + 1);
    require(head && *head >= 0, "{}:{}: got the HEAD '{}', want the ID of a word, or 0 of the root", file_, number,
            cells[head_column]);
    sentence_.words.emplace_back(cells[form_column]);
    sentence_.heads.push_back(*head - 1);
    const std::string_view upos = cells[upos_column];
    sentence_.punctuation.push_back(upos == "_" ? is_all_punctuation(cells[form_column]) : upos == "PUNCT");
  }

  std::vector<TreeSentence> sentences() {
    end();
    return std::move(sentences_);
  }

 private:
  void end() {
    if (sentence_.words.empty()) return;
    check();
    sentences_.push_back(std::exchange(sentence_, {}));
  }

  // From every word the way up must end in the one root.
  void check() const {
    const auto roots = std::ranges::count(sentence_.heads, TreeSentence::none);
    require(roots == 1, "{}:{}: got {} roots (HEAD 0) in the sentence, want one", file_, sentence_.line, roots);
    for (int64_t word = 0; word < sentence_.size(); ++word) {
      int64_t at = word;
      for (int64_t steps = 0; at != TreeSentence::none; ++steps) {
        require(at < sentence_.size() && steps <= sentence_.size(),
                "{}:{}: the heads above word {} do not lead to the root", file_, sentence_.line, word + 1);
        at = sentence_.heads[to_size(at)];
      }
    }
  }

  std::string file_;
  TreeSentence sentence_ = {};
  std::vector<TreeSentence> sentences_ = {};
};

// Which words hang together so far.
class Parts {
 public:
  explicit Parts(int64_t n) : above_(to_size(n)) { std::iota(above_.begin(), above_.end(), int64_t{0}); }

  bool join(int64_t a, int64_t b) {  // false: they did already
    a = top(a);
    b = top(b);
    above_[to_size(b)] = a;
    return a != b;
  }

 private:
  int64_t top(int64_t i) const {
    while (above_[to_size(i)] != i) i = above_[to_size(i)];
    return i;
  }

  std::vector<int64_t> above_;
};

}  // namespace

std::vector<TreeSentence> read_treebank(const std::filesystem::path& file) {
  const std::string bytes = io::read_file(file);
  TreebankReader reader(file.string());
  for (tasks::NumberedLines lines(tasks::plain_text(bytes, file.string())); const auto line = lines.next();)
    reader.add(tasks::without_carriage_return(line->text), line->number);
  std::vector<TreeSentence> sentences = reader.sentences();
  require(!sentences.empty(), "{}: got no sentences, want some in CoNLL-U", file.string());
  return sentences;
}

std::vector<double> tree_distances(const TreeSentence& sentence) {
  const int64_t n = sentence.size();
  std::vector<double> to(to_size(n * n), 0);
  for (int64_t from = 0; from < n; ++from) {
    std::vector<int64_t> steps(to_size(n), -1);  // up to each word above
    for (int64_t at = from, step = 0; at != TreeSentence::none; at = sentence.heads[to_size(at)])
      steps[to_size(at)] = step++;
    for (int64_t word = 0; word < n; ++word) {
      int64_t at = word, step = 0;
      for (; steps[to_size(at)] < 0; ++step) at = sentence.heads[to_size(at)];
      to[to_size(from * n + word)] = static_cast<double>(step + steps[to_size(at)]);
    }
  }
  return to;
}

TreeEdges shortest_tree(std::span<const double> distances, const std::vector<bool>& left_out) {
  const auto n = std::ssize(left_out);
  TreeEdges pairs, to;
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = i + 1; j < n; ++j)
      if (!left_out[to_size(i)] && !left_out[to_size(j)]) pairs.emplace_back(i, j);
  std::ranges::stable_sort(pairs, {},
                           [&](const auto& pair) { return distances[to_size(pair.first * n + pair.second)]; });
  Parts parts(n);
  for (const auto& pair : pairs)
    if (parts.join(pair.first, pair.second)) to.push_back(pair);
  return to;
}

}  // namespace bertlet::inside
