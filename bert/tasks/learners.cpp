#include "bert/tasks/learners.h"

#include "bert/heads/classification.h"
#include "bert/heads/pairs.h"
#include "bert/heads/question_answering.h"
#include "bert/tasks/learner_with.h"
#include "core/ops/rows.h"
#include "core/ops/shaping.h"
#include "nn/ops/cross_entropy.h"
#include "nn/ops/losses.h"
#include "nn/ops/pooling.h"

namespace bertlet::tasks {

namespace {

using bert::Config;

CrossEntropyOptions cross_entropy_options(const LossOptions& loss) {
  CrossEntropyOptions to{.smoothing = loss.smoothing};
  if (!loss.weights.empty()) to.weights = Array::of({std::ssize(loss.weights)}, loss.weights);
  return to;
}

// Each row of scores is an item's.
std::vector<Output> rows_of(const Tensor& scores) {
  const std::int64_t rows = scores.shape()[0], columns = scores.value().size() / std::max<std::int64_t>(rows, 1);
  std::vector<Output> to;
  for (std::int64_t i = 0; i < rows; ++i) {
    const real* row = scores.value().data() + i * columns;
    to.push_back({.scores = {row, row + columns}});
  }
  return to;
}

struct Classifier {
  bert::Model bert;
  bert::SentenceTop top;

  Classifier(const Config& config, const bert::TopOptions& options)
      : bert(config, bert::wants_pooler(options) ? bert::WithPooler::yes : bert::WithPooler::no),
        top(config, options) {}

  void visit(auto&& f) {
    f("bert", bert);
    top.visit(f);
  }
};

class SentenceLearner : public LearnerWith<Classifier> {
 public:
  SentenceLearner(const Config& config, const bert::TopOptions& top, const LossOptions& loss)
      : LearnerWith(Classifier(config, top)), loss_(cross_entropy_options(loss)) {}

  // A long text's windows have their say alike.
  Scored score(ItemSpan items, Pass& pass) const override {
    Scored to{.batch = batch_of(items)};
    to.encoded = model_.bert(to.batch, pass, {.hidden_states = model_.top.wants_hidden_states()});
    to.scores = model_.top(to.batch, to.encoded, pass);  // [sequences, labels]
    if (to.batch.sequences() > std::ssize(items)) to.scores = pool(to.scores, sequences_of(items), Pooling::mean);
    return to;
  }

  Tensor loss(const Scored& scored, ItemSpan items) const override {
    switch (config().problem_type) {
      case bert::Problem::regression:
        return mse(scored.scores, Tensor(values_of(items)));
      case bert::Problem::multi_label:
        return bce_with_logits(scored.scores, values_of(items));
      default:
        return cross_entropy(scored.scores, labels_of(items), loss_);
    }
  }

  Tensor class_scores(const Scored& scored, ItemSpan) const override {
    return config().problem_type == bert::Problem::regression ? Tensor() : scored.scores;
  }
  std::vector<Output> outputs(const Scored& scored, ItemSpan) const override { return rows_of(scored.scores); }

 private:
  CrossEntropyOptions loss_;
};

struct Tagger {
  bert::Model bert;
  bert::TokenTop top;

  Tagger(const Config& config, const bert::TokenTopOptions& options)
      : bert(config, bert::WithPooler::no), top(config, options) {}

  void visit(auto&& f) {
    f("bert", bert);
    top.visit(f);
  }
};

class TokenLearner : public LearnerWith<Tagger> {
 public:
  TokenLearner(const Config& config, const bert::TokenTopOptions& top, const LossOptions& loss)
      : LearnerWith(Tagger(config, top)), has_field_(top.crf), loss_(cross_entropy_options(loss)) {}

  Scored score(ItemSpan items, Pass& pass) const override {
    Scored to{.batch = batch_of(items)};
    to.encoded = model_.bert(to.batch, pass, {.hidden_states = model_.top.wants_hidden_states()});
    to.scores = model_.top(to.batch, to.encoded, pass);  // [N, labels]
    return to;
  }

  Tensor loss(const Scored& scored, ItemSpan items) const override {
    if (has_field_) return model_.top.loss(scored.scores, scored.batch, labels_of(items));
    return cross_entropy(scored.scores, labels_of(items), loss_);
  }

  Tensor class_scores(const Scored& scored, ItemSpan items) const override {
    std::vector<std::int64_t> rows = bert::LabelledRows(scored.batch, labels_of(items)).rows;
    return has_field_ || rows.empty() ? Tensor() : gather_rows(scored.scores, std::move(rows));
  }

  std::vector<Output> outputs(const Scored& scored, ItemSpan items) const override {
    const bert::LabelledRows labelled(scored.batch, labels_of(items));
    const std::vector<std::int64_t> best = model_.top.decode(scored.scores.value(), labelled);
    const Spans sequences = sequences_of(items);
    std::vector<Output> to;
    for (std::int64_t i = 0; i < sequences.count(); ++i)
      to.push_back({.labels = {best.begin() + begin(labelled.spans, sequences.begin(i)),
                               best.begin() + begin(labelled.spans, sequences.end(i))}});
    return to;
  }

 private:
  static std::int64_t begin(const Spans& spans, std::int64_t sequence) {
    return sequence == spans.count() ? spans.rows() : spans.begin(sequence);
  }

  bool has_field_;
  CrossEntropyOptions loss_;
};

class AnswerLearner : public LearnerWith<bert::QuestionAnswering> {
 public:
  explicit AnswerLearner(const Config& config) : LearnerWith(bert::QuestionAnswering(config)) {}

  Scored score(ItemSpan items, Pass& pass) const override {
    Scored to{.batch = batch_of(items)};
    to.encoded = model_.bert(to.batch, pass);
    to.scores = model_.qa_outputs(to.encoded.last_hidden_state);  // [N, 2]
    return to;
  }

