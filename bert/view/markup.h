#pragma once
#include <string>
#include <string_view>

namespace bertlet::view {

// Text from outside, as a terminal or a page may show it: what controls them, and what is not UTF-8, becomes U+FFFD.
std::string printable(std::string_view text);

// The same between tags or in an attribute's quotes.
std::string escaped(std::string_view text);

// Rows of a table in a box that scrolls, by keys too, where it is too narrow for them. `name`: for those who cannot see
// it.
std::string boxed_table(const std::string& name, const std::string& rows, const char* classes = "");

// The numbers behind a picture, below it, where a click shows them.
std::string numbers_behind(const std::string& name, const std::string& rows);

}  // namespace bertlet::view
