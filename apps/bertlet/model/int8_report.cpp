#include "apps/bertlet/model/int8_report.h"

#include <algorithm>
#include <cmath>

#include "apps/bertlet/model/model_files.h"
#include "apps/bertlet/progress.h"
#include "bert/inside/layer_states.h"
#include "bert/io/files/lines.h"
#include "bert/io/models/int8.h"
#include "bert/io/models/pretrained.h"
#include "core/require.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace io = bertlet::io;
using bertlet::Array;

constexpr std::size_t trial_texts = 64;

// "layer 3" of bert.encoder.layer.3.output.dense.weight
std::string layer_of(std::string_view name) {
  constexpr std::string_view before = "encoder.layer.";
  const std::size_t at = name.find(before);
  if (at == std::string_view::npos) return "others";
  name.remove_prefix(at + before.size());
  return "layer " + std::string(name.substr(0, name.find('.')));
}

std::vector<Int8Layer> layers_of(const io::Checkpoint& checkpoint) {
  std::vector<Int8Layer> layers;
  for (const io::StoredTensor& tensor : checkpoint.tensors) {
    if (!io::is_dense_weight(tensor)) continue;
    const std::string name = layer_of(tensor.name);
    auto layer = std::ranges::find(layers, name, &Int8Layer::name);
    if (layer == layers.end()) layer = layers.insert(layers.end(), {.name = name});
    const auto before = static_cast<double>(layer->weights), numbers = static_cast<double>(tensor.shape.count());
    const double squares = before * std::pow(layer->rounding, 2) + numbers * std::pow(io::rounding_error(tensor), 2);
    layer->weights += tensor.shape.count();
    layer->rounding = std::sqrt(squares / (before + numbers));
  }
  const auto number = [](const Int8Layer& layer) {
    return layer.name == "others" ? 1 << 20 : std::stoi(layer.name.substr(6));
  };
  std::ranges::sort(layers, {}, number);
  return layers;
}

// The last layer's states of texts, with some layers in 8 bits.
class Trial {
 public:
  Trial(const ModelSource& source, const std::string& data) : source_(source) {
    const io::MappedFile file(data);
    const auto encoder = bertlet::inside::read_text_encoder(directory());
    for (const std::string_view line : io::split_lines(file.text(0, file.size())))
      if (!line.empty() && sequences_.size() < trial_texts) {
        const auto encoding =
            encoder.tokenizer.encode(line, {.max_length = encoder.model.config.max_position_embeddings});
        sequences_.push_back({encoding.ids, encoding.types});
      }
    bertlet::require(!sequences_.empty(), "{}: holds no text, want one a line", data);
    batch_ = bert::Batch::of(sequences_);
  }

  Array states(const std::vector<std::string>& in_int8) const {
    bert::Model model(bert::read_config(directory() / "config.json"));
    bertlet::Parameters parameters = bertlet::parameters_of(model);
    parameters.freeze_for_inference(bertlet::Precision::fp32);
    bert::load_checkpoint(parameters, bert::initial_values(model.config), source_.checkpoint);
    for (bertlet::Parameter parameter : parameters.list())
      if (parameter.tensor.shape().rank() == 2 && std::ranges::count(in_int8, layer_of(parameter.name)) > 0)
        parameter.tensor.pack(bertlet::Precision::int8);
    bertlet::Pass pass;
    return model(batch_, pass).last_hidden_state.value();
  }

  int64_t texts() const { return std::ssize(sequences_); }

  // Between a text's first states.
  double least_cosine(const Array& a, const Array& b) const {
    double least = 1;
    for (int64_t text = 0; text < texts(); ++text) {
      const int64_t row = batch_.spans.begin(text);
      double ab = 0, aa = 0, bb = 0;
      for (int64_t i = row * a.shape()[1]; i < (row + 1) * a.shape()[1]; ++i) {
        const auto x = static_cast<double>(a[i]), y = static_cast<double>(b[i]);
        ab += x * y, aa += x * x, bb += y * y;
      }
      least = std::min(least, ab / std::sqrt(aa * bb));
    }
    return least;
  }

