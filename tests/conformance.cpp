#include "tests/conformance.h"

#include <fstream>

#include "tests/catch.h"
#include "tests/paths.h"

std::optional<std::string> conformance_path(const std::string& name) {
  const std::string path = paths::source + ("/../shared/conformance/" + name);
  if (std::ifstream(path)) return path;
  WARN("skipped: there is no ../shared/conformance/" << name);
  return {};
}

std::optional<nlohmann::json> conformance_file(const std::string& name) {
  const auto path = conformance_path(name);
  if (!path) return {};
  std::ifstream file(*path);
  return nlohmann::json::parse(file);
}
