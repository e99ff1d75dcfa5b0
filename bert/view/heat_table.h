#pragma once
#include <string>
#include <vector>

namespace bertlet::view {

// A table whose numbers have a background, the darker the larger: picture and numbers in one.
struct HeatTable {
  std::string caption;                // for those who cannot see it
  std::string rows_are, columns_are;  // what they are: "layer", "head"
  std::vector<std::string> rows, columns;
  std::vector<double> numbers;          // [rows, columns]; NaN where there is none
  std::vector<std::string> texts = {};  // what stands for a number; else the number with three digits
  std::vector<bool> marked = {};        // cells with a frame
  double most = 0;                      // what is darkest; 0: the largest number that is there
};

std::string html_of(const HeatTable& table);

}  // namespace bertlet::view
