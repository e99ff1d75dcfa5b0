#pragma once
#include "bert/tasks/task.h"

// What the tasks on texts and pairs have in common: rows become sequences, and each example gets one row of scores.
namespace bertlet::tasks {

// What a row of scores means, and how the label stands in the file.
class Meaning {
 public:
  virtual ~Meaning() = default;
  virtual std::vector<std::string> labels_of(const Example& row) const = 0;  // names; none of a number
  virtual void mark(Item& item, const Example& row, const std::string& place, const Task& task) const = 0;
  virtual Measuring measuring(const Task& task, const Data& data, Outputs outputs) const = 0;
  virtual std::vector<Output> baseline(const Task& task, const Data& data) const = 0;
  virtual std::string details(const Task&, const Data&, Outputs) const { return {}; }
  virtual Verdict verdict(const Task& task, const Data& data, std::int64_t i, const Output& output) const = 0;
  virtual void add_to(Record& record, const Task& task, const Output& output) const = 0;  // the prediction's columns
  virtual std::string shown(const Task& task, const Output& output) const = 0;
  virtual Record pipeline(const Task& task, const Output& output) const = 0;
};
const Meaning& classes();  // one of several: classify.cpp
const Meaning& sets();     // any number of labels: multilabel.cpp
const Meaning& numbers();  // regress.cpp

class TextTask : public Task {
 public:
  TextTask(Content content, bool apart = false) : content_(content), apart_(apart) {}

  Content content() const override { return content_; }
  virtual const Meaning& meaning() const { return classes(); }
  void take(const bert::Config& config) override;
  std::string cannot_teach() const override;

  std::vector<std::string> labels_of(const Example& row) const override { return meaning().labels_of(row); }
  std::int64_t length(const Example& row, const text::Tokenizer& tokenizer) const override;
  std::unique_ptr<Data> data(Examples examples, const text::Tokenizer& tokenizer, Use use) const override;
  std::vector<Output> outputs(const bert::Network&, const bert::Batch&, const bert::Scored& scored,
                              ItemSpan items) const override;

  Measuring measuring(const Data& data, Outputs outputs) const override;
  std::vector<Output> baseline(const Data& data) const override { return meaning().baseline(*this, data); }
  std::string details(const Data& data, Outputs outputs) const override;
  Verdict verdict(const Data& data, std::int64_t i, Outputs outputs) const override;
  Record prediction(const Data& data, std::int64_t i, Outputs outputs) const override;
  std::string shown(const Data& data, std::int64_t i, Outputs outputs) const override;
  Record pipeline(const Data& data, std::int64_t i, Outputs outputs, const PipelineOptions&) const override;

 protected:
  void visit_own(const options::Visitor& f) override;
  bool has_plain_head() const;

  bert::HeadOptions head_;

 private:
  std::vector<bert::Sequence> sequences(const Example& row, bool is_pair, const text::Tokenizer& tokenizer) const;
  std::vector<bert::Sequence> windows_of(const Example& row, bool is_pair, const text::Tokenizer& tokenizer,
                                         text::EncodeOptions how) const;
  text::EncodeOptions encode_options() const;

  Content content_;
  bool apart_;  // the texts of a pair: each in a sequence of its own
  std::string part_ = "head";
  bool windows_ = false;
  std::int64_t stride_ = 0;
};

}  // namespace bertlet::tasks
