#pragma once
#include "core/check/gradcheck.h"

namespace bertlet {

// From what range an input is drawn, so that differences do not step over a kink or a pole.
enum class Domain { any, positive, off_zero, distinct };

// One line in the table of cases: from it come the gradient check, the value against a twin, accumulation, aliasing,
// the leak test and the benchmark.
struct Case {
  std::string operation;      // the name it records under
  std::vector<Shape> shapes;  // of its inputs
  TensorFunction f;
  Domain domain = Domain::any;
  TensorFunction twin = {};       // the same spelled out in other operations, where it can be
  std::vector<Shape> large = {};  // inputs for the benchmark, where they may differ from `shapes` without changing f
  std::string note = {};          // what tells it from other cases of the operation on the same shapes

  std::string text() const;         // operation, inputs and note
  std::string inputs_text() const;  // the shapes; of many, the first three
  bool accepts_alias() const;       // one tensor can be every input
  std::vector<Array> draw() const;
  std::vector<Array> draw(const std::vector<Shape>& of) const;
};

std::vector<Case> core_cases();

// What a case must hold beside its gradient; each returns what is wrong, or nothing.
std::string wrong_value(const Case&);         // differs from its twin
std::string wrong_accumulation(const Case&);  // two backwards without a reset are not twice one
std::string wrong_alias(const Case&);         // the same tensor as every input: the gradients must add up
std::string leak(const Case&);                // live memory after the graph is dropped, or fresh memory the second time

}  // namespace bertlet
