#include "bert/generation/word_stream.h"

#include <algorithm>

namespace bertlet::bert {

std::string WordStream::text() const { return tokenizer_.decode(ids_, {.special = false}); }

std::string WordStream::shown_up_to(std::size_t end, const std::string& text) {
  const std::size_t begin = std::min(shown_, end);
  shown_ = std::max(shown_, end);
  return text.substr(begin, end - begin);
}

std::string WordStream::next(int64_t id) {
  ids_.push_back(id);
  const std::string now = text();
  const std::size_t last = now.rfind(' ');
  const std::size_t before = last == std::string::npos || last == 0 ? std::string::npos : now.rfind(' ', last - 1);
  return before == std::string::npos ? "" : shown_up_to(before, now);
}

std::string WordStream::rest() {
  const std::string now = text();
  return shown_up_to(now.size(), now);
}

}  // namespace bertlet::bert
