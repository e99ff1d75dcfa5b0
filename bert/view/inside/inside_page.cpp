#include "bert/view/inside/inside_page.h"

#include <fmt/format.h>

#include "bert/view/markup.h"

namespace bertlet::view {

extern const char* const page_style;  // page.css

std::string inside_page(const PageParts& parts) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  html += fmt::format("<title>{}</title>\n<style>\n{}{}</style>\n</head>\n<body>\n<main>\n{}</main>\n",
                      escaped(parts.title), page_style, parts.style, parts.body);
  if (*parts.script) html += fmt::format("<div id=\"hint\" hidden></div>\n<script>\n{}</script>\n", parts.script);
  return html + "</body>\n</html>\n";
}

std::string page_data(const char* id, const io::Json& json) {
  std::string text;
  for (const char c : json.dump({.ascii = true, .mends_strings = true})) c == '<' ? text += "\\u003c" : text += c;
  return fmt::format("<script type=\"application/json\" id=\"{}\">{}</script>\n", id, text);
}

}  // namespace bertlet::view
