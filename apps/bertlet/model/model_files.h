#pragma once
#include <string>

#include "apps/bertlet/command.h"
#include "bert/model/config.h"
#include "nn/parameters.h"

// Model directories, for subcommands that are given one.
namespace apps {

bertlet::bert::Config read_model_config(const std::string& directory);

// The parameters get the values in the directory. What a reader should know, such as that a head's weights are fresh,
// goes to stderr, unless quiet.
void load_parameters(bertlet::Parameters& parameters, const bertlet::bert::Config& config, const std::string& directory,
                     const CommonOptions& common);

// A model for inference: nothing is kept for a backward that never comes.
template <class Model>
Model load_model(const bertlet::bert::Config& config, const std::string& directory, const CommonOptions& common) {
  Model model(config);
  bertlet::Parameters parameters = bertlet::parameters_of(model);
  load_parameters(parameters, config, directory, common);
  parameters.freeze("*");
  return model;
}

}  // namespace apps
