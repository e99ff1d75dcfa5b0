#pragma once
#include <string>

#include "bert/text/tokenizer/tokenizer.h"

namespace bertlet::bert {

// The text of tokens that come one by one, handed out as soon as no further token can change it: "##s" joins the word
// before it, and in "don ' t" spaces go. So it is two words behind.
//
//   WordStream stream(tokenizer);
//   for (…) fmt::print("{}", stream.next(id));
//   fmt::print("{}\n", stream.rest());
class WordStream {
 public:
  explicit WordStream(const text::Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

  std::string next(int64_t id);  // what can be shown now, often nothing
  std::string rest();            // what is left when no token comes any more

 private:
  std::string text() const;
  std::string shown_up_to(std::size_t end, const std::string& text);

  const text::Tokenizer& tokenizer_;
  std::vector<int64_t> ids_;
  std::size_t shown_ = 0;  // bytes of the text
};

}  // namespace bertlet::bert
