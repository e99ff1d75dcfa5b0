#include "tests/bert/reference.h"

#include <cmath>
#include <fstream>

#include "core/ops.h"
#include "tests/paths.h"

using namespace bertlet;

namespace reference {

namespace {

double number(std::uint64_t start, int64_t i) {
  std::uint64_t x = start + static_cast<std::uint64_t>(i + 1) * 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  x ^= x >> 31;
  return static_cast<double>(x >> 40) / (1 << 24) - 0.5;
}

std::uint64_t start_of(const std::string& name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

void collect(const json& from, std::vector<int64_t>& to) {
  if (from.is_array())
    for (const json& part : from) collect(part, to);
  else
    to.push_back(from.get<int64_t>());
}

void shape_of(const json& from, std::vector<int64_t>& axes) {
  if (!from.is_array()) return;
  axes.push_back(static_cast<int64_t>(from.size()));
  shape_of(from[0], axes);
}

Array array_of(const json& nested) {
  std::vector<int64_t> numbers, axes;
  collect(nested, numbers);
  shape_of(nested, axes);
  Array to{Shape(axes)};
  for (int64_t i = 0; i < to.size(); ++i) to[i] = static_cast<real>(numbers[to_size(i)]);
  return to;
}

Array mask_of(const json& test, const bert::Padded& padded) {
  if (!test["given"].contains("attention_mask")) return {};
  const Array mask = array_of(test["given"]["attention_mask"]);
  const bool choices = test["head"] == "multiple-choice";
  return choices ? mask.shaped({padded.sequences, padded.length}) : mask;
}

}  // namespace

const json& golden() {
  static const json values = json::parse(std::ifstream(std::string(paths::source) + "/tests/golden/bert.json"));
  return values;
}

Array hashed(const std::string& name, const Shape& shape) {
  Array a(shape);
  for (int64_t i = 0; i < a.size(); ++i) a[i] = static_cast<real>(number(start_of(name), i));
  return a;
}

void fill(Parameters& parameters) {
  for (Parameter parameter : parameters.list()) {
    const Array from = hashed(parameter.name, parameter.tensor.shape());
    Array to = parameter.tensor.edit();
    for (int64_t i = 0; i < to.size(); ++i) to[i] = from[i] + (parameter.name.ends_with("LayerNorm.weight") ? 1 : 0);
  }
}

bert::Config config_of(const json& test) {
  json config = golden()["config"];
  if (test.contains("config")) config.update(test["config"]);
  if (test.contains("labels")) config["num_labels"] = test["labels"];
  if (test.contains("problem")) config["problem_type"] = test["problem"];
  return bert::parse_config(config.dump(), "case");
}

std::vector<int64_t> integers(const json& test, const char* key) {
  std::vector<int64_t> numbers;
  if (test["given"].contains(key)) collect(test["given"][key], numbers);
  return numbers;
}

bert::Padded padded_of(const json& test) {
  bert::Padded padded{.sequences = test["head"] == "multiple-choice" ? 6 : 3, .length = 6};
  padded.ids = integers(test, "input_ids");
  padded.token_types = integers(test, "token_type_ids");
  padded.positions = integers(test, "position_ids");
  padded.mask = mask_of(test, padded);
  return padded;
}

Inputs::Inputs(const json& test) {
  bert::Padded padded = padded_of(test);
  if (test.contains("embeds"))
    padded.embeddings = leaves["inputs_embeds"] = Tensor::parameter(hashed("inputs_embeds", {3, 6, 16}));
  length = padded.length;
  batch = bert::pack(padded, test["padding"] == "keep" ? bert::PadRows::keep : bert::PadRows::pack);
  if (test["head"] == "multiple-choice") batch.groups = {2, 2, 2};
  if (test.contains("head_mask")) {
    Array mask = hashed("head_mask", test["head_mask"] == 1 ? Shape{4} : Shape{2, 4});
    for (int64_t i = 0; i < mask.size(); ++i) mask[i] += real(0.5);
    options.head_mask = leaves["head_mask"] = Tensor::parameter(mask);
  }
  if (test.contains("memory")) {
    const Tensor states = Tensor::parameter(hashed("encoder_hidden_states", {3, 5, 16}));
    leaves["encoder_hidden_states"] = states;
    memory = bert::pack_encoder_states(batch, states, array_of(test["given"]["encoder_attention_mask"]));
    options.encoder_states = &memory;
  }
  options.hidden_states = options.attentions = true;
}

double error(const Array& got, const json& want) {
  const double size = want[0].get<double>();
  double worst = 0, largest = 0;
  for (int k = 0; k < 4; ++k) {
    const std::uint64_t start = start_of("projection " + std::to_string(k));
    double sum = 0;
    for (int64_t i = 0; i < got.size(); ++i) {
      sum += static_cast<double>(got[i]) * number(start, i);
      largest = std::max(largest, std::abs(static_cast<double>(got[i])));
    }
    const double off = std::abs(sum - want[to_size(k + 1)].get<double>());
    worst = off <= worst ? worst : off;  // a NaN stays
  }
  return std::max(worst, std::abs(largest - size)) / std::max(size, 1e-3);
}

}  // namespace reference
