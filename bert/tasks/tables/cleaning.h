#pragma once
#include <functional>
#include <tuple>

#include "bert/tasks/tables/split.h"

namespace bertlet::tasks {

// Which rows are left out.
struct CleaningOptions {
  bool empty = true;                                        // without text, or of a pair without one of them
  bool duplicates = false;                                  // with texts that stood there before, whatever their label
  std::function<std::int64_t(const Example&)> length = {};  // in tokens; nothing: no row is too long
  std::int64_t max_length = 512;
};

// How many were, each counted once, and which are left.
struct Cleaning {
  RowNumbers kept = {};
  std::int64_t rows = 0, empty = 0, duplicates = 0, too_long = 0;
};

Cleaning clean(const Examples& examples, const CleaningOptions& options = {});

std::string text_of(const Cleaning& cleaning);  // 97 of 100 rows: 2 empty, 1 duplicates, 0 too long left out

bool is_empty(const Example& row, const Examples& of);

// An order in which rows are equal if all their texts are.
struct ByTexts {
  bool operator()(const Example* a, const Example* b) const {
    return std::tie(a->text, a->text_b, a->parts) < std::tie(b->text, b->text_b, b->parts);
  }
};

}  // namespace bertlet::tasks
