#include "bert/inside/encoder_steps.h"

#include <cmath>
#include <limits>

#include "core/ops.h"
#include "core/require.h"

namespace bertlet::inside {

namespace {

constexpr const char *embeddings_file = "bert/model/embeddings.cpp", *attention_file = "nn/attention.h",
                     *norm_file = "bert/model/attention.cpp", *intermediate_file = "bert/model/intermediate.h",
                     *output_file = "bert/model/output.h", *pooler_file = "bert/model/pooler.h";

// x itself, of whose gradient a copy is kept on the way back.
Tensor watched(const Tensor& x, const std::shared_ptr<Array>& seen) {
  return record<"watched">(x.value(), {x}, [seen](Array dy, Into dx) {
    *seen = dy.clone();
    dx += std::move(dy);
  });
}

// [N, A D] as [A, N, D], and back.
Tensor heads_apart(const Tensor& x, int64_t heads) {
  return permute(reshape(x, {x.shape()[0], heads, x.shape()[1] / heads}), {1, 0, 2});
}
Tensor side_by_side(const Tensor& x) {
  return reshape(permute(x, {1, 0, 2}), {x.shape()[1], x.shape()[0] * x.shape()[2]});
}

// The learned vector of each pair's distance, [N, N, D].
Tensor distance_vectors(const Tensor& table, int64_t rows) {
  std::vector<int64_t> ids;
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < rows; ++j) ids.push_back(i - j + table.shape()[0] / 2);
  return reshape(gather_rows(table, ids), {rows, rows, table.shape()[1]});
}

Array later_keys(int64_t rows) {
  Array later({rows, rows});
  for (int64_t i = 0; i < rows * rows; ++i) later[i] = i % rows > i / rows;
  return later;
}

// Who looks at whom how much, before softmax: [A, N, N].
Tensor scores_of(const Tensor& q, const Tensor& k, const MultiHeadAttention& attend, bool causal) {
  const int64_t heads = q.shape()[0], rows = q.shape()[1], size = q.shape()[2];
  Tensor s = matmul(q, k, {.transpose_b = true});
  if (attend.relative != Relative::none) {
    const Tensor e = distance_vectors(attend.distances, rows);
    s = s + sum(reshape(q, {heads, rows, 1, size}) * e, 3);
    if (attend.relative == Relative::key_query) s = s + sum(reshape(k, {heads, 1, rows, size}) * e, 3);
  }
  s = s * Tensor(1 / std::sqrt(static_cast<real>(size)));
  return causal ? masked(s, later_keys(rows), -std::numeric_limits<real>::infinity()) : s;
}

std::string scores_formula(const MultiHeadAttention& attend, bool causal) {
  const char* relative = attend.relative == Relative::none  ? ""
                         : attend.relative == Relative::key ? " + q·e"
                                                            : " + q·e + k·e";
  return fmt::format("S = ({}{}) / √D{}", "Q Kᵀ", relative, causal ? ", −∞ behind" : "");
}

// The lower half of a layer: rows look at each other.
Tensor attention_steps(const bert::Layer& layer, const Tensor& x, const std::string& name, StepRecorder& to) {
  const bert::Attention& attention = layer.attention;
  const MultiHeadAttention& attend = attention.attend;
  const Tensor q = to.add(name + "self.query", "Q = X W_Qᵀ + b_Q", "N × A·D", attention_file, attend.query(x));
  const Tensor k = to.add(name + "self.key", "K = X W_Kᵀ + b_K", "N × A·D", attention_file, attend.key(x));
  const Tensor v = to.add(name + "self.value", "V = X W_Vᵀ + b_V", "N × A·D", attention_file, attend.value(x));
  const int64_t heads = attend.heads;
  const Tensor s =
      to.add(name + "self.scores", scores_formula(attend, layer.causal), "A × N × N", "nn/attention/attention.cpp",
             scores_of(heads_apart(q, heads), heads_apart(k, heads), attend, layer.causal));
  const Tensor p =
      to.add(name + "self.probabilities", "P = softmax(S)", "A × N × N", "nn/attention/attention.cpp", softmax(s));
  const Tensor c = to.add(name + "self.context", "C = P V", "N × A·D", "nn/attention/attention.cpp",
                          side_by_side(matmul(p, heads_apart(v, heads))));
  const Tensor d = to.add(name + "output.dense", "D = C W_Oᵀ + b_O", "N × H", attention_file, attend.output(c));
  const Tensor sum = to.add(name + "output.sum", "D + X", "N × H", norm_file, d + x);
  return to.add(name + "output.LayerNorm", "Y = norm(D + X)", "N × H", norm_file, attention.norm(sum));
}

// The upper half: each row by itself.
Tensor feed_forward_steps(const bert::Layer& layer, const Tensor& y, const std::string& name, StepRecorder& to) {
  const Activation f = layer.intermediate.activation;
  const Tensor wide =
      to.add(name + "intermediate.dense", "U = Y W_1ᵀ + b_1", "N × F", intermediate_file, layer.intermediate.dense(y));
  const Tensor active = to.add(name + "intermediate.activation", fmt::format("G = {}(U)", entry(f).name()), "N × F",
                               intermediate_file, entry(f).spelled(wide));
  const Tensor d = to.add(name + "output.dense", "E = G W_2ᵀ + b_2", "N × H", output_file, layer.output.dense(active));
  const Tensor sum = to.add(name + "output.sum", "E + Y", "N × H", output_file, d + y);
  return to.add(name + "output.LayerNorm", "X′ = norm(E + Y)", "N × H", output_file, layer.output.norm(sum));
}

// Rows of a table, of which a gradient is wanted where there is one of the words, though the table itself is frozen.
Tensor looked_up(const Tensor& rows, const Tensor& words) {
  return words.wants_grad() ? Tensor::parameter(rows.value()) : rows;
}

Tensor embedding_steps(const bert::Embeddings& embeddings, const bert::Batch& batch, const Tensor& words,
                       StepRecorder& to) {
  Tensor x = to.add("embeddings.word_embeddings", "rows of the words", "N × H", embeddings_file, words);
  if (embeddings.token_type_embeddings)
    x = x + to.add("embeddings.token_type_embeddings", "rows of the segments", "N × H", embeddings_file,
                   looked_up((*embeddings.token_type_embeddings)(batch.token_types), words));
  if (embeddings.absolute)
    x = x + to.add("embeddings.position_embeddings", "rows of the positions", "N × H", embeddings_file,
                   looked_up(embeddings.position_embeddings(batch.positions), words));
  x = to.add("embeddings.sum", "all of them", "N × H", embeddings_file, x);
  return to.add("embeddings.LayerNorm", "X = norm(sum)", "N × H", embeddings_file, embeddings.norm(x));
}

}  // namespace

