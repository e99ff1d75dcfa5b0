#pragma once
#include <cstddef>
#include <cstdint>

// Every source is built twice: with float, which is what trains, and with double, which is what gradients are
// proved in. The double build renames the namespace to bertlet_double, so one program can hold both.
namespace bertlet {

#ifdef BERTLET_DOUBLE
using real = double;
#else
using real = float;
#endif

using std::int64_t;

// A number, or an enumerator, as the standard library counts: rows[to_size(i)].
template <class T>
constexpr std::size_t to_size(T i) {
  return static_cast<std::size_t>(i);
}

}  // namespace bertlet
