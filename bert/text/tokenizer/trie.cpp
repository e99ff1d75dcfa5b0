#include "bert/text/tokenizer/trie.h"

#include <algorithm>
#include <deque>

#include "core/real.h"

namespace bertlet::text {

namespace {

constexpr std::size_t block = 256;         // base ^ byte stays in the block of its base
constexpr std::size_t recent = 8 * block;  // where a place for several children is looked for

}  // namespace

// Lays the nodes out level by level.
class TrieBuilder {
 public:
  TrieBuilder(std::vector<Trie::Cell>& cells, std::vector<Trie::Item> items);
  void build();

 private:
  struct Range {
    std::size_t begin, end, depth;  // the items below a node
    Trie::Node node;
  };
  struct Child {
    unsigned char byte;
    Range range;
  };

  std::vector<Child> children(Range range) const;
  void place(const Range& range);
  Trie::Node free_base(const std::vector<Child>& children);
  bool fits(Trie::Node base, const std::vector<Child>& children) const;
  bool taken(std::size_t cell) const { return cell == 0 || cells_[cell].parent != Trie::nowhere; }

  std::vector<Trie::Cell>& cells_;
  std::vector<Trie::Item> items_;
  std::deque<Range> waiting_;
  std::size_t first_free_ = 1;
};

TrieBuilder::TrieBuilder(std::vector<Trie::Cell>& cells, std::vector<Trie::Item> items)
    : cells_(cells), items_(std::move(items)) {
  std::ranges::stable_sort(items_, {}, &Trie::Item::key);
  cells_.assign(block, {});
}

void TrieBuilder::build() {
  waiting_.push_back({0, items_.size(), 0, Trie::root});
  for (; !waiting_.empty(); waiting_.pop_front()) place(waiting_.front());
}

std::vector<TrieBuilder::Child> TrieBuilder::children(Range range) const {
  std::vector<Child> found;
  for (std::size_t i = range.begin; i < range.end; ++i) {
    const auto byte = static_cast<unsigned char>(items_[i].key[range.depth]);
    if (found.empty() || found.back().byte != byte)
      found.push_back({byte, {i, i + 1, range.depth + 1, Trie::nowhere}});
    else
      found.back().range.end = i + 1;
  }
  return found;
}

void TrieBuilder::place(const Range& range) {
  Range below = range;
  for (; below.begin < below.end && items_[below.begin].key.size() == below.depth; ++below.begin)
    if (below.depth > 0) cells_[to_size(below.node)].value = items_[below.begin].value;
  const std::vector<Child> found = children(below);
  if (found.empty()) return;
  const Trie::Node base = free_base(found);
  cells_[to_size(below.node)].base = base;
  for (Child child : found) {
    child.range.node = base ^ child.byte;
    cells_[to_size(child.range.node)].parent = below.node;
    waiting_.push_back(child.range);
  }
}

// An only child fills the first hole; several look at the end of the array, where there is room.
Trie::Node TrieBuilder::free_base(const std::vector<Child>& children) {
  while (first_free_ < cells_.size() && taken(first_free_)) ++first_free_;
  std::size_t cell = first_free_;
  if (children.size() > 1 && cells_.size() > recent) cell = std::max(cell, cells_.size() - recent);
  for (; cell < cells_.size(); ++cell) {
    const auto base = static_cast<Trie::Node>(cell ^ children.front().byte);
    if (!taken(cell) && fits(base, children)) return base;
  }
  cells_.resize(cells_.size() + block);
  return static_cast<Trie::Node>((cells_.size() - block) ^ children.front().byte);
}

bool TrieBuilder::fits(Trie::Node base, const std::vector<Child>& children) const {
  return std::ranges::none_of(children, [&](const Child& child) { return taken(to_size(base ^ child.byte)); });
}

Trie::Trie(std::vector<Item> items) { TrieBuilder(cells_, std::move(items)).build(); }

Trie::Node Trie::walk(Node node, std::string_view bytes) const {
  for (std::size_t i = 0; i < bytes.size() && node != nowhere; ++i) node = step(node, bytes[i]);
  return node;
}

}  // namespace bertlet::text
