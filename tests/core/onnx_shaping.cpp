#include <algorithm>
#include <numeric>

#include "core/ops.h"
#include "core/ops/broadcast.h"
#include "core/require.h"
#include "tests/core/onnx_call.h"

namespace onnx {

using namespace bertlet;

namespace {

using Lengths = std::vector<int64_t>;

Lengths lengths_of(const Shape& shape) { return {shape.begin(), shape.end()}; }
Tensor reshaped(const Tensor& x, const Lengths& lengths) { return reshape(x, std::span<const int64_t>(lengths)); }

// A length of 0 means: as it was there.
std::vector<Tensor> reshape_to(const Call& x) {
  Lengths lengths = x.integers(1);
  if (x.attribute("allowzero", 0) == 0)
    for (std::size_t i = 0; i < lengths.size(); ++i)
      if (lengths[i] == 0) lengths[i] = x.shape(0)[static_cast<int>(i)];
  return {reshaped(x[0], lengths)};
}

std::vector<Tensor> flatten(const Call& x) {
  const Shape shape = x.shape(0);
  const int axis = x.attribute("axis", 1), at = axis < 0 ? axis + shape.rank() : axis;
  return {reshape(x[0], {Shape(shape.first(at)).count(), -1})};
}

std::vector<Tensor> squeeze(const Call& x) {
  Lengths lengths = lengths_of(x.shape(0));
  for (const int64_t axis : x.integers(1)) lengths.erase(axis < 0 ? lengths.end() + axis : lengths.begin() + axis);
  return {reshaped(x[0], lengths)};
}

std::vector<Tensor> unsqueeze(const Call& x) {
  Lengths lengths = lengths_of(x.shape(0)), axes = x.integers(1);
  const auto rank = static_cast<int64_t>(lengths.size() + axes.size());
  for (int64_t& axis : axes) axis += axis < 0 ? rank : 0;
  std::ranges::sort(axes);
  for (const int64_t axis : axes) lengths.insert(lengths.begin() + axis, 1);
  return {reshaped(x[0], lengths)};
}

std::vector<Tensor> permute_axes(const Call& x) {
  std::vector<int> axes(to_size(x.shape(0).rank()));
  std::iota(axes.rbegin(), axes.rend(), 0);
  axes = x.attribute("perm", axes);
  return {permute(x[0], std::span<const int>(axes))};
}

// ONNX pulls positions outside into the axis; ours are an error.
std::vector<Tensor> slice_axes(const Call& x) {
  Tensor y = x[0];
  const Lengths begins = x.integers(1), ends = x.integers(2);
  for (std::size_t i = 0; i < begins.size(); ++i) {
    const int axis = x.has(3) ? static_cast<int>(x.integers(3)[i]) : static_cast<int>(i);
    const int64_t length = y.shape()[axis];
    const auto inside = [&](int64_t at) { return std::clamp<int64_t>(at < 0 ? at + length : at, 0, length); };
    y = slice(y, axis, inside(begins[i]), inside(ends[i]));
  }
  return {y};
}

std::vector<Tensor> split(const Call& x) {
  const int axis = x.attribute("axis", 0);
  const auto parts = static_cast<int64_t>(x.outputs());
  const int64_t length = x.shape(0)[axis];
  std::vector<Tensor> result;
  for (int64_t i = 0, begin = 0; i < parts; ++i) {
    const int64_t wanted = x.has(1) ? x.integers(1)[to_size(i)] : (length + parts - 1) / parts;
    const int64_t end = std::min(begin + wanted, length);
    result.push_back(slice(x[0], axis, begin, end));
    begin = end;
  }
  return result;
}

// The axis comes to the front, its rows are gathered, and the axes of the indices take its place.
std::vector<Tensor> gather(const Call& x) {
  const Shape shape = x.shape(0);
  const int axis = x.attribute("axis", 0), rank = shape.rank(), added = x.shape(1).rank();
  std::vector<int> front(to_size(rank));
  std::iota(front.begin(), front.end(), 0);
  std::rotate(front.begin(), front.begin() + axis, front.begin() + axis + 1);
  Lengths ids = x.integers(1), lengths = lengths_of(x.shape(1));
  for (int64_t& id : ids) id += id < 0 ? shape[axis] : 0;
  for (int i = 0; i < rank; ++i)
    if (i != axis) lengths.push_back(shape[i]);
  const Tensor rows = reshaped(gather_rows(permute(x[0], std::span<const int>(front)), ids), lengths);
  std::vector<int> back(lengths.size());
  std::iota(back.begin(), back.end(), 0);
  std::rotate(back.begin(), back.begin() + added, back.begin() + added + axis);
  return {permute(rows, std::span<const int>(back))};
}

// Each index names a place on the first `depth` axes, which become one axis of rows.
std::vector<int64_t> row_ids(const Call& x) {
  const int64_t depth = x.shape(1)[-1];
  Lengths ids, named = x.integers(1);
  for (std::size_t i = 0; i < named.size(); i += to_size(depth)) {
    int64_t id = 0;
    for (int axis = 0; axis < depth; ++axis) id = id * x.shape(0)[axis] + named[i + to_size(axis)];
    ids.push_back(id);
  }
  return ids;
}

std::vector<Tensor> gather_nd(const Call& x) {
  const Shape shape = x.shape(0), indices = x.shape(1);
  const auto depth = static_cast<int>(indices[-1]);
  Lengths table{-1}, result = lengths_of(indices.without(indices.rank() - 1));
  table.insert(table.end(), shape.begin() + depth, shape.end());
  result.insert(result.end(), shape.begin() + depth, shape.end());
  return {reshaped(gather_rows(reshaped(x[0], table), row_ids(x)), result)};
}

std::vector<Tensor> scatter_nd(const Call& x) {
  require(x.shape(1)[-1] == 1 && x.attribute<std::string>("reduction", "none") == "add",
          "ScatterND: only whole rows, added");
  return {x[0] + scatter_rows(x[2], row_ids(x), x.shape(0)[0])};
}

std::vector<Tensor> tile(const Call& x) {
  Tensor y = x[0];
  for (int axis = 0; axis < y.shape().rank(); ++axis) {
    const std::vector<Tensor> copies(to_size(x.integers(1)[to_size(axis)]), y);
    y = concat(std::span<const Tensor>(copies), axis);
  }
  return {y};
}

std::vector<Tensor> expand_to(const Call& x) {
  const Lengths lengths = x.integers(1);
  return {expand(x[0], broadcast("Expand", x.shape(0), Shape(std::span<const int64_t>(lengths))))};
}

}  // namespace

Functions shaping_functions() {
  return {
      {"Reshape", reshape_to},
      {"Flatten", flatten},
      {"Squeeze", squeeze},
      {"Unsqueeze", unsqueeze},
      {"Transpose", permute_axes},
      {"Slice", slice_axes},
      {"Split", split},
      {"Concat",
       [](const Call& x) { return std::vector{concat(std::span<const Tensor>(x.all()), x.attribute("axis", 0))}; }},
      {"Expand", expand_to},
      {"Tile", tile},
      {"Gather", gather},
      {"GatherND", gather_nd},
      {"ScatterND", scatter_nd},
  };
}

}  // namespace onnx
