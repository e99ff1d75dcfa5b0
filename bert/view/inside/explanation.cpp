#include "bert/view/inside/explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bert/text/unicode/utf8.h"
#include "bert/view/inside/inside_page.h"
#include "bert/view/markup.h"
#include "core/real.h"

namespace bertlet::view {

using inside::Explanation;
using inside::IntegratedGradients;
using inside::TextWord;
using inside::WordSaliency;

namespace {

constexpr Method methods[] = {Method::integrated, Method::times_input, Method::norm, Method::occlusion};
constexpr int64_t text_width = 18;

// By which all words' numbers are divided, so that the largest becomes 1; special tokens are no words.
double largest(const Explanation& why, Method method) {
  double most = 0;
  for (std::size_t i = 0; i < why.words.size(); ++i)
    if (!why.shown.words[i].is_special()) most = std::max(most, std::abs(saliency(why.words[i], method)));
  return most > 0 ? most : 1;
}

std::string heading(const Explanation& why) {
  const std::string where = why.where.empty() ? "" : " at " + why.where;
  return fmt::format("{}{}: {} {:.4f}", why.what, where,
                     inside::quantity_names()[to_size(static_cast<int>(why.quantity))], why.gradients.value);
}

std::string completeness(const Explanation& why) {
  const IntegratedGradients& integrated = why.integrated;
  return fmt::format(
      "integrated gradients: {:.4f} here − {:.4f} of the baseline = {:.4f}; the words' sum is {:.4f}: {:.1e} off",
      integrated.value, integrated.before, integrated.value - integrated.before, integrated.sum(), integrated.error());
}

// Calls f(source) for each text, with all its words and what stands between them: word(i), between(text).
template <class Word, class Between>
void for_each_part(const Explanation& why, int64_t source, const Word& word, const Between& between) {
  const std::string& text = why.shown.sources[to_size(source)];
  int64_t at = 0;
  for (std::size_t i = 0; i < why.shown.words.size(); ++i) {
    const TextWord& each = why.shown.words[i];
    if (each.source != source || each.begin < at) continue;  // a text may be read twice, beside others
    between(std::string_view(text).substr(to_size(at), to_size(each.begin - at)));
    word(i);
    at = each.end;
  }
  between(std::string_view(text).substr(to_size(at)));
}

}  // namespace

std::vector<std::string> method_names() { return {"integrated", "gradient*input", "gradient", "occlusion"}; }

double saliency(const WordSaliency& word, Method method) {
  switch (method) {
    case Method::times_input:
      return word.times_input;
    case Method::norm:
      return word.norm;
    case Method::occlusion:
      return word.occlusion;
    case Method::integrated:
      break;
  }
  return word.integrated;
}

// --- text ------------------------------------------------------------------------------------------------------------

namespace {

std::string table(const Explanation& why, Colours colours) {
  std::string to = fitted("", text_width);
  for (const std::string& name : method_names()) to += fmt::format(" {:>14}", name);
  for (std::size_t i = 0; i < why.words.size(); ++i) {
    const TextWord& word = why.shown.words[i];
    to += "\n" + fitted(printable(word.text), text_width);
    for (const Method method : methods) {
      const double number = saliency(why.words[i], method);
      if (word.is_special() && method == Method::occlusion)
        to += fmt::format(" {:>14}", "");
      else
        to += " " +
              shaded(fmt::format("{:>14.4f}", number), word.is_special() ? 0 : number / largest(why, method), colours);
    }
  }
  return to + "\n";
}

std::string coloured(const Explanation& why, Method by, Colours colours) {
  std::string to;
  const double most = largest(why, by);
  for (int64_t source = 0; source < std::ssize(why.shown.sources); ++source) {
    for_each_part(
        why, source,
        [&](std::size_t i) {
          to += shaded(printable(why.shown.words[i].text), saliency(why.words[i], by) / most, colours);
        },
        [&](std::string_view between) { to += printable(between); });
    to += "\n";
  }
  return to;
}

}  // namespace

std::string explanation_text(const Explanation& why, Method by, Colours colours) {
  std::string to = printable(heading(why)) + "\n\n";
  if (colours == Colours::yes) to += coloured(why, by, colours) + "\n";
  return to + table(why, colours) + "\n" + completeness(why) + "\n";
}

// --- JSON ------------------------------------------------------------------------------------------------------------

namespace {

io::Json json_of(const TextWord& word, const WordSaliency& saliency, const std::vector<std::string>& sources) {
  io::Json json{{"text", word.text}, {"tokens", word.rows}};
  if (!word.is_special()) {
    const std::string_view source = sources[to_size(word.source)];
    json["source"] = word.source;
    json["start"] = text::count_characters(source.substr(0, to_size(word.begin)));
    json["end"] = text::count_characters(source.substr(0, to_size(word.end)));
    json["occlusion"] = saliency.occlusion;
  }
  json["integrated"] = saliency.integrated;
  json["gradient_times_input"] = saliency.times_input;
  json["gradient_norm"] = saliency.norm;
  return json;
}

}  // namespace

io::Json explanation_json(const Explanation& why) {
  const IntegratedGradients& integrated = why.integrated;
  io::Json json{{"what", why.what},
                {"where", why.where},
                {"of", inside::quantity_names()[to_size(static_cast<int>(why.quantity))]},
                {"value", why.gradients.value},
                {"texts", why.shown.sources}};
  json["integrated_gradients"] = io::Json{{"value", integrated.value},
                                          {"baseline", integrated.before},
                                          {"sum", integrated.sum()},
                                          {"error", integrated.error()}};
  json["words"] = io::Json::array();
  for (std::size_t i = 0; i < why.words.size(); ++i)
    json["words"].push_back(json_of(why.shown.words[i], why.words[i], why.shown.sources));
  json["tokens"] = io::Json::array();
  for (std::size_t row = 0; row < why.shown.tokens.size(); ++row)
    json["tokens"].push_back({{"token", why.shown.tokens[row]},
                              {"integrated", integrated.scores[row]},
                              {"gradient_times_input", why.gradients.times_input[row]},
                              {"gradient_norm", why.gradients.norm[row]}});
  return json;
}

// --- page ------------------------------------------------------------------------------------------------------------

extern const char* const explanation_style;  // explanation.css

namespace {

constexpr const char* ids[] = {"integrated", "times", "norm", "occlusion"};

// Words' numbers as shares of the largest, which the style turns into colours: --integrated:0.31;…
std::string shares(const Explanation& why, std::size_t i) {
  std::string to;
  for (std::size_t m = 0; m < std::size(methods); ++m)
    to += fmt::format("--{}:{:.3f};", ids[m], saliency(why.words[i], methods[m]) / largest(why, methods[m]));
  return to;
}

std::string method_choices(Method by) {
  std::string to;
  for (std::size_t m = 0; m < std::size(methods); ++m)
    to += fmt::format("<input class=\"by\" type=\"radio\" name=\"by\" id=\"{0}\"{1}><label for=\"{0}\">{2}</label>\n",
                      ids[m], methods[m] == by ? " checked" : "", method_names()[m]);
  return to;
}

std::string words_in_colour(const Explanation& why) {
  std::string to = "<div class=\"text\">\n";
  for (int64_t source = 0; source < std::ssize(why.shown.sources); ++source) {
    to += "<p dir=\"auto\">";
    for_each_part(
        why, source,
        [&](std::size_t i) {
          to += fmt::format("<span class=\"word\" style=\"{}\">{}</span>", shares(why, i),
                            escaped(why.shown.words[i].text));
        },
        [&](std::string_view between) { to += escaped(between); });
    to += "</p>\n";
  }
  return to + "</div>\n";
}

std::string words_table(const Explanation& why) {
  std::string to =
      "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Numbers of each "
      "word\"><table>\n<thead><tr><th>word</th>";
  for (const std::string& name : method_names()) to += "<th>" + escaped(name) + "</th>";
  to += "</tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < why.words.size(); ++i) {
    const TextWord& word = why.shown.words[i];
    to += fmt::format("<tr{}><th scope=\"row\" dir=\"auto\">{}</th>", word.is_special() ? " class=\"special\"" : "",
                      escaped(word.text));
    for (const Method method : methods) {
      const double number = saliency(why.words[i], method);
      if (word.is_special())
        to += method == Method::occlusion ? "<td></td>" : fmt::format("<td>{:.4f}</td>", number);
      else
        to +=
            fmt::format("<td class=\"shade\" style=\"--s:{:.3f}\">{:.4f}</td>", number / largest(why, method), number);
    }
    to += "</tr>\n";
  }
  return to + "</tbody>\n</table></div>\n";
}

}  // namespace

std::string explanation_page(const Explanation& why, Method by) {
  std::string body = fmt::format("<h1>{}</h1>\n", escaped(heading(why)));
  body +=
      "<p><span class=\"scale\" style=\"--s:1\"></span> speaks for it, <span class=\"scale\" style=\"--s:-1\"></span> "
      "against it; the strongest word has the full colour. The gradient\u2019s length has no sign.</p>\n";
  body += method_choices(by) + words_in_colour(why) + "<h2>Each word</h2>\n" + words_table(why);
  body += fmt::format("<p>{}</p>\n", escaped(completeness(why)));
  return inside_page({.title = why.what, .body = body, .style = explanation_style});
}

}  // namespace bertlet::view
