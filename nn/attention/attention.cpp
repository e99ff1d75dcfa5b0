#include "nn/attention/attention.h"

#include "core/ops.h"
#include "core/require.h"
#include "nn/attention/key_value_cache.h"
#include "nn/attention/plan.h"

namespace bertlet {

namespace {

std::vector<RowRange> rows_of(const Spans& spans) {
  std::vector<RowRange> rows;
  for (int64_t i = 0; i < spans.count(); ++i) rows.push_back({spans.begin(i), spans.length(i)});
  return rows;
}

Array memory_for(const Into& into, const Shape& shape) { return into ? Array(shape, "attention") : Array(); }

// The tables of the heads are added up in order.
Array distances_grad(const Array& parts, const Shape& shape) {
  return summed("attention", parts, {true}).shaped(shape);
}

// The operands' gradients get memory of their own: q, k and v may be one tensor. It is adopted where it can be.
Tensor recorded(AttentionPlan plan, const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& table,
                AttentionResult result) {
  return record<"attention">(
      std::move(result.y), {q, k, v, table},
      [plan = std::move(plan), q = q.value(), k = k.value(), v = v.value(), table = table.value(), lse = result.lse](
          Array dy, Into into_q, Into into_k, Into into_v, Into into_table) {
        Array dq = memory_for(into_q, q.shape()), dk = memory_for(into_k, k.shape());
        Array dv = memory_for(into_v, v.shape()), parts;
        if (into_table) parts = Array::filled({plan.heads, table.shape()[0], table.shape()[1]}, 0, "attention");
        attention_backward(plan, {q.data(), k.data(), v.data(), table.data()}, lse, dy,
                           {dq.data(), dk.data(), dv.data(), parts.data()});
        into_q += std::move(dq);
        into_k += std::move(dk);
        into_v += std::move(dv);
        if (into_table) into_table += distances_grad(parts, table.shape());
      });
}

// Each head's columns times one number. By itself, so that the gradient holds for a head that is switched off.
Tensor scaled_heads(const Tensor& y, const Tensor& head_scale, int64_t heads) {
  require(head_scale.shape() == Shape{heads}, "attention: got a head_scale {}, want {}", head_scale.shape(),
          Shape{heads});
  return reshape(reshape(y, {y.shape()[0], heads, y.shape()[1] / heads}) * reshape(head_scale, {heads, 1}), y.shape());
}

void scale_heads(std::vector<Array>& probabilities, const Array& head_scale) {
  for (Array& p : probabilities) p = (Tensor(p) * Tensor(head_scale.shaped({head_scale.size(), 1, 1}))).value();
}

Tensor table_of(const AttentionOptions& options) {
  return options.relative == Relative::none ? Tensor(Array()) : options.distances;
}

Tensor attend(const Tensor& q, const Tensor& k, const Tensor& v, const Spans& from, const Spans& to,
              const AttentionOptions& options, std::vector<Array>* probabilities) {
  require(to.rows() == k.shape()[0], "attention: got k {} and sequences of {} keys together", k.shape(), to.rows());
  AttentionPlan plan = plan_attention(q.shape(), k.shape(), v.shape(), from, rows_of(to), options);
  const Tensor table = table_of(options);
  AttentionResult result = attention_forward(
      plan, {q.value().data(), k.value().data(), v.value().data(), table.value().data()}, probabilities);
  Tensor y = recorded(std::move(plan), q, k, v, table, std::move(result));
  if (!options.head_scale) return y;
  if (probabilities) scale_heads(*probabilities, options.head_scale.value());
  return scaled_heads(y, options.head_scale, options.heads);
}

}  // namespace

Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, const Spans& spans,
                 const AttentionOptions& options) {
  return attend(q, k, v, spans, spans, options, nullptr);
}

Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, const Spans& from, const Spans& to,
                 const AttentionOptions& options) {
  return attend(q, k, v, from, to, options, nullptr);
}

Attended attention_with_probabilities(const Tensor& q, const Tensor& k, const Tensor& v, const Spans& from,
                                      const Spans& to, const AttentionOptions& options) {
  Attended result;
  result.y = attend(q, k, v, from, to, options, &result.probabilities);
  return result;
}

Array attention(const Array& q, const Spans& from, const KeyValueCache& cache, const AttentionOptions& options) {
  const Array &k = cache.keys(), &v = cache.values();
  const AttentionPlan plan = plan_attention(q.shape(), k.shape(), v.shape(), from, cache.rows(), options);
  const Tensor table = table_of(options);
  const Array y = attention_forward(plan, {q.data(), k.data(), v.data(), table.value().data()}).y;
  return options.head_scale ? scaled_heads(y, options.head_scale.detached(), options.heads).value() : y;
}

}  // namespace bertlet
