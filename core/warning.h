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

// A line for people, on stderr. Where that is closed or full the line is lost, and nothing else happens. Control
// characters, which a name from a file may hold, become spaces.
void say(std::string line);
std::string in_one_line(std::string text);  // so, and cut where it is longer than people read

}  // namespace bertlet
