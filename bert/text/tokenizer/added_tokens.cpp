#include "bert/text/tokenizer/added_tokens.h"

#include "bert/text/unicode/character.h"
#include "bert/text/unicode/utf8.h"
#include "core/real.h"

namespace bertlet::text {

namespace {

std::vector<Trie::Item> items_of(const std::vector<AddedTokens::Item>& items) {
  std::vector<Trie::Item> keys;
  keys.reserve(items.size());
  for (const auto& item : items) keys.push_back({item.token.content, static_cast<std::int32_t>(keys.size())});
  return keys;
}

bool ends_words(char32_t c) { return is_space(c, Rules::google) || is_chinese(c, Rules::google); }

std::size_t spaces_before(std::string_view text) {
  const std::size_t size = text.size();
  while (!text.empty() && is_space(decode_last(text).c, Rules::huggingface))
    text.remove_suffix(to_size(decode_last(text).length));
  return size - text.size();
}

std::size_t spaces_after(std::string_view text) {
  const std::size_t size = text.size();
  while (!text.empty() && is_space(decode(text).c, Rules::huggingface))
    text.remove_prefix(to_size(decode(text).length));
  return size - text.size();
}

}  // namespace

AddedTokens::AddedTokens(std::vector<Item> items) : items_(std::move(items)), trie_(items_of(items_)) {
  for (const Item& item : items_)
    if (!item.token.content.empty()) begins_[static_cast<unsigned char>(item.token.content.front())] = true;
}

bool AddedTokens::is_allowed(const AddedToken& token, std::string_view before, std::string_view after) const {
  const auto allowed = [&](bool at_edge, char32_t c) {
    return at_edge || ((!token.single_word || !is_word_character(c)) && (!token.alone || ends_words(c)));
  };
  return allowed(before.empty(), before.empty() ? U' ' : decode_last(before).c) &&
         allowed(after.empty(), after.empty() ? U' ' : decode(after).c);
}

std::optional<AddedTokens::Found> AddedTokens::next(std::string_view text, std::size_t from) const {
  if (items_.empty()) return {};
  for (std::size_t at = from; at < text.size(); ++at) {
    if (!begins_[static_cast<unsigned char>(text[at])]) continue;
    const Trie::Match match = trie_.longest(Trie::root, text.substr(at));
    if (match.length == 0) continue;
    const Item& item = items_[to_size(match.value)];
    const std::string_view before = text.substr(0, at), after = text.substr(at + match.length);
    if (!is_allowed(item.token, before, after)) {
      at += match.length - 1;
      continue;
    }
    const std::size_t left = item.token.lstrip ? spaces_before(text.substr(from, at - from)) : 0;
    const std::size_t right = item.token.rstrip ? spaces_after(after) : 0;
    return Found{at - left, at + match.length + right, item.id};
  }
  return {};
}

}  // namespace bertlet::text
