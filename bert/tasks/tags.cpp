#include "bert/tasks/tags.h"

#include <algorithm>
#include <array>

#include "core/require.h"

namespace bertlet::tasks {

namespace {

struct SchemeName {
  Scheme scheme;
  std::string_view name;
};
constexpr std::array names = {SchemeName{Scheme::iob1, "iob1"}, SchemeName{Scheme::bio, "bio"},
                              SchemeName{Scheme::bioes, "bioes"}, SchemeName{Scheme::bmes, "bmes"}};

struct Tag {
  char letter = 'O';
  std::string_view type = {};
};

Tag parsed(std::string_view tag) {
  if (tag.size() > 2 && tag[1] == '-') return {tag[0], tag.substr(2)};
  return {tag == "O" ? 'O' : '?', {}};
}

bool has_ends(Scheme scheme) { return scheme == Scheme::bioes || scheme == Scheme::bmes; }
char inner(Scheme scheme) { return scheme == Scheme::bmes ? 'M' : 'I'; }

std::string_view letters(Scheme scheme) {
  switch (scheme) {
    case Scheme::bioes:
      return "OBIES";
    case Scheme::bmes:
      return "OBMES";
    default:
      return "OBI";
  }
}

// Whether the name that `before` belongs to must go on, or may go on, with the next word.
bool is_open(const Tag& before) { return before.letter == 'B' || before.letter == 'I' || before.letter == 'M'; }

bool continues(const Tag& before, const Tag& tag, Scheme scheme) {
  const bool inside = tag.letter == inner(scheme) || tag.letter == 'E';
  return inside && is_open(before) && before.type == tag.type;
}

bool may_begin(const Tag& tag, Scheme scheme) {
  return tag.letter == 'B' || tag.letter == 'S' || (scheme == Scheme::iob1 && tag.letter == 'I');
}

// Why `tag` may not stand behind `before`; empty: it may.
std::string objection(const Tag& before, const Tag& tag, Scheme scheme) {
  if (letters(scheme).find(tag.letter) == std::string_view::npos) return fmt::format("is no tag of {}", name(scheme));
  const bool goes_on = continues(before, tag, scheme);
  if (has_ends(scheme) && is_open(before) && !goes_on) return fmt::format("stands before the end of a {}", before.type);
  if (tag.letter == 'O' || goes_on) return {};
  if (!may_begin(tag, scheme)) return fmt::format("continues no {}", tag.type);
  const bool needless =
      scheme == Scheme::iob1 && tag.letter == 'B' && (before.letter == 'O' || before.type != tag.type);
  return needless ? fmt::format("follows no {}", tag.type) : std::string();
}

}  // namespace

std::string_view name(Scheme scheme) { return std::ranges::find(names, scheme, &SchemeName::scheme)->name; }

Scheme scheme_named(std::string_view name) {
  const auto found = std::ranges::find(names, name, &SchemeName::name);
  require(found != names.end(), "tags: got the scheme '{}', want iob1, bio, bioes or bmes", name);
  return found->scheme;
}

std::optional<WrongTag> wrong_tag(std::span<const std::string> tags, Scheme scheme) {
  Tag before;
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const Tag tag = parsed(tags[i]);
    if (const std::string why = objection(before, tag, scheme); !why.empty())
      return WrongTag{i, fmt::format("the tag '{}' {}", tags[i], why)};
    before = tag;
  }
  if (has_ends(scheme) && is_open(before))
    return WrongTag{tags.size() - 1, fmt::format("the tag '{}' is the sentence's last, without an end", tags.back())};
  return {};
}

void SchemeDetector::add(std::span<const std::string> tags) {
  std::erase_if(left_, [&](Scheme scheme) { return wrong_tag(tags, scheme).has_value(); });
}

std::optional<Scheme> SchemeDetector::scheme() const {
  return left_.empty() ? std::nullopt : std::optional(left_.front());
}

std::vector<Entity> entities_of(std::span<const std::string> tags, Scheme scheme) {
  const std::optional<WrongTag> wrong = wrong_tag(tags, scheme);
  require(!wrong, "tags: word {}: {}", wrong ? wrong->word + 1 : 0, wrong ? wrong->why : "");
  std::vector<Entity> entities;
  Tag before;
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const Tag tag = parsed(tags[i]);
    if (tag.letter != 'O' && continues(before, tag, scheme))
      entities.back().end = i + 1;
    else if (tag.letter != 'O')
      entities.push_back({i, i + 1, std::string(tag.type)});
    before = tag;
  }
  return entities;
}

std::vector<std::string> tags_of(std::span<const Entity> entities, std::size_t words, Scheme scheme) {
  std::vector<std::string> tags(words, "O");
  std::size_t free = 0;
  const Entity* before = nullptr;
  for (const Entity& entity : entities) {
    require(free <= entity.begin && entity.begin < entity.end && entity.end <= words,
            "tags: got a name of the words {} to {}, want names one after another in {} words", entity.begin,
            entity.end, words);
    const auto set = [&](std::size_t i, char letter) { tags[i] = fmt::format("{}-{}", letter, entity.type); };
    for (std::size_t i = entity.begin; i < entity.end; ++i) set(i, inner(scheme));
    const bool touches = before && before->end == entity.begin && before->type == entity.type;
    if (scheme != Scheme::iob1 || touches) set(entity.begin, 'B');
    if (has_ends(scheme)) set(entity.end - 1, entity.end - entity.begin == 1 ? 'S' : 'E');
    free = entity.end;
    before = &entity;
  }
  return tags;
}

}  // namespace bertlet::tasks
