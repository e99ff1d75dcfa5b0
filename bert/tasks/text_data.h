#pragma once
#include "bert/tasks/data.h"

namespace bertlet::tasks {

// What the tasks on tables have in common: rows become sequences.
class TextData : public Data {
 public:
  TextData(const std::filesystem::path& file, const text::Tokenizer& tokenizer, const TextOptions& options);

  bool labelled() const override { return examples_.labelled(); }
  std::vector<BadRow> bad_rows() const override { return examples_.bad_rows; }

 protected:
  const Examples& rows() const { return examples_; }
  const Example& row(std::int64_t i) const { return examples_.rows[static_cast<std::size_t>(i)]; }
  Record record(std::int64_t i) const;  // the texts of a row
  Wrong wrong_row(std::int64_t i, std::string said, double confidence) const;

 private:
  Examples examples_;
};

// The most confident first, and no more than people read.
std::vector<Data::Wrong> worst(std::vector<Data::Wrong> all);

}  // namespace bertlet::tasks
