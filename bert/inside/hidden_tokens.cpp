#include "bert/inside/hidden_tokens.h"

#include "core/real.h"

namespace bertlet::inside {

namespace {

constexpr int64_t rows_at_once = 4096;

}  // namespace

std::vector<int64_t> text_tokens(const text::Encoding& encoding) {
  std::vector<int64_t> to;
  for (int64_t i = 0; i < encoding.size(); ++i)
    if (!encoding.special[to_size(i)]) to.push_back(i);
  return to;
}

bert::Sequence hidden(const text::Encoding& encoding, const std::vector<int64_t>& tokens, int64_t mask) {
  bert::Sequence to{encoding.ids, encoding.types};
  for (const int64_t token : tokens) to.ids[to_size(token)] = mask;
  return to;
}

void for_each_batch(const std::vector<HiddenToken>& tokens, const TokenScores& f) {
  for (std::size_t begin = 0; begin < tokens.size();) {
    std::vector<const bert::Sequence*> sequences;
    std::vector<int64_t> rows;
    int64_t first_row = 0;
    for (std::size_t i = begin; i < tokens.size(); ++i) {
      const int64_t length = std::ssize(tokens[i].sequence.ids);
      if (i > begin && first_row + length > rows_at_once) break;
      sequences.push_back(&tokens[i].sequence);
      rows.push_back(first_row + tokens[i].row);
      first_row += length;
    }
    f(begin, bert::Batch::of(sequences), rows);
    begin += sequences.size();
  }
}

}  // namespace bertlet::inside
