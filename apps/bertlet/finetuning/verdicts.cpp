#include "apps/bertlet/finetuning/verdicts.h"

#include <algorithm>

#include "bert/text/unicode/utf8.h"
#include "bert/view/markup.h"
#include "core/joined.h"

namespace apps {

namespace {

namespace tasks = bertlet::tasks;
namespace text = bertlet::text;

constexpr std::size_t longest_text = 120, longest_fact = 60, longest_list = 180;  // in characters

// In one line, its end left out where it is too long.
std::string shortened(std::string whole, std::size_t longest) {
  std::ranges::replace_if(
      whole, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  std::u32string characters = text::decoded(bertlet::view::printable(whole));
  if (characters.size() <= longest) return text::encoded(characters);
  characters.resize(longest - 1);
  return text::encoded(characters) + "…";
}

std::string fact(const tasks::Record& value) {
  if (value.is_string()) return shortened(value.string(), longest_fact);
  std::vector<std::string> each;
  for (const tasks::Record& one : value.elements()) each.push_back(fact(one));
  return each.empty() ? "nothing" : shortened(bertlet::joined(each, ", "), longest_list);
}

// too_many: too many
std::string in_words(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

std::string line(const tasks::Verdict& verdict) {
  std::string to = verdict.place + ":";
  for (const auto& [name, value] : verdict.facts.items()) to += fmt::format(" {} {},", in_words(name), fact(value));
  return to + fmt::format(" {} {:.4g}: {}\n", in_words(verdict.scale), verdict.degree,
                          shortened(verdict.text, longest_text));
}

}  // namespace

std::string verdicts_text(const std::vector<tasks::Verdict>& verdicts) {
  std::string to;
  for (const tasks::Verdict& verdict : verdicts) to += line(verdict);
  return to;
}

tasks::Record verdicts_json(const std::vector<tasks::Verdict>& verdicts) {
  tasks::Record to = tasks::Record::array();
  for (const tasks::Verdict& verdict : verdicts) {
    tasks::Record& one = to.push_back({{"place", verdict.place}, {"text", verdict.text}});
    one.update(verdict.facts);
    one[verdict.scale] = verdict.degree;
  }
  return to;
}

}  // namespace apps
