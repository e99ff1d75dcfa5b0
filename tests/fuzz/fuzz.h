#pragma once
#include <fmt/core.h>

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/memory.h"
#include "tests/fuzz/draw.h"

// What random calls have in common: a program with --calls N and --seed N, each call drawn from a number of its own, so
// that one that went wrong can be repeated alone.

struct Wrong : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct FuzzOptions {
  int64_t calls;
  std::uint64_t seed = 1;
};

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

inline FuzzOptions fuzz_options(int count, char** arguments, int64_t calls) {
  FuzzOptions options{calls};
  for (int i = 1; i < count; i += 2) {
    const std::string_view name = arguments[i], value = i + 1 < count ? arguments[i + 1] : "";
    const bool read = name == "--calls"  ? read_number(value, options.calls)
                      : name == "--seed" ? read_number(value, options.seed)
                                         : false;
    if (read) continue;
    fmt::print(stderr, "{}: got '{} {}', want --calls N or --seed N\n", arguments[0], name, value);
    std::exit(2);
  }
  return options;
}

// call(draw, about) says in `about` what it calls, then calls it; true if it was accepted, false if rightly refused.
template <class Call>
int fuzz(const FuzzOptions& options, const Call& call) {
  const auto start = std::chrono::steady_clock::now();
  const bertlet::MemoryMark mark;
  int64_t right = 0;
  for (int64_t i = 0; i < options.calls; ++i) {
    Draw draw(options.seed * 1'000'003 + static_cast<std::uint64_t>(i));
    std::string about;
    try {
      right += call(draw, about);
    } catch (const std::exception& wrong) {
      fmt::print("call {} of seed {}: {}: {}\n", i, options.seed, about, wrong.what());
      return 1;
    }
  }
  if (mark.live() != 0) {
    fmt::print("{} bytes live at the end\n", mark.live());
    return 1;
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  fmt::print("{} calls: {} right, {} refused; {:.1f} s\n", options.calls, right, options.calls - right,
             seconds.count());
  return 0;
}
