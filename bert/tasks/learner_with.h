#pragma once
#include "bert/tasks/learner.h"

namespace bertlet::tasks {

// A model with `bert` in it, as a learner.
template <class Model>
class LearnerWith : public Learner {
 public:
  explicit LearnerWith(Model model) : model_(std::move(model)), parameters_(parameters_of(model_)) {}
  Parameters& parameters() override { return parameters_; }
  const bert::Config& config() const override { return model_.bert.config; }

 protected:
  Model model_;

 private:
  Parameters parameters_;
};

}  // namespace bertlet::tasks
