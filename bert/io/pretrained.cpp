#include "bert/io/pretrained.h"

#include <algorithm>
#include <array>
#include <map>

#include "core/joined.h"
#include "core/require.h"

namespace bertlet::bert {

namespace {

constexpr std::string_view prefix = "bert.";
constexpr const char* decoder_weight = "cls.predictions.decoder.weight";
constexpr const char* decoder_bias = "cls.predictions.decoder.bias";
constexpr const char* words_bias = "cls.predictions.bias";

using ByName = std::map<std::string, const io::StoredTensor*>;

bool is_the_models(std::string_view name) {
  constexpr std::array parts = {"embeddings.", "encoder.", "pooler."};
  return std::ranges::any_of(parts, [&](std::string_view part) { return name.starts_with(part); });
}

bool begins_with_prefix(std::string_view name) { return name.starts_with(prefix); }

// A model with a head calls "bert.pooler" what a model without calls "pooler".
std::string name_in(const Parameters& parameters, const std::string& name) {
  if (std::ranges::any_of(parameters.list(), begins_with_prefix, &Parameter::name))
    return is_the_models(name) ? std::string(prefix) + name : name;
  return begins_with_prefix(name) ? name.substr(prefix.size()) : name;
}

// Hugging Face has two names for the decoder's bias and, where it shares the word embeddings, for its weight.
void settle_second_names(ByName& tensors, const Parameters& parameters) {
  if (!parameters.find(words_bias)) return;
  if (const auto bias = tensors.find(decoder_bias); bias != tensors.end()) {
    tensors.emplace(words_bias, bias->second);
    tensors.erase(bias);
  }
  if (!parameters.find(decoder_weight)) tensors.erase(decoder_weight);
}

ByName by_name(const io::Checkpoint& checkpoint, const Parameters& parameters) {
  ByName tensors;
  for (const io::StoredTensor& tensor : checkpoint.tensors)
    require(tensors.emplace(name_in(parameters, tensor.name), &tensor).second,
            "{}: {}: is there with and without '{}' in front", checkpoint.name, tensor.name, prefix);
  settle_second_names(tensors, parameters);
  return tensors;
}

std::vector<std::string> misshaped(const Parameters& parameters, const ByName& tensors) {
  std::vector<std::string> all;
  for (const Parameter& parameter : parameters.list())
    if (const auto found = tensors.find(parameter.name);
        found != tensors.end() && found->second->shape != parameter.tensor.shape())
      all.push_back(fmt::format("{} {}, want {}", parameter.name, found->second->shape, parameter.tensor.shape()));
  return all;
}

}  // namespace

StateReport load_checkpoint(Parameters& parameters, const Config& config, const io::Checkpoint& checkpoint,
                            std::uint64_t seed) {
  ByName tensors = by_name(checkpoint, parameters);
  const std::vector<std::string> other_shapes = misshaped(parameters, tensors);
  require(other_shapes.empty(), "{}: {} of another shape: {}", checkpoint.name, other_shapes.size(),
          joined(other_shapes, "; "));
  StateReport report;
  std::vector<Parameter> fresh;
  for (Parameter parameter : parameters.list())
    if (const auto found = tensors.find(parameter.name); found == tensors.end()) {
      report.missing.push_back(parameter.name);
      fresh.push_back(parameter);
    } else {
      parameter.tensor.adopt(found->second->array());
      tensors.erase(found);
    }
  for (const auto& item : tensors) report.unused.push_back(item.first);
  require(fresh.size() < parameters.list().size(), "{}: none of its {} tensors is one of the model's", checkpoint.name,
          checkpoint.tensors.size());
  Parameters missing(std::move(fresh));
  initialise(missing, config, seed);
  return report;
}

std::vector<std::string> remarks(const StateReport& report) {
  std::vector<std::string> lines;
  if (!report.missing.empty()) lines.push_back(fmt::format("fresh weights for: {}", joined(report.missing, ", ")));
  if (!report.unused.empty()) lines.push_back(fmt::format("not used: {}", joined(report.unused, ", ")));
  return lines;
}

void save_model(const std::filesystem::path& directory, const Config& config, const Parameters& parameters,
                io::NumberType type) {
  std::filesystem::create_directories(directory);
  std::vector<io::OutgoingTensor> tensors;
  for (const Parameter& parameter : parameters.list())
    tensors.push_back(io::outgoing(parameter.name, parameter.tensor.value(), type));
  io::write_safetensors(directory / "model.safetensors", tensors);
  write_config(directory / "config.json", config);
}

}  // namespace bertlet::bert
