#include "bert/data/corpus_report.h"

#include <algorithm>
#include <cmath>

#include "bert/data/pieces.h"
#include "bert/data/repeats.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::data {

namespace {

// Where a warning begins.
constexpr int64_t few_documents = 10, few_tokens = 100'000;
constexpr double many_repeated = 0.05, many_unknown = 0.01, many_too_long = 0.05, many_single = 0.5, much_of_one = 0.2;

std::uint64_t hash(const Sentence& sentence) {
  std::uint64_t x = 0;
  for (const int64_t id : sentence) {  // a step of splitmix64 for each token
    x = (x ^ static_cast<std::uint64_t>(id)) + 0x9E3779B97F4A7C15;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    x ^= x >> 31;
  }
  return x;
}

double entropy_of(const std::vector<int64_t>& counts, int64_t all) {
  double bits = 0;
  for (const int64_t count : counts) {
    const double share = CorpusReport::share(count, all);
    if (count > 0) bits -= share * std::log2(share);
  }
  return bits;
}

// How long sentences are: how often each length occurs; what is longer than the last counts as that.
class Lengths {
 public:
  void add(int64_t length) { ++counts_[to_size(std::min(length, last))]; }

  int64_t median(int64_t sentences) const {
    int64_t length = 0;
    for (int64_t below = counts_[0]; 2 * below < sentences && length < last;) below += counts_[to_size(++length)];
    return length;
  }

 private:
  static constexpr int64_t last = 1 << 16;
  std::vector<int64_t> counts_ = std::vector<int64_t>(last + 1);
};

void add(CorpusReport& report, const Sentence& sentence) {
  const int64_t length = std::ssize(sentence);
  report.shortest = report.sentences == 0 ? length : std::min(report.shortest, length);
  report.longest = std::max(report.longest, length);
  report.tokens += length;
  report.too_long += length > report.room ? 1 : 0;
  ++report.sentences;
}

void add_counts(CorpusReport& report, const std::vector<int64_t>& counts, const text::Tokenizer& tokenizer) {
  const auto most = std::ranges::max_element(counts);
  report.unknown = counts[to_size(tokenizer.vocabulary().id(tokenizer.options().special.unknown))];
  report.used = std::ranges::count_if(counts, [](int64_t count) { return count > 0; });
  report.entropy = entropy_of(counts, report.tokens);
  report.most_frequent = tokenizer.vocabulary().token(most - counts.begin());
  report.most_frequent_count = *most;
}

}  // namespace

CorpusReport corpus_report(const Corpus& corpus, const text::Tokenizer& tokenizer, int64_t max_length) {
  CorpusReport report{
      .documents = corpus.documents(), .room = max_length - 3, .vocab_size = tokenizer.vocabulary().size()};
  require(corpus.vocabulary() == fingerprint(tokenizer.vocabulary()),
          "corpus report: got a corpus of vocabulary {}, want {}", corpus.vocabulary(),
          fingerprint(tokenizer.vocabulary()));
  std::vector<int64_t> counts(to_size(report.vocab_size));
  Lengths lengths;
  Repeats repeats;
  for (int64_t i = 0; i < report.documents; ++i) {
    const Document document = corpus.document(i);
    report.single += document.size() == 1 ? 1 : 0;
    for (const Sentence& sentence : document) {
      add(report, sentence);
      lengths.add(std::ssize(sentence));
      repeats.add(hash(sentence));
      for (const int64_t id : sentence) ++counts[to_size(id)];
    }
  }
  report.median = lengths.median(report.sentences);
  report.repeated = repeats.count();
  report.repeated_is_estimate = repeats.is_estimate();
  add_counts(report, counts, tokenizer);
  return report;
}

std::vector<std::string> CorpusReport::warnings() const {
  std::vector<std::string> texts;
  const auto warn_if = [&]<class... Args>(bool odd, fmt::format_string<const Args&...> text, const Args&... args) {
    if (odd) texts.push_back(fmt::vformat(text, fmt::make_format_args(args...)));
  };
  warn_if(documents == 1, "one document: a random next sentence is from the same document; are blank lines missing?");
  warn_if(documents > 1 && documents < few_documents,
          "{} documents: a random next sentence is from the same few; are blank lines missing?", documents);
  warn_if(tokens < few_tokens, "{} tokens: a model will learn them by heart", tokens);
  warn_if(share(single, documents) > many_single,
          "{} documents of one sentence: no sentence follows there; are there blank lines after each line?", single);
  warn_if(repeated_rate() > many_repeated, "{} sentences ({:.1f} %) are repeated, token for token", repeated,
          100 * repeated_rate());
  warn_if(unknown_rate() > many_unknown, "{} tokens ({:.1f} %) are unknown: is it this text's vocabulary?", unknown,
          100 * unknown_rate());
  warn_if(share(too_long, sentences) > many_too_long,
          "{} sentences ({:.1f} %) have more than the {} tokens that fit, and will be cut: is it a sentence a line?",
          too_long, 100 * share(too_long, sentences), room);
  warn_if(share(most_frequent_count, tokens) > much_of_one, "{:.1f} % of all tokens are '{}'",
          100 * share(most_frequent_count, tokens), most_frequent);
  return texts;
}

std::string text_of(const CorpusReport& report) {
  const auto percent = [](double share) { return fmt::format("{:.2f} %", 100 * share); };
  const std::pair<const char*, std::string> lines[] = {
      {"documents", fmt::format("{}", report.documents)},
      {"sentences", fmt::format("{}", report.sentences)},
      {"tokens", fmt::format("{}, {} different of {}", report.tokens, report.used, report.vocab_size)},
      {"sentence length", fmt::format("{} to {} tokens, mean {:.1f}, median {}", report.shortest, report.longest,
                                      report.mean(), report.median)},
      {"too long", fmt::format("{} of more than {} tokens", report.too_long, report.room)},
      {"repeated", fmt::format("{}{}, {}", report.repeated_is_estimate ? "some " : "", report.repeated,
                               percent(report.repeated_rate()))},
      {"unknown", fmt::format("{}, {}", report.unknown, percent(report.unknown_rate()))},
      {"entropy", fmt::format("{:.2f} bits a token", report.entropy)},
      {"most frequent", fmt::format("'{}', {}", report.most_frequent,
                                    percent(CorpusReport::share(report.most_frequent_count, report.tokens)))}};
  std::string text;
  for (const auto& [what, value] : lines) text += fmt::format("{:<17}{}\n", what, value);
  for (const std::string& warning : report.warnings()) text += "warning: " + warning + '\n';
  return text;
}

io::Json json_of(const CorpusReport& report) {
  return {{"documents", report.documents},
          {"sentences", report.sentences},
          {"tokens", report.tokens},
          {"vocab_size", report.vocab_size},
          {"vocab_used", report.used},
          {"sentence_length",
           {{"shortest", report.shortest},
            {"longest", report.longest},
            {"mean", report.mean()},
            {"median", report.median}}},
          {"too_long", report.too_long},
          {"room", report.room},
          {"single_sentence_documents", report.single},
          {"repeated", report.repeated},
          {"repeated_is_estimate", report.repeated_is_estimate},
          {"repeated_rate", report.repeated_rate()},
          {"unknown", report.unknown},
          {"unknown_rate", report.unknown_rate()},
          {"entropy_bits", report.entropy},
          {"most_frequent", report.most_frequent},
          {"most_frequent_count", report.most_frequent_count},
          {"warnings", report.warnings()}};
}

}  // namespace bertlet::data
