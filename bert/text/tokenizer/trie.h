#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/real.h"

namespace bertlet::text {

// A set of strings, walked byte by byte. The children of a node lie at base ^ byte in one array (a double array, Aoe
// 1989), so that a step is one look-up.
class Trie {
 public:
  using Node = std::int32_t;
  static constexpr Node root = 0, nowhere = -1;

  struct Item {
    std::string_view key;
    std::int32_t value;  // not negative
  };
  explicit Trie(std::vector<Item> items = {});  // of items with the same key the last counts; an empty key does not

  Node step(Node node, char byte) const {
    const Node next = cells_[to_size(node)].base ^ static_cast<unsigned char>(byte);
    return cells_[to_size(next)].parent == node ? next : nowhere;
  }
  Node walk(Node node, std::string_view bytes) const;
  std::int32_t value(Node node) const { return cells_[to_size(node)].value; }  // -1: no key ends here

  struct Match {
    std::size_t length = 0;  // 0: nothing
    std::int32_t value = -1;
  };
  // The longest key at the front of the bytes, counted from a node.
  Match longest(Node node, std::string_view bytes) const {
    Match best;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      node = step(node, bytes[i]);
      if (node == nowhere) break;
      if (value(node) >= 0) best = {i + 1, value(node)};
    }
    return best;
  }

 private:
  friend class TrieBuilder;
  struct Cell {
    Node base = 0;
    Node parent = nowhere;
    std::int32_t value = -1;
  };
  std::vector<Cell> cells_;
};

}  // namespace bertlet::text
