#include "bert/view/attention/attention_page.h"

#include <initializer_list>

namespace bertlet::view {

// What CMake makes of the files beside this one.
using Text = const char *const;
extern Text page_style, attention_style, attention_body;
extern Text attention_decode, attention_exhibit, attention_draw, attention_state, attention_jobs, attention_head_view,
    attention_model_view, attention_matrix_view, attention_neuron_view, attention_token_view, attention_summary_view,
    attention_controls, attention_side, attention_start;

namespace {

constexpr std::size_t short_text = 64, short_page = 1'000'000, long_page = 12'000'000, around = 110'000;

// No text of a script can end it.
std::string in_a_script(std::string_view json) {
  std::string to;
  for (const char c : json)
    if (c == '<')
      to += "\\u003c";
    else
      to += c;
  return to;
}

}  // namespace

AttentionPage::AttentionPage(std::size_t exhibits, AttentionChoice choice)
    : exhibits_(exhibits), choice_(std::move(choice)) {}

std::string AttentionPage::add(const AttentionExhibit &exhibit) {
  AttentionChoice choice = choice_;
  const std::size_t page = exhibit.tokens.size() <= short_text ? short_page : long_page;
  choice.bytes = (page - around) / exhibits_;
  AttentionData data = attention_data(exhibit, choice);
  data_.push_back(std::move(data.json));
  return data.remark;
}

std::string AttentionPage::html() const {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
      "'unsafe-inline'; script-src 'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Attention</title>\n<style>";
  html += std::string(page_style) + attention_style + "</style>\n</head>\n<body>\n" + attention_body;
  html += "<script type=\"application/json\" id=\"data\">" + in_a_script(data_.dump({.mends_strings = true})) +
          "</script>\n<script>\n(function () {\n\"use strict\";\n";
  for (const char *script :
       {attention_decode, attention_exhibit, attention_draw, attention_state, attention_jobs, attention_head_view,
        attention_model_view, attention_matrix_view, attention_neuron_view, attention_token_view,
        attention_summary_view, attention_controls, attention_side, attention_start})
    html += script;
  return html + "})();\n</script>\n</body>\n</html>\n";
}

}  // namespace bertlet::view
