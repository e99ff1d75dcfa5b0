#pragma once
#include "bert/io/formats/safetensors.h"
#include "bert/io/models/checkpoint.h"
#include "bert/model/model.h"

namespace bertlet::bert {

// A model's parameters get the values that a checkpoint has under their names, with or without "bert." in front.
// A head, or a pooler, that it lacks or has in another shape gets first values by these rules; an encoder's tensor that
// it lacks is an error, and nothing is loaded.
//
//   const Config config = read_config("model/config.json");
//   Model model(config);
//   Parameters parameters = parameters_of(model);
//   load_checkpoint(parameters, initial_values(config), io::open_checkpoint("model"));
StateReport load_checkpoint(Parameters& parameters, const std::vector<InitRule>& fresh,
                            const io::Checkpoint& checkpoint, std::uint64_t seed = 1);

// What a reader should know: "fresh weights for: classifier.weight, classifier.bias".
std::vector<std::string> remarks(const StateReport& report);

// The same of a model directory. All values are first ones where it holds no checkpoint. Returns the remarks.
std::vector<std::string> load_pretrained(Parameters& parameters, const std::vector<InitRule>& rules,
                                         const std::filesystem::path& directory, std::uint64_t seed = 1);

// A tokenizer with more tokens than the model has embeddings is an error; with a few less, as where a vocabulary is
// padded to a round size, it is a remark, and with many less an error.
std::vector<std::string> check_vocabulary(int64_t tokens, const Config& config, const std::string& name);

// A directory that transformers read: config.json and model.safetensors. io::write_checksums ends it, once all that
// belongs to a model is in it.
void save_model(const std::filesystem::path& directory, const Config& config, const Parameters& parameters,
                io::NumberType type = io::NumberType::f32);

}  // namespace bertlet::bert
