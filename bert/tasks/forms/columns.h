#pragma once
#include <span>

#include "bert/tasks/forms/examples.h"

// What columns of a table are: by the names that they have in well-known data sets, and by what their cells look like.
namespace bertlet::tasks {

using ColumnNames = std::span<const std::string_view>;  // the likelier ones first

namespace well_known {

// The text, or a pair's first one.
inline constexpr std::string_view texts[] = {
    "text",  "sentence", "text_a", "sentence1", "sentence_1", "sentence_a", "premise", "question", "question1",
    "query", "text1",    "anchor", "sent1",     "string1",    "#1 string",  "review",  "content"};
inline constexpr std::string_view second_texts[] = {"text_b",    "sentence2", "sentence_2", "sentence_b", "hypothesis",
                                                    "hypo",      "question2", "text2",      "positive",   "sent2",
                                                    "#2 string", "string2",   "answer",     "passage"};
inline constexpr std::string_view labels[] = {"label",      "labels",       "gold_label", "score",
                                              "similarity", "class",        "category",   "target",
                                              "rating",     "is_duplicate", "quality",    "intent"};
inline constexpr std::string_view words[] = {"words", "tokens"};
inline constexpr std::string_view tags[] = {"tags", "ner_tags", "ner", "word_labels"};

bool is_column(std::string_view name);      // any of these, or others that headers have
bool is_tag_column(std::string_view name);  // of words or tags

}  // namespace well_known

bool is_same_name(std::string_view a, std::string_view b);  // in whatever case

// What the cells of a column look like.
struct ColumnLook {
  int64_t rows = 0, different = 0;  // different values
  double sentences = 0;             // the share of cells that have several words or many characters
  bool all_numbers = false;         // and there is one
  bool first_is_alone = false;      // no other row has the first row's value

  bool looks_like_labels() const;  // few values, each of many rows
  bool looks_like_texts() const;   // most of them different, and sentences
};
ColumnLook look_at(std::span<const Row> rows, std::size_t column);

// Whether the first of these rows names the columns: it has a well-known name or one that was asked for, or is made of
// words while the rows below have numbers or sentences there.
bool is_header(std::span<const Row> rows, const ColumnChoice& asked);

}  // namespace bertlet::tasks
