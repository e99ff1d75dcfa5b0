#pragma once
#include <filesystem>

#include "bert/heads/any_head.h"

namespace apps {

// What `bertlet run` is given: a JSON object with Hugging Face's names and shapes, where nested arrays are numbers and
// a string names a file of safetensors with the numbers in it.
bertlet::bert::HeadInputs read_run_input(const std::filesystem::path& file);

}  // namespace apps
