#pragma once
#include <cstdint>
#include <string_view>

namespace bertlet::io {

// 64 bits that change with any bit of the text: against files that are torn or rotten, not against malice.
std::uint64_t checksum(std::string_view bytes);

}  // namespace bertlet::io
