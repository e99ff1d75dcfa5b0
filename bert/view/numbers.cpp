#include "bert/view/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/real.h"

namespace bertlet::view {

namespace {

// 0.00002 as 2e-5; `digits` behind the point at most.
std::string scientific(double value, int digits) {
  const std::string text = fmt::format("{:.{}e}", value, digits);
  const std::size_t e = text.find('e');
  std::string mantissa = text.substr(0, e);
  if (mantissa.find('.') != std::string::npos) {
    mantissa.erase(mantissa.find_last_not_of('0') + 1);
    if (mantissa.back() == '.') mantissa.pop_back();
  }
  return fmt::format("{}e{}", mantissa, std::stoi(text.substr(e + 1)));
}

int decimals_of(double step) { return std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9))); }

}  // namespace

std::string number_text(double value) {
  if (!std::isfinite(value)) return "–";
  const double size = std::abs(value);
  if (size != 0 && (size < 1e-3 || size >= 1e7)) return scientific(value, 2);
  if (size >= 1000) return fmt::format("{:.0f}", value);
  return fmt::format("{:.4g}", value);
}

std::string tick_text(double value, double step) {
  if (std::abs(value) < step * 1e-6) return "0";
  const double size = std::max(std::abs(value), step);
  if (step < 1e-4 || size >= 1e12) return scientific(value, 3);
  for (const auto& [unit, letter] : {std::pair{1e9, "G"}, std::pair{1e6, "M"}, std::pair{1e3, "k"}})
    if (step >= unit || (step >= unit / 10 && size >= 10 * unit))
      return fmt::format("{:.{}f}{}", value / unit, decimals_of(step / unit), letter);
  return fmt::format("{:.{}f}", value, decimals_of(step));
}

std::string count_text(double count) {
  if (!(std::abs(count) < 1e15)) return number_text(count);
  std::string text = fmt::format("{:.0f}", count);
  for (std::ptrdiff_t at = std::ssize(text) - 3; at > (count < 0 ? 1 : 0); at -= 3) text.insert(to_size(at), 1, ' ');
  return text;
}

std::string duration_text(double seconds) {
  if (!(seconds >= 0 && seconds < 1e15)) return "–";
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<int64_t>(seconds);
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace bertlet::view
