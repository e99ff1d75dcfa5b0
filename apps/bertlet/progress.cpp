#include "apps/bertlet/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace apps {

namespace {

constexpr auto pause = std::chrono::milliseconds(100);
constexpr int width = 28;

std::string minutes(double seconds) {
  const int64_t whole = std::lround(seconds);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

// What the terminal does not take is lost.
void draw(const std::string& text) { static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr)); }

}  // namespace

Progress::Progress(std::string what, int64_t total, Unit unit, bool quiet)
    : what_(std::move(what)), total_(total), unit_(unit), shows_(!quiet && ::isatty(STDERR_FILENO) == 1) {}

void Progress::wipe() {
  if (shows_) draw("\r\033[K");
}

void Progress::at(int64_t done) {
  const Clock::time_point now = Clock::now();
  if (!first_) {
    first_ = done;
    begin_ = now;
  }
  if (!shows_ || now - shown_ < pause) return;
  shown_ = now;
  draw(fmt::format("\r{}\033[K", line(done, std::chrono::duration<double>(now - begin_).count())));
}

std::string Progress::line(int64_t done, double seconds) const {
  const double rate = static_cast<double>(done - first_.value_or(0)) / seconds;
  const std::string speed = fmt::format("{:.1f} {}/s", rate / unit_.size, unit_.name);
  if (total_ <= 0)
    return fmt::format("{}  {:.1f} {}  {}", what_, static_cast<double>(done) / unit_.size, unit_.name, speed);
  const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
  const auto filled = static_cast<int>(part * width);
  const double left = static_cast<double>(std::max<int64_t>(0, total_ - done)) / std::max(rate, 1e-9);
  return fmt::format("{}  [{:#<{}}{:-<{}}] {:3.0f} %  {}  {} left", what_, "", filled, "", width - filled, 100 * part,
                     speed, minutes(left));
}

}  // namespace apps
