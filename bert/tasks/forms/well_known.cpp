#include "bert/tasks/forms/well_known.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace bertlet::tasks::well_known {

namespace {

constexpr std::string_view text_names[] = {"text",    "sentence", "text_a",    "sentence1", "sentence_1", "sentence_a",
                                           "premise", "question", "question1", "query",     "text1",      "anchor",
                                           "sent1",   "string1",  "#1 string", "review",    "content"};
constexpr std::string_view second_names[] = {"text_b",    "sentence2", "sentence_2", "sentence_b", "hypothesis",
                                             "hypo",      "question2", "text2",      "positive",   "sent2",
                                             "#2 string", "string2",   "answer",     "passage"};
constexpr std::string_view label_names[] = {"label",    "labels", "gold_label", "score",        "similarity", "class",
                                            "category", "target", "rating",     "is_duplicate", "quality",    "intent"};
constexpr std::string_view word_names[] = {"words", "tokens"};
constexpr std::string_view tag_names[] = {"tags", "ner_tags", "ner", "word_labels"};
constexpr std::string_view other_names[] = {"id",      "index",   "idx",          "label_desc",       "keywords",
                                            "genre",   "ending0", "title",        "sentence1_parse",  "qid1",
                                            "endings", "guid",    "inputstoryid", "answerrightending"};

bool contains(std::span<const std::string_view> names, std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(c < 0x80 ? std::tolower(c) : c); });
  return std::ranges::find(names, std::string_view(lower)) != names.end();
}

}  // namespace

std::span<const std::string_view> texts() { return text_names; }
std::span<const std::string_view> second_texts() { return second_names; }
std::span<const std::string_view> labels() { return label_names; }

std::span<const std::string_view> words() { return word_names; }
std::span<const std::string_view> tags() { return tag_names; }

bool is_column(std::string_view name) {
  return contains(text_names, name) || contains(second_names, name) || contains(label_names, name) ||
         is_tag_column(name) || contains(other_names, name);
}

bool is_tag_column(std::string_view name) { return contains(word_names, name) || contains(tag_names, name); }

}  // namespace bertlet::tasks::well_known
