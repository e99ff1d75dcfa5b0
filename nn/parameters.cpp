#include "nn/parameters.h"

#include <algorithm>
#include <set>

#include "core/memory.h"
#include "core/names.h"
#include "core/require.h"

namespace bertlet {

namespace {

constexpr int64_t alignment = 64 / sizeof(real);  // every parameter starts at a cache line

int64_t room(const Tensor& tensor) { return (tensor.value().size() + alignment - 1) / alignment * alignment; }

std::string listed(const char* what, const std::vector<std::string>& names) {
  return names.empty() ? "" : fmt::format("{} {}: {}\n", names.size(), what, joined(names, ", "));
}

}  // namespace

bool matches(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  if (name.substr(0, star) != pattern.substr(0, star)) return false;
  const std::string_view rest = pattern.substr(star + 1);
  for (std::size_t skip = star; skip <= name.size(); ++skip)
    if (matches(rest, name.substr(skip))) return true;
  return false;
}

std::string StateReport::text() const {
  return listed("missing", missing) + listed("unused", unused) + listed("of another shape", misshaped);
}

Parameters::Parameters(std::vector<Parameter> list) {
  std::set<const Node*> seen;
  for (Parameter& parameter : list)
    if (seen.insert(parameter.tensor.node().get()).second) list_.push_back(std::move(parameter));
}

int64_t Parameters::count() const {
  int64_t total = 0;
  for (const Parameter& parameter : list_) total += parameter.tensor.shape().count();
  return total;
}

int64_t Parameters::trainable() const {
  int64_t total = 0;
  for (const Parameter& parameter : list_)
    if (parameter.tensor.wants_grad()) total += parameter.tensor.value().size();
  return total;
}

Tensor Parameters::find(std::string_view name) const {
  const auto found = std::ranges::find(list_, name, &Parameter::name);
  return found == list_.end() ? Tensor() : found->tensor;
}

int Parameters::set_wants_grad(std::string_view pattern, bool wants) {
  int matched = 0;
  for (Parameter& parameter : list_)
    if (matches(pattern, parameter.name)) {
      parameter.tensor.set_wants_grad(wants);
      ++matched;
    }
  return matched;
}

int Parameters::freeze(std::string_view pattern) { return set_wants_grad(pattern, false); }
int Parameters::unfreeze(std::string_view pattern) { return set_wants_grad(pattern, true); }

void Parameters::multiply_in(Precision precision) {
  for (Parameter& parameter : list_)
    if (parameter.tensor.shape().rank() == 2) parameter.tensor.multiply_in(precision);
}

void Parameters::freeze_for_inference(std::optional<Precision> precision) {
  freeze("*");
  for (Parameter& parameter : list_)
    if (parameter.tensor.shape().rank() == 2) parameter.tensor.pack(precision);
}

void Parameters::flatten() {
  int64_t total = 0;
  for (const Parameter& parameter : list_) total += room(parameter.tensor);
  Array values = Array::zeros({total}, "flatten"), grads = Array::zeros({total}, "flatten");
  int64_t at = 0;
  for (Parameter& parameter : list_) {
    Tensor& tensor = parameter.tensor;
    const int64_t end = at + tensor.value().size();
    tensor.move_to(values.rows(at, end).shaped(tensor.shape()), grads.rows(at, end).shaped(tensor.shape()));
    at += room(tensor);
  }
  release_unused_memory();  // that of the parameters until now, which nothing else will ask for
}

void Parameters::reset_grad() {
  for (Parameter& parameter : list_) parameter.tensor.reset_grad();
}

State Parameters::state() const {
  State state;
  for (const Parameter& parameter : list_) state.emplace(parameter.name, parameter.tensor.value());
  return state;
}

StateReport Parameters::load(const State& state) {
  StateReport report;
  for (Parameter& parameter : list_) {
    const auto given = state.find(parameter.name);
    if (given == state.end()) {
      report.missing.push_back(parameter.name);
    } else if (given->second.shape() != parameter.tensor.shape()) {
      report.misshaped.push_back(
          fmt::format("{} {} for {}", parameter.name, given->second.shape(), parameter.tensor.shape()));
    } else {
      Array value = parameter.tensor.edit();
      std::copy_n(given->second.data(), value.size(), value.data());
    }
  }
  for (const auto& [name, array] : state)
    if (!find(name)) report.unused.push_back(name);
  return report;
}

WithoutGradients::WithoutGradients(const Parameters& parameters) {
  for (const Parameter& parameter : parameters.list())
    if (parameter.tensor.wants_grad()) {
      wanted_.push_back(parameter.tensor);
      wanted_.back().set_wants_grad(false);
    }
}

WithoutGradients::~WithoutGradients() {
  for (Tensor& tensor : wanted_) tensor.set_wants_grad(true);
}

}  // namespace bertlet
