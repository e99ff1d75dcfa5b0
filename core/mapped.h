#pragma once
#include <functional>
#include <iterator>
#include <type_traits>
#include <vector>

namespace bertlet {

// f of every item, in their order: mapped(options, &Option::name).
template <class Items, class F>
auto mapped(const Items& items, const F& f) {
  std::vector<std::decay_t<std::invoke_result_t<const F&, decltype(*std::begin(items))>>> results;
  results.reserve(std::size(items));
  for (const auto& item : items) results.push_back(std::invoke(f, item));
  return results;
}

}  // namespace bertlet
