#include "bert/io/models/names.h"

#include <algorithm>
#include <array>
#include <ranges>
#include <utility>

namespace bertlet::io {

namespace {

using namespace std::string_view_literals;

bool is_googles(std::string_view name) {
  const bool dotted = name.find('.') != std::string_view::npos && name.find("._") == std::string_view::npos;
  return !dotted && (name.find('/') != std::string_view::npos || name == "output_weights" || name == "output_bias");
}

void strip_prefix(std::string& name, std::string_view prefix) {
  if (name.starts_with(prefix)) name.erase(0, prefix.size());
}

// What a module's own part of the name is called, at the end of a path.
std::string todays_part(std::string_view part) {
  if (part == "gamma" || part == "kernel" || part == "output_weights") return "weight";
  if (part == "beta" || part == "output_bias") return "bias";
  if (part.ends_with("_embeddings")) return std::string(part) + ".weight";
  return std::string(part);
}

// layer_0 → layer.0, and Keras's layer_._0 likewise.
std::string todays_module(std::string_view part) {
  for (const std::string_view prefix : {"layer_._"sv, "layer_"sv})
    if (part.starts_with(prefix)) return "layer." + std::string(part.substr(prefix.size()));
  return std::string(part);
}

std::string from_googles(std::string_view name) {
  if (name.ends_with(":0")) name.remove_suffix(2);
  if (name == "output_weights" || name == "output_bias") return "classifier." + todays_part(name);
  if (name.starts_with("cls/squad/")) return "qa_outputs." + todays_part(name.substr(10));
  std::string path;
  for (std::size_t slash = name.find('/'); slash != std::string_view::npos; slash = name.find('/')) {
    path += todays_module(name.substr(0, slash)) + ".";
    name.remove_prefix(slash + 1);
  }
  return path + todays_part(name);
}

StoredTensor transposed(StoredTensor tensor) {
  const int64_t in = tensor.shape[0], out = tensor.shape[1];
  if (tensor.strides.empty()) tensor.strides = {out, 1};
  std::swap(tensor.strides[0], tensor.strides[1]);
  tensor.shape = {out, in};
  return tensor;
}

// The modules of a layer, and those outside of all layers, in BERT and in DistilBERT.
using Renamed = std::pair<std::string_view, std::string_view>;
constexpr std::array modules_of_layer = {Renamed{"attention.self.query", "attention.q_lin"},
                                         Renamed{"attention.self.key", "attention.k_lin"},
                                         Renamed{"attention.self.value", "attention.v_lin"},
                                         Renamed{"attention.output.dense", "attention.out_lin"},
                                         Renamed{"attention.output.LayerNorm", "sa_layer_norm"},
                                         Renamed{"intermediate.dense", "ffn.lin1"},
                                         Renamed{"output.dense", "ffn.lin2"},
                                         Renamed{"output.LayerNorm", "output_layer_norm"}};
constexpr std::array other_modules = {Renamed{"bert.pooler.dense", "pre_classifier"},
                                      Renamed{"pooler.dense", "pre_classifier"},
                                      Renamed{"cls.predictions.transform.dense", "vocab_transform"},
                                      Renamed{"cls.predictions.transform.LayerNorm", "vocab_layer_norm"},
                                      Renamed{"cls.predictions.decoder", "vocab_projector"},
                                      Renamed{"cls.predictions", "vocab_projector"}};

// One family's words for all that differs.
struct Family {
  std::string_view prefix, layers;
  std::string_view Renamed::*module;
};
constexpr Family bert_names{"bert.", "encoder.layer.", &Renamed::first};
constexpr Family distilbert_names{"distilbert.", "transformer.layer.", &Renamed::second};

std::string renamed(const std::string& name, const Family& from, const Family& to) {
  std::string_view rest = name;
  const std::size_t last = name.rfind('.');
  if (last == std::string::npos) return name;
  const std::string tail = name.substr(last);  // ".weight"
  for (const Renamed& module : other_modules)
    if (name.substr(0, last) == module.*from.module) return std::string(module.*to.module) + tail;
  std::string path;
  if (rest.starts_with(from.prefix)) {
    path = to.prefix;
    rest.remove_prefix(from.prefix.size());
  }
  if (!rest.starts_with(from.layers)) return path + std::string(rest);
  rest.remove_prefix(from.layers.size());
  const std::size_t number = std::min(rest.find('.') + 1, rest.size());
  const std::string_view module =
      rest.substr(number, rest.size() - number - std::min(tail.size(), rest.size() - number));
  const auto found = std::ranges::find(modules_of_layer, module, from.module);
  if (found == modules_of_layer.end()) return name;
  return path + std::string(to.layers) + std::string(rest.substr(0, number)) + std::string((*found).*to.module) + tail;
}

}  // namespace

// BERT's decoder keeps its bias beside itself: cls.predictions.bias, and vocab_projector.bias in DistilBERT.
std::string from_distilbert(const std::string& name) {
  if (name == "vocab_projector.bias") return "cls.predictions.bias";
  return renamed(name, distilbert_names, bert_names);
}

std::string to_distilbert(const std::string& name) { return renamed(name, bert_names, distilbert_names); }

StoredTensor with_todays_name(StoredTensor tensor) {
  std::string& name = tensor.name;
  if (is_googles(name)) {
    const bool kernel = name.ends_with("/kernel") || name.ends_with("/kernel:0");
    name = from_googles(name);
    return kernel && tensor.shape.rank() == 2 ? transposed(std::move(tensor)) : tensor;
  }
  strip_prefix(name, "module.");
  for (const auto& [old, todays] : {std::pair(".gamma"sv, ".weight"sv), std::pair(".beta"sv, ".bias"sv)})
    if (name.ends_with(old)) name.replace(name.size() - old.size(), old.size(), todays);
  name = from_distilbert(name);
  return tensor;
}

bool is_bookkeeping(std::string_view name) {
  constexpr std::array endings = {"position_ids"sv, "embeddings.token_type_ids"sv, "global_step"sv, "adam_m"sv,
                                  "adam_v"sv};
  return std::ranges::any_of(endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

}  // namespace bertlet::io
