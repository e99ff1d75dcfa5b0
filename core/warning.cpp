#include "core/warning.h"

#include <cstdio>
#include <mutex>
#include <set>
#include <utility>

#include "core/require.h"

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
    say("warning: " + text);
}

void say(std::string line) {
  const std::string text = in_one_line(std::move(line)) + '\n';
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
}

}  // namespace bertlet
