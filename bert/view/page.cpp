#include "bert/view/page.h"

#include <fmt/format.h>

#include "bert/view/markup.h"

namespace bertlet::view {

extern const char *const page_style, *const page_script;  // page.css and page.js

namespace {

std::string style_of_run(std::size_t run) {
  return fmt::format(
      ".of{0}{{--run:var(--colour{1});--dash:var(--dash{2})}}main:has(#show{0}:not(:checked)) .of{0}{{display:none}}\n",
      run, run % page_colours, (run + run / page_colours) % page_dashes);
}

}  // namespace

std::string page(const std::string& title, const std::string& body, std::size_t runs) {
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<style>\n{}",
      escaped(title), page_style);
  for (std::size_t run = 0; run < runs; ++run) html += style_of_run(run);
  html += "</style>\n</head>\n<body>\n";
  return html + "<main>\n" + body + "</main>\n<div id=\"hint\" hidden></div>\n<script>\n" + page_script +
         "</script>\n</body>\n</html>\n";
}

}  // namespace bertlet::view
