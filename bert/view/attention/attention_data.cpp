#include "bert/view/attention/attention_data.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "bert/view/attention/layer_data.h"
#include "bert/view/markup.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::view {

namespace {

using inside::LayerMaps;
using io::Json;

constexpr int64_t most_clusters = 8;

// 1.234, which is what a picture shows of a number.
Json shown(double x) { return std::isfinite(x) ? Json(std::round(x * 1e4) / 1e4) : Json(nullptr); }

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
    if (exhibit_.maps.distances) json["distances"] = layers_[to_size(l)].distances();
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
