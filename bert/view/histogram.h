#pragma once
#include <string>
#include <vector>

namespace bertlet::view {

// How often what occurs: ranges of numbers side by side, or things with names. All numbers can be drawn (points.h).
struct Histogram {
  struct Bin {
    double from, to, count;
    friend bool operator==(const Bin&, const Bin&) = default;
  };
  struct Bar {
    std::string name;
    double count;
    friend bool operator==(const Bar&, const Bar&) = default;
  };

  std::vector<Bin> bins = {};
  std::vector<Bar> bars = {};  // where there are no bins

  friend bool operator==(const Histogram&, const Histogram&) = default;
};

std::string svg_of(const Histogram& histogram);
std::string table_of(const Histogram& histogram, const std::string& title);  // its numbers, folded

}  // namespace bertlet::view
