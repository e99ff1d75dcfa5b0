#pragma once
#include <string>

#include "bert/io/json/value.h"

namespace bertlet::view {

// A page of one file in the design of bert/view's, with a style and a script of its own.
struct PageParts {
  std::string title, body;
  const char *style = "", *script = "";
};
std::string inside_page(const PageParts& parts);

// Data for a script: it stays data whatever strings are in it.
std::string page_data(const char* id, const io::Json& json);

}  // namespace bertlet::view
