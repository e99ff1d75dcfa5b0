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
  Wrong wrong_row(std::int64_t i, Record facts, std::string scale, double degree) const;

 private:
  Examples examples_;
};

}  // namespace bertlet::tasks
