#include "nn/sequence/twin.h"

#include "core/ops.h"
#include "nn/cases.h"

namespace bertlet {

namespace {

// f(rows of a sequence, its index) for each, one below the other; zeros for an empty one.
template <class F>
Tensor by_sequence(const Tensor& x, const Spans& spans, const F& f) {
  std::vector<Tensor> parts;
  for (int64_t i = 0; i < spans.count(); ++i)
    parts.push_back(spans.length(i) == 0 ? Tensor(Array::filled({1, x.shape()[1]}, 0))
                                         : f(slice(x, 0, spans.begin(i), spans.end(i)), i));
  return concat(parts, 0);
}

Tensor pooled(const Tensor& rows, Pooling pooling) {
  switch (pooling) {
    case Pooling::first:
      return slice(rows, 0, 0, 1);
    case Pooling::last:
      return slice(rows, 0, rows.shape()[0] - 1, rows.shape()[0]);
    case Pooling::mean:
      return mean(rows, 0, Keep::yes);
    case Pooling::max:
      return max(rows, 0, Keep::yes);
    case Pooling::mean_sqrt:
      return sum(rows, 0, Keep::yes) / sqrt(Tensor(static_cast<real>(rows.shape()[0])));
  }
  return rows;
}

// One number of a tensor, by its place in memory.
Tensor number(const Tensor& x, int64_t i) { return slice(reshape(x, {-1}), 0, i, i + 1); }

Tensor path_score(const Tensor& emissions, const CrfScores& scores, int64_t begin, const std::vector<int64_t>& path) {
  const int64_t k = emissions.shape()[1];
  Tensor score = number(scores.start, path.front()) + number(scores.end, path.back());
  for (std::size_t t = 0; t < path.size(); ++t) {
    score = score + number(emissions, (begin + static_cast<int64_t>(t)) * k + path[t]);
    if (t > 0) score = score + number(scores.transitions, path[t - 1] * k + path[t]);
  }
  return score;
}

std::vector<int64_t> path_number(int64_t which, int64_t length, int64_t k) {
  std::vector<int64_t> path;
  for (int64_t t = 0; t < length; ++t, which /= k) path.push_back(which % k);
  return path;
}

}  // namespace

Tensor spelled_pool(const Tensor& x, const Spans& spans, Pooling pooling) {
  return by_sequence(x, spans, [&](const Tensor& rows, int64_t) { return pooled(rows, pooling); });
}

Tensor spelled_attention_pool(const Tensor& x, const Tensor& scores, const Spans& spans) {
  const Tensor flat = reshape(scores, {x.shape()[0]});
  return by_sequence(x, spans, [&](const Tensor& rows, int64_t i) {
    const Tensor weights = softmax(slice(flat, 0, spans.begin(i), spans.end(i)));
    return reshape(matmul(weights, rows), {1, -1});
  });
}

// Each window of rows as one row, the row of zeros appended at the end standing for what lies outside.
Tensor spelled_conv1d(const Tensor& x, const Spans& spans, const Tensor& weight, const Tensor& bias, Ends ends) {
  const int64_t rows = x.shape()[0], in = x.shape()[1], out = weight.shape()[0], kernel = weight.shape()[2];
  const Spans results = convolved(spans, kernel, ends);
  std::vector<int64_t> ids;
  for (int64_t i = 0; i < spans.count(); ++i)
    for (int64_t t = 0; t < results.length(i); ++t)
      for (int64_t j = 0; j < kernel; ++j) {
        const int64_t at = spans.begin(i) + t + j - (ends == Ends::same ? (kernel - 1) / 2 : 0);
        ids.push_back(spans.begin(i) <= at && at < spans.end(i) ? at : rows);
      }
  const Tensor padded = concat({x, Array::filled({1, in}, 0)}, 0);
  const Tensor windows = reshape(gather_rows(padded, ids), {results.rows(), kernel * in});
  const Tensor flat = reshape(permute(weight, {0, 2, 1}), {out, kernel * in});
  return matmul(windows, flat, {.transpose_b = true}) + bias;
}

// The softmax over every path there is.
Tensor spelled_crf_log_likelihood(const Tensor& emissions, const CrfScores& scores, const std::vector<int64_t>& tags,
                                  const Spans& spans) {
  const int64_t k = emissions.shape()[1];
  std::vector<Tensor> logs;
  for (int64_t i = 0; i < spans.count(); ++i) {
    if (spans.length(i) == 0) {
      logs.emplace_back(Array::filled({1}, 0));
      continue;
    }
    int64_t paths = 1;
    for (int64_t t = 0; t < spans.length(i); ++t) paths *= k;
    std::vector<Tensor> all;
    for (int64_t which = 0; which < paths; ++which)
      all.push_back(path_score(emissions, scores, spans.begin(i), path_number(which, spans.length(i), k)));
    const std::vector<int64_t> own(tags.begin() + spans.begin(i), tags.begin() + spans.end(i));
    logs.push_back(path_score(emissions, scores, spans.begin(i), own) - log(sum(exp(concat(all, 0)))));
  }
  return concat(logs, 0);
}

// --- the cases ------------------------------------------------------------------------------------------------------

namespace {

using Inputs = const std::vector<Tensor>&;

const std::vector<Shape> rows_large{{1024, 768}};

Case pool_case(const char* note, Pooling pooling, Domain domain = Domain::any) {
  return {"pool",
          {{7, 3}},
          [pooling](Inputs x) { return pool(x[0], case_sequences(x[0]), pooling); },
          domain,
          [pooling](Inputs x) { return spelled_pool(x[0], case_sequences(x[0]), pooling); },
          rows_large,
          note};
}

Case conv_case(int64_t kernel, Ends ends, const std::vector<Shape>& large = {}) {
  return {"conv1d",
          {{8, 3}, {2, 3, kernel}, {2}},
          [ends](Inputs x) { return conv1d(x[0], case_sequences(x[0]), x[1], x[2], ends); },
          Domain::any,
          [ends](Inputs x) { return spelled_conv1d(x[0], case_sequences(x[0]), x[1], x[2], ends); },
          large,
          ends == Ends::same ? "same" : "valid"};
}

std::vector<int64_t> tags_for(const Tensor& emissions) {
  std::vector<int64_t> tags;
  for (int64_t row = 0; row < emissions.shape()[0]; ++row) tags.push_back((row * 5 + 2) % emissions.shape()[1]);
  return tags;
}

}  // namespace

std::vector<Case> sequence_cases() {
  const auto crf = [](Inputs x) {
    return crf_log_likelihood(x[0], {x[1], x[2], x[3]}, tags_for(x[0]), case_sequences(x[0]));
  };
  const auto spelled = [](Inputs x) {
    return spelled_crf_log_likelihood(x[0], {x[1], x[2], x[3]}, tags_for(x[0]), case_sequences(x[0]));
  };
  return {
      pool_case("first", Pooling::first),
      pool_case("last", Pooling::last),
      pool_case("mean", Pooling::mean),
      pool_case("max", Pooling::max, Domain::distinct),
      pool_case("mean_sqrt", Pooling::mean_sqrt),
      {"attention_pool",
       {{7, 3}, {7}},
       [](Inputs x) { return attention_pool(x[0], x[1], case_sequences(x[0])); },
       Domain::any,
       [](Inputs x) { return spelled_attention_pool(x[0], x[1], case_sequences(x[0])); },
       {{1024, 768}, {1024}}},
      conv_case(1, Ends::same),
      conv_case(2, Ends::same),
      conv_case(3, Ends::same, {{1024, 768}, {128, 768, 3}, {128}}),
      conv_case(5, Ends::same),
      conv_case(2, Ends::valid),
      conv_case(3, Ends::valid),
      {"crf_log_likelihood", {{7, 3}, {3}, {3}, {3, 3}}, crf, Domain::any, spelled, {{1024, 9}, {9}, {9}, {9, 9}}},
      {"crf_log_likelihood", {{4, 1}, {1}, {1}, {1, 1}}, crf, Domain::any, spelled},
  };
}

}  // namespace bertlet
