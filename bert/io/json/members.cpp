#include <algorithm>
#include <functional>

#include "bert/io/json/value.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::io {

namespace {

constexpr std::size_t few = 16;  // are looked through as quickly
constexpr std::size_t most = std::size_t{1} << 31;

}  // namespace

// The table's size is a power of two, and at least half of it is free.
std::size_t JsonMembers::slot(std::string_view key) const {
  std::size_t at = std::hash<std::string_view>()(key) & (table_.size() - 1);
  while (table_[at] != 0 && list_[table_[at] - 1].key != key) at = (at + 1) & (table_.size() - 1);
  return at;
}

void JsonMembers::fill_table() {
  std::size_t size = 4 * few;
  while (size < 4 * list_.size()) size *= 2;
  table_.assign(list_.size() > few ? size : 0, 0);
  if (table_.empty()) return;
  for (std::size_t i = 0; i < list_.size(); ++i) table_[slot(list_[i].key)] = static_cast<std::uint32_t>(i + 1);
}

std::size_t JsonMembers::index(std::string_view key) const {
  if (table_.empty()) {
    const auto found = std::ranges::find(list_, key, &JsonMember::key);
    return to_size(found - list_.begin());
  }
  const std::uint32_t place = table_[slot(key)];
  return place == 0 ? list_.size() : place - 1;
}

const Json* JsonMembers::find(std::string_view key) const {
  const std::size_t at = index(key);
  return at < list_.size() ? &list_[at].value : nullptr;
}

Json& JsonMembers::find_or_add(std::string_view key) {
  const std::size_t at = index(key);
  if (at < list_.size()) return list_[at].value;
  require(list_.size() < most, "JSON: an object has {} keys, want fewer", list_.size());
  list_.push_back({std::string(key), {}});
  if (2 * list_.size() > table_.size() && list_.size() > few)
    fill_table();
  else if (!table_.empty())
    table_[slot(key)] = static_cast<std::uint32_t>(list_.size());
  return list_.back().value;
}

void JsonMembers::erase(std::string_view key) {
  const std::size_t at = index(key);
  if (at == list_.size()) return;
  list_.erase(list_.begin() + static_cast<std::ptrdiff_t>(at));
  fill_table();
}

bool operator==(const JsonMembers& a, const JsonMembers& b) {
  const auto is_in_b = [&](const JsonMember& member) {
    const Json* found = b.find(member.key);
    return found != nullptr && *found == member.value;
  };
  return a.list_.size() == b.list_.size() && std::ranges::all_of(a.list_, is_in_b);
}

}  // namespace bertlet::io
