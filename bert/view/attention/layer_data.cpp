#include "bert/view/attention/layer_data.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

#include "core/real.h"

namespace bertlet::view {

using inside::LayerMaps;
using io::Json;

namespace {

constexpr int64_t thumbnail = 64, longest_in_one = 128;

std::span<const real> numbers(const Array& x) { return {x.data(), to_size(x.size())}; }

std::span<const real> part(const Array& x, int64_t i) {
  const int64_t size = x.size() / x.shape()[0];
  return numbers(x).subspan(to_size(i * size), to_size(size));
}

double largest(std::span<const real> x) {
  double most = 0;
  for (const real each : x) most = std::max(most, std::abs(static_cast<double>(each)));
  return most;
}

Json map_of(std::span<const real> x, double most, int64_t columns) {
  return {{"largest", most}, {"codes", packed(codes_of(x, most), columns)}};
}
Json map_of(const Array& x) { return map_of(numbers(x), largest(numbers(x)), x.shape()[-1]); }

// ‖α f(x)‖, [T, T], of the layer's head number `a`.
Array weighted(const LayerMaps& layer, int64_t a) {
  const int64_t tokens = layer.together.shape()[0];
  Array to({tokens, tokens});
  for (int64_t at = 0; at < to.size(); ++at)
    to[at] = layer.probabilities[a * to.size() + at] * layer.norms[a * tokens + at % tokens];
  return to;
}

// [T, T] in small: the largest number of each square.
Codes thumbnail_of(std::span<const real> x, int64_t tokens, double most) {
  const int64_t size = std::min(tokens, thumbnail);
  std::vector<real> small(to_size(size * size), 0);
  for (int64_t at = 0; at < tokens * tokens; ++at) {
    real& to = small[to_size(at / tokens * size / tokens * size + at % tokens * size / tokens)];
    to = std::max(to, x[to_size(at)]);
  }
  return codes_of(small, most);
}

void append(const Codes& codes, Codes& to) { to.insert(to.end(), codes.begin(), codes.end()); }

}  // namespace

int64_t LayerData::heads_in_one() const { return tokens_ <= longest_in_one ? std::ssize(kept_) : 1; }

// One text for each head, or for all heads of a short text.
template <class Add>
Json LayerData::streams(const Add& add, int64_t columns) const {
  Json list = Json::array();
  Codes codes;
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    add(kept_[i], codes);
    if (heads_in_one() == 1 || i + 1 == kept_.size()) list.push_back(packed(std::exchange(codes, {}), columns));
  }
  return list;
}

Json LayerData::weights() const {
  return streams([&](int64_t a, Codes& to) { append(codes_of(part(layer_->probabilities, a), 1), to); }, tokens_);
}

Json LayerData::values() const {
  Json scales = Json::array();
  Json codes = streams(
      [&](int64_t a, Codes& to) {
        for (const Array* each : {&layer_->query, &layer_->key, &layer_->value}) {
          const double most = largest(part(*each, a));
          append(signed_codes_of(part(*each, a), most), to);
          scales.push_back(most);
        }
      },
      layer_->query.shape()[2]);
  return {{"largest", std::move(scales)}, {"streams", std::move(codes)}};
}

// scores − q · k / √D; 0 where nothing is seen
Array LayerData::distance_part(int64_t a) const {
  Array to({tokens_, tokens_});
  const int64_t size = layer_->query.shape()[2];
  for (int64_t at = 0; at < to.size(); ++at) {
    const double score = static_cast<double>(layer_->scores[a * to.size() + at]);
    const real* q = layer_->query.data() + (a * tokens_ + at / tokens_) * size;
    const real* k = layer_->key.data() + (a * tokens_ + at % tokens_) * size;
    const double product = std::inner_product(q, q + size, k, 0.0) / std::sqrt(static_cast<double>(size));
    to[at] = static_cast<real>(std::isfinite(score) ? score - product : 0);
  }
  return to;
}

Json LayerData::distances() const {
  Json scales = Json::array();
  Json codes = streams(
      [&](int64_t a, Codes& to) {
        const Array apart = distance_part(a);
        const double most = largest(numbers(apart));
        append(signed_codes_of(numbers(apart), most), to);
        scales.push_back(most);
      },
      tokens_);
  return {{"largest", std::move(scales)}, {"streams", std::move(codes)}};
}

Json LayerData::thumbnails() const {
  Json json{{"size", std::min(tokens_, thumbnail)}, {"largest", Json::array()}};
  Codes alpha, norm;
  for (int64_t a = 0; a < std::ssize(layer_->heads); ++a) {
    const Array weight = weighted(*layer_, a);
    const double most = largest(numbers(weight));
    json["largest"].push_back(most);
    append(thumbnail_of(part(layer_->probabilities, a), tokens_, 1), alpha);
    append(thumbnail_of(numbers(weight), tokens_, most), norm);
  }
  json["alpha"] = packed(alpha, std::min(tokens_, thumbnail));
  json["norm"] = packed(norm, std::min(tokens_, thumbnail));
  return json;
}

// The mean of its heads is there unless a script makes it of them soon enough.
Json LayerData::outline() const {
  Json json{{"heads", layer_->heads}, {"norms", map_of(layer_->norms)}};
  if (!is_whole() || tokens_ > thumbnail) json["thumbnails"] = thumbnails();
  if (!is_whole() || tokens_ > longest_in_one)
    json["mean"] = map_of(numbers(inside::mean_over_heads(layer_->probabilities)), 1, tokens_);
  return json;
}

void LayerData::add_weights(Json& to) const {
  Json kept = Json::array();
  for (const int64_t a : kept_) kept.push_back(layer_->heads[to_size(a)]);
  to["kept"] = std::move(kept);
  to["in_one"] = heads_in_one();
  to["weights"] = weights();
  to["together"] = map_of(layer_->together);
}

}  // namespace bertlet::view
