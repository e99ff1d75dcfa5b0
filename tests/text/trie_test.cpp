#include "bert/text/tokenizer/trie.h"

#include <map>
#include <random>

#include "core/real.h"
#include "tests/catch.h"

using bertlet::text::Trie;

TEST_CASE("A trie finds the longest key") {
  const Trie trie({{"un", 0}, {"unwanted", 1}, {"##", 2}, {"##want", 3}, {"want", 4}});
  CHECK(trie.longest(Trie::root, "unwant").value == 0);
  CHECK(trie.longest(Trie::root, "unwanted!").length == 8);
  CHECK(trie.longest(Trie::root, "x").length == 0);
  CHECK(trie.longest(trie.walk(Trie::root, "##"), "wanted").value == 3);
  CHECK(trie.walk(Trie::root, "##x") == Trie::nowhere);
  CHECK(Trie().longest(Trie::root, "a").length == 0);
}

TEST_CASE("A trie of random bytes holds what a map holds") {
  std::mt19937 random(1);
  const auto draw = [&] {
    std::string key;
    for (std::size_t i = random() % 6; i-- > 0;) key += static_cast<char>(random() % 3 == 0 ? random() : random() % 4);
    return key;
  };
  std::map<std::string, std::int32_t> map;
  std::vector<std::string> keys;
  for (std::int32_t i = 0; i < 20000; ++i) map[keys.emplace_back(draw())] = i;
  std::vector<Trie::Item> items;
  for (std::int32_t i = 0; i < 20000; ++i) items.push_back({keys[bertlet::to_size(i)], i});
  const Trie trie(items);
  map.erase("");
  for (int i = 0; i < 20000; ++i) {
    const std::string text = draw() + draw();
    Trie::Match want;
    for (std::size_t length = 1; length <= text.size(); ++length)
      if (const auto found = map.find(text.substr(0, length)); found != map.end()) want = {length, found->second};
    const Trie::Match got = trie.longest(Trie::root, text);
    REQUIRE(got.length == want.length);
    REQUIRE(got.value == want.value);
  }
}
