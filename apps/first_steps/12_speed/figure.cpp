// The share of a padded batch that is pads, by the number of texts in it.
#include <algorithm>

#include "apps/first_steps/drawing.h"
#include "core/random.h"

using namespace bertlet;

view::Line pads(const char* name, std::size_t run, bool sorted) {
  std::vector<int64_t> lengths = integers({.seed = 1}, 1024, 121);  // 8 … 128 tokens
  for (int64_t& length : lengths) length += 8;
  if (sorted) std::ranges::sort(lengths);
  view::Line line{.name = name, .points = {}, .run = run};
  for (int64_t batch = 1; batch <= 64; batch = batch < 8 ? batch + 1 : batch + 8) {
    int64_t rows = 0, padded = 0;
    for (int64_t begin = 0; begin + batch <= 1024; begin += batch) {
      int64_t longest = 0;
      for (int64_t i = begin; i < begin + batch; ++i) {
        rows += lengths[to_size(i)];
        longest = std::max(longest, lengths[to_size(i)]);
      }
      padded += longest * batch;
    }
    line.points.push_back(
        {static_cast<double>(batch), std::round(100 - 100 * static_cast<double>(rows) / static_cast<double>(padded))});
  }
  return line;
}

int main() {
  view::LineChart chart{.title = "Pads in a padded batch, in percent; as rows there are none",
                        .x_name = "texts in a batch"};
  chart.lines = {pads("in random order", 0, false), pads("sorted by length", 1, true)};
  fmt::print("{}", book::svg_file(chart));
}
