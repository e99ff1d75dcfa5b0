#include "apps/bertlet/model/model_files.h"

#include "bert/io/pretrained.h"

namespace apps {

namespace bert = bertlet::bert;

bert::Config read_model_config(const std::string& directory) {
  return bert::read_config(std::filesystem::path(directory) / "config.json");
}

void load_parameters(bertlet::Parameters& parameters, const bert::Config& config, const std::string& directory,
                     const CommonOptions& common) {
  const bertlet::StateReport report =
      bert::load_checkpoint(parameters, config, bertlet::io::open_checkpoint(directory), common.seed);
  for (const std::string& remark : bert::remarks(report))
    if (!common.quiet) fmt::print(stderr, "{}: {}\n", directory, remark);
}

}  // namespace apps
