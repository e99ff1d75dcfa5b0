#pragma once
#include <span>

// Sets of characters as sorted ranges; those of Hugging Face's `tokenizers` are in huggingface_classes.cpp.
namespace bertlet::text {

struct Range {
  char32_t first, last;
};
bool contains(std::span<const Range> ranges, char32_t c);

extern const std::span<const Range> huggingface_other, huggingface_punctuation, huggingface_marks;

}  // namespace bertlet::text
