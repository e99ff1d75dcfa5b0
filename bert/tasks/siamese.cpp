// How near two texts are that are encoded apart.
#include "bert/tasks/text_task.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

const std::vector<std::string> objectives = {"classes", "cosine", "ranking"};

class Siamese : public TextTask {
 public:
  Siamese() : TextTask(Content::pair, true) {}

  Facts facts() const override { return {"siamese", "How near two texts are that are encoded apart"}; }
  ClassLoss class_loss() const override { return ClassLoss::weighted; }
  bool has_named_classes() const override { return has_classes(); }
  bool has_numbers() const override { return !has_classes(); }
  const Meaning& meaning() const override { return has_classes() ? classes() : numbers(); }
  std::string cannot_teach() const override {
    return has_classes() ? "" : "learns no classes; want --objective classes";
  }

  void check() const override {
    require(has_classes() || (!balanced && smoothing == 0),
            "siamese: got --balanced or --smoothing with --objective {}, want classes",
            objectives[to_size(static_cast<int64_t>(objective_))]);
  }

  std::unique_ptr<bert::Network> network(bert::Config config) const override {
    return bert::pair_network(named(std::move(config), false), head_.pool.empty() ? "mean" : head_.pool, objective_);
  }
  Tensor class_scores(const Scores& scores) const override { return has_classes() ? scores.scored.scores : Tensor(); }

 protected:
  void visit_own(const options::Visitor& f) override {
    TextTask::visit_own(f);
    f({"objective",
       options::word(&objective_, objectives),
       "What is learned: classes of pairs, the cosine (a number from 0 to 1), or which text belongs to which",
       {.values = objectives}});
  }

 private:
  bool has_classes() const { return objective_ == bert::Objective::classes; }

  bert::Objective objective_ = bert::Objective::cosine;
};

}  // namespace

std::unique_ptr<Task> siamese() { return std::make_unique<Siamese>(); }

}  // namespace bertlet::tasks
