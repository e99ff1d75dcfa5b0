#include "bert/inside/trace.h"

#include <algorithm>
#include <cmath>

#include "bert/heads/word_head.h"
#include "bert/inside/encoder_steps.h"
#include "core/ops.h"
#include "core/require.h"
#include "nn/losses/losses.h"

namespace bertlet::inside {

namespace {

constexpr const char* word_head_file = "bert/heads/word_head.cpp";

const bert::Predictions* predictions_of(const bert::Network& network) {
  if (const auto* words = dynamic_cast<const bert::EncoderWith<bert::WordHead>*>(&network))
    return &words->head.predictions;
  if (const auto* both = dynamic_cast<const bert::EncoderWith<bert::PreTrainingHead>*>(&network))
    return &both->head.words.predictions;
  return nullptr;
}

// The way from states to words has steps between.
Tensor word_steps(const bert::Predictions& head, const Tensor& x, StepRecorder& to) {
  const std::string name = "cls.predictions.", f = entry(head.activation).name();
  const Tensor dense = to.add(name + "transform.dense", "T = X Wᵀ + b", "N × H", word_head_file, head.dense(x));
  const Tensor active =
      to.add(name + "transform.activation", f + "(T)", "N × H", word_head_file, entry(head.activation).spelled(dense));
  const Tensor normed =
      to.add(name + "transform.LayerNorm", "Z = norm(" + f + "(T))", "N × H", word_head_file, head.norm(active));
  return to.add("logits", "Z Eᵀ + bias, E: the word embeddings", "N × V", word_head_file,
                linear(normed, head.decoder, head.bias));
}

bert::Scored head_steps(const bert::Network& network, bert::Encoded encoded, const bert::Batch& batch,
                        StepRecorder& to) {
  if (const bert::Predictions* head = predictions_of(network)) {
    bert::Scored scored{.encoded = std::move(encoded)};
    scored.scores = word_steps(*head, scored.encoded.last_hidden_state, to);
    return scored;
  }
  Pass pass;
  bert::Scored scored = network.head_scores(std::move(encoded), batch, pass);
  if (!scored.scores) return scored;
  const char* rows = network.labels_rows() || scored.scores.shape()[0] == batch.rows() ? "N × labels" : "1 × labels";
  scored.scores = to.add("logits", "the head's scores", rows, "bert/heads", scored.scores);
  return scored;
}

}  // namespace

Trace trace_of(const bert::Network& network, const bert::Batch& batch, const TraceTarget& target) {
  const bert::Model& model = network.encoder();
  const Array words = model.embeddings.word_embeddings(batch.ids).value();
  StepRecorder steps;
  bert::Encoded encoded = encoder_steps(model, batch, target ? Tensor::parameter(words) : Tensor(words), steps);
  Trace to{.steps = {}, .scored = head_steps(network, std::move(encoded), batch, steps)};
  if (target) {
    require(static_cast<bool>(to.scored.scores), "trace: got a model without a head, want one to go back from");
    const Tensor value = target(to.scored);
    to.target = static_cast<double>(value.item());
    backward(value);
  }
  to.steps = steps.steps();
  return to;
}

TraceTarget as_if_right(std::optional<int64_t> label, std::vector<int64_t> rows) {
  return [label, rows = std::move(rows)](const bert::Scored& scored) {
    const Tensor scores = rows.empty() ? scored.scores : gather_rows(scored.scores, rows);
    const Tensor matrix = scores.shape().rank() == 1 ? reshape(scores, {-1, 1}) : scores;
    if (matrix.shape()[1] == 1) return sum(matrix);  // a number
    std::vector<int64_t> labels = argmax_of_rows(matrix.value());
    if (label) std::ranges::fill(labels, *label);
    return cross_entropy(matrix, std::move(labels));
  };
}

Statistics statistics_of(const Array& numbers) {
  const auto count = static_cast<double>(std::max<int64_t>(1, numbers.size()));
  Statistics to;
  if (numbers.size() == 0) return to;
  to.least = to.most = static_cast<double>(numbers[0]);
  double sum = 0, squares = 0;
  for (int64_t i = 0; i < numbers.size(); ++i) {
    const auto number = static_cast<double>(numbers[i]);
    sum += number;
    squares += number * number;
    to.least = std::min(to.least, number);
    to.most = std::max(to.most, number);
  }
  to.mean = sum / count;
  to.norm = std::sqrt(squares);
  double spread = 0;
  for (int64_t i = 0; i < numbers.size(); ++i) {
    const double off = static_cast<double>(numbers[i]) - to.mean;
    spread += off * off;
  }
  to.deviation = std::sqrt(spread / count);
  return to;
}

}  // namespace bertlet::inside
