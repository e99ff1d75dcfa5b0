#include "core/graph.h"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <vector>

#include "core/names.h"
#include "core/require.h"

namespace bertlet {

namespace {

// The nodes in the order a reader meets them, each with its number and depth. No recursion: graphs may be long.
struct Mention {
  const Node* node;
  int number;
  int depth;
  bool again;  // told already
};

using Numbers = std::unordered_map<const Node*, int>;

std::vector<Mention> walk(const char* operation, const Tensor& y, std::size_t most, Numbers& numbers) {
  require(static_cast<bool>(y), "{}: got an empty tensor", operation);
  std::vector<Mention> mentions;
  std::vector<std::pair<const Node*, int>> ahead{{y.node().get(), 0}};
  while (!ahead.empty() && mentions.size() < most) {
    const auto [node, depth] = ahead.back();
    ahead.pop_back();
    const auto [known, fresh] = numbers.try_emplace(node, static_cast<int>(numbers.size()) + 1);
    mentions.push_back({node, known->second, depth, !fresh});
    if (!fresh || node->forgotten) continue;
    const auto inputs = node->inputs();
    for (std::size_t i = inputs.size(); i-- > 0;) ahead.emplace_back(inputs[i].node.get(), depth + 1);
  }
  return mentions;
}

std::string name_of(const Node& node) {
  if (!node.operation().empty()) return std::string(node.operation());
  return node.wants_grad ? "parameter" : "constant";
}

bool is_value_of(const Node& node, const Array& array) {
  return array.data() == node.address && array.size() == node.shape.count();
}

// A kept array by its origin, where it is an input or the result.
std::string kept_name(const Node& node, const Array& kept, const Numbers& numbers) {
  if (is_value_of(node, kept)) return "its result";
  for (const Edge& input : node.inputs())
    if (const auto known = numbers.find(input.node.get()); known != numbers.end() && is_value_of(*known->first, kept))
      return fmt::format("#{}", known->second);
  return fmt::format("{}", kept.shape());
}

std::string kept_text(const Node& node, const Numbers& numbers) {
  if (node.forgotten) return ", used by backward";
  std::vector<std::string> names;
  for (const Array& kept : node.kept())
    if (std::string name = kept_name(node, kept, numbers); kept && std::ranges::find(names, name) == names.end())
      names.push_back(std::move(name));
  return names.empty() ? "" : fmt::format(", keeps {}", joined(names, " and "));
}

std::string facts(const Mention& at, const Numbers& numbers) {
  if (at.again) return "(above)";
  return fmt::format("{} {}{}", name_of(*at.node), at.node->shape, kept_text(*at.node, numbers));
}

}  // namespace

std::string describe(const Tensor& y, int most) {
  std::string text;
  Numbers numbers;
  const std::vector<Mention> mentions = walk("describe", y, to_size(most) + 1, numbers);
  for (const Mention& at : mentions) {
    if (&at - mentions.data() == most) return text + "…\n";
    text += fmt::format("{:{}}#{} {}\n", "", 2 * at.depth, at.number, facts(at, numbers));
  }
  return text;
}

std::string to_dot(const Tensor& y) {
  std::string nodes, edges;
  Numbers numbers;
  std::vector<int> open;  // the numbers of the nodes a mention stands below
  for (const Mention& at : walk("to_dot", y, std::numeric_limits<std::size_t>::max(), numbers)) {
    open.resize(to_size(at.depth));
    if (!open.empty()) edges += fmt::format("  n{} -> n{};\n", at.number, open.back());
    open.push_back(at.number);
    if (!at.again)
      nodes += fmt::format("  n{} [label=\"{}\\n{}\"{}];\n", at.number, name_of(*at.node), at.node->shape,
                           at.node->operation().empty() ? ", shape=box" : "");
  }
  return "digraph bertlet {\n  rankdir=BT;\n" + nodes + edges + "}\n";
}

}  // namespace bertlet
