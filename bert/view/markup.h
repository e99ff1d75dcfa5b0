#pragma once
#include <string>
#include <string_view>

namespace bertlet::view {

// Text from outside, as a terminal or a page may show it: what controls them, and what is not UTF-8, becomes U+FFFD.
std::string printable(std::string_view text);

// The same between tags or in an attribute's quotes.
std::string escaped(std::string_view text);

}  // namespace bertlet::view
