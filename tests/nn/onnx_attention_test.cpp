// ONNX's Attention node cases against ours; they lie beside the checkout.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <map>

#include "core/ops.h"
#include "nn/attention/attention.h"
#include "nn/attention/key_value_cache.h"
#include "tests/catch.h"
#include "tests/conformance.h"

using namespace bertlet;
using nlohmann::json;

namespace {

double number_of(const json& value) {
  if (value.is_string()) return std::stod(value.get<std::string>());
  return value.is_boolean() ? value.get<bool>() : value.get<double>();
}

Array array_of(const json& tensor) {
  std::vector<real> values;
  for (const json& value : tensor.at("data")) values.push_back(static_cast<real>(number_of(value)));
  const std::vector<int64_t> axes = tensor.at("shape");
  return Array::of(Shape(std::span<const int64_t>(axes)), values);
}

// A call by the names of the operator's inputs; optional ones may be missing.
struct Call {
  explicit Call(const json& test) : attributes(test.at("attrs")) {
    for (const json& each : test.at("inputs")) inputs[each.at("name")] = each;
    for (const json& each : test.at("outputs")) outputs[each.at("name")] = each;
  }
  bool has(const char* name) const { return inputs.count(name) != 0; }
  Array operator[](const char* name) const { return array_of(inputs.at(name)); }
  bool causal() const { return attributes.value("is_causal", 0) != 0; }

  json attributes;
  std::map<std::string, json> inputs, outputs;
};

// [B, S, A D] or [B, A, S, D] → [B, S, A, D]
Array by_rows(const Array& x, int64_t heads) {
  const Shape& s = x.shape();
  return s.rank() == 4 ? permute(Tensor(x), {0, 2, 1, 3}).value() : x.shaped({s[0], s[1], heads, s[2] / heads});
}

int64_t heads_of(const Call& call, const char* operand, const char* attribute) {
  const Shape shape = call[operand].shape();
  return shape.rank() == 4 ? shape[1] : call.attributes.at(attribute).get<int64_t>();
}

std::string reason_to_leave_out(const Call& call) {
  if (heads_of(call, "Q", "q_num_heads") != heads_of(call, "K", "kv_num_heads"))
    return "several heads of queries share keys: BERT's have their own";
  if (call.attributes.value("softcap", 0.0) != 0) return "scores are capped by tanh: BERT's are not";
  return {};
}

// The operands packed: past and new keys of each sequence together, and only as many as are no padding.
struct Packed {
  explicit Packed(const Call& call);

  int64_t heads, batch, queries, past = 0;
  Array q, new_k, new_v;      // [B, S, A, D]
  Tensor k, v;                // the same with the past
  std::vector<int64_t> keys;  // of each sequence
};

Packed::Packed(const Call& call) : heads(heads_of(call, "Q", "q_num_heads")) {
  q = by_rows(call["Q"], heads);
  k = new_k = by_rows(call["K"], heads);
  v = new_v = by_rows(call["V"], heads);
  batch = q.shape()[0];
  queries = q.shape()[1];
  if (call.has("past_key")) {
    const Array past_k = by_rows(call["past_key"], heads), past_v = by_rows(call["past_value"], heads);
    past = past_k.shape()[1];
    k = concat({Tensor(past_k), k}, 1);
    v = concat({Tensor(past_v), v}, 1);
  }
  for (int64_t i = 0; i < batch; ++i)
    keys.push_back(call.has("nonpad_kv_seqlen") ? static_cast<int64_t>(call["nonpad_kv_seqlen"][i]) : k.shape()[1]);
}

Tensor packed(const Tensor& x, const std::vector<int64_t>& lengths) {
  const Shape& s = x.shape();
  std::vector<Tensor> rows;
  for (int64_t i = 0; i < s[0]; ++i) rows.push_back(slice(slice(x, 0, i, i + 1), 1, 0, lengths[to_size(i)]));
  for (Tensor& part : rows) part = reshape(part, {part.shape()[1], s[2] * s[3]});
  return concat(rows, 0);
}

std::vector<int64_t> all_of(int64_t batch, int64_t length) { return std::vector<int64_t>(to_size(batch), length); }

// Causality as our options have it, where the call's queries stand as one of them says.
bool sets_causality(const Call& call, const Packed& x, AttentionOptions& options) {
  const bool at_end = call.has("nonpad_kv_seqlen") || x.k.shape()[1] - x.past == x.queries;
  options.causal = call.causal() && (at_end || x.past == 0);
  options.queries = at_end ? Queries::last : Queries::first;
  return options.causal == call.causal();
}

// What ONNX's masks add to each score, [A, from, to] of each sequence; also its causality, if the options lack it.
class Bias {
 public:
  Bias(const Call& call, const Packed& x, bool causal) : x_(x), causal_(causal) {
    if (!call.has("attn_mask")) return;
    mask_ = call["attn_mask"];
    boolean_ = call.inputs.at("attn_mask").at("dtype") == "bool";
  }

  Array all() const {
    std::vector<real> values;
    for (int64_t i = 0; i < x_.batch; ++i)
      for (int64_t head = 0; head < x_.heads; ++head)
        for (int64_t from = 0; from < x_.queries; ++from)
          for (int64_t to = 0; to < keys(i); ++to) values.push_back(at(i, head, from, to));
    return Array::of({static_cast<int64_t>(values.size())}, values);
  }

 private:
  static constexpr real infinity = std::numeric_limits<real>::infinity();

  int64_t keys(int64_t i) const { return x_.keys[to_size(i)]; }

