#include <fmt/format.h>

#include "apps/bertlet/command.h"
#include "bert/io/json.h"
#include "bert/model/config.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;

struct Options {
  CommonOptions common;
  std::string config;
  std::optional<std::int64_t> vocab_size;
};

constexpr const char* about =
    R"(How many parameters a BERT has, box by box, without making it. The heads are counted by themselves; a classifier
has as many labels as the config names.

Example: bertlet info --config base --vocab-size 21128)";

bert::Config config_of(const Options& options) {
  bert::Config config = bert::config_from(options.config);
  config.vocab_size = options.vocab_size.value_or(config.vocab_size);
  return config;
}

// The table, and the same under keys.
struct Line {
  const char *key, *text;
  std::int64_t count;
};

std::vector<Line> lines_of(const bert::Config& config) {
  const bert::ParameterCount count = bert::count_parameters(config);
  return {{"embeddings", "embeddings", count.embeddings},
          {"layer", "each layer", count.layer},
          {"layers", "all layers", config.num_hidden_layers * count.layer},
          {"pooler", "pooler", count.pooler},
          {"parameters", "in all", bert::encoder_and_pooler(config)},
          {"language_model", "head for words", count.language_model},
          {"next_sentence", "head for sentences", count.next_sentence},
          {"classifier", "classifier", count.classifier}};
}

int run(const Options& options) {
  const bert::Config config = config_of(options);
  bertlet::io::Json json;
  for (const Line& line : lines_of(config)) {
    json[line.key] = line.count;
    if (!options.common.json) fmt::print("{:<19} {:>11}\n", line.text, line.count);
  }
  if (options.common.json) fmt::print("{}\n", json.dump());
  return 0;
}

}  // namespace

void add_info(const Command& program) {
  const auto options = std::make_shared<Options>();
  Command command = program.add("info", "How many parameters a BERT has", about);
  command.text("--config", "NAME", options->config, "tiny mini small medium base large, or FILE.json", Needed::yes);
  command.number("--vocab-size", options->vocab_size, "In the place of the config's");
  command.common(options->common);
  command.runs([options] { return run(*options); });
}

}  // namespace apps
