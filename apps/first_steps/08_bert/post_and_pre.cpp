// Post-LN and pre-LN: how strong the gradient is in each layer before anything is learned.
#include "apps/first_steps/08_bert/depth.h"

using namespace bertlet;

int main() {
  fmt::print("layer       1    4    8   12   24\n");
  for (const book::Norm norm : {book::Norm::post, book::Norm::pre}) {
    const std::vector<double> all = book::gradients_by_layer(norm, 24);
    fmt::print("{}", norm == book::Norm::post ? "post-LN" : "pre-LN ");
    for (const std::size_t layer : {0, 3, 7, 11, 23}) fmt::print(" {:4.0f}", all[layer]);
    fmt::print("\n");
  }
}
