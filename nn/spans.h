#pragma once
#include <span>
#include <vector>

#include "core/real.h"

namespace bertlet {

// Sequences packed one after another without padding: of the rows x[N, H], sequence i owns begin(i) … end(i).
class Spans {
 public:
  Spans() = default;
  explicit Spans(std::span<const int64_t> lengths);
  Spans(std::initializer_list<int64_t> lengths) : Spans(std::span(lengths.begin(), lengths.size())) {}

  int64_t count() const { return static_cast<int64_t>(ends_.size()); }  // B
  int64_t rows() const { return ends_.empty() ? 0 : ends_.back(); }     // N
  int64_t longest() const { return longest_; }                          // T
  int64_t begin(int64_t i) const { return i == 0 ? 0 : end(i - 1); }
  int64_t end(int64_t i) const { return ends_[to_size(i)]; }
  int64_t length(int64_t i) const { return end(i) - begin(i); }

  std::vector<int64_t> first_rows() const;                // of the sequences that have rows
  Spans of(const std::vector<int64_t>& some_rows) const;  // of these rows in their order, which is theirs among all

  bool operator==(const Spans&) const = default;

 private:
  std::vector<int64_t> ends_;
  int64_t longest_ = 0;
};

}  // namespace bertlet
