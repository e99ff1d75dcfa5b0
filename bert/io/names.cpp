#include "bert/io/names.h"

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

}  // namespace

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
  return tensor;
}

bool is_bookkeeping(std::string_view name) {
  constexpr std::array endings = {"position_ids"sv, "embeddings.token_type_ids"sv, "global_step"sv, "adam_m"sv,
                                  "adam_v"sv};
  return std::ranges::any_of(endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

}  // namespace bertlet::io
