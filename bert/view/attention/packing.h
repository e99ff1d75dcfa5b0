#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/array.h"

// Numbers for a picture, as few characters of a page as they take: a byte for each, bytes that are likely in a few
// bits, and that as base64. decode.js reads it.
namespace bertlet::view {

using Codes = std::vector<std::uint8_t>;

// x[i] = largest (code / 255)², for what is not below 0: small numbers are kept finer than large ones.
Codes codes_of(std::span<const real> x, double largest);

// x[i] = ± largest ((code − 128) / 127)²
Codes signed_codes_of(std::span<const real> x, double largest);

// Rows of `columns` codes. A code is expected to be like the one above it.
std::string packed(std::span<const std::uint8_t> codes, int64_t columns);

}  // namespace bertlet::view
