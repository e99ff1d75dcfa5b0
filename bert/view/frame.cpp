#include "bert/view/frame.h"

#include <fmt/format.h>

#include "bert/view/markup.h"

namespace bertlet::view {

std::string svg_begin(const Frame& frame, const std::string& title) {
  return fmt::format(
      R"(<svg class="plot" viewBox="0 0 {} {}" role="img" aria-label="{}" data-x="{} {}" data-y="{} {}{}" data-plot="{} {} {} {}">)"
      "\n",
      Frame::width, Frame::height, escaped(title), frame.x.low, frame.x.high, frame.y.low, frame.y.high,
      frame.y.scale == Scale::logarithmic ? " log" : "", Frame::left, Frame::right, Frame::top, Frame::bottom);
}

std::string axes(const Frame& frame, const std::string& x_name) {
  std::string svg = "<g class=\"ticks\">";
  for (const Tick& tick : frame.y.ticks) {
    const double y = frame.y_of(tick.value);
    svg += fmt::format(R"(<path class="grid" d="M{} {:.1f}H{}"/><text class="tick end" x="{}" y="{:.1f}">{}</text>)"
                       "\n",
                       Frame::left, y, Frame::right, Frame::left - 6, y + 3.5, tick.text);
  }
  for (const Tick& tick : frame.x.ticks) {
    const double x = frame.x_of(tick.value);
    svg += fmt::format(R"(<path class="notch" d="M{:.1f} {}v4"/><text class="tick middle" x="{:.1f}" y="{}">{}</text>)"
                       "\n",
                       x, Frame::bottom, x, Frame::bottom + 16, tick.text);
  }
  svg += "</g>\n";
  svg += fmt::format(R"(<path class="axis" d="M{} {}H{}"/><text class="tick middle" x="{}" y="{}">{}</text>)"
                     "\n",
                     Frame::left, Frame::bottom, Frame::right, (Frame::left + Frame::right) / 2, Frame::height - 5,
                     escaped(x_name));
  return svg;
}

}  // namespace bertlet::view
