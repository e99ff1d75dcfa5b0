#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

// Inputs and expected outputs that others published lie beside the checkout. Where they do not, the tests that read
// them say so and pass.
std::optional<std::string> conformance_path(const std::string& name);
std::optional<nlohmann::json> conformance_file(const std::string& name);
