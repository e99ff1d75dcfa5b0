#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

// Inputs and expected outputs that others published lie beside the checkout. Tests that read them are tagged
// [conformance]; where they are not there, ctest knows by "skipped: ".
std::optional<std::string> conformance_path(const std::string& name);
std::optional<nlohmann::json> conformance_file(const std::string& name);
