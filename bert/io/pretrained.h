#pragma once
#include "bert/io/checkpoint.h"
#include "bert/io/safetensors_writer.h"
#include "bert/model/model.h"

namespace bertlet::bert {

// A model's parameters get the values that a checkpoint has under their names, with or without "bert." in front.
// Those it lacks get first values. A tensor of another shape is an error, and so is a checkpoint of which nothing fits.
//
//   const Config config = read_config("model/config.json");
//   SequenceClassification model(config);
//   Parameters parameters = parameters_of(model);
//   const StateReport report = load_checkpoint(parameters, config, io::open_checkpoint("model"));
StateReport load_checkpoint(Parameters& parameters, const Config& config, const io::Checkpoint& checkpoint,
                            std::uint64_t seed = 1);

// What a reader should know: "fresh weights for: classifier.weight, classifier.bias".
std::vector<std::string> remarks(const StateReport& report);

// A directory that transformers read: config.json and model.safetensors.
void save_model(const std::filesystem::path& directory, const Config& config, const Parameters& parameters,
                io::NumberType type = io::NumberType::f32);

}  // namespace bertlet::bert
