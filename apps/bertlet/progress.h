#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace apps {

// A bar on stderr, with the rate and the time left; nothing where stderr is no terminal, or if quiet.
//
//   reading  [############----------------]  42 %  120.3 MB/s  0:07 left
class Progress {
 public:
  struct Unit {
    double size;       // of one, in what is counted
    const char* name;  // "MB"
  };
  // `total` is 0 where nobody knows it: then there is no bar, only how much is done.
  Progress(std::string what, int64_t total, Unit unit, bool quiet);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { wipe(); }

  void at(int64_t done);  // rates are counted from the first call on
  void wipe();            // so that a line can be printed; the next at() shows the bar again

 private:
  using Clock = std::chrono::steady_clock;

  std::string line(int64_t done, double seconds) const;

  const std::string what_;
  const int64_t total_;
  const Unit unit_;
  const bool shows_;
  std::optional<int64_t> first_ = {};
  Clock::time_point begin_ = Clock::now(), shown_ = begin_;
};

}  // namespace apps
