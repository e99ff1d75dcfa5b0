#include "bert/view/histogram.h"

#include <fmt/format.h>

#include <algorithm>

#include "bert/text/unicode/utf8.h"
#include "bert/view/frame.h"
#include "bert/view/markup.h"
#include "bert/view/numbers.h"

namespace bertlet::view {

namespace {

constexpr double row = 22, name_width = 120, longest_bar = 220;
constexpr std::size_t longest_name = 18;

double height(double count) { return std::max(count, 0.0); }

// --- ranges of numbers: columns side by side ----------------------------------------------------------------------

Frame frame_of(const std::vector<Histogram::Bin>& bins) {
  double low = bins.front().from, high = low, most = 0;
  for (const Histogram::Bin& bin : bins) {
    low = std::min({low, bin.from, bin.to});
    high = std::max({high, bin.from, bin.to});
    most = std::max(most, height(bin.count));
  }
  return {make_axis(low, high, 6, Ends::at_the_values), make_axis(0, most > 0 ? most : 1, 6, Ends::at_ticks)};
}

std::string columns(const std::vector<Histogram::Bin>& bins) {
  const Frame frame = frame_of(bins);
  std::string svg = svg_begin(frame, "histogram") + axes(frame, "");
  for (const Histogram::Bin& bin : bins) {
    const double left = frame.x_of(std::min(bin.from, bin.to)), right = frame.x_of(std::max(bin.from, bin.to));
    const double top = frame.y_of(height(bin.count));
    svg += fmt::format(
        R"(<rect class="bar" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{} to {}: {}</title></rect>)"
        "\n",
        left, top, std::max(right - left - 1, 0.5), Frame::bottom - top, number_text(bin.from), number_text(bin.to),
        count_text(bin.count));
  }
  return svg + "</svg>\n";
}

// --- things with names: a row each --------------------------------------------------------------------------------

std::string shortened(const std::string& name) {
  const std::u32string characters = text::decoded(name);
  if (characters.size() <= longest_name) return name;
  return text::encoded(characters.substr(0, longest_name - 1)) + "…";
}

std::string rows(const std::vector<Histogram::Bar>& bars) {
  double most = 0;
  for (const Histogram::Bar& bar : bars) most = std::max(most, height(bar.count));
  std::string svg = fmt::format(R"(<svg class="plot" viewBox="0 0 {} {}" role="img" aria-label="bars">)"
                                "\n",
                                Frame::width, row * static_cast<double>(bars.size()) + 8);
  double y = 4;
  for (const Histogram::Bar& bar : bars) {
    const double length = most > 0 ? longest_bar * (height(bar.count) / most) : 0;
    svg += fmt::format(
        R"(<text class="label end" x="{}" y="{}">{}<title>{}</title></text><rect class="bar" x="{}" y="{}" width="{:.1f}" height="{}" rx="2"/><text class="tick" x="{:.1f}" y="{}">{}</text>)"
        "\n",
        name_width - 8, y + 14, escaped(shortened(bar.name)), escaped(bar.name), name_width, y + 3, length, row - 6,
        name_width + length + 6, y + 14, count_text(bar.count));
    y += row;
  }
  return svg + "</svg>\n";
}

}  // namespace

std::string svg_of(const Histogram& histogram) {
  return histogram.bins.empty() ? rows(histogram.bars) : columns(histogram.bins);
}

std::string table_of(const Histogram& histogram, const std::string& title) {
  std::string html =
      "<thead><tr><th scope=\"col\">" + escaped(title) + "</th><th scope=\"col\">count</th></tr></thead>\n<tbody>\n";
  const auto add = [&](const std::string& name, double count) {
    html += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escaped(name), count_text(count));
  };
  for (const Histogram::Bin& bin : histogram.bins)
    add(fmt::format("{} to {}", number_text(bin.from), number_text(bin.to)), bin.count);
  if (histogram.bins.empty())
    for (const Histogram::Bar& bar : histogram.bars) add(bar.name, bar.count);
  return numbers_behind(title, html + "</tbody>\n");
}

}  // namespace bertlet::view
