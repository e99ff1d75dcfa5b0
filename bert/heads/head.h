#pragma once
#include "bert/heads/network.h"
#include "bert/model/prune.h"
#include "core/require.h"

namespace bertlet::bert {

// A head is a struct that makes scores of what the encoder gives, and a loss of scores:
//
//   Scored score(Encoded encoded, const Batch& batch, Pass& pass, std::vector<int64_t> rows) const;
//   Tensor loss(const Scored& scored, const Batch& batch, const Wanted& wanted) const;
//
// What is said here holds for most; a head says by itself what is otherwise with it.
struct Head {
  bool wants_hidden_states() const { return false; }
  bool labels_rows() const { return false; }
  bool has_loss(const Wanted& wanted) const { return !wanted.labels.empty(); }
  std::vector<InitRule> initial_values() const { return {}; }
  std::vector<NamedScores> named(const Scored& scored) const { return {{"logits", scored.scores, false}}; }
  std::vector<int64_t> rows_of(const Batch&, const Wanted&) const { return {}; }

  // The rows of the last layer that scores are made of; empty: all.
  std::vector<int64_t> reads(const Batch&, const std::vector<int64_t>&) const { return {}; }

  std::vector<int64_t> decode(const Scored&, const Batch&, const std::vector<int64_t>&) const {
    throw Error("decode: got a head that scores no rows, want one for tokens");
  }
};

// The model by itself.
struct NoHead : Head {
  explicit NoHead(const Config&) {}
  Scored score(Encoded encoded, const Batch&, Pass&, const std::vector<int64_t>&) const { return {std::move(encoded)}; }
  Tensor loss(const Scored&, const Batch&, const Wanted&) const { throw Error("model: has no head, and so no loss"); }
  bool has_loss(const Wanted&) const { return false; }
  std::vector<NamedScores> named(const Scored&) const { return {}; }
};

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

  Scored score(const Batch& batch, Pass& pass, const EncoderOptions& options = {},
               std::vector<int64_t> rows = {}) const override {
    EncoderOptions own = options;
    own.hidden_states = options.hidden_states || head.wants_hidden_states();
    if (own.rows.empty()) own.rows = head.reads(batch, rows);
    return head.score(bert(batch, pass, own), batch, pass, std::move(rows));
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

}  // namespace bertlet::bert