 private:
  std::filesystem::path directory() const { return source_.root / source_.below; }

  const ModelSource& source_;
  std::vector<bert::Sequence> sequences_;
  bert::Batch batch_;
};

double moved(const Array& states, const Array& exact) {
  double difference = 0, all = 0;
  for (int64_t i = 0; i < exact.size(); ++i) {
    difference += std::pow(static_cast<double>(states[i] - exact[i]), 2);
    all += std::pow(static_cast<double>(exact[i]), 2);
  }
  return std::sqrt(difference / all);
}

void keep_costliest(std::vector<Int8Layer>& layers, int64_t keep) {
  std::vector<Int8Layer*> order(layers.size());
  std::ranges::transform(layers, order.begin(), [](Int8Layer& layer) { return &layer; });
  std::ranges::stable_sort(order, std::greater(),
                           [](const Int8Layer* layer) { return layer->states.value_or(layer->rounding); });
  for (std::size_t i = 0; i < order.size() && i < to_size(keep); ++i) order[i]->kept = true;
}

}  // namespace

Int8Report int8_report(const ModelSource& source, const std::string& data, int64_t keep, const CommonOptions& common) {
  Int8Report report{.layers = layers_of(source.checkpoint)};
  bertlet::require(!report.layers.empty(), "{}: holds no weights of dense layers in float", source.checkpoint.name);
  if (data.empty()) {
    keep_costliest(report.layers, keep);
    return report;
  }
  bertlet::require(!source.root.empty(), "--data: got a file of tensors, want a model directory to run");
  const Trial trial(source, data);
  report.texts = trial.texts();
  const Array exact = trial.states({});
  Progress progress("rounding", std::ssize(report.layers), {1, "layers"}, common.quiet);
  for (int64_t i = 0; Int8Layer & layer : report.layers) {
    if (layer.name != "others") layer.states = moved(trial.states({layer.name}), exact);
    progress.at(++i);
  }
  progress.wipe();
  keep_costliest(report.layers, keep);
  std::vector<std::string> rounded;
  for (const Int8Layer& layer : report.layers)
    if (!layer.kept) rounded.push_back(layer.name);
  const Array states = trial.states(rounded);
  report.states = moved(states, exact);
  report.cosine = trial.least_cosine(states, exact);
  return report;
}

bool Int8Report::rounds(const io::StoredTensor& tensor) const {
  const auto layer = std::ranges::find(layers, layer_of(tensor.name), &Int8Layer::name);
  return io::is_dense_weight(tensor) && layer != layers.end() && !layer->kept;
}

std::string Int8Report::text() const {
  std::string text = fmt::format("{:>22} {:>12}{}\n", "weights", "rounding", texts > 0 ? "   states move" : "");
  for (const Int8Layer& layer : layers)
    text +=
        fmt::format("{:<10} {:>11} {:>10.2f} %{}{}\n", layer.name, layer.weights, 100 * layer.rounding,
                    layer.states ? fmt::format(" {:>11.2f} %", 100 * *layer.states) : "", layer.kept ? "  kept" : "");
  if (states)
    text += fmt::format("all in 8 bits that are not kept: states move {:.2f} %, cosine at least {:.4f} ({} texts)\n",
                        100 * *states, *cosine, texts);
  return text;
}

io::Json Int8Report::json() const {
  io::Json list = io::Json::array();
  for (const Int8Layer& layer : layers) {
    io::Json item{{"name", layer.name}, {"weights", layer.weights}, {"rounding", layer.rounding}, {"kept", layer.kept}};
    if (layer.states) item["states"] = *layer.states;
    list.push_back(std::move(item));
  }
  io::Json json{{"layers", std::move(list)}};
  if (states) json["states"] = *states, json["cosine"] = *cosine, json["texts"] = texts;
  return json;
}

}  // namespace apps
