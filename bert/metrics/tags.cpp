#include "bert/metrics/tags.h"

#include <algorithm>
#include <set>

#include "core/real.h"
#include "core/require.h"

namespace bertlet::metrics {

namespace {

constexpr Tag outside{'O', "O"};

bool is_one_of(char prefix, std::string_view set) { return set.find(prefix) != std::string_view::npos; }

// All schemes in the letters of IOBES.
char common(char prefix) { return prefix == 'M' ? 'I' : prefix == 'L' ? 'E' : prefix == 'U' ? 'S' : prefix; }

// Below, `last` and `next` are prefixes of tags in a row, and `same` says whether their types are the same.

Transition conlleval(char last, char next, bool same) {
  const bool was_inside = is_one_of(last, "BI"), is_inside = is_one_of(next, "IE");
  return {.starts = next != 'O' && (is_one_of(next, "BS") || !was_inside || !same),
          .goes_on = was_inside && is_inside && same,
          .ends = last != 'O' && (!was_inside || !is_inside || !same)};
}

Transition iob1(char last, char next, bool same) {
  const bool was_inside = is_one_of(last, "BI"), goes_on = was_inside && next == 'I' && same;
  const bool misplaced = last == 'B' && next == 'B' && !same;
  return {.starts = next == 'I' ? last != 'I' || !same : next == 'B' && was_inside && same,
          .goes_on = goes_on,
          .ends = was_inside && !goes_on && !misplaced};
}

Transition iob2(char last, char next, bool same) {
  const bool was_inside = is_one_of(last, "BI"), goes_on = was_inside && next == 'I' && same;
  return {.starts = next == 'B', .goes_on = goes_on, .ends = was_inside && !goes_on};
}

Transition ioe1(char last, char next, bool same) {
  const bool goes_on = last == 'I' && is_one_of(next, "IE") && same;
  return {.starts = next == 'I' ? last != 'I' || !same : next == 'E' && last == 'E' && same,
          .goes_on = goes_on,
          .ends = last == 'I' ? !goes_on : last == 'E' && next != 'O' && same};
}

Transition ioe2(char last, char next, bool same) {
  const bool is_inside = is_one_of(next, "IE"), goes_on = last == 'I' && is_inside && same;
  return {.starts = is_inside && !goes_on, .goes_on = goes_on, .ends = last == 'E'};
}

Transition iobes(char last, char next, bool same) {
  return {.starts = is_one_of(next, "BS"),
          .goes_on = is_one_of(last, "BI") && is_one_of(next, "IE") && same,
          .ends = is_one_of(last, "ES")};
}

struct SchemeRules {
  std::string_view name;
  Scheme scheme;
  std::string_view prefixes;
  Transition (*rule)(char last, char next, bool same);
};
constexpr SchemeRules schemes[] = {{"IOB1", Scheme::iob1, "IOB", iob1},      {"BIO", Scheme::iob2, "IOB", iob2},
                                   {"IOB2", Scheme::iob2, "IOB", iob2},      {"IOE1", Scheme::ioe1, "IOE", ioe1},
                                   {"IOE2", Scheme::ioe2, "IOE", ioe2},      {"BIOES", Scheme::iobes, "IOBES", iobes},
                                   {"IOBES", Scheme::iobes, "IOBES", iobes}, {"BILOU", Scheme::bilou, "BILOU", iobes},
                                   {"BMES", Scheme::bmes, "BMESO", iobes}};

const SchemeRules& rules_of(Scheme scheme) { return *std::ranges::find(schemes, scheme, &SchemeRules::scheme); }

// Walks over the tags and one more, outside, that ends what is open.
template <class Rule>
std::vector<Entity> walk(std::span<const std::string> tags, const Rule& rule) {
  std::vector<Entity> entities;
  int64_t begin = -1;  // of the open entity
  Tag last = outside;
  for (int64_t i = 0; i <= std::ssize(tags); ++i) {
    const Tag next = i == std::ssize(tags) ? outside : parse_tag(tags[to_size(i)]);
    const Transition step = rule(last, next);
    if (begin >= 0 && !step.goes_on) {
      if (step.ends) entities.push_back({std::string(last.type), begin, i});
      begin = -1;
    }
    if (begin < 0 && step.starts) begin = i;
    last = next;
  }
  return entities;
}

}  // namespace

bool is_tag(std::string_view text) {
  if (text == "O") return true;
  return !text.empty() && is_one_of(text[0], "BIESMLU") && (text.size() == 1 || text[1] == '-');
}

Tag parse_tag(std::string_view tag) {
  if (tag == "O") return outside;
  require(is_tag(tag), "tags: got '{}', want O or one such as B-PER, with B, I, E, S, M, L or U in front", tag);
  return {tag[0], tag.size() <= 2 ? "_" : tag.substr(2)};
}

std::string_view name(Scheme scheme) { return rules_of(scheme).name; }

std::optional<Scheme> find_scheme(std::string_view name) {
  const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
  const auto* const found = std::ranges::find_if(
      schemes, [&](std::string_view its) { return std::ranges::equal(its, name, {}, {}, upper); }, &SchemeRules::name);
  return found == std::end(schemes) ? std::nullopt : std::optional(found->scheme);
}

bool is_tag(std::string_view text, Scheme scheme) {
  return is_tag(text) && is_one_of(text[0], rules_of(scheme).prefixes);
}

std::optional<Scheme> scheme_of(std::span<const std::string> labels) {
  using enum Scheme;
  std::set<std::string_view> begun, gone_on;  // types
  std::string prefixes;
  for (const std::string& label : labels) {
    const Tag tag = parse_tag(label);
    prefixes += tag.prefix;
    if (tag.prefix == 'B') begun.insert(tag.type);
    if (tag.prefix == 'I') gone_on.insert(tag.type);
  }
  for (const Scheme scheme : {iob2, ioe2, iobes, bilou, bmes}) {
    if (prefixes.find_first_not_of(rules_of(scheme).prefixes) != std::string::npos) continue;
    return scheme == iob2 && !std::ranges::includes(begun, gone_on) ? iob1 : scheme;
  }
  return {};
}

Transition transition(Tag previous, Tag tag, Scheme scheme) {
  const SchemeRules& its = rules_of(scheme);
  for (const char prefix : {previous.prefix, tag.prefix})
    require(is_one_of(prefix, its.prefixes), "tags: got the prefix {}, want one of {}", prefix, its.prefixes);
  return its.rule(common(previous.prefix), common(tag.prefix), previous.type == tag.type);
}

std::vector<Entity> spans_of(std::span<const std::string> tags) {
  return walk(tags, [](const Tag& last, const Tag& next) {
    return conlleval(common(last.prefix), common(next.prefix), last.type == next.type);
  });
}

std::vector<Entity> spans_of(std::span<const std::string> tags, Scheme scheme) {
  return walk(tags, [&](const Tag& last, const Tag& next) { return transition(last, next, scheme); });
}

}  // namespace bertlet::metrics