Tensor StepRecorder::add(std::string name, std::string formula, std::string axes, std::string file,
                         const Tensor& tensor) {
  steps_.push_back({std::move(name), std::move(formula), std::move(axes), std::move(file), tensor.value()});
  gradients_.push_back(std::make_shared<Array>());
  return watched(tensor, gradients_.back());
}

std::vector<Step> StepRecorder::steps() const {
  std::vector<Step> to = steps_;
  for (std::size_t i = 0; i < to.size(); ++i) to[i].gradient = *gradients_[i];
  return to;
}

bert::Encoded encoder_steps(const bert::Model& model, const bert::Batch& batch, const Tensor& words, StepRecorder& to) {
  require(batch.sequences() == 1, "trace: got {} sequences, want one", batch.sequences());
  bert::Encoded encoded;
  Tensor x = embedding_steps(model.embeddings, batch, words, to);
  encoded.hidden_states.push_back(x);
  for (std::size_t i = 0; i < model.encoder.layer.size(); ++i) {
    const std::string name = fmt::format("encoder.layer.{}.", i);
    const bert::Layer& layer = model.encoder.layer[i];
    const Tensor y = attention_steps(layer, x, name + "attention.", to);
    x = feed_forward_steps(layer, y, name, to);
    encoded.hidden_states.push_back(x);
  }
  encoded.last_hidden_state = x;
  if (!model.pooler) return encoded;
  const Activation f = model.pooler->activation;
  const Tensor first =
      to.add("pooler.dense", "p = x_[CLS] W_Pᵀ + b_P", "1 × H", pooler_file, model.pooler->dense(slice(x, 0, 0, 1)));
  encoded.pooler_output =
      to.add("pooler.activation", fmt::format("{}(p)", entry(f).name()), "1 × H", pooler_file, entry(f).spelled(first));
  return encoded;
}

}  // namespace bertlet::inside
