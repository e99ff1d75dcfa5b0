#pragma once
#include <cstdint>
#include <unordered_map>

namespace bertlet::data {

// How many of the things seen were seen before. It remembers at most so many different ones: when there are more, half
// of them are left out, chosen by their hashes, and the rest stand for them too.
class Repeats {
 public:
  explicit Repeats(std::size_t most = std::size_t{1} << 22) : most_(most) {}

  void add(std::uint64_t hash);
  int64_t count() const;
  bool is_estimate() const { return halvings_ > 0; }

 private:
  bool counts(std::uint64_t hash) const { return halvings_ == 0 || hash >> (64 - halvings_) == 0; }

  const std::size_t most_;
  int halvings_ = 0;
  std::unordered_map<std::uint64_t, int64_t> seen_;
};

}  // namespace bertlet::data
