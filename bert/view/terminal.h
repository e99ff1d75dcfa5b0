#pragma once
#include <cstdint>
#include <string>
#include <string_view>

// Columns and colours of a terminal.
namespace bertlet::view {

int64_t columns_of(std::string_view text);                         // that it takes: an ideograph two
std::string fitted(std::string_view text, int64_t columns);        // cut, with … at the end, or filled with spaces
std::string right_fitted(std::string_view text, int64_t columns);  // filled in front

enum class Colours { no, yes };

// On a background for a number from −1, which is orange, to 1, which is blue; around 0 there is none.
std::string shaded(std::string_view text, double share, Colours colours);

}  // namespace bertlet::view
