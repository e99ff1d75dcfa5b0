#include "bert/view/page.h"

#include <fmt/format.h>

#include "bert/view/markup.h"

namespace bertlet::view {

extern const char *const page_style, *const page_script;  // page.css and page.js

namespace {

std::string style_of_run(std::size_t run) {
  return fmt::format(
      ".of{0}{{--run:var(--colour{1});--dash:var(--dash{2})}}#show{0}:not(:checked)~main .of{0}{{display:none}}"
      "#show{0}:not(:checked)~main label[for=show{0}]{{opacity:.4}}"
      "#show{0}:focus-visible~main label[for=show{0}]{{outline:2px solid var(--run)}}\n",
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
  for (std::size_t run = 0; run < runs; ++run)
    html += fmt::format("<input class=\"show\" type=\"checkbox\" id=\"show{}\" checked>\n", run);
  return html + "<main>\n" + body + "</main>\n<div id=\"hint\" hidden></div>\n<script>\n" + page_script +
         "</script>\n</body>\n</html>\n";
}

}  // namespace bertlet::view
