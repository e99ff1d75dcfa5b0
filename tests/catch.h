#pragma once

// Catch2 in version 2 or 3. Tests write version 3's names (Catch::Approx, Catch::Matchers::ContainsSubstring); here
// version 2 learns them.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
namespace Catch {
using Detail::Approx;
namespace Matchers {
inline auto ContainsSubstring(const std::string& part) { return Contains(part); }
}  // namespace Matchers
}  // namespace Catch
#endif
