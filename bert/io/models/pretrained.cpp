#include "bert/io/models/pretrained.h"

#include <algorithm>
#include <array>
#include <map>

#include "bert/io/json/manifest.h"
#include "bert/io/models/names.h"
#include "core/names.h"
#include "core/require.h"

namespace bertlet::bert {

namespace {

constexpr std::string_view prefix = "bert.";
constexpr const char* decoder_weight = "cls.predictions.decoder.weight";
constexpr const char* decoder_bias = "cls.predictions.decoder.bias";
constexpr const char* words_bias = "cls.predictions.bias";

constexpr int64_t most_without_token = 128;  // embeddings, where a vocabulary was rounded up

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

// A decoder that is made from an encoder learns to look at another one by itself.
bool is_the_encoders(std::string_view name) {
  if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  return (name.starts_with("embeddings.") || name.starts_with("encoder.")) &&
         name.find(".crossattention.") == std::string_view::npos;
}

// Which many models can do without, so that nobody wonders at it.
bool is_the_poolers(std::string_view name) {
  return name.ends_with("pooler.dense.weight") || name.ends_with("pooler.dense.bias");
}

// The first of them by name: an encoder has hundreds.
std::string few(const std::vector<std::string>& all, std::string_view separator) {
  constexpr std::size_t most = 6;
  const std::vector<std::string> first(all.begin(),
                                       all.begin() + static_cast<std::ptrdiff_t>(std::min(most, all.size())));
  return joined(first, separator) + (all.size() > most ? fmt::format(" and {} more", all.size() - most) : "");
}

bool fits(const Parameter& parameter, const io::StoredTensor& tensor) {
  return tensor.shape == parameter.tensor.shape();
}

Precision kept_in(const io::StoredTensor& tensor) { return tensor.scales ? Precision::int8 : Precision::fp32; }

void require_encoder(const Parameters& parameters, const ByName& tensors, const io::Checkpoint& checkpoint) {
  std::vector<std::string> missing, misshaped;
  for (const Parameter& parameter : parameters.list()) {
    if (!is_the_encoders(parameter.name)) continue;
    if (const auto found = tensors.find(parameter.name); found == tensors.end())
      missing.push_back(parameter.name);
    else if (!fits(parameter, *found->second))
      misshaped.push_back(
          fmt::format("{} {}, want {}", parameter.name, found->second->shape, parameter.tensor.shape()));
  }
  require(misshaped.empty(), "{}: {} of the encoder's tensors have another shape: {}", checkpoint.name,
          misshaped.size(), few(misshaped, "; "));
  require(missing.empty(), "{}: {} of the encoder's tensors are missing: {}", checkpoint.name, missing.size(),
          few(missing, ", "));
}

// An encoder that has more, such as other layers, is not the one that the config describes.
void require_no_more(const Parameters& parameters, const ByName& tensors, const io::Checkpoint& checkpoint) {
  std::vector<std::string> more;
  for (const auto& [name, tensor] : tensors)
    if (is_the_encoders(name) && !parameters.find(name)) more.push_back(name);
  require(more.empty(), "{}: {} of its tensors are an encoder's that config.json does not describe: {}",
          checkpoint.name, more.size(), few(more, ", "));
}

}  // namespace

StateReport load_checkpoint(Parameters& parameters, const std::vector<InitRule>& rules,
                            const io::Checkpoint& checkpoint, std::uint64_t seed) {
  ByName tensors = by_name(checkpoint, parameters);
  const auto is_there = [&](const Parameter& parameter) { return tensors.contains(parameter.name); };
  require(std::ranges::any_of(parameters.list(), is_there), "{}: none of its {} tensors is one of the model's",
          checkpoint.name, checkpoint.tensors.size());
  require_encoder(parameters, tensors, checkpoint);
  require_no_more(parameters, tensors, checkpoint);
  StateReport report;
  std::vector<Parameter> fresh;
  for (Parameter parameter : parameters.list()) {
    const auto found = tensors.find(parameter.name);
    const bool has = found != tensors.end(), loads = has && fits(parameter, *found->second);
    if (loads) parameter.tensor.adopt(found->second->finite_array(), kept_in(*found->second));
    if (has && !loads)
      report.misshaped.push_back(
          fmt::format("{} {}, want {}", parameter.name, found->second->shape, parameter.tensor.shape()));
    if (has) tensors.erase(found);
    if (loads) continue;
    report.missing.push_back(parameter.name);
    fresh.push_back(parameter);
  }
  for (const auto& item : tensors) report.unused.push_back(item.first);
  Parameters missing(std::move(fresh));
  bertlet::initialise(missing, seed, rules);
  return report;
}

std::vector<std::string> load_pretrained(Parameters& parameters, const std::vector<InitRule>& rules,
                                         const std::filesystem::path& directory, std::uint64_t seed) {
  if (io::holds_checkpoint(directory))
    return remarks(load_checkpoint(parameters, rules, io::open_checkpoint(directory), seed));
  bertlet::initialise(parameters, seed, rules);
  return {fmt::format("holds no weights (none of {}): all of them are fresh", joined(io::checkpoint_names, " "))};
}

std::vector<std::string> remarks(const StateReport& report) {
  std::vector<std::string> lines;
  if (!report.missing.empty()) lines.push_back(fmt::format("fresh weights for: {}", joined(report.missing, ", ")));
  if (!report.misshaped.empty())
    lines.push_back(fmt::format("the checkpoint has another shape: {}", joined(report.misshaped, "; ")));
  std::vector<std::string> unused = report.unused;
  std::erase_if(unused, is_the_poolers);
  if (!unused.empty()) lines.push_back(fmt::format("not used: {}", joined(unused, ", ")));
  return lines;
}

std::vector<std::string> check_vocabulary(int64_t tokens, const Config& config, const std::string& name) {
  require(tokens <= config.vocab_size,
          "{}: the vocabulary has {} tokens, and the model embeddings for {} (vocab_size): `bertlet vocab add` makes "
          "room for new tokens",
          name, tokens, config.vocab_size);
  const int64_t without = config.vocab_size - tokens;
  require(without <= std::max(most_without_token, tokens / 10),
          "{}: the vocabulary has {} tokens, and the model embeddings for {} (vocab_size): is vocab.txt cut short?",
          name, tokens, config.vocab_size);
  if (without == 0) return {};
  return {fmt::format("the vocabulary has {} tokens; the model's last {} embeddings belong to none", tokens,
                      config.vocab_size - tokens)};
}

void save_model(const std::filesystem::path& directory, const Config& config, const Parameters& parameters,
                io::NumberType type) {
  std::filesystem::create_directories(directory);
  io::remove_checksums(directory);
  std::vector<io::OutgoingTensor> tensors;
  const bool distilbert = config.model_type == ModelType::distilbert;
  for (const Parameter& parameter : parameters.list())
    tensors.push_back(
        io::outgoing(distilbert ? io::to_distilbert(parameter.name) : parameter.name, parameter.tensor.value(), type));
  io::write_safetensors(directory / "model.safetensors", tensors);
  write_config(directory / "config.json", config);
}

}  // namespace bertlet::bert
