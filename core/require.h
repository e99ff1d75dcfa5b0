#pragma once
#include <fmt/format.h>

#include <stdexcept>
#include <string>

namespace bertlet {

// The one exception type. Its text names the operation, what it got and what it wanted, in one line: control
// characters, which a name from a file may hold, become spaces, and what is longer than people read is cut.
struct Error : std::runtime_error {
  explicit Error(std::string text);
};

[[noreturn]] void fail(fmt::string_view format, fmt::format_args args);

// require(x.rank() == 2, "matmul: got rank {}, want 2", x.rank());
template <class... Args>
void require(bool condition, fmt::format_string<const Args&...> message, const Args&... args) {
  if (!condition) [[unlikely]]
    fail(message, fmt::make_format_args(args...));
}

}  // namespace bertlet
