#pragma once
#include <string>

namespace bertlet::view {

std::string number_text(double value);             // 4 digits that count: 0.3052, 12.41, 20813, 3.0e-5; – for NaN
std::string tick_text(double value, double step);  // as many digits as the next tick needs: 0.25, 1500, 20k, 3M, 5e-6
std::string count_text(double count);              // 12 345 678
std::string duration_text(double seconds);         // 0.4 s, 2:07, 1:02:07

}  // namespace bertlet::view
