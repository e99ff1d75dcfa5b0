// Does the second text follow the first? BERT's own head for it, which pre-trained models bring along.
#include "bert/tasks/text_task.h"

namespace bertlet::tasks {

namespace {

class NextSentence : public TextTask {
 public:
  NextSentence() : TextTask(Content::pair) { labels = usual(); }

  Facts facts() const override {
    return {"next-sentence", "Whether the second text follows the first", "Labels are follows and elsewhere.",
            "BertForNextSentencePrediction"};
  }
  bool has_named_classes() const override { return true; }
  void take(const bert::Config& config) override {
    TextTask::take(config);
    if (!config.file.contains("id2label")) labels = usual();
  }

 protected:
  void visit_own(const options::Visitor&) override {}

 private:
  static Labels usual() { return Labels({"follows", "elsewhere"}); }
};

}  // namespace

std::unique_ptr<Task> next_sentence() { return std::make_unique<NextSentence>(); }

}  // namespace bertlet::tasks
