#pragma once
#include <functional>
#include <string>

namespace bertlet {

// Something odd that is no error: there is a result, but hardly the one that was meant. It goes to stderr, each text
// once, or to whoever asked for it.
//
//   const WarningHandler before = on_warning([&](const std::string& text) { log.push_back(text); });
//   …
//   on_warning(before);
using WarningHandler = std::function<void(const std::string&)>;
WarningHandler on_warning(WarningHandler handler);  // the one before, which is empty for stderr

void warn(const std::string& text);

}  // namespace bertlet
