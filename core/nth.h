#pragma once
#include <cstddef>
#include <cstdint>

namespace bertlet {

// A number as a place in a vector: rows[nth(i)].
constexpr std::size_t nth(std::int64_t i) { return static_cast<std::size_t>(i); }

}  // namespace bertlet
