#pragma once
#include <string>

namespace bertlet::view {

inline constexpr std::size_t page_colours = 8,
                             page_dashes = 4;  // of runs; after the last ones they meet in other pairs

// A page of one file: style and script stand in it, and it is complete without the script. Things of the class of3
// belong to run 3 and have its colour and dashes; a box with the id show3 hides them where it is not checked.
std::string page(const std::string& title, const std::string& body, std::size_t runs);

}  // namespace bertlet::view
