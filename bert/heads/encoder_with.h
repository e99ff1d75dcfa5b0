#pragma once
#include "bert/heads/head.h"
#include "bert/model/prune.h"

namespace bertlet::bert {

struct NoHead;

// An encoder and what stands on it, by type.
//
//   MaskedLM model(config);                          // EncoderWith<WordHead>
//   const Scored scored = model.score(batch, pass);  // of model.bert and model.head
template <class Top>
struct EncoderWith : Network {
  Model bert;
  Top head;

  EncoderWith(Model encoder, Top on_top)
      : bert(std::move(encoder)), head(std::move(on_top)), parameters_(parameters_of(*this)) {}

  Parameters& parameters() override { return parameters_; }
  const Config& config() const override { return bert.config; }
  const Model& encoder() const override { return bert; }
  void prune(const HeadsByLayer& heads) override {
    prune_heads(bert, heads);
    parameters_ = parameters_of(*this);
  }

  std::vector<InitRule> initial_values() const override {
    std::vector<InitRule> rules = head.initial_values();
    for (InitRule& rule : bert::initial_values(bert.config)) rules.push_back(std::move(rule));
    return rules;
  }

  Scored score(const Batch& batch, Pass& pass, const Ask& ask = {}, std::vector<int64_t> rows = {}) const override {
    Ask asked = ask;
    asked.hidden_states = ask.hidden_states || head.wants_hidden_states();
    return head.score(bert(batch, pass, asked), batch, pass, std::move(rows));
  }

  Scored head_scores(Encoded encoded, const Batch& batch, Pass& pass, std::vector<int64_t> rows = {}) const override {
    return head.score(std::move(encoded), batch, pass, std::move(rows));
  }

  Tensor loss(const Scored& scored, const Batch& batch, const Wanted& wanted) const override {
    return head.loss(scored, batch, wanted);
  }
  bool has_loss(const Wanted& wanted) const override { return head.has_loss(wanted); }
  bool labels_rows() const override { return head.labels_rows(); }
  std::vector<NamedScores> named(const Scored& scored) const override { return head.named(scored); }
  std::vector<int64_t> rows_of(const Batch& batch, const Wanted& wanted) const override {
    return head.rows_of(batch, wanted);
  }
  std::vector<int64_t> decode(const Scored& scored, const Batch& batch,
                              const std::vector<int64_t>& labels) const override {
    return head.decode(scored, batch, labels);
  }

  void visit(auto&& f) {
    if constexpr (std::is_same_v<Top, NoHead>) {
      bert.visit(f);
    } else {
      f("bert", bert);
      head.visit(f);
    }
  }

 private:
  Parameters parameters_;
};

// The model by itself.
struct NoHead : Head {
  Scored score(Encoded encoded, const Batch&, Pass&, const std::vector<int64_t>&) const { return {std::move(encoded)}; }
  Tensor loss(const Scored&, const Batch&, const Wanted&) const { throw Error("model: has no head, and so no loss"); }
  bool has_loss(const Wanted&) const { return false; }
  std::vector<NamedScores> named(const Scored&) const { return {}; }
};

}  // namespace bertlet::bert