  Tensor loss(const Scored& scored, ItemSpan items) const override {
    std::vector<std::int64_t> begins, ends;
    for (const Item* item : items) {
      begins.push_back(item->labels.at(0));
      ends.push_back(item->labels.at(1));
    }
    return model_.loss(scored.batch, scored.encoded, begins, ends);
  }

  std::vector<Output> outputs(const Scored& scored, ItemSpan items) const override {
    std::vector<Output> to;
    const real* row = scored.scores.value().data();
    for (const Item* item : items) {
      Output& output = to.emplace_back();
      const auto tokens = static_cast<std::size_t>(item->tokens());
      output.scores.resize(2 * tokens);
      for (std::size_t i = 0; i < tokens; ++i, row += 2) {
        output.scores[i] = row[0];
        output.scores[tokens + i] = row[1];
      }
    }
    return to;
  }
};

class ChoiceLearner : public LearnerWith<bert::MultipleChoice> {
 public:
  ChoiceLearner(const Config& config, const LossOptions& loss)
      : LearnerWith(bert::MultipleChoice(config)), loss_(cross_entropy_options(loss)) {}

  Scored score(ItemSpan items, Pass& pass) const override {
    Scored to{.batch = batch_of(items)};
    to.encoded = model_.bert(to.batch, pass);
    to.scores = model_.logits(to.encoded, to.batch.sequences() / std::ssize(items), pass);  // [items, endings]
    return to;
  }
  Tensor loss(const Scored& scored, ItemSpan items) const override {
    return cross_entropy(scored.scores, labels_of(items), loss_);
  }
  Tensor class_scores(const Scored& scored, ItemSpan) const override { return scored.scores; }
  std::vector<Output> outputs(const Scored& scored, ItemSpan) const override { return rows_of(scored.scores); }

 private:
  CrossEntropyOptions loss_;
};

struct Siamese {
  bert::Model bert;
  bert::SentenceVectors vectors;
  std::optional<bert::PairSoftmax> pairs = {};

  Siamese(const Config& config, const std::string& pool, Objective objective)
      : bert(config, pool == "pooler" ? bert::WithPooler::yes : bert::WithPooler::no), vectors(pool, "last", config) {
    if (objective == Objective::classes) pairs.emplace(config.hidden_size, config.num_labels());
  }

  void visit(auto&& f) {
    f("bert", bert);
    vectors.visit(f);
    if (pairs) pairs->visit(f);
  }
};

class SiameseLearner : public LearnerWith<Siamese> {
 public:
  SiameseLearner(const Config& config, const std::string& pool, Objective objective, const LossOptions& loss)
      : LearnerWith(Siamese(config, pool, objective)), objective_(objective), loss_(cross_entropy_options(loss)) {}

  // For classes [items, labels]; otherwise the vectors, first those of all first texts, then of all second ones.
  Scored score(ItemSpan items, Pass& pass) const override {
    Scored to{.batch = batch_of(items)};
    to.encoded = model_.bert(to.batch, pass, {.hidden_states = model_.vectors.wants_hidden_states()});
    const Tensor vectors = model_.vectors(to.batch, to.encoded);  // [2 items, H], a pair's next to each other
    std::vector<std::int64_t> first, second;
    for (std::int64_t i = 0; i < std::ssize(items); ++i) {
      first.push_back(2 * i);
      second.push_back(2 * i + 1);
    }
    const Tensor u = gather_rows(vectors, first), v = gather_rows(vectors, second);
    to.scores = objective_ == Objective::classes ? model_.pairs->logits(u, v) : concat({u, v}, 0);
    return to;
  }

  Tensor loss(const Scored& scored, ItemSpan items) const override {
    if (objective_ == Objective::classes) return cross_entropy(scored.scores, labels_of(items), loss_);
    const auto [u, v] = texts(scored, items);
    return objective_ == Objective::ranking ? bert::ranking_loss(u, v)
                                            : bert::cosine_loss(u, v, values_of(items).shaped({std::ssize(items)}));
  }

  Tensor class_scores(const Scored& scored, ItemSpan) const override {
    return objective_ == Objective::classes ? scored.scores : Tensor();
  }

  std::vector<Output> outputs(const Scored& scored, ItemSpan items) const override {
    if (objective_ == Objective::classes) return rows_of(scored.scores);
    const auto [u, v] = texts(scored, items);
    return rows_of(cosine_similarity(u, v));
  }

 private:
  static std::pair<Tensor, Tensor> texts(const Scored& scored, ItemSpan items) {
    const std::int64_t count = std::ssize(items);
    return {slice(scored.scores, 0, 0, count), slice(scored.scores, 0, count, 2 * count)};
  }

  Objective objective_;
  CrossEntropyOptions loss_;
};

}  // namespace

std::unique_ptr<Learner> sentence_learner(const Config& config, const bert::TopOptions& top, const LossOptions& loss) {
  return std::make_unique<SentenceLearner>(config, top, loss);
}

std::unique_ptr<Learner> token_learner(const Config& config, const bert::TokenTopOptions& top,
                                       const LossOptions& loss) {
  return std::make_unique<TokenLearner>(config, top, loss);
}

std::unique_ptr<Learner> answer_learner(const Config& config) { return std::make_unique<AnswerLearner>(config); }

std::unique_ptr<Learner> choice_learner(const Config& config, const LossOptions& loss) {
  return std::make_unique<ChoiceLearner>(config, loss);
}

std::unique_ptr<Learner> siamese_learner(const Config& config, const std::string& pool, Objective objective,
                                         const LossOptions& loss) {
  return std::make_unique<SiameseLearner>(config, pool, objective, loss);
}

}  // namespace bertlet::tasks
