#include "core/warning.h"

#include <fmt/format.h>

#include <mutex>
#include <set>
#include <utility>

namespace bertlet {

namespace {

struct Listener {
  std::mutex mutex;
  WarningHandler handler;
  std::set<std::string> said;
};

Listener& listener() {
  static Listener one;
  return one;
}

}  // namespace

WarningHandler on_warning(WarningHandler handler) {
  const std::lock_guard lock(listener().mutex);
  return std::exchange(listener().handler, std::move(handler));
}

void warn(const std::string& text) {
  Listener& to = listener();
  const std::lock_guard lock(to.mutex);
  if (to.handler)
    to.handler(text);
  else if (to.said.insert(text).second)
    fmt::print(stderr, "warning: {}\n", text);
}

}  // namespace bertlet
