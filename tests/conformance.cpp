#include "tests/conformance.h"

#include <fstream>

#include "tests/catch.h"
#include "tests/paths.h"

std::optional<nlohmann::json> conformance_file(const std::string& name) {
  const std::string path = std::string(paths::source) + "/../shared/conformance/" + name;
  std::ifstream file(path);
  if (!file) {
    WARN("skipped: " << path << " is not here");
    return {};
  }
  return nlohmann::json::parse(file);
}
