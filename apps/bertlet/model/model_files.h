#pragma once
#include <filesystem>
#include <string>

#include "apps/bertlet/command.h"
#include "bert/model/model.h"
#include "bert/text/tokenizer/tokenizer.h"

// Model directories and runs, for subcommands that are given one.
namespace apps {

// Where the model is: the directory itself, or best/ of a run. What is neither says where models come from.
std::string model_directory(const std::string& path);

// The same, but a sentence-transformers directory stays as it is.
std::string sentence_directory(const std::string& path);

// The same of what may also be a file of tensors, or a directory of nothing else.
std::string tensors_in(const std::string& path);

bertlet::bert::Config read_model_config(const std::string& path);

// What a reader should know about it goes to stderr, unless quiet.
bertlet::text::Tokenizer read_model_tokenizer(const std::string& path, const CommonOptions& common);

// The parameters get the values in the directory, and those of a head that are not there first values by these rules.
// What a reader should know, such as that a head's weights are fresh, goes to stderr, unless quiet.
void load_parameters(bertlet::Parameters& parameters, const std::vector<bertlet::InitRule>& fresh,
                     const std::string& path, const CommonOptions& common);

// A model for inference: nothing is kept for a backward that never comes.
template <class Model>
Model load_model(const bertlet::bert::Config& config, const std::string& path, const CommonOptions& common,
                 std::optional<bertlet::Precision> precision = {}) {
  Model model(config);
  bertlet::Parameters parameters = bertlet::parameters_of(model);
  parameters.freeze_for_inference(precision);
  load_parameters(parameters, bertlet::bert::initial_values(config), path, common);
  return model;
}

}  // namespace apps
