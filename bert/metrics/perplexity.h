#pragma once
#include <cstdint>

namespace bertlet::metrics {

// The exponential of the mean loss in nats: among how many equally likely tokens a model is undecided. Without tokens
// it is 1, as nothing is left open; a loss that is too large makes it infinite.
double perplexity(double sum_of_losses, std::int64_t tokens);

// The mean loss in bits for each byte of the text, which does not depend on how the text is cut into tokens.
double bits_per_byte(double sum_of_losses, std::int64_t bytes);

}  // namespace bertlet::metrics
