#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bertlet::metrics {

enum class Better { larger, smaller, neither };

// How good a model is, by one formula.
struct Measure {
  std::string name;
  double value = 0;
  Better better = Better::larger;
};
using Measures = std::vector<Measure>;

const Measure* find(const Measures& measures, std::string_view name);  // null if it is not there
bool is_better(const Measure& a, const Measure& b);                    // of one name

// What is known by its name alone of a measure that a file holds: "mlm_loss", "dev_accuracy"; of others neither.
Better usual_direction(std::string_view name);

}  // namespace bertlet::metrics
