#pragma once
#include <string>
#include <string_view>

// In hexadecimal digits: what large files of published results are compared by.
std::string sha256(std::string_view bytes);
