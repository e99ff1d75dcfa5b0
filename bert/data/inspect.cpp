#include "bert/data/inspect.h"

#include "core/real.h"
#include "core/require.h"

namespace bertlet::data {

namespace {

enum class Colour { red = 31, green = 32, yellow = 33 };

std::string painted(const std::string& text, Colour colour, Colours colours) {
  return colours == Colours::no ? text : fmt::format("\033[{}m{}\033[0m", static_cast<int>(colour), text);
}

std::string_view about(Pair pair) {
  switch (pair) {
    case Pair::follows:
      return "b follows a";
    case Pair::other:
      return "b does not follow a";
    case Pair::none:
      break;
  }
  return "one segment";
}

}  // namespace

std::string text_of(const Instance& instance, const text::Vocabulary& vocabulary, int64_t mask_id, Colours colours) {
  const auto shown = [&](int64_t position, const Hidden* hidden) {
    const int64_t id = instance.ids[to_size(position)];
    const std::string& now = vocabulary.token(id);
    if (hidden == nullptr) return now;
    if (id == hidden->id) return painted(now + "=" + now, Colour::yellow, colours);
    return painted(vocabulary.token(hidden->id) + "→" + now, id == mask_id ? Colour::green : Colour::red, colours);
  };
  std::string text =
      fmt::format("{}, {} tokens, {} of them hidden\n ", about(instance.pair), instance.size(), instance.hidden.size());
  auto hidden = instance.hidden.begin();
  for (int64_t i = 0; i < instance.size(); ++i) {
    const bool is_hidden = hidden != instance.hidden.end() && hidden->position == i;
    if (i == instance.second) text += "\n ";
    text += ' ' + shown(i, is_hidden ? &*hidden : nullptr);
    if (is_hidden) ++hidden;
  }
  return text + '\n';
}

}  // namespace bertlet::data
