#include <algorithm>
#include <cmath>

#include "bert/data/corpus.h"
#include "bert/data/pieces.h"
#include "bert/data/sentences.h"
#include "bert/io/files/lines.h"
#include "bert/io/json/document.h"
#include "core/parallel.h"
#include "core/require.h"

namespace bertlet::data {

namespace {

constexpr const char* kind = "corpus";
constexpr std::uint32_t held_out_site = 0xDA7A0010;
constexpr std::size_t batch = std::size_t{1} << 22;              // bytes of text that are tokenized at once
constexpr std::size_t longest_paragraph = std::size_t{1} << 20;  // bytes; what is longer is cut at a line's end

std::string made_by(const text::Vocabulary& vocabulary) {
  return io::Json{{"vocab_size", vocabulary.size()}, {"vocabulary", fingerprint(vocabulary)}}.dump();
}

// The bytes of each sentence stand in front, so that one can be found without reading those before it.
std::vector<int64_t> record_of(const Document& document) {
  std::vector<int64_t> record = {std::ssize(document)};
  for (const Sentence& sentence : document) {
    int64_t bytes = 0;
    for (const int64_t id : sentence) bytes += bytes_of(id);
    record.push_back(bytes);
  }
  for (const Sentence& sentence : document) record.insert(record.end(), sentence.begin(), sentence.end());
  return record;
}

// Takes sentences and ends of documents; tokenizes many sentences at once, then writes them in order.
class CorpusWriter {
 public:
  CorpusWriter(const text::Tokenizer& tokenizer, const std::filesystem::path& path)
      : tokenizer_(tokenizer), file_(path, kind, made_by(tokenizer.vocabulary())) {}

  void sentence(std::string_view text) {
    texts_ += text;
    ends_.push_back({texts_.size(), false});
    if (texts_.size() >= batch) tokenize();
  }

  void end_document() {
    if (!ends_.empty())
      ends_.back().of_document = true;
    else
      write();
  }

  int64_t commit() {
    tokenize();
    write();
    file_.commit();
    return file_.size();
  }

 private:
  struct End {
    std::size_t at;
    bool of_document;  // and not of a sentence only
  };

  void tokenize() {
    std::vector<Sentence> sentences(ends_.size());
    parallel_for(std::ssize(ends_), 16, [&](int64_t first, int64_t last) {
      for (auto i = to_size(first); i < to_size(last); ++i) {
        const std::size_t begin = i == 0 ? 0 : ends_[i - 1].at;
        const std::string_view text = std::string_view(texts_).substr(begin, ends_[i].at - begin);
        sentences[i] = tokenizer_.tokenize(text, text::Keep::ids).ids;
      }
    });
    for (std::size_t i = 0; i < sentences.size(); ++i) add(std::move(sentences[i]), ends_[i].of_document);
    texts_.clear();
    ends_.clear();
  }

  void add(Sentence sentence, bool ends_document) {
    const int64_t tokens = std::ssize(sentence);
    require(tokens <= Corpus::longest, "corpus: got a sentence of {} tokens, want at most {}", tokens, Corpus::longest);
    if (tokens_ + tokens > Corpus::longest) write();
    if (tokens > 0) document_.push_back(std::move(sentence));
    tokens_ += tokens;
    if (ends_document) write();
  }

  void write() {
    if (!document_.empty()) file_.add(record_of(document_));
    document_.clear();
    tokens_ = 0;
  }

  const text::Tokenizer& tokenizer_;
  RecordWriter file_;
  std::string texts_;
  std::vector<End> ends_;
  Document document_;
  int64_t tokens_ = 0;  // of it
};

void add_lines(const std::vector<std::string_view>& lines, CorpusWriter& writer) {
  for (const std::string_view line : lines)
    if (is_blank(line))
      writer.end_document();
    else
      writer.sentence(line);
}

// Puts lines together to paragraphs.
class Paragraphs {
 public:
  explicit Paragraphs(CorpusWriter& writer) : writer_(writer) {}

  void add(std::string_view line) {
    if (is_blank(line)) {
      end();
      if (++blank_ == 2) writer_.end_document();
      return;
    }
    blank_ = 0;
    text_.append(line).push_back(' ');
    if (text_.size() >= longest_paragraph) end();
  }

  void end() {
    for (const std::string_view sentence : split_sentences(text_)) writer_.sentence(sentence);
    text_.clear();
  }

 private:
  CorpusWriter& writer_;
  std::string text_;
  int blank_ = 0;  // lines in a row
};

}  // namespace

void write_corpus(const std::vector<std::string>& files, const text::Tokenizer& tokenizer, CorpusForm form,
                  const std::filesystem::path& corpus, const std::function<void(int64_t bytes)>& progress) {
  CorpusWriter writer(tokenizer, corpus);
  int64_t bytes = 0;
  for (const std::string& file : files) {
    io::LineBlocks blocks(file, io::LineBlocks::longest_corpus);
    Paragraphs paragraphs(writer);
    for (const auto* lines = &blocks.next(); !lines->empty(); lines = &blocks.next()) {
      if (form == CorpusForm::lines)
        add_lines(*lines, writer);
      else
        for (const std::string_view line : *lines) paragraphs.add(line);
      for (const std::string_view line : *lines) bytes += std::ssize(line) + 1;
      if (progress) progress(bytes);
    }
    paragraphs.end();
    writer.end_document();
  }
  require(writer.commit() > 0, "corpus: got {} files without a sentence, want at least one", files.size());
}

void split_corpus(const Corpus& corpus, double share, std::uint64_t seed, const std::filesystem::path& kept,
                  const std::filesystem::path& held_out) {
  const int64_t documents = corpus.documents();
  require(documents > 1, "held-out text: got one document, want two or more — or text of its own");
  const auto wanted = static_cast<int64_t>(std::llround(share * static_cast<double>(documents)));
  std::vector<bool> is_held_out(to_size(documents));
  const std::vector<int64_t> order = permutation({.seed = seed, .site = held_out_site}, documents);
  for (int64_t i = 0; i < std::clamp<int64_t>(wanted, 1, documents - 1); ++i)
    is_held_out[to_size(order[to_size(i)])] = true;
  RecordWriter to_keep(kept, kind, corpus.made_by()), to_hold_out(held_out, kind, corpus.made_by());
  for (int64_t i = 0; i < documents; ++i)
    (is_held_out[to_size(i)] ? to_hold_out : to_keep).add(record_of(corpus.document(i)));
  to_keep.commit();
  to_hold_out.commit();
}

}  // namespace bertlet::data
