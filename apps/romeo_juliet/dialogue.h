#pragma once
#include "bert/data/batches.h"
#include "bert/heads/word_head.h"
#include "bert/text/tokenizer/tokenizer.h"

// The tutorial's text, and examples made of it.
namespace romeo {

inline const std::vector<std::string> dialogue{
    "Hello, how are you? I am Romeo.",
    "Hello, Romeo My name is Juliet. Nice to meet you.",
    "Nice meet you too. How are you today?",
    "Great. My baseball team won the competition.",
    "Oh Congratulations, Juliet",
    "Thanks you Romeo",
};

// The lines without . , ! ? and -, in small letters.
std::vector<std::string> cleaned(const std::vector<std::string>& lines);

// One token for each word, in the order of the alphabet, behind [PAD] [CLS] [SEP] [MASK]. There is no [UNK]: the
// dialogue is all the text there is.
bertlet::text::Tokenizer tokenizer_of(const std::vector<std::string>& lines);

// Pairs of lines drawn at random until half of the examples are a line and the next one, and half are not.
struct Draw {
  int64_t examples = 6, longest = 30, most_hidden = 5;
  std::uint64_t seed = 1;
};
std::vector<bertlet::data::Instance> draw_examples(const std::vector<std::string>& lines,
                                                   const bertlet::text::Tokenizer& tokenizer, const Draw& draw);

}  // namespace romeo
