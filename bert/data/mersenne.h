#pragma once
#include <array>
#include <cstdint>

namespace bertlet::data {

// MT19937 (Matsumoto and Nishimura 1998), seeded with a number as Python seeds its own.
class Mersenne {
 public:
  explicit Mersenne(std::uint64_t seed);
  std::uint32_t next();

 private:
  static constexpr std::uint32_t size = 624, middle = 397;

  void start(std::uint32_t seed);
  void twist();

  std::array<std::uint32_t, size> state_;
  std::uint32_t used_ = size;
};

}  // namespace bertlet::data
