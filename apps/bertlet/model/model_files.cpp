#include "apps/bertlet/model/model_files.h"

#include "bert/io/models/model_directory.h"
#include "bert/io/models/pretrained.h"
#include "bert/text/tokenizer/tokenizer_files.h"
#include "core/warning.h"

namespace apps {

namespace bert = bertlet::bert;

namespace {

void say(const std::vector<std::string>& remarks, const std::string& directory, const CommonOptions& common) {
  for (const std::string& remark : remarks)
    if (!common.quiet) bertlet::say(fmt::format("{}: {}", directory, remark));
}

}  // namespace

std::string model_directory(const std::string& path) { return bertlet::io::model_directory(path).string(); }

std::string sentence_directory(const std::string& path) {
  return std::filesystem::exists(std::filesystem::path(path) / "modules.json") ? path : model_directory(path);
}

std::string tensors_in(const std::string& path) {
  const bool is_file = std::filesystem::exists(path) && !std::filesystem::is_directory(path);
  const bool as_it_is = is_file || bertlet::io::holds_checkpoint(path);
  return as_it_is ? path : model_directory(path);
}

bert::Config read_model_config(const std::string& path) {
  return bert::read_config(std::filesystem::path(model_directory(path)) / "config.json");
}

bertlet::text::Tokenizer read_model_tokenizer(const std::string& path, const CommonOptions& common) {
  const std::string directory = model_directory(path);
  bertlet::text::Tokenizer tokenizer = bertlet::text::read_tokenizer(directory);
  say(bert::check_vocabulary(tokenizer.vocabulary().size(), read_model_config(directory), directory), directory,
      common);
  return tokenizer;
}

void load_parameters(bertlet::Parameters& parameters, const std::vector<bertlet::InitRule>& fresh,
                     const std::string& path, const CommonOptions& common) {
  const std::string directory = model_directory(path);
  say(bert::load_pretrained(parameters, fresh, directory, common.seed), directory, common);
}

}  // namespace apps
