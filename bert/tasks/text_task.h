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
  virtual Verdict verdict(const Task& task, const Data& data, int64_t i, const Output& output) const = 0;
  virtual Record said(const Task& task, const Output& output) const = 0;    // the prediction
  virtual Shares shares(const Task& task, const Output& output) const = 0;  // of the labels; none of a number
  virtual std::string shown(const Task& task, const Output& output) const { return shares_shown(shares(task, output)); }
  virtual Record pipeline(const Task& task, const Output& output) const { return shares_record(shares(task, output)); }
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
  int64_t length(const Example& row, const text::Tokenizer& tokenizer) const override;
  std::unique_ptr<Data> data(Examples examples, const text::Tokenizer& tokenizer, Use use) const override;

  Measuring measuring(const Data& data, Outputs outputs) const override {
    return meaning().measuring(*this, data, outputs);
  }
  std::vector<Output> baseline(const Data& data) const override { return meaning().baseline(*this, data); }
  std::string details(const Data& data, Outputs outputs) const override {
    return meaning().details(*this, data, outputs);
  }
  Verdict verdict(const Data& data, int64_t i, Outputs outputs) const override;
  Record prediction(const Data& data, int64_t i, Outputs outputs) const override;
  std::string shown(const Data& data, int64_t i, Outputs outputs) const override;
  Record pipeline(const Data& data, int64_t i, Outputs outputs, const PipelineOptions&) const override;

 protected:
  void visit_own(const options::Visitor& f) override;
  bool has_plain_head() const;

  bert::HeadOptions head_;

 private:
  void add_sequences(Item& item, const Example& row, bool is_pair, const text::Tokenizer& tokenizer) const;
  text::EncodeOptions encode_options() const;

  Content content_;
  bool apart_;  // the texts of a pair: each in a sequence of its own
  text::KeptPart part_ = text::KeptPart::head;
  bool windows_ = false;
  int64_t stride_ = 0;
};

// One of the problems of Hugging Face's sequence classification, under its head or another.
class SentenceTask : public TextTask {
 public:
  SentenceTask(std::string name, std::string what, Content content, bert::Problem problem);

  Facts facts() const override { return {name_, what_, "", "BertForSequenceClassification"}; }
  const Meaning& meaning() const override;
  ClassLoss class_loss() const override {
    return problem_ == bert::Problem::single_label ? ClassLoss::weighted : ClassLoss::none;
  }
  bool has_named_classes() const override { return !has_numbers(); }
  bool has_numbers() const override { return problem_ == bert::Problem::regression; }
  bool fits(const bert::Config& config) const override;
  std::unique_ptr<bert::Network> network(bert::Config config) const override;

 private:
  std::string name_, what_;
  bert::Problem problem_;
};

}  // namespace bertlet::tasks
