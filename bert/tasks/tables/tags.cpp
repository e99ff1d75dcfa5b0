#include "bert/tasks/tables/tags.h"

#include <algorithm>

#include "core/real.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

// What stands before the type at a name's first word, those between and the last one; and at a word that is a name.
struct Prefixes {
  Scheme scheme;
  char first, inner, last, single;
};
constexpr Prefixes all_prefixes[] = {{Scheme::iob1, 'I', 'I', 'I', 'I'},  {Scheme::iob2, 'B', 'I', 'I', 'B'},
                                     {Scheme::ioe1, 'I', 'I', 'I', 'I'},  {Scheme::ioe2, 'I', 'I', 'E', 'E'},
                                     {Scheme::iobes, 'B', 'I', 'E', 'S'}, {Scheme::bilou, 'B', 'I', 'L', 'U'},
                                     {Scheme::bmes, 'B', 'M', 'E', 'S'}};

void check(const Entity& entity, int64_t free, int64_t words) {
  require(free <= entity.begin && entity.begin < entity.end && entity.end <= words,
          "tags: got a name of the words {} to {}, want names one after another in {} words", entity.begin, entity.end,
          words);
}

// Whether the second name follows the first at once and has its type, so that iob1 and ioe1 must part them.
bool touch(const Entity& first, const Entity& second) { return first.end == second.begin && first.type == second.type; }

}  // namespace

Scheme scheme_named(std::string_view name) {
  const std::optional<Scheme> found = metrics::find_scheme(name);
  require(found.has_value(), "tags: got the scheme '{}', want iob1, bio, ioe1, ioe2, bioes, bilou or bmes", name);
  return *found;
}

// Names that are read from right tags give the same tags again.
std::optional<WrongTag> wrong_tag(std::span<const std::string> tags, Scheme scheme) {
  const std::string_view name = metrics::name(scheme);
  for (std::size_t i = 0; i < tags.size(); ++i)
    if (!metrics::is_tag(tags[i], scheme))
      return WrongTag{i, fmt::format("the tag '{}' is no tag of {}", tags[i], name)};
  const std::vector<std::string> again = tags_of(metrics::spans_of(tags, scheme), tags.size(), scheme);
  const auto at = to_size(std::ranges::mismatch(tags, again).in1 - tags.begin());
  if (at == tags.size()) return {};
  return WrongTag{at, fmt::format("the tag '{}' is part of no whole name of {}", tags[at], name)};
}

std::vector<Entity> entities_of(std::span<const std::string> tags, Scheme scheme) {
  const std::optional<WrongTag> wrong = wrong_tag(tags, scheme);
  require(!wrong, "tags: word {}: {}", wrong ? wrong->word + 1 : 0, wrong ? wrong->why : "");
  return metrics::spans_of(tags, scheme);
}

std::vector<std::string> tags_of(std::span<const Entity> entities, std::size_t words, Scheme scheme) {
  std::vector<std::string> tags(words, "O");
  const Prefixes& its = *std::ranges::find(all_prefixes, scheme, &Prefixes::scheme);
  int64_t free = 0;
  for (std::size_t i = 0; i < entities.size(); ++i) {
    const Entity& entity = entities[i];
    check(entity, free, static_cast<int64_t>(words));
    free = entity.end;
    const auto set = [&](int64_t word, char prefix) {
      tags[to_size(word)] = fmt::format("{}-{}", prefix, entity.type);
    };
    for (int64_t word = entity.begin; word < entity.end; ++word) set(word, its.inner);
    set(entity.begin, its.first);
    set(entity.end - 1, entity.end - entity.begin == 1 ? its.single : its.last);
    if (scheme == Scheme::iob1 && i > 0 && touch(entities[i - 1], entity)) set(entity.begin, 'B');
    if (scheme == Scheme::ioe1 && i + 1 < entities.size() && touch(entity, entities[i + 1])) set(entity.end - 1, 'E');
  }
  return tags;
}

}  // namespace bertlet::tasks
