#include "optim/any_optimizer.h"

#include "core/require.h"
#include "optim/adafactor.h"
#include "optim/adam.h"
#include "optim/lamb.h"
#include "optim/sgd.h"

namespace bertlet::optim {

namespace {

template <class Optimizer>
class Named : public AnyOptimizer {
 public:
  explicit Named(Optimizer optimizer) : optimizer_(std::move(optimizer)) {}
  double step(const Step& step) override { return optimizer_.step(step); }
  State state() const override { return optimizer_.state(); }
  void load(const State& state) override { optimizer_.load(state); }

 private:
  Optimizer optimizer_;
};

template <class Optimizer, class Options>
std::unique_ptr<AnyOptimizer> make(const Parameters& parameters, Options options, const OptimizerChoice& choice) {
  options.lr = choice.lr;
  options.weight_decay = choice.weight_decay;
  options.groups = choice.groups;
  return std::make_unique<Named<Optimizer>>(Optimizer(parameters, options));
}

}  // namespace

std::unique_ptr<AnyOptimizer> make_optimizer(const std::string& name, const Parameters& parameters,
                                             const OptimizerChoice& choice) {
  if (name == "adamw") return make<AdamW>(parameters, AdamWOptions{}, choice);
  if (name == "google") return make<AdamW>(parameters, google_pretraining(), choice);
  if (name == "adam") return make<Adam>(parameters, AdamOptions{}, choice);
  if (name == "lamb") return make<Lamb>(parameters, LambOptions{}, choice);
  if (name == "adafactor") return make<Adafactor>(parameters, AdafactorOptions{}, choice);
  require(name == "sgd", "optimizer: got '{}', want adamw, google, adam, lamb, adafactor or sgd", name);
  return make<Sgd>(parameters, SgdOptions{}, choice);
}

Schedule make_schedule(const std::string& name, Span span) {
  if (name == "constant") return constant_with_warmup(span.warmup);
  if (name == "linear") return linear(span);
  if (name == "linear-google") return linear_google(span);
  if (name == "cosine") return cosine(span);
  if (name == "polynomial") return polynomial(span);
  require(name == "inverse-sqrt",
          "schedule: got '{}', want constant, linear, linear-google, cosine, polynomial or inverse-sqrt", name);
  return inverse_sqrt(span.warmup);
}

}  // namespace bertlet::optim
