// The strength of the gradient in each of 24 layers, post-LN and pre-LN.
#include "apps/first_steps/08_bert/depth.h"
#include "apps/first_steps/drawing.h"

using namespace bertlet;

int main() {
  view::LineChart chart{.title = "Length of the gradient in each layer before training", .x_name = "layer"};
  for (const book::Norm norm : {book::Norm::post, book::Norm::pre}) {
    view::Line line{.name = norm == book::Norm::post ? "post-LN (BERT)" : "pre-LN",
                    .points = {},
                    .run = norm == book::Norm::post ? std::size_t{0} : std::size_t{1}};
    for (const double gradient : book::gradients_by_layer(norm, 24))
      line.points.push_back({static_cast<double>(line.points.size() + 1), std::round(10 * gradient) / 10});
    chart.lines.push_back(line);
  }
  fmt::print("{}", book::svg_file(chart));
}
