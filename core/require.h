#pragma once
#include <fmt/format.h>

#include <stdexcept>

namespace bertlet {

// The one exception type. Its text names the operation, what it got and what it wanted.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

[[noreturn]] void fail(fmt::string_view format, fmt::format_args args);

// require(x.rank() == 2, "matmul: got rank {}, want 2", x.rank());
template <class... Args>
void require(bool condition, fmt::format_string<const Args&...> message, const Args&... args) {
  if (!condition) [[unlikely]]
    fail(message, fmt::make_format_args(args...));
}

}  // namespace bertlet
