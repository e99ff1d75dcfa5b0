#pragma once
#include <functional>
#include <optional>
#include <string>

#include "core/array.h"

namespace bertlet {

class Node;

std::optional<int64_t> first_not_finite(const Array& values);  // the place of a NaN or an infinity, row after row

// An error where there is one: "encoder.layer.0.output.dense.weight: number 17 is nan, want finite ones".
void require_finite(const Array& values, const std::string& what);

// While it lives, each result of an operation and each gradient is looked at, and the first number that is not finite
// is an error, which says of what operation it is. For gradients of parameters, `name_of` knows their names.
//
//   const CheckFinite looking([&](const Node& leaf) { return names.at(&leaf); });
//   backward(loss(model, batch));
class CheckFinite {
 public:
  using NameOf = std::function<std::string(const Node& leaf)>;
  explicit CheckFinite(NameOf name_of = {});
  CheckFinite(const CheckFinite&) = delete;
  CheckFinite& operator=(const CheckFinite&) = delete;
  ~CheckFinite();

  static void result(const Node& node, const Array& value);  // of an operation that has just been done
  static void gradients(const Node& node);                   // of its inputs, once it was gone through

 private:
  NameOf name_of_;
  CheckFinite* outer_;
};

}  // namespace bertlet
