#include <filesystem>
#include <optional>
#include <set>

#include "apps/bertlet/model/model_files.h"
#include "bert/io/json/document.h"
#include "bert/io/models/checkpoint.h"
#include "bert/model/config.h"
#include "core/names.h"
#include "core/warning.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace io = bertlet::io;

struct InfoOptions {
  CommonOptions common;
  std::string model, config;
  std::optional<int64_t> vocab_size;
  int64_t length = 128;
  bool tensors = false;

  void visit(const options::Visitor& f);
};

void InfoOptions::visit(const options::Visitor& f) {
  f({"model", &model, "A model directory, a run or a file of tensors", {.type = "DIR", .by_place = true}});
  f({"config", &config, "tiny mini small medium base large, or FILE.json", {.type = "NAME"}});
  f({"vocab-size", &vocab_size, "In the place of the config's"});
  f({"length", &length, "Of the sequence in which a token's cost is counted", {.most = 1 << 24}});
  f({"tensors", &tensors, "Every tensor's name, type and shape"});
  common.visit(f);
}

constexpr const char* about_info =
    R"(How many parameters a BERT has, box by box, and what they and each token cost, without making it or reading its
numbers. The heads are counted by themselves; a classifier has as many labels as the config names. EncoderStates is that of
numbers of 4 bytes, without a head; in training a parameter has its gradient and Adam's two moments beside it.

Example: bertlet info --config base --vocab-size 21128)";

// A line of the table, and the same under a key.
struct Line {
  const char *key, *text;
  int64_t count;
};
using Lines = std::vector<Line>;

// --- what a config says ----------------------------------------------------------------------------------------------

std::optional<bert::Config> config_of(const InfoOptions& options) {
  std::optional<bert::Config> config;
  if (!options.config.empty())
    config = bert::config_from(options.config);
  else if (const auto beside = std::filesystem::path(tensors_in(options.model)) / "config.json";
           std::filesystem::exists(beside))
    config = bert::read_config(beside);
  if (config) config->vocab_size = options.vocab_size.value_or(config->vocab_size);
  return config;
}

Lines boxes_of(const bert::Config& config) {
  const bert::ParameterCount count = bert::count_parameters(config);
  return {{"embeddings", "embeddings", count.embeddings},
          {"layer", "each layer", count.layer},
          {"layers", "all layers", count.layers},
          {"pooler", "pooler", count.pooler},
          {"parameters", "in all", bert::encoder_and_pooler(config)},
          {"language_model", "head for words", count.language_model},
          {"next_sentence", "head for sentences", count.next_sentence},
          {"classifier", "classifier", count.classifier}};
}

Lines costs_of(const bert::Config& config, int64_t parameters, int64_t length) {
  constexpr int64_t bytes = sizeof(bertlet::real);
  const bert::TokenCost token = bert::token_cost(config, length);
  return {{"inference_bytes", "bytes, inference", parameters * bytes},
          {"training_bytes", "bytes, training", parameters * bytes * bert::numbers_per_trained_parameter},
          {"inference_token_bytes", "bytes per token, inference", token.inference_numbers * bytes},
          {"training_token_bytes", "bytes per token, training", token.training_numbers * bytes},
          {"token_multiply_adds", "multiply-adds per token", token.multiply_adds}};
}

// --- what is in a file -----------------------------------------------------------------------------------------------

Lines contents_of(const io::Checkpoint& checkpoint) {
  int64_t numbers = 0, bytes = 0;
  for (const io::StoredTensor& tensor : checkpoint.tensors) {
    numbers += tensor.shape.count();
    bytes += static_cast<int64_t>(tensor.bytes());
  }
  return {{"tensors", "tensors", std::ssize(checkpoint.tensors)},
          {"parameters", "numbers", numbers},
          {"bytes", "bytes", bytes}};
}

std::set<std::string_view> types_of(const io::Checkpoint& checkpoint) {
  std::set<std::string_view> types;
  for (const io::StoredTensor& tensor : checkpoint.tensors) types.insert(io::info(tensor.type).name);
  return types;
}

io::Json list_of(const io::Checkpoint& checkpoint) {
  io::Json list = io::Json::array();
  for (const io::StoredTensor& tensor : checkpoint.tensors)
    list.push_back({{"name", tensor.name},
                    {"type", io::info(tensor.type).name},
                    {"shape", std::vector<int64_t>(tensor.shape.begin(), tensor.shape.end())}});
  return list;
}

// --- what is shown ---------------------------------------------------------------------------------------------------

void add(const Lines& table, bool as_json, io::Json& json) {
  for (const Line& line : table) {
    json[line.key] = line.count;
    if (!as_json) fmt::print("{:<27}{:>12}\n", line.text, line.count);
  }
}

void show_file(const io::Checkpoint& checkpoint, const InfoOptions& options, io::Json& json) {
  json["file"] = checkpoint.name;
  json["form"] = checkpoint.form;
  json["types"] = types_of(checkpoint);
  if (options.tensors) json["list"] = list_of(checkpoint);
  if (options.common.json) return;
  fmt::print("{}: {}, {}\n", checkpoint.name, checkpoint.form, bertlet::joined(types_of(checkpoint), " and "));
  if (options.tensors)
    for (const io::StoredTensor& tensor : checkpoint.tensors)
      fmt::print("{:<62} {:<8} {}\n", bertlet::in_one_line(tensor.name), io::info(tensor.type).name, tensor.shape);
}

int run_info(const InfoOptions& options) {
  if (options.model.empty() && options.config.empty()) throw WrongUsage("DIR or --config is required");
  io::Json json;
  const std::optional<bert::Config> config = config_of(options);
  if (config) add(boxes_of(*config), options.common.json, json);
  const std::string model = options.model.empty() ? "" : tensors_in(options.model);
  if (std::filesystem::is_directory(model) && !io::holds_checkpoint(model)) {
    if (!options.common.json) fmt::print("{}: holds no weights\n", model);
  } else if (!model.empty()) {
    const io::Checkpoint checkpoint = io::open_checkpoint(model);
    show_file(checkpoint, options, json);
    add(contents_of(checkpoint), options.common.json, json);
  }
  if (config) add(costs_of(*config, json["parameters"].integer(), options.length), options.common.json, json);
  if (options.common.json) fmt::print("{}\n", json.dump());
  return 0;
}

}  // namespace

void add_info(const Command& program) {
  const auto options = std::make_shared<InfoOptions>();
  Command command = program.add("info", "What a BERT consists of and costs", about_info);
  command.options(*options);
  command.runs([options] { return run_info(*options); });
}

}  // namespace apps
