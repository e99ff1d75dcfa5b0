#include "bert/view/attention/attention_data.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "bert/view/attention/packing.h"
#include "bert/view/markup.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::view {

namespace {

using inside::LayerMaps;
using io::Json;

constexpr int64_t most_clusters = 8, thumbnail = 64, longest_in_one = 128;

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

// 1.234, which is what a picture shows of a number.
Json shown(double x) { return std::isfinite(x) ? Json(std::round(x * 1e4) / 1e4) : Json(nullptr); }

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

// --- a layer ---------------------------------------------------------------------------------------------------------

// The pieces of a layer's data, each made when it is asked for.
class LayerData {
 public:
  // `kept`: which of the layer's heads are in the page in full, as places in its list.
  LayerData(const LayerMaps& layer, std::vector<int64_t> kept)
      : layer_(&layer), kept_(std::move(kept)), tokens_(layer.together.shape()[0]) {}

  bool is_whole() const { return kept_.size() == layer_->heads.size(); }
  int64_t heads_in_one() const { return tokens_ <= longest_in_one ? std::ssize(kept_) : 1; }

  Json weights() const {
    return streams([&](int64_t a, Codes& to) { append(codes_of(part(layer_->probabilities, a), 1), to); }, tokens_);
  }

  // q, k and v of each kept head, each [T, D], and the largest number of each.
  Json values() const {
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

  Json thumbnails() const {
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

  // What every page has of a layer. The mean of its heads is there unless a script makes it of them soon enough.
  Json outline() const {
    Json json{{"heads", layer_->heads}, {"norms", map_of(layer_->norms)}};
    if (!is_whole() || tokens_ > thumbnail) json["thumbnails"] = thumbnails();
    if (!is_whole() || tokens_ > longest_in_one)
      json["mean"] = map_of(numbers(inside::mean_over_heads(layer_->probabilities)), 1, tokens_);
    return json;
  }

  void add_weights(Json& to) const {
    Json kept = Json::array();
    for (const int64_t a : kept_) kept.push_back(layer_->heads[to_size(a)]);
    to["kept"] = std::move(kept);
    to["in_one"] = heads_in_one();
    to["weights"] = weights();
    to["together"] = map_of(layer_->together);
  }

 private:
  static void append(const Codes& codes, Codes& to) { to.insert(to.end(), codes.begin(), codes.end()); }

  // One text for each head, or for all heads of a short text.
  template <class Add>
  Json streams(const Add& add, int64_t columns) const {
    Json list = Json::array();
    Codes codes;
    for (std::size_t i = 0; i < kept_.size(); ++i) {
      add(kept_[i], codes);
      if (heads_in_one() == 1 || i + 1 == kept_.size()) list.push_back(packed(std::exchange(codes, {}), columns));
    }
    return list;
  }

  const LayerMaps* layer_;
  std::vector<int64_t> kept_;
  int64_t tokens_;
};

// --- all layers ------------------------------------------------------------------------------------------------------

std::size_t size_of(const Json& json) { return json.dump().size(); }

// Fills a budget: the weights of the last layer, of the one before it, …; then q, k and v in the same order.
class LayersData {
 public:
  LayersData(const AttentionExhibit& exhibit, const AttentionChoice& choice) : exhibit_(exhibit), choice_(choice) {
    for (const LayerMaps& layer : exhibit.maps.layers) {
      layers_.emplace_back(layer, std::vector<int64_t>());
      json_.push_back(layers_.back().outline());
      used_ += size_of(json_.back());
    }
  }

  void fill() {
    const bool chosen = !choice_.layers.empty() || !choice_.heads.empty();
    for (int64_t l = count() - 1; l >= 0; --l) {
      if (!is_chosen(l)) continue;
      if (!add_weights(l, chosen || l == count() - 1)) break;
      first_ = l;
    }
    for (int64_t l = count() - 1; l >= first_; --l)
      if (is_chosen(l) && !add_values(l, chosen)) break;
  }

  std::string remark() const {
    const bool chosen = !choice_.layers.empty() || !choice_.heads.empty();
    if (chosen || (first_ == 0 && first_with_values_ == 0)) return {};
    return fmt::format(
        "of {} tokens the page holds the heads of layers {} to {} in full, with q, k and v from {}; for "
        "others give --layers and --heads",
        exhibit_.tokens.size(), first_, count() - 1,
        first_with_values_ < count() ? fmt::format("layer {} on", first_with_values_) : "none");
  }

  Json json() { return std::move(json_); }

 private:
  int64_t count() const { return std::ssize(exhibit_.maps.layers); }
  bool is_chosen(int64_t l) const { return choice_.layers.empty() || std::ranges::count(choice_.layers, l) > 0; }

  std::vector<int64_t> kept_of(int64_t l) const {
    const std::vector<int64_t>& heads = exhibit_.maps.layers[to_size(l)].heads;
    std::vector<int64_t> kept;
    for (std::size_t a = 0; a < heads.size(); ++a)
      if (choice_.heads.empty() || std::ranges::count(choice_.heads, heads[a]) > 0)
        kept.push_back(static_cast<int64_t>(a));
    return kept;
  }

  // In the place of the layer's outline, which is longer where its heads are not there.
  bool add_weights(int64_t l, bool anyway) {
    const LayerData data(exhibit_.maps.layers[to_size(l)], kept_of(l));
    Json json = data.outline();
    data.add_weights(json);
    if (!replace(l, std::move(json), anyway)) return false;
    layers_[to_size(l)] = data;
    return true;
  }

  bool add_values(int64_t l, bool anyway) {
    Json json = json_[to_size(l)];
    json["values"] = layers_[to_size(l)].values();
    if (!replace(l, std::move(json), anyway)) return false;
    first_with_values_ = l;
    return true;
  }

  bool replace(int64_t l, Json json, bool anyway) {
    const std::size_t used = used_ - size_of(json_[to_size(l)]) + size_of(json);
    if (!anyway && used > choice_.bytes) return false;
    used_ = used;
    json_[to_size(l)] = std::move(json);
    return true;
  }

  const AttentionExhibit& exhibit_;
  const AttentionChoice& choice_;
  std::vector<LayerData> layers_;
  Json json_ = Json::array();
  std::size_t used_ = 0;
  int64_t first_ = 0, first_with_values_ = count();
};

// --- what is beside the layers ---------------------------------------------------------------------------------------

Json tokens_of(const AttentionExhibit& exhibit) {
  Json tokens = Json::array();
  for (const inside::Token& token : exhibit.tokens) {
    Json& json = tokens.push_back({{"text", printable(token.text)}, {"segment", token.segment}});
    if (token.role == inside::Role::mask) json["mask"] = true;
  }
  return tokens;
}

Json guesses_of(const AttentionExhibit& exhibit) {
  Json all = Json::array();
  for (const auto& guesses : exhibit.guesses) {
    Json& of_one = all.push_back(Json::array());
    for (const Guess& guess : guesses) of_one.push_back(Json::array({printable(guess.word), shown(guess.probability)}));
  }
  return all;
}

Json statistics_json(const AttentionExhibit& exhibit) {
  const auto statistics = inside::head_statistics(exhibit.maps, exhibit.tokens);
  const inside::HeadMap map = inside::head_map(inside::head_distances(exhibit.maps), most_clusters);
  Json all = Json::array();
  for (std::size_t i = 0; i < statistics.size(); ++i) {
    const inside::HeadStatistics& of = statistics[i];
    const auto row = static_cast<int64_t>(i) * 2;
    Json& to = all.push_back({{"layer", of.layer}, {"head", of.head}, {"kind", kind(of)}});
    for (const auto& [name, value] : named(of)) to[name] = shown(value);
    to["cluster"] = map.clusters[i];
    to["x"] = shown(map.places[row]);
    to["y"] = shown(map.places[row + 1]);
  }
  return all;
}

int64_t most_heads(const inside::AttentionMaps& maps) {
  int64_t most = 0;
  for (const LayerMaps& layer : maps.layers) most = std::max(most, layer.heads.back() + 1);
  return most;
}

}  // namespace

void check(const AttentionChoice& choice, const inside::AttentionMaps& maps) {
  for (const int64_t layer : choice.layers)
    require(layer < std::ssize(maps.layers), "--layers: got {}, want 0 to {}", layer, maps.layers.size() - 1);
  for (const int64_t head : choice.heads)
    require(head < most_heads(maps), "--heads: got {}, want 0 to {}", head, most_heads(maps) - 1);
}

AttentionData attention_data(const AttentionExhibit& exhibit, const AttentionChoice& choice) {
  check(choice, exhibit.maps);
  Json json{{"model", printable(exhibit.model)},     {"text", printable(exhibit.text)},
            {"text_b", printable(exhibit.text_b)},   {"tokens", tokens_of(exhibit)},
            {"heads", most_heads(exhibit.maps)},     {"head_size", exhibit.maps.layers[0].query.shape()[2]},
            {"distances", exhibit.maps.distances},   {"guesses", guesses_of(exhibit)},
            {"statistics", statistics_json(exhibit)}};
  AttentionChoice left = choice;
  left.bytes -= std::min(left.bytes, size_of(json));
  LayersData layers(exhibit, left);
  layers.fill();
  std::string remark = layers.remark();
  json["remark"] = remark;
  json["layers"] = layers.json();
  return {std::move(json), std::move(remark)};
}

}  // namespace bertlet::view
