#include "bert/inside/head_statistics.h"

#include <cmath>
#include <limits>

#include "core/real.h"

namespace bertlet::inside {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

Role role_of(const std::string& token, const text::SpecialTokens& special) {
  if (token == special.cls) return Role::cls;
  if (token == special.sep) return Role::sep;
  if (token == special.mask) return Role::mask;
  return token == "." || token == "," ? Role::punctuation : Role::word;
}

// The mean over rows, where there are any.
class Mean {
 public:
  void add(double x) {
    sum_ += x;
    ++count_;
  }
  double value() const { return count_ == 0 ? nothing : sum_ / count_; }

 private:
  double sum_ = 0;
  int count_ = 0;
};

// One head's α, [T, T].
class HeadRows {
 public:
  HeadRows(const real* alpha, std::span<const Token> tokens) : alpha_(alpha), tokens_(tokens) {}

  double at_offset(int64_t offset) const {
    Mean mean;
    for (int64_t i = 0; i < size(); ++i)
      if (i + offset >= 0 && i + offset < size()) mean.add(at(i, i + offset));
    return mean.value();
  }

  // Of the rows that `from` chooses, what falls on keys that `to` chooses; nothing if it chooses none.
  template <class From, class To>
  double share(const From& from, const To& to) const {
    if (std::ranges::none_of(tokens_, to)) return nothing;
    Mean mean;
    for (int64_t i = 0; i < size(); ++i)
      if (from(tokens_[to_size(i)])) mean.add(row_share(i, to));
    return mean.value();
  }

  double share_of(Role role) const {
    return share([](const Token&) { return true; }, [=](const Token& token) { return token.role == role; });
  }

  double share_between(int64_t from, int64_t to) const {
    return share([=](const Token& token) { return token.segment == from; },
                 [=](const Token& token) { return token.segment == to; });
  }

  // A row of zeros has none: each α counts as 0.9999 α + 0.0001 / T.
  double entropy() const {
    const auto n = static_cast<double>(size());
    Mean mean;
    for (int64_t i = 0; i < size(); ++i) {
      double sum = 0;
      for (int64_t j = 0; j < size(); ++j) {
        const double p = 0.9999 * at(i, j) + 0.0001 / n;
        sum -= p * std::log(p);
      }
      mean.add(size() == 1 ? 0 : sum / std::log(n));
    }
    return mean.value();
  }

  double distance() const {
    double sum = 0, all = 0;
    for (int64_t i = 0; i < size(); ++i)
      for (int64_t j = 0; j < size(); ++j) {
        sum += at(i, j) * static_cast<double>(std::abs(i - j));
        all += at(i, j);
      }
    return sum / all;
  }

 private:
  int64_t size() const { return std::ssize(tokens_); }
  double at(int64_t i, int64_t j) const { return static_cast<double>(alpha_[i * size() + j]); }

  template <class To>
  double row_share(int64_t i, const To& to) const {
    double sum = 0;
    for (int64_t j = 0; j < size(); ++j)
      if (to(tokens_[to_size(j)])) sum += at(i, j);
    return sum;
  }

  const real* alpha_;
  std::span<const Token> tokens_;
};

HeadStatistics statistics_of(const HeadRows& rows, int64_t layer, int64_t head) {
  return {.layer = layer,
          .head = head,
          .self = rows.at_offset(0),
          .next = rows.at_offset(1),
          .previous = rows.at_offset(-1),
          .cls = rows.share_of(Role::cls),
          .sep = rows.share_of(Role::sep),
          .punctuation = rows.share_of(Role::punctuation),
          .a_to_b = rows.share_between(0, 1),
          .b_to_a = rows.share_between(1, 0),
          .entropy = rows.entropy(),
          .distance = rows.distance()};
}

}  // namespace

std::vector<Token> tokens_of(const text::Encoding& encoding, const text::Tokenizer& tokenizer) {
  std::vector<Token> tokens;
  int64_t segment = 0;  // special tokens belong to the text before them
  for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
    const std::string& token = tokenizer.vocabulary().token(encoding.ids[i]);
    if (encoding.sequences[i] != text::Encoding::none) segment = encoding.sequences[i];
    tokens.push_back({token, role_of(token, tokenizer.options().special), segment});
  }
  return tokens;
}

std::vector<HeadStatistics> head_statistics(const AttentionMaps& look, std::span<const Token> tokens) {
  std::vector<HeadStatistics> all;
  for (std::size_t l = 0; l < look.layers.size(); ++l) {
    const LayerMaps& layer = look.layers[l];
    const int64_t pairs = look.tokens() * look.tokens();
    for (std::size_t a = 0; a < layer.heads.size(); ++a) {
      const HeadRows rows(layer.probabilities.data() + static_cast<int64_t>(a) * pairs, tokens);
      all.push_back(statistics_of(rows, static_cast<int64_t>(l), layer.heads[a]));
    }
  }
  return all;
}

std::vector<std::pair<const char*, double>> named(const HeadStatistics& of) {
  return {{"self", of.self},        {"next", of.next},     {"previous", of.previous},
          {"cls", of.cls},          {"sep", of.sep},       {"punctuation", of.punctuation},
          {"a_to_b", of.a_to_b},    {"b_to_a", of.b_to_a}, {"entropy", of.entropy},
          {"distance", of.distance}};
}

const char* kind(const HeadStatistics& statistics) {
  if (statistics.next > 0.5) return "next";
  if (statistics.previous > 0.5) return "previous";
  if (statistics.self > 0.5) return "self";
  if (statistics.sep > 0.6) return "[SEP]";
  if (statistics.cls > 0.6) return "[CLS]";
  if (statistics.punctuation > 0.6) return "punctuation";
  return statistics.entropy > 0.8 ? "broad" : "mixed";
}

}  // namespace bertlet::inside
