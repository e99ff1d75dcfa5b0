#include "apps/bertlet/inside/screen.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace apps {

bertlet::view::Colours screen_colours() {
  const bool some = ::isatty(STDOUT_FILENO) == 1 && !std::getenv("NO_COLOR");
  return some ? bertlet::view::Colours::yes : bertlet::view::Colours::no;
}

int64_t screen_columns() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 120;
}

}  // namespace apps