  real at(int64_t i, int64_t head, int64_t from, int64_t to) const {
    if (causal_ && to > from + x_.past) return -infinity;
    return mask_ ? masked(i, head, from, to) : 0;
  }

  real masked(int64_t i, int64_t head, int64_t from, int64_t to) const {
    const Shape& s = mask_.shape();
    if (to >= s[-1]) return -infinity;
    const int64_t h = s.rank() > 2 && s[-3] > 1 ? head : 0, b = s.rank() > 3 && s[-4] > 1 ? i : 0;
    const int64_t heads = s.rank() > 2 ? s[-3] : 1;
    const real value = mask_[((b * heads + h) * s[-2] + from) * s[-1] + to];
    return boolean_ ? (value != 0 ? 0 : -infinity) : value;
  }

  const Packed& x_;
  bool causal_, boolean_ = false;
  Array mask_;
};

void compare(const char* what, const Array& got, const json& want) {
  const Array numbers = array_of(want);
  REQUIRE(got.size() == numbers.size());
  const double allowed = want.at("dtype") == "float16" ? 4e-3 : 4e-6;
  for (int64_t i = 0; i < numbers.size(); ++i) {
    INFO(what << " " << i << " is " << got[i] << ", want " << numbers[i]);
    REQUIRE(std::abs(static_cast<double>(got[i] - numbers[i])) <= allowed);
  }
}

// [B S, A D] in the layout of the case's output
Array as_wanted(const Array& packed_rows, const Packed& x, int64_t rows, const json& want) {
  const int64_t size = packed_rows.shape()[1] / x.heads;
  const Array split = packed_rows.shaped({x.batch, rows, x.heads, size});
  return want.at("shape").size() == 4 ? permute(Tensor(split), {0, 2, 1, 3}).value() : split;
}

KeyValueCache cache_of(const Call& call, const Packed& x) {
  const auto rows = [](const Array& y) { return y.shaped({y.shape()[0] * y.shape()[1], y.shape()[2] * y.shape()[3]}); };
  const auto spans = [&](int64_t length) { return Spans(all_of(x.batch, length)); };
  KeyValueCache cache;
  cache.append(rows(by_rows(call["past_key"], x.heads)), rows(by_rows(call["past_value"], x.heads)), spans(x.past));
  cache.append(rows(x.new_k), rows(x.new_v), spans(x.new_k.shape()[1]));
  return cache;
}

void compare_cached(const Call& call, const Packed& x, const Array& q, const AttentionOptions& options) {
  const KeyValueCache cache = cache_of(call, x);
  const Array y = attention(q, Spans(all_of(x.batch, x.queries)), cache, options);
  compare("cached Y", as_wanted(y, x, x.queries, call.outputs.at("Y")), call.outputs.at("Y"));
  const int64_t rows = x.k.shape()[1];
  for (const auto& [name, part] : {std::pair{"present_key", &x.k}, std::pair{"present_value", &x.v}}) {
    const json& want = call.outputs.at(name);
    std::vector<Tensor> sequences;
    for (int64_t i = 0; i < x.batch; ++i) sequences.push_back(part == &x.k ? cache.keys(i) : cache.values(i));
    compare(name, as_wanted(concat(sequences, 0).value(), x, rows, want), want);
  }
}

// Whether the call's last output was compared as well.
bool run(const Call& call) {
  const Packed x(call);
  const Spans from(all_of(x.batch, x.queries)), to(x.keys);
  AttentionOptions options{.heads = x.heads, .scale = static_cast<real>(call.attributes.value("scale", 0.0))};
  const bool causality_set = sets_causality(call, x, options);
  options.mask.bias = Bias(call, x, !causality_set).all();
  const Tensor q = packed(x.q, all_of(x.batch, x.queries));
  const Attended got = attention_with_probabilities(q, packed(x.k, x.keys), packed(x.v, x.keys), from, to, options);
  compare("Y", as_wanted(got.y.value(), x, x.queries, call.outputs.at("Y")), call.outputs.at("Y"));
  if (x.past > 0) compare_cached(call, x, q.value(), options);
  if (!call.outputs.count("qk_matmul_output")) return true;
  if (call.attributes.value("qk_matmul_output_mode", 0) != 3) return false;
  const std::vector<Tensor> all(got.probabilities.begin(), got.probabilities.end());
  compare("probabilities", concat(all, 0).value(), call.outputs.at("qk_matmul_output"));
  return true;
}

}  // namespace

TEST_CASE("ONNX's attention cases pass", "[conformance]") {
  const auto file = conformance_file("onnx/attention.json");
  if (!file) return;
  std::map<std::string, std::vector<std::string>> left_out;
  std::vector<std::string> without_scores;
  int ran = 0;
  for (const auto& [full_name, test] : file->at("cases").items()) {
    const std::string name = full_name.substr(15);  // without test_attention_
    INFO(name);
    const Call call(test);
    if (const std::string reason = reason_to_leave_out(call); !reason.empty()) {
      left_out[reason].push_back(name);
      continue;
    }
    if (!run(call)) without_scores.push_back(name);
    ++ran;
  }
  fmt::print("ONNX attention cases: {} ran\n", ran);
  for (const auto& [reason, names] : left_out)
    fmt::print("  {} left out — {}: {}\n", names.size(), reason, fmt::join(names, " "));
  fmt::print("  {} ran without comparing scores, which we do not give out: {}\n", without_scores.size(),
             fmt::join(without_scores, " "));
  CHECK(ran >= 50);
}
