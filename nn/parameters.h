#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/tensor.h"

namespace bertlet {

// A module lists its members once, in visit(f), by the names that checkpoints use. From that list come all the
// parameters of a tree of modules, by path: "encoder.layer.0.attention.query.weight".
//
//   Parameters parameters = parameters_of(model);
//   parameters.freeze("embeddings.*");
struct Parameter {
  std::string name;
  Tensor tensor;
};

// '*' stands for any characters, also none: "*.bias", "encoder.layer.0.*".
bool matches(std::string_view pattern, std::string_view name);

using State = std::map<std::string, Array>;

struct StateReport {  // what did not fit when a state was loaded
  std::vector<std::string> missing, unused, misshaped;
  bool clean() const { return missing.empty() && unused.empty() && misshaped.empty(); }
  std::string text() const;
};

class Parameters {
 public:
  explicit Parameters(
      std::vector<Parameter> list);  // one that is there twice (tied weights) counts once, by its first name

  const std::vector<Parameter>& list() const { return list_; }
  int64_t count() const;                     // numbers in all parameters
  int64_t trainable() const;                 // of those that are not frozen
  Tensor find(std::string_view name) const;  // an empty tensor if there is none

  int freeze(std::string_view pattern);  // how many tensors matched; their gradients are neither made nor kept
  int unfreeze(std::string_view pattern);

  void multiply_in(Precision precision);  // products of dense layers, with all that is learned kept as it is

  // Nothing is learned any more: all are frozen, and products of dense layers use packed weights, in the precision that
  // a checkpoint keeps them in if none is given. In fewer bits, what is loaded afterwards is packed at once, and never
  // there in full.
  void freeze_for_inference(std::optional<Precision> precision = {});

  void flatten();  // all values into one allocation and all gradients into another, where optimizers sweep
  void reset_grad();

  State state() const;                   // name → the array itself, not a copy
  StateReport load(const State& state);  // copies what fits and reports the rest

 private:
  int set_wants_grad(std::string_view pattern, bool wants);
  std::vector<Parameter> list_;
};

// While it lives no parameter wants a gradient, so that nothing is kept for a backward that never comes. Gradients that
// are there are lost.
class WithoutGradients {
 public:
  explicit WithoutGradients(const Parameters& parameters);
  WithoutGradients(const WithoutGradients&) = delete;
  WithoutGradients& operator=(const WithoutGradients&) = delete;
  ~WithoutGradients();

 private:
  std::vector<Tensor> wanted_;
};

// --- the walk through a tree of modules ---------------------------------------------------------------------------

using Found = std::function<void(const std::string& path, Tensor& tensor)>;

template <class Module>
void visit_member(const std::string& path, Module& module, const Found& found);

inline void visit_member(const std::string& path, Tensor& tensor, const Found& found) {
  if (tensor) found(path, tensor);
}

template <class Module>
void visit_member(const std::string& path, std::vector<Module>& modules, const Found& found) {
  for (std::size_t i = 0; i < modules.size(); ++i) visit_member(path + "." + std::to_string(i), modules[i], found);
}

template <class Module>
void visit_member(const std::string& path, std::optional<Module>& module, const Found& found) {
  if (module) visit_member(path, *module, found);
}

template <class Module>
void visit_member(const std::string& path, Module& module, const Found& found) {
  module.visit([&](std::string_view name, auto& member) {
    visit_member(path.empty() ? std::string(name) : path + "." + std::string(name), member, found);
  });
}

template <class Module>
Parameters parameters_of(Module& module) {
  std::vector<Parameter> list;
  visit_member("", module, [&](const std::string& name, Tensor& tensor) { list.push_back({name, tensor}); });
  return Parameters(std::move(list));
}

}  // namespace bertlet
