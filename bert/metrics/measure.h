#pragma once
#include <cstdint>
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

// The exponential of the mean loss in nats: among how many equally likely tokens a model is undecided. Without tokens
// it is 1, as nothing is left open; a loss that is too large makes it infinite.
double perplexity(double sum_of_losses, int64_t tokens);

// The mean loss in bits for each byte of the text, which does not depend on how the text is cut into tokens.
double bits_per_byte(double sum_of_losses, int64_t bytes);

}  // namespace bertlet::metrics
