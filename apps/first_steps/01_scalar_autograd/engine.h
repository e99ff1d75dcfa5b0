// A scalar autograd engine: numbers that remember how they were made, and pass derivatives back.
#pragma once
#include <algorithm>
#include <cmath>
#include <memory>
#include <set>
#include <utility>
#include <vector>

struct Node;

struct Edge {  // from a result to one of its inputs
  std::shared_ptr<Node> input;
  double slope;  // ∂ result / ∂ input
};

struct Node {
  double value;
  std::vector<Edge> inputs = {};  // none: a leaf
  double grad = 0;                // ∂ loss / ∂ this
};

struct Value {
  std::shared_ptr<Node> node;

  Value(double value) : Value(value, {}) {}
  Value(double value, std::vector<Edge> inputs) : node(std::make_shared<Node>(Node{value, std::move(inputs)})) {}

  double number() const { return node->value; }
  double& grad() const { return node->grad; }
};

inline Value operator+(const Value& a, const Value& b) { return {a.number() + b.number(), {{a.node, 1}, {b.node, 1}}}; }
inline Value operator-(const Value& a, const Value& b) {
  return {a.number() - b.number(), {{a.node, 1}, {b.node, -1}}};
}
inline Value operator*(const Value& a, const Value& b) {
  return {a.number() * b.number(), {{a.node, b.number()}, {b.node, a.number()}}};
}
inline Value tanh(const Value& x) {
  const double y = std::tanh(x.number());
  return {y, {{x.node, 1 - y * y}}};
}

// Inputs before results, each node once.
inline void sort(Node* node, std::set<Node*>& seen, std::vector<Node*>& order) {
  if (!seen.insert(node).second) return;
  for (const Edge& edge : node->inputs) sort(edge.input.get(), seen, order);
  order.push_back(node);
}

inline void backward(const Value& loss) {
  std::set<Node*> seen;
  std::vector<Node*> order;
  sort(loss.node.get(), seen, order);
  std::ranges::reverse(order);
  loss.grad() = 1;
  for (Node* node : order)
    for (const Edge& edge : node->inputs) edge.input->grad += edge.slope * node->grad;
}
